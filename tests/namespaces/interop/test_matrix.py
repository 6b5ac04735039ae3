"""Routers that agree: one master, the right one, in the time that the arithmetic says, and the client follows."""

import pytest
from cluster import matrix, refusal


@pytest.mark.parametrize("run", [pytest.param(run, id=run.name, marks=() if run.smoke else pytest.mark.long)
                                 for run in matrix.RUNS])
def test_agreeing_routers(result):
    assert result.passed, "\n".join(result.failures())


@pytest.mark.long
@pytest.mark.parametrize("run", [pytest.param(run, id=run.name) for run in refusal.RUNS])
def test_what_the_peer_does_not_know(result):
    assert result.passed, "\n".join(result.failures())
