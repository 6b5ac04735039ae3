"""How fast a takeover is, and whether the simulator says the same: understudyd and keepalived side by side in one run.

Both pairs go through the same drills at the same time on the same machine; medians of three. Figures that do not depend
on the phase of the adverts come from the capture on the bridge.
"""

import concurrent.futures
import statistics
import time

import pytest
from lab import bounds, drills, rehearsal, table
from lab.pair import Pair

NOT_BEHIND = 0.005  # understudyd's median may be this much behind keepalived's
LIKE_SIMULATED = 0.060  # the real blackout and the simulated one for the same phase
PAIRS = {"understudyd": ("understudyd", "understudyd"), "keepalived": ("keepalived", "keepalived")}
DRILLS = ("daemon_stops", "daemon_back", "power_off", "power_on")


def _run(folder, programs, kinds, repetitions):
    found = {name: [] for name in DRILLS}
    with Pair(folder, programs, kinds) as pair:
        drills.start_both(pair)
        for repetition in range(repetitions):
            for name in DRILLS:
                time.sleep(repetition / repetitions * bounds.ADVERT)  # another phase of the adverts each time
                found[name].append(getattr(drills, name)(pair))
    return found


@pytest.fixture(scope="module")
def runs(request, programs, tmp_path_factory):
    """For each kind of daemon: the results of every drill, by the drill's name."""
    table.need(("keepalived",))
    repetitions = 5 if request.config.getoption("long") else 3
    with concurrent.futures.ThreadPoolExecutor() as pool:
        started = {kind: pool.submit(_run, tmp_path_factory.mktemp(kind), programs, kinds, repetitions)
                   for kind, kinds in PAIRS.items()}
        return {kind: future.result() for kind, future in started.items()}


def _median(runs, kind, drill, figure):
    return statistics.median(result.figures[figure] for result in runs[kind][drill])


@pytest.mark.parametrize("drill", DRILLS)
def test_every_repetition_holds_its_bounds(runs, drill):
    for result in runs["keepalived"][drill]:
        table.record(result)  # for comparison only: its bounds are no promise of ours
    table.passed(*runs["understudyd"][drill])


@pytest.mark.parametrize("drill, figure, expected", [
    ("power_off", "after_silence", bounds.MASTER_DOWN["lb2"]),
    ("daemon_stops", "after_priority_0", bounds.SKEW["lb2"]),
], ids=["after-the-last-advert-heard", "after-priority-0"])
def test_takeover_is_not_behind_keepalived(runs, drill, figure, expected):
    ours, theirs = (_median(runs, kind, drill, figure) for kind in PAIRS)
    table.record_figure(f"takeover, {figure.replace('_', ' ')}: understudyd {ours * 1000:.1f} ms, "
                           f"keepalived {theirs * 1000:.1f} ms (arithmetic: {expected * 1000:.1f} ms)")
    assert ours <= theirs + NOT_BEHIND


@pytest.mark.parametrize("drill", ["daemon_stops", "daemon_back", "power_off"])
def test_blackout_is_what_the_simulator_says(runs, programs, tmp_path, drill):
    real = [result.blackout for result in runs["understudyd"][drill]]
    simulated = [rehearsal.blackout(tmp_path / str(index), programs, drill, result.figures["phase"])
                 for index, result in enumerate(runs["understudyd"][drill])]
    difference = statistics.median(abs(a - b) for a, b in zip(real, simulated))
    pairs = ", ".join(f"{a:.3f} / {b:.3f}" for a, b in zip(real, simulated))
    table.record_figure(f"blackout, real / simulated, {drill.replace('_', ' ')}: {pairs} s; "
                           f"median difference {difference * 1000:.0f} ms")
    assert difference <= LIKE_SIMULATED
