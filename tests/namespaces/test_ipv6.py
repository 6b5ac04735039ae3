"""Version 3 over both families: a pair takes over, and the client's caches follow."""

import time

import pytest
from lab import bounds
from lab.pair import VIP
from lab.variant import ADDRESSES6, LINK_LOCALS, MACS, NETWORK6, PRIORITIES, Variant, instance, master_down

VIP6 = NETWORK6 + "100"
LINK_LOCAL_VIP = "fe80::5600"
GROUP6 = "ff02::12"


@pytest.fixture
def variant(programs, tmp_path):
    with Variant(tmp_path, programs) as running:
        yield running


def _ipv6(name):
    return instance(PRIORITIES[name], [LINK_LOCAL_VIP, f"{VIP6}/64"])


def _takes_over(variant, since):
    """lb2 falls silent's heir: in the time that the arithmetic says."""
    took = variant.becomes("lb2", "MASTER", since)
    seconds = (took - since) / 1e9
    down = master_down(PRIORITIES["lb2"])
    assert down - 0.2 - bounds.EXACT <= seconds <= down + bounds.ALLOWANCE
    return took


def test_an_ipv6_pair_takes_over(variant):
    variant.lb2.host.run("sysctl", "-qw", "net.ipv6.conf.ens33.forwarding=1")
    before = variant.traces("lb1")
    began = variant.start_both(_ipv6)
    assert variant.reaches(VIP6)
    assert variant.reaches(LINK_LOCAL_VIP)
    assert variant.neighbour_of_client(VIP6) == MACS["lb1"]

    cut = variant.cable("lb1", plugged=False)
    _takes_over(variant, cut)
    time.sleep(0.1)
    # Told by the announcement, before the client asks anybody.
    assert variant.neighbour_of_client(VIP6) == MACS["lb2"]
    assert variant.neighbour_of_client(LINK_LOCAL_VIP) == MACS["lb2"]
    assert variant.reaches(VIP6)

    for name, since in (("lb1", began - 5_000_000_000), ("lb2", cut)):
        for target in (VIP6, LINK_LOCAL_VIP):
            told = variant.frames("na", since, target=target, source_mac=MACS[name], destination="ff02::1")
            assert len(told) >= 5, f"{name} announced {target} {len(told)} times"
            assert {(na.told_mac, na.override, na.solicited, na.router, na.source, na.ttl) for na in told} == {
                (MACS[name], True, False, name == "lb2", target, 255)}
        adverts = variant.frames("advert", since, source=LINK_LOCALS[name], source_mac=MACS[name])
        assert {(advert.destination, advert.destination_mac, advert.ttl, advert.version) for advert in adverts} == {
            (GROUP6, "33:33:00:00:00:12", 255, 3)}

    variant.cable("lb1", plugged=True)
    variant.becomes("lb1", "MASTER", cut, 8)
    assert variant.stop("lb1") == 0
    variant.wait_for_link_local()
    # Its addresses went with the link; what is there now is the host's own.
    assert VIP6 not in variant.lb1.host.run("ip", "addr")
    assert LINK_LOCAL_VIP not in variant.lb1.host.run("ip", "addr")
    assert variant.traces("lb1")["ip -o -br link"] == before["ip -o -br link"]


def test_an_ipv6_master_that_stops_resigns(variant):
    before = variant.traces("lb1")
    variant.start_both(_ipv6)
    stopped = time.monotonic_ns()
    assert variant.stop("lb1") == 0
    took = variant.becomes("lb2", "MASTER", stopped)
    skew = (256 - PRIORITIES["lb2"]) / 256 * 0.2
    assert (took - stopped) / 1e9 <= skew + bounds.ALLOWANCE
    resigned = variant.frames("advert", stopped, source=LINK_LOCALS["lb1"], priority=0)
    assert [advert.destination for advert in resigned] == [GROUP6]
    time.sleep(0.1)
    assert variant.reaches(VIP6)
    assert variant.neighbour_of_client(VIP6) == MACS["lb2"]
    assert variant.traces("lb1") == before


def test_a_master_that_is_killed_is_tidied_up_by_the_next(variant):
    variant.start_both(_ipv6)
    variant.lb1.daemon.kill()
    variant.lb1.daemon.wait(2)
    assert VIP6 in variant.lb1.host.run("ip", "addr")
    started = variant.start("lb1", _ipv6("lb1"))
    assert variant.lb1.daemon.log.wait_for(lambda line: f"{VIP6}/64 was left on ens33: removed" in line, 2, started)
    variant.becomes("lb1", "MASTER", started)


def test_an_ipv4_pair_of_version_3_takes_over(variant):
    def config(name):
        return instance(PRIORITIES[name], [f"{VIP}/24"])

    before = variant.traces("lb2")
    variant.start_both(config)
    assert variant.reaches(VIP)
    assert variant.neighbour_of_client(VIP) == MACS["lb1"]
    cut = variant.cable("lb1", plugged=False)
    _takes_over(variant, cut)
    time.sleep(0.1)
    assert variant.neighbour_of_client(VIP) == MACS["lb2"]
    assert variant.reaches(VIP)
    assert {advert.version for advert in variant.frames("advert", cut)} == {3}
    assert variant.stop("lb2") == 0
    assert variant.traces("lb2") == before


def test_both_families_of_one_vrid_live_side_by_side(variant):
    def config(name):
        return (instance(PRIORITIES[name], [f"{VIP}/24"], name="VI_4")
                + instance(PRIORITIES[name], [LINK_LOCAL_VIP, f"{VIP6}/64"], name="VI_6"))

    variant.start_both(config)
    time.sleep(1)
    assert variant.reaches(VIP)
    assert variant.reaches(VIP6)
    assert variant.reaches(ADDRESSES6["lb1"])
    cut = variant.cable("lb1", plugged=False)
    time.sleep(1.5)
    assert {(instance_, state) for _, instance_, state in variant.lb2.daemon.states(cut)} == {
        ("VI_4", "MASTER"), ("VI_6", "MASTER")}
    assert variant.reaches(VIP)
    assert variant.reaches(VIP6)


def test_an_interface_that_is_made_anew_is_used_again(variant):
    def config(name):
        return (instance(PRIORITIES[name], [f"{VIP}/24"], name="VI_4")
                + instance(PRIORITIES[name], [LINK_LOCAL_VIP, f"{VIP6}/64"], name="VI_6"))

    variant.start_both(config)
    gone = time.monotonic_ns()
    variant.lan.run("ip", "link", "del", "lb2")
    assert variant.lb2.daemon.wait_for_state("FAULT", 3, gone)
    variant._plug(variant.lb2.host, "ens33", "192.168.56.132/24", MACS["lb2"])
    # Once duplicate address detection is done with the new interface's link-local address.
    assert variant.lb2.daemon.log.wait_for(lambda line: "(VI_6) Entering BACKUP STATE (recovered)" in line, 8, gone)
    time.sleep(1)
    states = {name: state for _, name, state in variant.lb2.daemon.states(gone)}
    assert states == {"VI_4": "BACKUP", "VI_6": "BACKUP"}  # it hears lb1 again
    cut = variant.cable("lb1", plugged=False)
    time.sleep(1.5)
    assert {state for _, _, state in variant.lb2.daemon.states(cut)} == {"MASTER"}
    assert variant.reaches(VIP)
