"""After a silent cut of five seconds no client goes on sending to the router that yielded."""

import pytest
from cluster import stale


@pytest.mark.parametrize("run", [pytest.param(run, id=run.name, marks=() if run.smoke else pytest.mark.long)
                                 for run in stale.RUNS])
def test_the_client_is_not_left_behind(result):
    assert result.passed, "\n".join(result.failures())
