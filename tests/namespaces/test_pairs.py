"""The classical pair's four tests and its other accidents on real hosts: understudyd with itself and with keepalived.

Each test finds the pair healthy (lb1 is master, both nginx answer) and leaves it so; the figures' bounds are arithmetic
(lab/bounds.py).
"""

import pytest
from lab import drills, explained, table

OURS = ("understudyd", "understudyd")
MIXED = [("understudyd", "keepalived"), ("keepalived", "understudyd")]
THEIRS = ("keepalived", "keepalived")


def _id(kinds):
    return "-".join(kinds)


def _long(*pairs):
    return [pytest.param(kinds, marks=pytest.mark.long) for kinds in pairs]


every_pair = pytest.mark.parametrize("pair", [OURS, *MIXED, *_long(THEIRS)], indirect=True, ids=_id, scope="session")
our_pair = pytest.mark.parametrize("pair", [OURS, *_long(*MIXED, THEIRS)], indirect=True, ids=_id, scope="session")


@pytest.fixture(autouse=True)
def healthy(pair):
    drills.heal(pair)


@every_pair
def test_start(pair):
    table.passed(pair.start_result)


@every_pair
def test_nginx_dies_for_good_and_is_repaired(pair):
    table.passed(drills.nginx_dies(pair), drills.daemon_back(pair))


@every_pair
def test_firewall_drops_the_masters_adverts(pair):
    table.passed(drills.adverts_dropped(pair))


@every_pair
def test_daemon_stops_and_starts_again(pair):
    table.passed(drills.daemon_stops(pair), drills.daemon_back(pair))


@our_pair
def test_nginx_stops_and_its_script_starts_it(pair):
    table.passed(drills.nginx_restartable(pair))


@our_pair
def test_cable_is_pulled_and_plugged(pair):
    table.passed(drills.cable_pulled(pair), drills.cable_plugged(pair))


@our_pair
def test_daemon_is_killed_and_starts_again(pair):
    table.passed(drills.daemon_killed(pair), drills.daemon_back_after_kill(pair))


@our_pair
def test_daemon_is_paused_and_goes_on(pair):
    table.passed(drills.daemon_paused(pair))


@our_pair
def test_power_goes_off_and_on(pair):
    table.passed(drills.power_off(pair), drills.power_on(pair))


# The last one: the capture and the logs hold everything that the tests above did to the pair.
@every_pair
def test_explain_reads_off_the_capture_what_the_daemons_logged(pair, programs):
    document = explained.explain(programs, pair.capture.path)
    problems, agreed = explained.compare(document, pair)
    table.record_figure(f"explain, {' / '.join(pair.kinds)}: {len(document['transitions'])} transitions, "
                           f"{agreed} changes in the logs agree with them")
    assert not problems, "\n".join(problems)
    assert agreed >= 2
