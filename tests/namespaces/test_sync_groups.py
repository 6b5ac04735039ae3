"""Two instances on two segments that fail over together: states, adverts and the order of notify scripts."""

import os
import signal
import time

import pytest
from lab.router import Router, Wires

INTERVAL = 0.1


def config(priority):
    instances = "".join(f"""\
vrrp_instance {name} {{
    interface {interface}
    version 3
    virtual_router_id {vrid}
    priority {priority}
    advert_int {INTERVAL}
    virtual_ipaddress {{
        {address}
    }}
    notify_master "/run/notify.sh {name} master"
    notify /run/notify.sh
}}
""" for name, interface, vrid, address in (("VI_OUT", "eth0", 51, "192.168.56.100/24"),
                                           ("VI_IN", "eth1", 52, "192.168.57.100/24")))
    return f"""\
global_defs {{
    script_user root
}}
vrrp_sync_group BOTH {{
    group {{
        VI_OUT
        VI_IN
    }}
    notify_fault "/run/notify.sh group fault"
    notify /run/notify.sh
}}
{instances}"""


@pytest.fixture(scope="module")
def wires(programs, tmp_path_factory):
    with Wires(tmp_path_factory.mktemp("groups"), "outside", "inside") as running:
        running.programs = programs
        yield running


@pytest.fixture
def pair(wires):
    if not hasattr(wires, "pair"):
        wires.pair = [Router(wires, name, wires.programs, {"outside": f"192.168.56.{number}/24",
                                                           "inside": f"192.168.57.{number}/24"})
                      for name, number in (("lb1", 130), ("lb2", 132))]
    lb1, lb2 = wires.pair
    since = lb1.start(config(100))
    both(lb1, "MASTER", since)
    since = lb2.start(config(90))
    both(lb2, "BACKUP", since)
    yield lb1, lb2
    for router in wires.pair:
        router.daemon.end()
        router.host.run("ip", "addr", "flush", "to", "192.168.56.100")
        router.host.run("ip", "addr", "flush", "to", "192.168.57.100")


def both(router, state, since):
    for name in ("VI_OUT", "VI_IN"):
        router.needs_state(name, state, since)
    router.needs_line(f"VRRP_Group(BOTH) Syncing instances to {state} state", since)


def holds(router):
    return [router.host.holds(f"192.168.{net}.100") for net in (56, 57)]


def wait_for_notes(router, count):
    deadline = time.monotonic() + 3
    while len(router.notified()) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return router.notified()


def test_a_group_fails_over_whole_and_comes_back(pair):
    lb1, lb2 = pair
    assert holds(lb1) == [True, True] and holds(lb2) == [False, False]
    at = lb1.cable("outside", plugged=False)
    try:
        both(lb1, "FAULT", at)
        lb1.needs_advert("inside", 0, at)  # the healthy side resigns, too
        both(lb2, "MASTER", at)
        assert holds(lb1) == [False, False] and holds(lb2) == [True, True]
    finally:
        back = lb1.cable("outside", plugged=True)
    both(lb1, "MASTER", back)
    both(lb2, "BACKUP", back)
    assert holds(lb1) == [True, True] and holds(lb2) == [False, False]
    # Nobody was master of one side only for longer than a few adverts.
    for router in pair:
        for state in ("MASTER", "FAULT", "BACKUP"):
            times = [when for when, _, to in router.daemon.states(at) if to == state]
            assert not times or max(times) - min(times) < 2e9 or len(times) > 2


def test_notify_scripts_run_in_order(pair):
    lb1, lb2 = pair
    before = len(wait_for_notes(lb1, 8))
    at = lb1.cable("outside", plugged=False)
    both(lb1, "FAULT", at)
    both(lb2, "MASTER", at)
    faults = wait_for_notes(lb1, before + 4)[before:]
    assert sorted(faults[:2]) == ["INSTANCE VI_IN FAULT 100", "INSTANCE VI_OUT FAULT 100"], faults
    assert faults[2:] == ["group fault", "GROUP BOTH FAULT 0"], faults
    masters = wait_for_notes(lb2, 8)[-5:]
    assert masters[-1] == "GROUP BOTH MASTER 0", masters
    for name in ("VI_OUT", "VI_IN"):
        assert masters.index(f"{name} master") + 1 == masters.index(f"INSTANCE {name} MASTER 90"), masters
    back = lb1.cable("outside", plugged=True)
    both(lb1, "MASTER", back)


def test_the_groups_stop_script_runs_at_the_end(pair):
    lb1, _ = pair
    before = len(wait_for_notes(lb1, 8))
    lb1.daemon.stop()
    assert lb1.daemon.wait(3) == 0
    stops = lb1.notified()[before:]
    assert sorted(stops[:2]) == ["INSTANCE VI_IN STOP 100", "INSTANCE VI_OUT STOP 100"], stops
    assert stops[2:] == ["GROUP BOTH STOP 0"], stops


def test_a_members_timer_alone_makes_no_master(pair):
    """The inside backup hears nothing any more, but the outside one still does: the group stays as it is."""
    _, lb2 = pair
    at = time.monotonic_ns()
    lb2.host.run("iptables", "-I", "INPUT", "-i", "eth1", "-p", "vrrp", "-j", "DROP")
    try:
        lb2.needs_line("waits for the rest of VRRP_Group(BOTH)", at)
        time.sleep(10 * INTERVAL)
        assert not lb2.daemon.states(at)
        assert holds(lb2) == [False, False]
    finally:
        lb2.host.run("iptables", "-F", "INPUT")


def test_status_lines_name_the_group(pair):
    lb1, _ = pair
    at = time.monotonic_ns()
    os.kill(lb1.daemon.pid, signal.SIGUSR1)
    lb1.needs_line("VRRP_Group(BOTH) MASTER", at)
