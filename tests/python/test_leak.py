"""Many runs in one process take no more memory than a few."""

import os

import pytest
from conftest import ROOT

from understudy import Scenario

RUNS = 10_000 if os.environ.get("UNDERSTUDY_SLOW") == "1" else 300


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no /proc")
@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="the sanitizer keeps what is freed")
def test_runs_leave_nothing_behind():
    pair = Scenario.load(ROOT / "scenarios/nginx-pair.yaml")
    for seed in range(100):
        pair.run("stop-daemon-on-master", seed=seed)
    before = resident_bytes()
    for seed in range(RUNS):
        pair.run("stop-daemon-on-master", seed=seed)
    assert resident_bytes() - before < 5_000_000
