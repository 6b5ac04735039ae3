"""SIGHUP: another configuration under a running daemon, seen from the wire."""

import os
import signal
import time

import pytest
from lab import daemon as daemons
from lab.router import Router, Wires

INTERVAL = 0.1


def config(*, vrid=51, priority=100, address="192.168.56.100", more="", before=""):
    return f"""\
{before}
vrrp_instance VI_1 {{
    interface eth0
    version 3
    virtual_router_id {vrid}
    priority {priority}
    advert_int {INTERVAL}
    virtual_ipaddress {{
        {address}/24
    }}
    {more}
}}
"""


@pytest.fixture(scope="module")
def router(programs, tmp_path_factory):
    with Wires(tmp_path_factory.mktemp("reload"), "main") as wires:
        made = Router(wires, "lb1", programs, {"main": "192.168.56.130/24"})
        made.wire = wires.captures["main"]
        yield made


@pytest.fixture(autouse=True)
def master(router):
    since = router.start(config())
    router.needs_state("VI_1", "MASTER", since)
    yield
    router.daemon.end()
    router.host.run("ip", "addr", "flush", "to", "192.168.56.0/24", "secondary", check=False)


def reload(router, text, expected="Reload: done"):
    router.host.write(daemons.CONFIG, text)
    at = time.monotonic_ns()
    os.kill(router.daemon.pid, signal.SIGHUP)
    router.needs_line(expected, at)
    return at


def _capture_is_up_to_date(router):
    """Frames come to us later than lines of the log: what was sent before now is there when a later advert is."""
    router.needs_advert("main", 100, time.monotonic_ns())


def test_a_master_stays_master_and_advertises_on(router):
    at = reload(router, config(priority=120))
    router.needs_advert("main", 120, at, timeout=1)
    time.sleep(0.5)
    assert not router.daemon.states(at)
    adverts = router.wire.adverts(router.addresses["main"], at - 500_000_000)
    gaps = [(b.at - a.at) / 1e9 for a, b in zip(adverts, adverts[1:])]
    assert max(gaps) < 2 * INTERVAL, gaps  # nobody who listens can have noticed
    assert 0 not in [advert.priority for advert in adverts]


def test_an_address_comes_and_the_one_that_is_gone_is_taken_off(router):
    at = reload(router, config(address="192.168.56.101"))
    assert router.host.holds("192.168.56.101") and not router.host.holds("192.168.56.100")
    _capture_is_up_to_date(router)
    assert router.wire.announcements("192.168.56.101", at)
    assert not router.daemon.states(at)


def test_an_instance_that_is_gone_resigns(router):
    at = reload(router, config(vrid=52))
    router.needs_advert("main", 0, at)
    gone = [advert for advert in router.wire.adverts(router.addresses["main"], at, priority=0) if advert.vrid == 51]
    assert gone
    router.needs_state("VI_1", "MASTER", at)
    _capture_is_up_to_date(router)
    assert router.wire.adverts(router.addresses["main"], at)[-1].vrid == 52


def test_a_bad_file_changes_nothing(router):
    at = reload(router, config(priority=300), "Reload: nothing has changed")
    router.needs_line(f"{daemons.CONFIG}:6:", at)
    router.needs_advert("main", 100, at + 1_000_000)
    assert not router.daemon.states(at)
    at = reload(router, config().replace("eth0", "eth9"), "Reload: nothing has changed")
    router.needs_line("There is no interface 'eth9'", at)
    router.needs_advert("main", 100, at + 1_000_000)


def test_new_scripts_are_run_and_old_ones_are_not(router):
    script = "vrrp_script {name} {{\n    script \"/run/notify.sh {name}\"\n    interval 1\n    user root\n}}\n"
    at = reload(router, config(before=script.format(name="first"), more="track_script {\n        first\n    }"))
    router.needs_line("VRRP_Script(first) succeeded", at)
    at = reload(router, config(before=script.format(name="second"), more="track_script {\n        second\n    }"))
    router.needs_line("VRRP_Script(second) succeeded", at)
    time.sleep(0.3)
    before = router.notified()
    time.sleep(1.5)
    assert "second" in router.notified()[len(before):]
    assert "first" not in router.notified()[len(before):]
    assert len(router.host.pids("understudyd-run")) == 1
    assert not router.daemon.states(at)


def test_what_is_tracked_may_change(router):
    before = "track_file health {\n    file /run/health\n}\n"
    router.host.write("/run/health", "7\n")
    at = reload(router, config(before=before, more="track_file {\n        health\n    }"))
    router.needs_advert("main", 107, at)
    router.host.write("/run/health", "9\n")
    router.needs_advert("main", 109, at)


def test_a_macvlan_that_is_still_wanted_stays(router):
    def index():
        words = router.host.run("ip", "-o", "link", "show", "vrrp.51", check=False).split(":")
        return words[0] if words[0].isdigit() else None

    at = reload(router, config(more="use_vmac"))
    router.needs_state("VI_1", "MASTER", at)
    first = index()
    assert first is not None
    at = reload(router, config(more="use_vmac", priority=110))
    router.needs_advert("main", 110, at)
    assert index() == first
    assert not router.daemon.states(at)
    assert "192.168.56.100" in router.host.run("ip", "-4", "addr", "show", "dev", "vrrp.51")
    reload(router, config())
    assert index() is None


def test_routes_statics_and_the_filter_come_and_go(router):
    def routes():
        return router.host.run("ip", "route", "show")

    with_all = config(before="static_routes {\n    10.1.0.0/16 via 192.168.56.1 dev eth0\n}\n",
                      more="no_accept\n    virtual_routes {\n        10.2.0.0/16 via 192.168.56.1\n    }")
    reload(router, with_all)
    assert "10.1.0.0/16" in routes() and "10.2.0.0/16" in routes()
    assert "192.168.56.100" in router.host.run("nft", "list", "ruleset")
    reload(router, with_all)
    assert "10.1.0.0/16" in routes() and "10.2.0.0/16" in routes()
    assert "192.168.56.100" in router.host.run("nft", "list", "ruleset")
    at = reload(router, config())
    assert "10.1.0.0/16" not in routes() and "10.2.0.0/16" not in routes()
    assert "192.168.56.100" not in router.host.run("nft", "list", "ruleset")
    assert router.host.holds("192.168.56.100")
    assert not router.daemon.states(at)


def test_many_reloads_leave_nothing_behind(router):
    def descriptors():
        return len(os.listdir(f"/proc/{router.daemon.pid}/fd"))

    reload(router, config(priority=101))
    before = descriptors()
    for number in range(10):
        reload(router, config(priority=102 + number))
    assert descriptors() == before
    deadline = time.monotonic() + 2
    while len(router.host.pids("understudyd-run")) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(router.host.pids("understudyd-run")) == 1


def test_a_reloaded_daemon_stops_in_order(router):
    reload(router, config(more='notify_stop "/run/notify.sh over"'))
    at = time.monotonic_ns()
    router.daemon.stop()
    assert router.daemon.wait(3) == 0
    assert router.wire.wait_for_advert(1, router.addresses["main"], at, 0)
    assert not router.host.holds("192.168.56.100")
    assert router.notified() == ["over"]
