"""A pytest plugin: `pytest -p understudy.pytest_plugin`, or `pytest_plugins = ["understudy.pytest_plugin"]`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .records import Path
from .scenario import Scenario


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Callable[[Path], Scenario]:
    """Loads a scenario file; paths are relative to the folder of the test."""

    def load(path: Path) -> Scenario:
        return Scenario.load(request.path.parent / path)

    return load
