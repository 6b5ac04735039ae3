"""What the tests have measured, for the table at the end, and how they judge a drill."""

import shutil

import pytest

from lab.host import PATH

RESULTS = []
FIGURES = []


def need(kinds):
    """Skips when a daemon that a test compares with is not installed."""
    if "keepalived" in kinds and shutil.which("keepalived", path=PATH) is None:
        pytest.skip("keepalived is not installed")


def record(result):
    """Notes a drill's figures for the table at the end; returns it."""
    RESULTS.append(result)
    return result


def record_figure(text):
    """Notes a line for the table at the end."""
    FIGURES.append(text)


def passed(*results):
    """Asserts that every figure and fact of the drills held."""
    for result in results:
        record(result)
    failures = [f"{result.drill}: {failure}" for result in results for failure in result.failures()]
    assert not failures, "\n".join(failures) + f"\n(the client's widest step: {results[-1].widest_step * 1000:.0f} ms)"
