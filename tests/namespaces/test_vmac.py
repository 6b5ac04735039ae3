"""use_vmac: the client's neighbour cache never changes, and nothing is left on a host that stops."""

import time

import pytest
from lab import bounds
from lab.pair import VIP
from lab.variant import LINK_LOCALS, MACS, NETWORK6, PRIORITIES, Variant, instance, master_down, ping_forever

VIP6 = NETWORK6 + "100"
VIRTUAL_MAC = "00:00:5e:00:01:33"
VIRTUAL_MAC6 = "00:00:5e:00:02:33"


@pytest.fixture
def variant(programs, tmp_path):
    with Variant(tmp_path, programs) as running:
        yield running


def _ipv4(more=""):
    return lambda name: instance(PRIORITIES[name], [f"{VIP}/24"], more=f"use_vmac\n    {more}")


def _ipv6(name):
    return instance(PRIORITIES[name], ["fe80::5600", f"{VIP6}/64"], more="use_vmac")


def _sysctl(host, name):
    return host.run("sysctl", "-n", name).strip()


@pytest.mark.covers("V3-6.4.3-01 V3-8.1.2-01 V3-8.1.2-02 V3-7.2-02 V2-6.4.3-01 V2-7.2-01 V2-8.2-01 V2-8.2-02")
def test_the_client_keeps_one_mac_throughout_a_failover(variant):
    before = {name: variant.traces(name) for name in MACS}
    began = time.monotonic_ns()
    variant.start_both(_ipv4())
    assert variant.reaches(VIP)
    assert variant.reaches("192.168.56.130")
    pinging = ping_forever(variant.client_host, VIP)
    seen = set()

    def watch(seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen.add(variant.neighbour_of_client(VIP))
            time.sleep(0.02)

    watch(0.5)
    cut = variant.cable("lb1", plugged=False)
    took = variant.becomes("lb2", "MASTER", cut)
    down = master_down(PRIORITIES["lb2"])
    assert down - 0.2 - bounds.EXACT <= (took - cut) / 1e9 <= down + bounds.ALLOWANCE
    watch(0.5)
    assert variant.reaches(VIP)
    variant.cable("lb1", plugged=True)
    variant.becomes("lb1", "MASTER", cut, 8)
    watch(0.5)
    # The entry is asked for anew: the answer names the virtual MAC as well.
    variant.client_host.run("ip", "neigh", "flush", "dev", "eth0")
    assert variant.reaches(VIP)
    watch(0.2)
    assert seen == {VIRTUAL_MAC}
    pinging.end()

    adverts = variant.frames("advert", began)
    assert {advert.source_mac for advert in adverts} == {VIRTUAL_MAC}
    assert {advert.source for advert in adverts} == {"192.168.56.130", "192.168.56.132"}
    told = [arp for arp in variant.frames("arp", began) if arp.source == VIP]
    assert {(arp.source_mac, arp.told_mac) for arp in told} == {(VIRTUAL_MAC, VIRTUAL_MAC)}

    for name in ("lb2", "lb1"):
        assert variant.stop(name) == 0
        assert variant.traces(name) == before[name]


@pytest.mark.covers("V3-6.4.3-03 V3-7.2-02 V3-7.4-01 V3-8.2.2-01 V3-8.2.2-04")
def test_an_ipv6_virtual_mac(variant):
    before = variant.traces("lb2")
    began = time.monotonic_ns()
    variant.start_both(_ipv6)
    assert variant.reaches(VIP6)
    assert variant.reaches("fe80::5600")
    assert variant.neighbour_of_client(VIP6) == VIRTUAL_MAC6
    # No address is made of the virtual MAC (RFC 9568, section 7.4).
    assert "fe80::200:5eff:fe00:233" not in variant.lb1.host.run("ip", "addr")
    cut = variant.cable("lb1", plugged=False)
    variant.becomes("lb2", "MASTER", cut)
    time.sleep(0.1)
    assert variant.neighbour_of_client(VIP6) == VIRTUAL_MAC6
    assert variant.reaches(VIP6)
    assert variant.reaches("fe80::5600")
    adverts = variant.frames("advert", began)
    assert {advert.source_mac for advert in adverts} == {VIRTUAL_MAC6}
    assert {advert.source for advert in adverts} == set(LINK_LOCALS.values())
    assert {na.told_mac for na in variant.frames("na", began, target=VIP6)} == {VIRTUAL_MAC6}
    assert variant.stop("lb2") == 0
    assert variant.traces("lb2") == before


def test_adverts_leave_the_base_where_they_are_told_to(variant):
    began = time.monotonic_ns()
    variant.start_both(_ipv4("vmac_xmit_base"))
    assert variant.reaches(VIP)
    assert variant.neighbour_of_client(VIP) == VIRTUAL_MAC
    cut = variant.cable("lb1", plugged=False)
    variant.becomes("lb2", "MASTER", cut)
    time.sleep(0.1)
    assert variant.reaches(VIP)
    adverts = variant.frames("advert", began)
    assert {(advert.source, advert.source_mac) for advert in adverts} == {
        ("192.168.56.130", MACS["lb1"]), ("192.168.56.132", MACS["lb2"])}
    told = [arp for arp in variant.frames("arp", began) if arp.gratuitous and arp.source == VIP]
    assert {arp.source_mac for arp in told} == {VIRTUAL_MAC}


def test_settings_on_both_interfaces(variant):
    variant.lb1.host.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1")
    variant.start_both(_ipv4())
    host = variant.lb1.host
    assert _sysctl(host, "net.ipv4.conf.vrrp/51.arp_ignore") == "1"
    assert _sysctl(host, "net.ipv4.conf.vrrp/51.rp_filter") == "2"
    assert _sysctl(host, "net.ipv6.conf.vrrp/51.disable_ipv6") == "1"
    assert _sysctl(host, "net.ipv4.conf.ens33.arp_ignore") == "1"
    assert variant.reaches(VIP)
    assert variant.stop("lb1") == 0
    assert _sysctl(host, "net.ipv4.conf.ens33.arp_ignore") == "0"
    assert _sysctl(host, "net.ipv4.conf.all.rp_filter") == "1"


def test_a_crash_leaves_a_macvlan_that_the_next_start_replaces(variant):
    variant.start_both(_ipv4())
    variant.lb1.daemon.kill()
    variant.lb1.daemon.wait(2)
    assert "vrrp.51" in variant.lb1.host.run("ip", "link")
    started = variant.start("lb1", _ipv4()("lb1"))
    variant.becomes("lb1", "MASTER", started)
    assert "vrrp.51 was left on ens33: replaced" in variant.lb1.daemon.log.text(started)
    assert variant.reaches(VIP)
    assert variant.stop("lb1") == 0
    assert "vrrp.51" not in variant.lb1.host.run("ip", "link")


def test_an_interface_of_that_name_that_is_not_ours_is_an_error(variant):
    host = variant.lb1.host
    host.run("ip", "link", "add", "vrrp.51", "type", "bridge")
    variant.start("lb1", _ipv4()("lb1"))
    assert variant.lb1.daemon.wait(3) == 1
    assert "there is an interface 'vrrp.51' already" in variant.lb1.daemon.log.text()
    assert "vrrp.51" in host.run("ip", "link")


def test_a_macvlan_that_is_lost_is_made_anew(variant):
    variant.start_both(_ipv4())
    lost = time.monotonic_ns()
    variant.lb1.host.run("ip", "link", "del", "vrrp.51")
    assert variant.lb1.daemon.log.wait_for(lambda line: "vrrp.51 was gone: made anew" in line, 2, lost)
    time.sleep(0.2)
    assert variant.reaches(VIP)
    assert variant.lb1.daemon.states(lost) == []


@pytest.mark.parametrize("more", ["", "use_vmac"], ids=["plain", "use_vmac"])
def test_25_instances_on_one_interface(variant, more):
    """A socket may join 20 groups: instances share theirs."""
    addresses = {vrid: f"192.168.56.{150 + vrid}" for vrid in range(1, 26)}

    def config(name):
        return "".join(instance(PRIORITIES[name], [f"{address}/24"], vrid=vrid, interval=1, more=more, name=f"VI_{vrid}")
                       for vrid, address in addresses.items())

    before = variant.traces("lb1")
    variant.start_both(config)
    time.sleep(1)
    assert {name for _, name, state in variant.lb1.daemon.states() if state == "MASTER"} == {
        f"VI_{vrid}" for vrid in addresses}
    assert all(state == "BACKUP" for _, _, state in variant.lb2.daemon.states())
    for address in (addresses[1], addresses[21], addresses[25]):
        assert variant.reaches(address)
    stopped = time.monotonic_ns()
    assert variant.stop("lb1") == 0
    variant.becomes("lb2", "MASTER", stopped)
    time.sleep(1)
    assert {name for _, name, state in variant.lb2.daemon.states(stopped) if state == "MASTER"} == {
        f"VI_{vrid}" for vrid in addresses}
    for address in (addresses[1], addresses[25]):
        assert variant.reaches(address)
    assert variant.traces("lb1") == before
