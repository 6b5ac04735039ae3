"""Rehearses a VRRP failover, explains it, performs it. See README.md of the project."""

from ._understudy import __version__
from .advert import Advert, AuthType, DecodeError, EncodeError, decode, encode, encode_packet, receive
from .batch import REASONS, decode_many
from .durations import Duration
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

__all__ = [
    "Advert",
    "AuthType",
    "Blackout",
    "CaptureError",
    "DecodeError",
    "Diagnostic",
    "Duration",
    "EncodeError",
    "Expectation",
    "Explanation",
    "Oracle",
    "Probe",
    "REASONS",
    "Record",
    "Report",
    "Result",
    "Scenario",
    "ScenarioError",
    "Sweep",
    "SweepError",
    "SweepRow",
    "Transition",
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
