"""A run that somebody steps through, and takes a hand in."""

from __future__ import annotations

import ipaddress
import json
import os
import pathlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Optional, Union

from . import _understudy, arguments
from .advert import Address
from .durations import Duration, to_nanoseconds
from .lab_deeds import Deed, DeedsOfLab
from .records import Path, Record, Result, Transition, result_of
from .scenario import Report, Scenario, ScenarioError, _plain, diagnostics_of
from .traces import Trace


class TimelineEntry(Record):
    """Something worth telling: `kind` is fault, transition, script, service, daemon, refusal, blackout, announcement or
    note; `t` in seconds; `host` is empty where it is about none or several."""

    t: float
    kind: str
    host: str
    text: str


class Snapshot:
    """Where a lab stood. It is what was done until then, no copy of the world: fork() plays the run again, which takes as
    long as it took the first time (9 ms for a minute of a pair)."""

    def __init__(self, snapshot: _understudy.LabSnapshot, name: str, path: str) -> None:
        self._snapshot = snapshot
        self._name = name
        self._path = path

    @property
    def now(self) -> float:
        """In seconds."""
        return self._snapshot.now / 1e9

    @property
    def digest(self) -> str:
        """Of everything that had happened."""
        return self._snapshot.digest

    def fork(self) -> Lab:
        """A new lab that stands here, without captures or trace. As often as you like."""
        return Lab._of(self._snapshot.replay(), self._name, self._path)

    def __repr__(self) -> str:
        return f"<Snapshot of {self._name} at {self.now} s>"


class Lab(DeedsOfLab):
    """A run of one case that stands still between your calls.

    with understudy.Lab("scenarios/nginx-pair.yaml", case="stop-nginx-on-master") as lab:
        lab.run_until("10s")
        lab.stop_service("lb1", "nginx")
        took = lab.wait_for("master(VI_1) == lb2", within="4s")
        assert lab.masters("VI_1") == ["lb2"]

    Time stands at `now`: everything before has happened, and nothing of that instant, so that what you do comes first, as
    in a timeline. A deed is a fault of the scenario's timeline that happens now: the run is, digest and all, the one of
    to_yaml(). What a timeline could not place at this instant any more (something new after the end of another deed) happens
    a nanosecond later. The scenario's own timeline happens, too, and its expectations are judged by finish().

    Durations and times are timedeltas, text with units ("250ms") or numbers of seconds. An unknown name is a ValueError (in
    deeds and conditions a ScenarioError, which is one, with its place); what comes after finish() or close(), or from
    another thread meanwhile, a RuntimeError. Other Python threads run while time does, and Ctrl-C stops it somewhere in
    between: then the lab can go on.
    """

    def __init__(
        self,
        scenario: Union[Scenario, Path],
        case: Optional[str] = None,
        *,
        seed: Optional[int] = None,
        duration: Optional[Duration] = None,
        pcap: Optional[Path] = None,
        trace: bool = False,
    ) -> None:
        """`duration` makes the run longer than its scenario does; `pcap` is a folder for captures; with `trace` the result
        of finish() has its arrays.

        Raises as Scenario.load() and Scenario.run() do, and ValueError for a shorter duration.
        """
        if not isinstance(scenario, Scenario):
            if not isinstance(scenario, (str, os.PathLike)):
                raise TypeError(f"a lab is made of a Scenario or of a file's path, not of {type(scenario).__name__}")
            scenario = Scenario.load(scenario)
        index = scenario._index(case)
        name = scenario._loaded.cases[index]
        self._lab = scenario._loaded.lab(
            index,
            arguments.seed(seed),
            None if duration is None else _limited(to_nanoseconds(duration)),
            arguments.folder(pcap),
            bool(trace),
        )
        self._name = f"{scenario.name}/{name}" if name else scenario.name
        self._path = scenario.path
        self._result: Optional[Result] = None

    @classmethod
    def _of(cls, lab: _understudy.SteppedLab, name: str, path: str) -> Lab:
        self = object.__new__(cls)
        self._lab, self._name, self._path, self._result = lab, name, path, None
        return self

    # ---- time

    @property
    def now(self) -> float:
        """In seconds since the beginning."""
        return self._lab.now / 1e9

    @property
    def duration(self) -> float:
        """Of the whole run, in seconds."""
        return self._lab.end / 1e9

    @property
    def digest(self) -> str:
        """Of everything that has happened; after finish() that of the result."""
        return self._lab.digest

    def run_until(self, at: Duration) -> None:
        """Lets everything happen that comes before this time.

        Raises ValueError when that lies in the past, or after the end of the run.
        """
        self._run_to(to_nanoseconds(at), at)

    def run_for(self, duration: Duration) -> None:
        """The same, so much later than now."""
        self._run_to(self._lab.now + to_nanoseconds(duration), duration)

    def _run_to(self, until: int, given: Duration) -> None:
        self._go_on()
        if until < self._lab.now:
            raise ValueError(f"time goes forwards: it is {self.now} s, so {given!r} cannot be")
        if until > self._lab.end:
            raise ValueError(f"the run ends at {self.duration} s, before {given!r}; Lab(duration=...) makes it longer")
        self._lab.run_until(until)

    def wait_for(self, condition: str, within: Duration) -> float:
        """Lets time pass until a condition holds, after all that happens at that instant. Gives how long that took, in
        seconds; 0.0 when it holds already. Conditions are those of scenario files:

        lab.wait_for("master(VI_1) == lb2 and blackout(web) < 1s", within="4s")

        Raises TimeoutError that says what was so instead; ScenarioError for what is no condition.
        """
        __tracebackhide__ = True
        self._go_on()
        begun = self._lab.now
        limit = begun + to_nanoseconds(within)
        if limit > self._lab.end:
            limit = self._lab.end
        diagnostics, at, seen = self._lab.wait_for(arguments.name(condition, "a condition"), limit + 1)
        if diagnostics:
            raise ScenarioError(diagnostics_of(diagnostics))
        if at is None:
            raise TimeoutError(f"from {begun / 1e9} s to {limit / 1e9} s it was never so that {condition}: {seen}")
        return (at - begun) / 1e9

    # ---- what is so

    @property
    def hosts(self) -> list[str]:
        return self._lab.hosts

    def state(self, host: str, instance: str) -> Optional[str]:
        """INIT, BACKUP, MASTER or FAULT; None while the host's daemon does not run."""
        return self._lab.state(arguments.name(host, "a host"), arguments.name(instance, "an instance"))

    def priority(self, host: str, instance: str) -> Optional[int]:
        """The effective one; None while the daemon does not run."""
        return self._lab.priority(arguments.name(host, "a host"), arguments.name(instance, "an instance"))

    def masters(self, instance: str) -> list[str]:
        """The hosts that are master, in the file's order."""
        return self._lab.masters(arguments.name(instance, "an instance"))

    def master(self, instance: str) -> Optional[str]:
        """The only master; None when there is none, or several."""
        masters = self.masters(instance)
        return masters[0] if len(masters) == 1 else None

    def holders(self, address: Union[Address, str]) -> list[str]:
        """The hosts that have this address."""
        return self._lab.holders(_address(address))

    def arp(self, host: str, address: Union[Address, str]) -> Optional[str]:
        """The MAC that a host believes an address to have; None: it knows none."""
        return self._lab.arp(arguments.name(host, "a host"), _address(address))

    def reached(self, host: str, address: Union[Address, str]) -> Optional[str]:
        """Whom the frames get to that a host sends to an address: by the MAC it believes, then by the switch. None: nobody."""
        return self._lab.reached(arguments.name(host, "a host"), _address(address))

    def mac(self, host: str) -> str:
        """Of its first NIC."""
        return self._lab.mac(arguments.name(host, "a host"))

    def service(self, host: str, service: str) -> str:
        """up, down or hung."""
        return self._lab.service(arguments.name(host, "a host"), arguments.name(service, "a service"))

    def evaluate(self, expression: str) -> Union[bool, int, float, None]:
        """A condition, a number or a duration (in seconds) of scenario files: `evaluate("blackout(web)")`. None: what it asks for
        has no answer.

        Raises ScenarioError, with its place, for what is none.
        """
        return self._evaluated(expression)[0]

    def expect(self, condition: str) -> None:
        """Raises AssertionError that says what is so, unless the condition holds now."""
        __tracebackhide__ = True
        value, seen = self._evaluated(condition)
        if not isinstance(value, bool):
            raise ValueError(f"{condition!r} is a value, not a condition")
        if not value:
            raise AssertionError(f"at {self.now} s it is not so that {condition}: {seen}")

    def _evaluated(self, expression: str) -> tuple[Union[bool, int, float, None], str]:
        diagnostics, value, seen = self._lab.evaluate(arguments.name(expression, "an expression"))
        if diagnostics:
            raise ScenarioError(diagnostics_of(diagnostics))
        return value, seen

    def timeline(self, since: Duration = 0) -> list[TimelineEntry]:
        """What happened, for people, from a time on."""
        rows = self._lab.timeline(_limited(to_nanoseconds(since)))
        return [TimelineEntry(t=at / 1e9, kind=kind, host=host, text=text) for at, kind, host, text in rows]

    def transitions(self, since: Duration = 0) -> list[Transition]:
        """Changes of state, from a time on."""
        keys = ("t", "host", "instance", "from", "to", "reason")
        rows = self._lab.transitions(_limited(to_nanoseconds(since)))
        return [Transition(zip(keys, (at / 1e9, *rest))) for at, *rest in rows]

    # ---- deeds

    def do(self, entry: Union[str, Mapping[str, Any]]) -> Deed:
        """Does what an entry of a timeline says, without `at`: "service: lb1/nginx, do: stop, for: 5s", or a dictionary.

        Raises ScenarioError with the place of what is wrong.
        """
        self._go_on()
        if isinstance(entry, Mapping):
            entry = json.dumps(_plain(entry, "the deed"), ensure_ascii=False)
        elif not isinstance(entry, str):
            raise TypeError(f"a deed is text or a dictionary, not {type(entry).__name__}")
        number, diagnostics = self._lab.act(arguments.name(entry, "a deed"))
        if number is None:
            raise ScenarioError(diagnostics_of(diagnostics))
        return Deed(self, number)

    # ---- the whole

    def snapshot(self) -> Snapshot:
        """Where the lab stands, to come back to."""
        self._go_on()
        return Snapshot(self._lab.snapshot(), self._name, self._path)

    def fork(self) -> Lab:
        """Another lab that stands where this one does, and goes its own way: snapshot().fork(). What copy.copy() gives."""
        return self.snapshot().fork()

    __copy__ = fork

    def __deepcopy__(self, memo: dict[int, Any]) -> Lab:
        return self.fork()

    def finish(self) -> Result:
        """Plays what is left and judges: the result of Scenario.run(). Then the lab only answers questions."""
        if self._result is None:
            document, rows = self._lab.finish()
            self._result = result_of(document, None if rows is None else Trace._of_run(rows))
        return self._result

    def to_yaml(self) -> str:
        """The scenario with what was done so far at the end of its timeline: a file that stands alone, and whose run is this
        one."""
        return self._lab.yaml().decode(errors="surrogateescape")

    def explain(self, pcap: Optional[Path] = None, *, command: str = "") -> Report:
        """Plays to_yaml() to its end, for people: timeline, blackouts, causes of what failed, and a page with pictures.
        `command` is shown as what replays it."""
        text, html = self._lab.explain(arguments.encoded(command, "a command"), arguments.folder(pcap))
        return Report(text.decode(), html.decode())

    def keep(self, folder: Path) -> Report:
        """Writes lab.yaml, captures, and (where the module was built with the charting library) report.html into a folder;
        gives the report."""
        place = pathlib.Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        scenario = place / "lab.yaml"
        scenario.write_text(self.to_yaml(), errors="surrogateescape")
        report = self.explain(place / "captures", command=f"understudy sim {scenario}")
        if report.html:
            (place / "report.html").write_text(report.html)
        return report

    @property
    def closed(self) -> bool:
        return self._lab.closed

    def close(self) -> None:
        """Frees the run; the end of a with statement does it, too. More than once is fine."""
        self._lab.close()

    def _go_on(self) -> None:
        if self._lab.finished:
            raise RuntimeError("the run is over: finish() was called")

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if self.closed:
            return f"<Lab {self._name}: closed>"
        return f"<Lab {self._name} at {self.now} s of {self.duration} s>"


def _address(value: Union[Address, str]) -> str:
    return str(ipaddress.ip_address(value))


def _limited(nanoseconds: int) -> int:
    """What the engine can count: 292 years."""
    if nanoseconds >= 2**62:
        raise ValueError("a time is shorter than 146 years")
    return nanoseconds
