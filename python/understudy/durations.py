"""Durations as people give them."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from typing import Union

Duration = Union[datetime.timedelta, str, int, float]
"""A timedelta, text with a unit of scenario files ("10ms", "1.5s", "4h"), or a number of seconds."""

_UNITS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
}


def to_timedelta(value: Duration) -> datetime.timedelta:
    """In Python's own form, which ends at the microsecond: what is finer is rounded.

    Raises TypeError for other types, ValueError for text without a unit and for what is negative or no number.
    """
    if isinstance(value, datetime.timedelta) and value >= datetime.timedelta(0):
        return value
    try:
        return datetime.timedelta(microseconds=round(_seconds(value) * 10**6))
    except OverflowError:
        raise ValueError(f"a duration fits a timedelta, and {value!r} does not") from None


def to_nanoseconds(value: Duration) -> int:
    """As the engine counts. Raises as to_timedelta() does."""
    return round(_seconds(value) * 10**9)


def _seconds(value: Duration) -> Fraction:
    if isinstance(value, datetime.timedelta):
        seconds = Fraction(value // datetime.timedelta(microseconds=1), 10**6)
    elif isinstance(value, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|min|h)\s*", value, re.ASCII)
        if match is None:
            raise ValueError(f"a duration is a number with one of {', '.join(_UNITS)}, such as 10ms or 1.5s: not {value!r}")
        seconds = Fraction(match[1]) * _UNITS[match[2]]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            seconds = Fraction(value)
        except (ValueError, OverflowError):
            raise ValueError(f"a duration is finite, and {value!r} is not") from None
    else:
        raise TypeError(f"a duration is a timedelta, text such as '1.5s' or a number of seconds: not {type(value).__name__}")
    if seconds < 0:
        raise ValueError(f"a duration is not negative: {value!r}")
    return seconds


def duration_text(value: datetime.timedelta) -> str:
    """As scenario files have it, exactly."""
    microseconds = value // datetime.timedelta(microseconds=1)
    if microseconds < 0:
        raise ValueError(f"a duration is not negative: {value!r}")
    for unit, length in (("s", 10**6), ("ms", 1000)):
        if microseconds % length == 0:
            return f"{microseconds // length}{unit}"
    return f"{microseconds}us"
