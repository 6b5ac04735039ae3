"""What can be done in a lab: the verbs of scenario files, a method each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional, Union

from . import arguments
from .durations import Duration, to_nanoseconds
from .records import Path

if TYPE_CHECKING:
    from .lab import Lab

Hosts = Union[str, Sequence[str]]


class Deed:
    """Something that was done in a lab. Without `for_` it lasts until end(); in a with statement until its end:

    with lab.pause_vm("lb1"):
        lab.run_for("5s")
    """

    def __init__(self, lab: Lab, number: int) -> None:
        self._lab = lab
        self._number = number

    @property
    def text(self) -> str:
        """As the timeline tells it: "service lb1/nginx: stop"."""
        return self._lab._lab.deed(self._number)[0]

    @property
    def at(self) -> float:
        """When it happened, in seconds."""
        return self._lab._lab.deed(self._number)[1] / 1e9

    @property
    def ends_at(self) -> Optional[float]:
        """When it ended or will end, in seconds; None when nobody has said so yet, or it is over at once."""
        end = self._lab._lab.deed(self._number)[2]
        return None if end is None else end / 1e9

    def end(self) -> None:
        """Restores what was before it.

        Raises ValueError for what is over at once, has an end already, or comes again and again.
        """
        if not self._lab._lab.can_end(self._number):
            raise ValueError(f"this has its end, or none to wait for: {self.text}")
        self._lab._go_on()
        self._lab._lab.end_deed(self._number)

    def __enter__(self) -> Deed:
        if not self._lab._lab.can_end(self._number):
            raise ValueError(f"a with statement ends what has no end, and this has one: {self.text}")
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        lab = self._lab._lab
        if kind is not None and (lab.closed or lab.finished):
            return
        if lab.can_end(self._number):
            self.end()

    def __repr__(self) -> str:
        return f"<Deed {self._number}>" if self._lab.closed else f"<Deed {self.text!r} at {self.at} s>"


class DeedsOfLab:
    """The verbs. With `for_` a deed ends after so long; else it lasts until Deed.end()."""

    def do(self, entry: Union[str, Mapping[str, Any]]) -> Deed:
        raise NotImplementedError

    def _do(self, for_: Optional[Duration], **entry: Any) -> Deed:
        if for_ is not None:
            entry["for"] = f"{to_nanoseconds(for_)}ns"
        return self.do({key: value for key, value in entry.items() if value is not None})

    def _service(self, host: str, service: str, do: str, for_: Optional[Duration]) -> Deed:
        return self._do(for_, service=f"{arguments.name(host, 'a host')}/{arguments.name(service, 'a service')}", do=do)

    def stop_service(self, host: str, service: str, *, for_: Optional[Duration] = None) -> Deed:
        """It is down until it is started, by a check or by you."""
        return self._service(host, service, "stop", for_)

    def start_service(self, host: str, service: str, *, for_: Optional[Duration] = None) -> Deed:
        return self._service(host, service, "start", for_)

    def hang_service(self, host: str, service: str, *, for_: Optional[Duration] = None) -> Deed:
        """It accepts connections, and does not answer."""
        return self._service(host, service, "hang", for_)

    def break_service(self, host: str, service: str, *, for_: Optional[Duration] = None) -> Deed:
        """It is down, and no check can start it."""
        return self._service(host, service, "break", for_)

    def stop_daemon(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        """SIGTERM: a master resigns."""
        return self._do(for_, daemon=host, do="stop")

    def kill_daemon(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        """SIGKILL: its addresses stay."""
        return self._do(for_, daemon=host, do="kill")

    def start_daemon(self, host: str, *, config: Optional[Path] = None, for_: Optional[Duration] = None) -> Deed:
        """With `config` (a path beside the scenario, or the text itself) the file on its disk is another one from now on."""
        return self._do(for_, daemon=host, do="start", config=config)

    def reload_daemon(self, host: str, *, config: Optional[Path] = None, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, daemon=host, do="reload", config=config)

    def restart_daemon(self, host: str, *, config: Optional[Path] = None, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, daemon=host, do="restart", config=config)

    def power_off(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, host=host, do="power_off")

    def boot(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, host=host, do="boot")

    def reboot(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        """In good order; it is away for so long."""
        return self._do(for_, host=host, do="reboot")

    def pause_daemon(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        """SIGSTOP."""
        return self._do(for_, pause=host, what="daemon")

    def pause_vm(self, host: str, *, clocks: str = "run", for_: Optional[Duration] = None) -> Deed:
        """The machine stands still; its clocks run on, or `stand` too."""
        return self._do(for_, pause=host, what="vm", clocks=clocks)

    def pause_nic(self, nic: str, *, for_: Optional[Duration] = None) -> Deed:
        """Frames wait on both sides of "lb1.eth0"."""
        return self._do(for_, pause=nic, what="nic")

    def nic_down(self, nic: str, *, for_: Optional[Duration] = None) -> Deed:
        """Pulls the cable of "lb1.eth0"."""
        return self._do(for_, nic=nic, do="down")

    def nic_up(self, nic: str, *, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, nic=nic, do="up")

    def flap_nic(self, nic: str, *, for_: Optional[Duration] = None) -> Deed:
        """Down, and up again after 1 s or `for_`."""
        return self._do(for_, nic=nic, do="flap")

    def set_link(self, link: str, settings: Mapping[str, Any], *, for_: Optional[Duration] = None) -> Deed:
        """Of "lb1.eth0 -> lan", "lan -> lb1.eth0" or "lb1.eth0 <-> lan": {"loss": "30%", "delay": "5ms"}."""
        return self._do(for_, link=link, set=settings)

    def partition(
        self,
        from_: Hosts,
        to: Hosts,
        *,
        both_ways: bool = True,
        match: Union[str, Sequence[str], None] = None,
        for_: Optional[Duration] = None,
    ) -> Deed:
        """Frames between these hosts are lost, or those of some kinds: `match="vrrp"`."""
        cut: dict[str, Any] = {"from": from_, "to": to, "both_ways": both_ways}
        if match is not None:
            cut["match"] = match
        return self._do(for_, partition=cut)

    def firewall(self, host: str, rule: str, *, for_: Optional[Duration] = None) -> Deed:
        """Inserts a rule of iptables' words: "OUTPUT -p vrrp -j DROP"."""
        return self._do(for_, firewall=host, rule=rule)

    def set_file(self, host: str, path: Path, value: Optional[int], *, for_: Optional[Duration] = None) -> Deed:
        """The number in a file that is tracked; None removes it."""
        return self._do(for_, file=host, path=os.fspath(path), value="none" if value is None else value)

    def set_processes(self, host: str, name: str, count: int, *, for_: Optional[Duration] = None) -> Deed:
        """So many processes of this name run."""
        return self._do(for_, process=f"{arguments.name(host, 'a host')}/{arguments.name(name, 'a process')}", count=count)

    def step_clock(self, host: str, step: str, *, for_: Optional[Duration] = None) -> Deed:
        """Sets the wall clock forward, or back: "-5s"."""
        return self._do(for_, clock=host, step=step)

    def drift_clock(self, host: str, drift: str, *, for_: Optional[Duration] = None) -> Deed:
        """All clocks of the host run faster from now on by "200ppm"."""
        return self._do(for_, clock=host, drift=drift)

    def flush_arp(self, host: str) -> Deed:
        return self._do(None, arp=host, do="flush")

    def pin_arp(self, host: str, *, for_: Optional[Duration] = None) -> Deed:
        """Its ARP entries change no more."""
        return self._do(for_, arp=host, do="pin")

    def reboot_switch(self, segment: str, *, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, switch=segment, do="reboot")

    def flush_switch(self, segment: str) -> Deed:
        """It forgets where whose MAC is."""
        return self._do(None, switch=segment, do="flush")

    def lose_querier(self, segment: str, *, for_: Optional[Duration] = None) -> Deed:
        return self._do(for_, switch=segment, do="querier_lost")

    def inject(self, nic: str, *, for_: Optional[Duration] = None, **frames: Any) -> Deed:
        """Puts frames on a cable as if "lb1.eth0" had sent them: `advert={"vrid": 51, "priority": 255}`, `hex="ffff..."` or
        `pcap="frames.pcap"`."""
        return self._do(for_, inject={"from": nic, **frames})

    def note(self, text: str) -> Deed:
        """A line of the timeline."""
        return self._do(None, note=text)
