"""One virtual router, an input at a time."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from typing import Any, Optional, Union

from . import _understudy, arguments
from .advert import Address, Packet, _bytes_of
from .durations import Duration, to_nanoseconds
from .records import Record
from .scenario import ScenarioError, diagnostics_of

_MOST_EFFECTS = 1_000_000
_LATEST = 2**61  # nanoseconds


class Effect(Record):
    """What a virtual router asks of its host, or tells it: `effect` is send_advert (with `packet`, `destination`),
    add_addresses, remove_addresses, announce_addresses (`repeat`), notify (`state`), state_changed (`from_`, `to`,
    `reason`) or advert_refused (`reason`). `t` is when, in seconds."""

    effect: str
    t: float


class VirtualRouter:
    """The state machine of RFC 9568 and RFC 3768, sections 6.4, without a network or a clock.

    Made from the text of a keepalived.conf; `name` says which of its instances, and may be left out when there is one.
    `source` is the address of its interface. Times are since the beginning, and never go backwards; where none is
    given, it is `now`. What is due before an input is done first.

    Scripts, interfaces and sync groups belong to the host: use raise_fault(), clear_fault() and set_priority() for what
    they would do.
    """

    def __init__(
        self, config: str, name: str = "", *, source: Union[Address, str], profile: str = "keepalived", file: str = "keepalived.conf"
    ) -> None:
        router, items, names = _understudy.make_virtual_router(
            arguments.encoded(config, "the text of a configuration"),
            os.fsencode(file),
            arguments.encoded(name, "a name"),
            arguments.encoded(profile, "a profile"),
        )
        diagnostics = diagnostics_of(items)
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            raise ScenarioError(diagnostics)
        if router is None:
            raise ValueError(f"name one of the virtual routers: {', '.join(names) or 'there is none'}")
        self._router = router
        self._router.set_source(0, str(ipaddress.ip_address(source)))

    def start(self, at: Optional[Duration] = None) -> list[Effect]:
        """Leaves INIT."""
        return self._input(at, self._router.start)

    def receive(self, packet: Packet, at: Optional[Duration] = None) -> list[Effect]:
        """A whole IP packet that came in."""
        data = _bytes_of(packet)
        return self._input(at, lambda now: self._router.receive(now, data))

    def raise_fault(self, at: Optional[Duration] = None) -> list[Effect]:
        return self._input(at, self._router.raise_fault)

    def clear_fault(self, at: Optional[Duration] = None) -> list[Effect]:
        return self._input(at, self._router.clear_fault)

    def set_priority(self, priority: int, at: Optional[Duration] = None) -> list[Effect]:
        """The effective priority, 1 to 254, as tracked scripts change it."""
        checked = arguments.integer(priority, "a priority", 1, 254)
        return self._input(at, lambda now: self._router.set_priority(now, checked))

    def shut_down(self, at: Optional[Duration] = None) -> list[Effect]:
        """A master resigns."""
        return self._input(at, self._router.shut_down)

    def run_until(self, at: Duration) -> list[Effect]:
        """Lets time pass."""
        return self._input(at, self._router.deadline)

    def copy(self) -> VirtualRouter:
        """Another one in the same state, to try something else with."""
        other = object.__new__(VirtualRouter)
        other._router = self._router.copy()
        return other

    def __copy__(self) -> VirtualRouter:
        return self.copy()

    def __deepcopy__(self, _: object) -> VirtualRouter:
        return self.copy()

    @property
    def name(self) -> str:
        return self._router.name

    @property
    def state(self) -> str:
        """INIT, BACKUP, MASTER or FAULT."""
        return self._router.state

    @property
    def priority(self) -> int:
        """The effective one."""
        return self._router.priority

    @property
    def master(self) -> Optional[Address]:
        """Whom it takes for the master; None: nobody."""
        return ipaddress.ip_address(self._router.master) if self._router.master else None

    @property
    def now(self) -> float:
        """In seconds."""
        return self._router.now / 1e9

    @property
    def next_deadline(self) -> Optional[float]:
        """When it will act by itself, in seconds."""
        next_ = self._router.next_deadline
        return None if next_ is None else next_ / 1e9

    def _input(self, at: Optional[Duration], handle: Callable[[int], list[dict[str, Any]]]) -> list[Effect]:
        now = self._router.now if at is None else to_nanoseconds(at)
        if now < self._router.now:
            raise ValueError(f"time goes forwards: it is {self.now} s, so {at!r} cannot be")
        if now > _LATEST:
            raise ValueError(f"time ends after {_LATEST // 10**9} s, and {at!r} lies behind")
        done: list[dict[str, Any]] = []
        while (due := self._router.next_deadline) is not None and due <= now:
            done += self._router.deadline(max(due, self._router.now))
            if len(done) > _MOST_EFFECTS:
                raise ValueError(f"more than {_MOST_EFFECTS} effects: go there in smaller steps")
        done += handle(now)
        return [Effect(t=item.pop("t_ns") / 1e9, **item) for item in done]

    def __repr__(self) -> str:
        return f"<VirtualRouter {self.name}: {self.state} at {self.now} s>"
