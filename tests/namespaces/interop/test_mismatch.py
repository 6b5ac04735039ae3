"""Routers that do not agree on something: the outcome is the expected one, and our log names the reason once."""

import pytest
from cluster import mismatch


@pytest.mark.parametrize("run", [pytest.param(run, id=run.name, marks=() if run.smoke else pytest.mark.long)
                                 for run in mismatch.RUNS])
def test_disagreeing_routers(result):
    assert result.passed, "\n".join(result.failures())
