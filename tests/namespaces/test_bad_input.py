"""Adverts of every wrong kind, 10,000 a second, at a running pair: it keeps its timing and says why, once each."""

import collections
import re
import time

import pytest
from lab import drills, table
from lab.pair import ADDRESSES, FILES, Pair

RATE = 10_000
TIMING = 0.050  # how far the time between two adverts of the master may be off
STRANGER = "192.168.56.66"
FLOOD = FILES.parent / "tools/advert_flood.py"

# Reasons that the flood must have been refused for, by the names that logs and counters use.
REASONS = {"bad_ttl", "bad_version", "bad_type", "bad_checksum", "auth_mismatch", "auth_failed", "interval_mismatch"}


@pytest.fixture(scope="module")
def flooded(request, programs, tmp_path_factory):
    """A pair that went through a flood, and when that was."""
    seconds = 20 if request.config.getoption("long") else 5
    captured = f"(proto 112 and not host {STRANGER}) or arp"
    with Pair(tmp_path_factory.mktemp("flood"), programs, captured=captured) as pair:
        stranger = pair.add_host("stranger", f"{STRANGER}/24")
        drills.start_both(pair)
        time.sleep(1)
        pair.flood_began = time.monotonic_ns()
        pair.flood_report = stranger.run("/usr/bin/python3", FLOOD, "eth0", STRANGER, "--rate", RATE, "--seconds",
                                         seconds, timeout=90)
        pair.flood_ended = time.monotonic_ns()
        time.sleep(1.2)
        yield pair


def test_the_flood_was_one(flooded):
    sent, took = re.match(r"(\d+) packets in ([\d.]+) s", flooded.flood_report).groups()
    table.record_figure(f"flood: {sent} wrong adverts in {took} s")
    assert int(sent) / float(took) >= 0.5 * RATE  # a busy machine may hold the sender up


def test_the_master_keeps_its_timing(flooded):
    sent = [a.at for a in flooded.capture.adverts(ADDRESSES["lb1"], since=flooded.flood_began - 1_000_000_000)]
    off = [abs((b - a) / 1e9 - 1) for a, b in zip(sent, sent[1:])]
    table.record_figure(f"flood: {len(sent)} adverts of the master, at most {max(off) * 1000:.1f} ms off their time")
    assert len(sent) >= (flooded.flood_ended - flooded.flood_began) // 1_000_000_000
    assert max(off) <= TIMING


def test_nobody_else_is_taken_for_master(flooded):
    assert not flooded.capture.adverts(ADDRESSES["lb2"])
    assert drills.is_healthy(flooded)
    assert flooded.client.longest_blackout(flooded.flood_began, flooded.flood_ended).lost <= 4


@pytest.mark.parametrize("name", ["lb1", "lb2"])
def test_each_cause_is_told_once(flooded, name):
    member = getattr(flooded, name)
    # Once for the virtual router and once for what reached no virtual router of the interface.
    told = collections.Counter(re.findall(rf"(\(VI_1\)|ens33).* from {re.escape(STRANGER)}(?:, VRID \d+)?: (\w+)",
                                          member.daemon.log.text(flooded.flood_began)))
    assert REASONS <= {reason for _, reason in told}, told
    assert "unknown_vrid" not in {reason for _, reason in told}, "counted, and told with log_unknown_vrids only"
    assert set(told.values()) == {1}, told
