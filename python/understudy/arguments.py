"""What callers give, looked at before the engine gets it: TypeError and ValueError that say what was expected."""

from __future__ import annotations

import operator
import os
from collections.abc import Mapping
from typing import Optional, Union

Path = Union[str, "os.PathLike[str]"]


def integer(value: object, what: str, lowest: int, highest: int) -> int:
    """Also of numpy. A bool is none."""
    if isinstance(value, bool) or not hasattr(type(value), "__index__"):
        raise TypeError(f"{what} is an integer, not {type(value).__name__}")
    number = operator.index(value)  # type: ignore[arg-type]
    if not lowest <= number <= highest:
        end = "2^64 - 1" if highest == 2**64 - 1 else str(highest)
        raise ValueError(f"{what} lies in {lowest} to {end}, and {number} does not")
    return number


def seed(value: Optional[int]) -> Optional[int]:
    return None if value is None else integer(value, "a seed", 0, 2**64 - 1)


def text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{what} is a str, not {type(value).__name__}")
    return value


def encoded(value: object, what: str) -> bytes:
    """Text as UTF-8; bytes that were none when it was read are themselves again."""
    try:
        return text(value, what).encode(errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise ValueError(f"{what} has no form in UTF-8: {error}") from None


def name(value: str, what: str) -> str:
    """Text that the engine looks up, or reads."""
    try:
        text(value, what).encode()
    except UnicodeEncodeError:
        raise ValueError(f"{what} is text, and {value!r} is not") from None
    return value


def folder(path: Optional[Path]) -> bytes:
    return b"" if path is None else os.fsencode(path)


def params(given: Optional[Mapping[str, object]]) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise TypeError(f"params are a dictionary of names and values, not {type(given).__name__}")
    checked = {text(name, "the name of a param"): str(value) for name, value in given.items()}
    for name, value in checked.items():
        encoded(name, "the name of a param")
        encoded(value, f"the param {name}")
    return checked


def encoded_params(given: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(encoded(name, "a param"), encoded(value, "a param")) for name, value in given.items()]
