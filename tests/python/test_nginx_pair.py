"""The classical nginx pair, rehearsed from pytest: what a user's own test of a pair looks like."""

import pytest

PAIR = "../../scenarios/nginx-pair.yaml"

# Worked by hand: advert 1 s, priorities 100 and 90, so skew is 156/256 s and 166/256 s; the client asks every 10 ms.
SKEW_LB2_S = 166 / 256
# A daemon waits for the first result of its check (15 to 40 ms), then for its down interval, 3 s + 156/256 s on lb1.
START_EARLIEST_S, START_LATEST_S = 3.624375, 3.649375


@pytest.fixture
def rehearse(scenario):
    return lambda case: scenario(PAIR).run(case=case)


def masterships(result):
    return [(change.t, change.host, change.reason) for change in result.transitions if change.to == "MASTER"]


@pytest.mark.parametrize(
    "case", ["stop-nginx-on-master", "drop-adverts-on-master", "stop-daemon-on-master", "start-daemon-on-master"]
)
def test_every_case_passes(case, rehearse):
    result = rehearse(case)
    assert result.passed, [item for item in result.expectations + result.oracles if item.verdict == "fail"]
    assert all(item.margin_s is None or item.margin_s >= 0 for item in result.expectations)


def test_the_pair_starts_after_its_own_down_interval(rehearse):
    time, host, _ = masterships(rehearse("stop-daemon-on-master"))[0]
    assert host == "lb1"
    assert START_EARLIEST_S <= time <= START_LATEST_S


def test_nginx_dead_for_good_costs_the_check_s_phase_and_a_skew(rehearse):
    web = rehearse("stop-nginx-on-master").probe("web")
    assert len(web.blackouts) == 1
    # broken at 10 s; the check runs at 12 s, takes 15 to 40 ms and stops the daemon
    assert 2.015 + SKEW_LB2_S - 0.01 <= web.longest_blackout_s <= 2.040 + SKEW_LB2_S + 0.02


def test_dropped_adverts_make_two_masters_until_the_rule_goes(rehearse):
    result = rehearse("drop-adverts-on-master")
    _, (two_from, host, reason) = masterships(result)[:2]
    assert (host, reason) == ("lb2", "master_silent")
    assert 12.6 < two_from < 13.7  # the last advert before 10 s, and 3.648 s
    yields = [change.t for change in result.transitions if change["from"] == "MASTER" and change.t > 30]
    assert len(yields) == 1 and yields[0] < 31.1
    assert result.dual_master_s.VI_1 == pytest.approx(yields[0] - two_from, abs=0.001)


def test_a_stopped_daemon_costs_one_skew(rehearse):
    result = rehearse("stop-daemon-on-master")
    assert masterships(result)[1] == (pytest.approx(10 + SKEW_LB2_S, abs=0.001), "lb2", "graceful_shutdown")
    web = result.probe("web")
    assert len(web.blackouts) == 1
    assert web.longest_blackout_s == pytest.approx(0.65, abs=0.011)
    blackout = web.blackouts[0]
    assert blackout.elect_s == pytest.approx(SKEW_LB2_S, abs=0.001)
    parts = blackout.detect_s + blackout.elect_s + blackout.announce_s + blackout.relearn_s + blackout.probe_s
    assert parts == pytest.approx(blackout.end_s - blackout.start_s, abs=1e-9)


def test_a_daemon_that_comes_back_is_hardly_noticed(rehearse):
    result = rehearse("start-daemon-on-master")
    time, host, reason = masterships(result)[-1]
    assert (host, reason) == ("lb1", "preempted")
    assert 10 + START_EARLIEST_S <= time <= 10 + START_LATEST_S
    assert result.probe("web").longest_blackout_s <= 0.02
