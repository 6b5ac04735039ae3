"""Makes the captures in tests/captures anew; only with --captures FOLDER."""

import pytest
from cluster import captures


@pytest.mark.captures
@pytest.mark.parametrize("run", [pytest.param(run, id=run.name) for run in captures.RUNS])
def test_capture(result):
    assert result.passed, "\n".join(result.failures())
