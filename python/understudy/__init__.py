"""Rehearses a VRRP failover, explains it, performs it. See README.md of the project."""

from ._understudy import __version__
from .advert import Advert, AuthType, DecodeError, EncodeError, decode, encode, encode_packet, receive
from .batch import REASONS, decode_many
from .durations import Duration
from .lab import Lab, Snapshot, TimelineEntry
from .lab_deeds import Deed
from .plots import plot
from .records import (
    Blackout,
    CaptureError,
    Expectation,
    Explanation,
    Oracle,
    Probe,
    Record,
    Result,
    Transition,
    explain,
)
from .scenario import Diagnostic, Report, Scenario, ScenarioError, check
from .sweeps import Sweep, SweepError, SweepRow, sweep
from .traces import WORDS as TRACE_WORDS
from .traces import Trace
from .virtual_router import Effect, VirtualRouter

# Tracebacks name errors as one imports them: understudy.DecodeError.
for _error in (CaptureError, DecodeError, EncodeError, ScenarioError, SweepError):
    _error.__module__ = __name__
del _error

__all__ = [
    "Advert",
    "AuthType",
    "Blackout",
    "CaptureError",
    "DecodeError",
    "Deed",
    "Diagnostic",
    "Duration",
    "Effect",
    "EncodeError",
    "Expectation",
    "Explanation",
    "Lab",
    "Oracle",
    "Probe",
    "REASONS",
    "Record",
    "Report",
    "Result",
    "Scenario",
    "ScenarioError",
    "Snapshot",
    "Sweep",
    "SweepError",
    "SweepRow",
    "TRACE_WORDS",
    "Trace",
    "TimelineEntry",
    "Transition",
    "VirtualRouter",
    "__version__",
    "check",
    "decode",
    "decode_many",
    "encode",
    "encode_packet",
    "explain",
    "plot",
    "receive",
    "sweep",
]
