"""Packages that are nice to have: asked for when they are needed, and named when they are missing."""

from __future__ import annotations

import importlib
from typing import Any

_DEBIAN = {"matplotlib.figure": "matplotlib"}


def installed(module: str, wanted_by: str) -> Any:
    """The module. ImportError says who needs it and what to install."""
    try:
        return importlib.import_module(module)
    except ImportError:
        name = _DEBIAN.get(module, module)
        raise ImportError(
            f"{wanted_by} needs {name}: install python3-{name} (Debian, Ubuntu) or pip install {name}", name=name
        ) from None
