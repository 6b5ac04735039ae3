"""Results as they stand in the JSON: dictionaries whose keys can be read as attributes, too."""

from __future__ import annotations

import json
import os
from typing import Any, Optional, Union

from . import _understudy
from .arguments import Path as Path
from .traces import Trace


class Record(dict[str, Any]):
    """A JSON object. `record.reason` is `record["reason"]`; keys that are words of Python get a trailing
    underscore (`transition.from_`)."""

    def __getattr__(self, name: str) -> Any:
        for key in (name, name.removesuffix("_")):
            if key in self:
                return self[key]
        raise AttributeError(f"{type(self).__name__} has no {name!r}; it has {', '.join(self)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]


class Transition(Record):
    """A virtual router of one host changed its state."""

    t: float
    host: str
    instance: str
    from_: str
    to: str
    reason: str


class Blackout(Record):
    """A time without answers, and where it went; all in seconds."""

    start_s: float
    end_s: float
    detect_s: float
    elect_s: float
    announce_s: float
    relearn_s: float
    probe_s: float


class Probe(Record):
    name: str
    sent: int
    answered: int
    longest_blackout_s: float
    blackouts: list[Blackout]


class Expectation(Record):
    text: str
    verdict: str
    margin_s: Optional[float]
    at_s: Optional[float]
    detail: str


class Oracle(Record):
    name: str
    verdict: str
    at_s: Optional[float]
    detail: str


class Result(Record):
    """What one run of a case yields: the fields of `understudy sim --json`."""

    schema: str
    scenario: str
    case: str
    seed: int
    duration_s: float
    digest: str
    verdict: str
    transitions: list[Transition]
    probes: list[Probe]
    dual_master_s: dict[str, float]
    dual_holder_s: dict[str, float]
    no_master_s: dict[str, float]
    expectations: list[Expectation]
    oracles: list[Oracle]
    frames: Record

    def __repr__(self) -> str:
        # Short, because failing assertions show it.
        name = "/".join(part for part in (self["scenario"], self["case"]) if part)
        return f"<Result {name}, seed {self['seed']}: {self['verdict']}>"

    @property
    def passed(self) -> bool:
        return bool(self["verdict"] == "pass")

    @property
    def trace(self) -> Trace:
        """Frames, adverts, transitions and requests as arrays. ValueError when the run was not told to keep them."""
        trace: Optional[Trace] = self.__dict__.get("_trace")
        if trace is None:
            raise ValueError("this run kept no trace: say run(..., trace=True)")
        return trace

    def probe(self, name: str) -> Probe:
        """The probe of that name. KeyError when there is none."""
        for probe in self["probes"]:
            if probe["name"] == name:
                return probe  # type: ignore[no-any-return]
        raise KeyError(name)


class Explanation(Record):
    """Who was master in a capture, when, and why: the fields of `understudy explain --json`."""

    schema: str
    start_ns: int
    duration_s: float
    packets: int
    adverts: int
    virtual_routers: list[Record]
    masters: list[Record]
    transitions: list[Record]
    findings: list[Record]
    warnings: list[str]


_RESULT_LISTS: dict[str, type[Record]] = {
    "transitions": Transition,
    "probes": Probe,
    "blackouts": Blackout,
    "expectations": Expectation,
    "oracles": Oracle,
}


def _record(value: Any, kind: type[Record], lists: dict[str, type[Record]]) -> Any:
    if isinstance(value, dict):
        return kind((key, _record(item, lists.get(key, Record), lists)) for key, item in value.items())
    if isinstance(value, list):
        return [_record(item, kind, lists) for item in value]
    return value


def result_of(document: Union[str, bytes], trace: Optional[Trace] = None) -> Result:
    """The result that a JSON document of schema understudy.sim/1 holds."""
    result: Result = _record(json.loads(document), Result, _RESULT_LISTS)
    result.__dict__["_trace"] = trace
    return result


class CaptureError(OSError):
    """Not one of the captures could be read."""


def explain(*captures: Path) -> Explanation:
    """Replays captures (several are taken as captures of one network) through the engine's observer.

    What could not be read of them stands in `warnings`; CaptureError when that is everything.
    """
    if not captures:
        raise TypeError("explain needs a capture")
    document, files_read, errors = _understudy.explain([os.fsencode(capture) for capture in captures])
    if files_read == 0:
        raise CaptureError(errors.decode(errors="replace"))
    explanation: Explanation = _record(json.loads(document), Explanation, {})
    return explanation
