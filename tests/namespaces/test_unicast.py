"""Unicast peers: a pair takes over, and no advert goes to a group."""

import time

import pytest
from lab import bounds
from lab.pair import ADDRESSES, VIP
from lab.variant import ADDRESSES6, MACS, NETWORK6, PRIORITIES, Variant, instance, master_down

OTHER = {"lb1": "lb2", "lb2": "lb1"}


@pytest.fixture
def variant(programs, tmp_path):
    with Variant(tmp_path, programs) as running:
        yield running


def _config(addresses, vip, more=""):
    def config(name):
        lines = (f"unicast_src_ip {addresses[name]}\n    unicast_peer {{\n        {addresses[OTHER[name]]}\n    }}\n"
                 f"    {more}")
        return instance(PRIORITIES[name], vip, more=lines)
    return config


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_a_unicast_pair_takes_over(variant, family):
    addresses = ADDRESSES if family == "ipv4" else ADDRESSES6
    vip = VIP if family == "ipv4" else NETWORK6 + "100"
    lines = [f"{VIP}/24"] if family == "ipv4" else ["fe80::5600", f"{vip}/64"]
    began = time.monotonic_ns()
    variant.start_both(_config(addresses, lines))
    assert variant.reaches(vip)
    cut = variant.cable("lb1", plugged=False)
    took = variant.becomes("lb2", "MASTER", cut)
    down = master_down(PRIORITIES["lb2"])
    assert down - 0.2 - bounds.EXACT <= (took - cut) / 1e9 <= down + bounds.ALLOWANCE
    time.sleep(0.1)
    assert variant.neighbour_of_client(vip) == MACS["lb2"]
    assert variant.reaches(vip)
    variant.cable("lb1", plugged=True)
    variant.becomes("lb2", "BACKUP", cut, 8)

    adverts = variant.frames("advert", began)
    assert {(a.source, a.source_mac) for a in adverts} == {(addresses[name], MACS[name]) for name in MACS}
    assert {(a.destination, a.destination_mac) for a in adverts} == {(addresses[name], MACS[name]) for name in MACS}
    for name in MACS:
        listing = variant.member(name).host.run("ip", "maddr", "show", "dev", "ens33")
        assert "224.0.0.18" not in listing
        assert "ff02::12" not in listing


def test_the_configured_ttl_is_sent(variant):
    began = time.monotonic_ns()
    variant.start_both(_config(ADDRESSES, [f"{VIP}/24"], more="unicast_ttl 7"))
    assert {advert.ttl for advert in variant.frames("advert", began)} == {7}


def test_a_multicast_group_of_its_own(variant):
    began = time.monotonic_ns()
    variant.start_both(lambda name: "global_defs {\n    vrrp_mcast_group4 224.0.0.77\n}\n"
                       + instance(PRIORITIES[name], [f"{VIP}/24"]))
    adverts = variant.frames("advert", began)
    assert {(a.destination, a.destination_mac) for a in adverts} == {("224.0.0.77", "01:00:5e:00:00:4d")}
