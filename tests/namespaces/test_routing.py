"""What comes and goes with the virtual addresses: excluded addresses, routes, rules and the filter of no_accept; statics."""

import re
import time

import pytest
from lab import daemon as daemons
from lab.host import Host
from lab.lan import Lan

IPV4 = {"lb1": "10.56.0.1", "lb2": "10.56.0.2", "client": "10.56.0.10"}
VIP, VIP6, EXCLUDED = "10.56.0.100", "fd56::100", "10.56.0.101"
PRIORITY = {"lb1": 200, "lb2": 100}
SOON = 5.0

INSTANCE = """\
vrrp_instance VI_1 {{
    interface eth0
    virtual_router_id 51
    priority {priority}
    version 3
    advert_int 0.1
    virtual_ipaddress {{
        {addresses}
    }}
    {more}
}}
"""

ROUTED = """\
    virtual_ipaddress_excluded {
        10.56.0.101/24
        fd56::101/64
    }
    virtual_routes {
        10.57.0.0/16 via 10.56.0.254 src 10.56.0.100 metric 7
        blackhole 10.58.0.0/16
        10.59.0.0/16
        192.0.2.0/24 table 100 nexthop via 10.56.0.254 weight 2 nexthop via 10.56.0.253
        fd57::/64 via fe80::fe
    }
    virtual_rules {
        from 10.56.0.100 table 100 preference 500
        to fd58::/64 prohibit preference 501
    }
"""
ROUTES = ("10.57.0.0/16", "blackhole 10.58.0.0/16", "10.59.0.0/16 dev eth0", "192.0.2.0/24", "fd57::/64 via fe80::fe")
RULES = ("500:", "501:")

STATICS = """\
static_ipaddress {
    10.60.0.1/24 dev eth0
}
static_routes {
    10.61.0.0/16 via 10.60.0.254
    unreachable 10.62.0.0/16 table 101
}
static_rules {
    from 10.60.0.1 table 101 preference 502
}
"""


def eventually(holds, what):
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline, f"not within {SOON} s: {what() if callable(what) else what}"
        time.sleep(0.05)


class Node:
    """A host with a daemon, and what its kernel has."""

    def __init__(self, host, programs):
        self.host = host
        self.daemon = daemons.Daemon(host, "understudyd", programs)

    def addresses(self):
        return re.findall(r"inet6? ([0-9a-f.:]+)/", self.host.run("ip", "address", "show", "dev", "eth0"))

    def routes(self):
        return self.host.run("ip", "route", "show", "table", "all") + self.host.run("ip", "-6", "route", "show")

    def rules(self):
        return self.host.run("ip", "rule") + self.host.run("ip", "-6", "rule")

    def filter(self):
        return self.host.run("nft", "list", "ruleset").strip()

    def everything(self):
        return self.addresses(), re.sub(r" expires \S+", "", self.routes()), self.rules(), self.filter()

    def is_master(self):
        return VIP in self.addresses()


class Segment(Lan):
    """lb1, lb2 and a client on one switch."""

    def __init__(self, programs):
        super().__init__()
        self._programs = programs

    def _build(self):
        self._add_lan("bridge")
        self.nodes = {name: Node(self._plug(name), self._programs) for name in PRIORITY}
        self.lb1, self.lb2 = self.nodes.values()
        self.client = self._plug("client")
        for name, node in self.nodes.items():
            self._stack.callback(node.daemon.end)
            eventually(lambda name=name: self.pings(IPV4[name]), "the segment is up")

    def _plug(self, name):
        host = self.keep(Host(name))
        last = IPV4[name].rsplit(".", 1)[1]
        self.connect(host, name, "eth0", f"02:00:00:00:56:{int(last):02x}")
        host.run("sysctl", "-q", "net.ipv6.conf.eth0.accept_dad=0")
        host.run("ip", "address", "add", f"{IPV4[name]}/24", "dev", "eth0")
        host.run("ip", "address", "add", f"fd56::{last}/64", "dev", "eth0", "nodad")
        host.run("ip", "link", "set", "eth0", "up")
        return host

    def configure(self, more="", top="", addresses=f"{VIP}/24"):
        for name, node in self.nodes.items():
            node.host.write(daemons.CONFIG, top + INSTANCE.format(priority=PRIORITY[name], addresses=addresses,
                                                                  more=more))

    def start(self, *nodes):
        for node in nodes:
            node.daemon.start()
        eventually(nodes[0].is_master, nodes[0].daemon.log.text)

    def stop(self, node):
        node.daemon.stop()
        assert node.daemon.wait(SOON) == 0, node.daemon.log.text()

    def pings(self, address):
        return self.client.status_of("ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", address)[0] == 0

    def connects(self, address):
        """What a client's SYN to a port without a service meets: "refused" or "silence"."""
        family = "AF_INET6" if ":" in address else "AF_INET"
        return self.client.run("/usr/bin/python3", "-c", f"""
import socket
with socket.socket(socket.{family}) as probe:
    probe.settimeout(1)
    try:
        probe.connect(("{address}", 81))
    except TimeoutError:
        print("silence")
    except ConnectionRefusedError:
        print("refused")""").strip()

    def mac_of(self, address):
        """The MAC at which the client sees an address now; None when nobody answers for it."""
        self.client.run("ip", "neigh", "flush", "all")
        self.client.status_of("ping", "-n", "-c", "1", "-W", "1", address)
        words = self.client.run("ip", "neigh", "show", address).split()
        return words[words.index("lladdr") + 1] if "lladdr" in words else None


@pytest.fixture
def segment(programs):
    with Segment(programs) as running:
        yield running


def test_routes_rules_and_excluded_addresses_follow_the_master(segment):
    segment.configure(ROUTED)
    before = {node: node.everything() for node in segment.nodes.values()}

    def has_all(node):
        return (EXCLUDED in node.addresses() and "fd56::101" in node.addresses()
                and all(route in node.routes() for route in ROUTES) and all(rule in node.rules() for rule in RULES))

    segment.start(segment.lb1, segment.lb2)
    eventually(lambda: has_all(segment.lb1), "lb1 has all")
    assert "src 10.56.0.100 metric 7" in segment.lb1.routes()
    assert segment.lb2.everything() == before[segment.lb2], "a backup has nothing"
    assert segment.pings(EXCLUDED) and segment.pings("fd56::101")
    assert segment.mac_of(EXCLUDED) == "02:00:00:00:56:01"
    advert = segment.client.run("tcpdump", "-n", "-v", "-c", "1", "-i", "eth0", "ip proto 112")
    assert VIP in advert.split("addrs:")[1] and EXCLUDED not in advert, advert

    segment.stop(segment.lb1)
    eventually(lambda: has_all(segment.lb2), "lb2 has all")
    assert segment.lb1.everything() == before[segment.lb1], "nothing is left behind"
    # Without a word of the client: an announcement moved the excluded address, too.
    words = segment.client.run("ip", "neigh", "show", EXCLUDED).split()
    assert words[words.index("lladdr") + 1] == "02:00:00:00:56:02"

    segment.start(segment.lb1)
    eventually(lambda: segment.lb2.everything() == before[segment.lb2], "lb2 gives all of it back")
    eventually(lambda: has_all(segment.lb1), "lb1 has all again")
    segment.stop(segment.lb1)
    segment.stop(segment.lb2)
    for node, state in before.items():
        assert node.everything() == state


def test_what_a_killed_daemon_left_is_cleared_at_the_next_start(segment):
    segment.configure(ROUTED + "    no_accept", top=STATICS)
    before = segment.lb1.everything()
    segment.start(segment.lb1)
    eventually(lambda: "500:" in segment.lb1.rules(), "lb1 has its rules")
    segment.lb1.daemon.kill()
    segment.lb1.daemon.wait(SOON)
    assert "blackhole 10.58.0.0/16" in segment.lb1.routes() and "500:" in segment.lb1.rules()
    assert VIP in segment.lb1.filter() and "10.60.0.1" in segment.lb1.addresses()
    segment.start(segment.lb2)
    segment.lb1.daemon.start()
    eventually(lambda: not segment.lb1.is_master(), "the address is taken off")
    eventually(segment.lb1.is_master, "lb1 is master again")
    assert segment.lb1.rules().count("500:") == 1
    segment.stop(segment.lb1)
    assert segment.lb1.everything() == before


def test_a_hosts_own_default_route_counts_again_afterwards(segment):
    segment.configure("    virtual_routes {\n        default via 10.56.0.253\n    }")
    segment.lb1.host.run("ip", "route", "add", "default", "via", "10.56.0.254")

    def way():
        return segment.lb1.host.run("ip", "route", "get", "192.0.2.1").split()[2]

    segment.start(segment.lb1)
    eventually(lambda: way() == "10.56.0.253", "the virtual route comes first")
    segment.stop(segment.lb1)
    assert way() == "10.56.0.254"


def test_a_link_that_comes_back_has_its_routes(segment):
    segment.configure(ROUTED, top=STATICS)
    segment.start(segment.lb1)
    eventually(lambda: "500:" in segment.lb1.rules(), "lb1 has its rules")
    segment.lb1.host.run("ip", "link", "set", "eth0", "down")
    eventually(lambda: not segment.lb1.is_master(), "lb1 resigns")
    assert "10.57.0.0/16" not in segment.lb1.routes() and "500:" not in segment.lb1.rules()
    assert "502:" in segment.lb1.rules(), "statics stay"
    segment.lb1.host.run("ip", "link", "set", "eth0", "up")
    eventually(lambda: "10.61.0.0/16" in segment.lb1.routes(), "the static route is back")
    eventually(lambda: all(route in segment.lb1.routes() for route in ROUTES), "the virtual routes are back")


def test_statics_are_there_from_start_to_end(segment):
    segment.configure(top=STATICS)
    before = segment.lb2.everything()
    segment.start(segment.lb1, segment.lb2)
    for node in segment.nodes.values():  # whatever its state
        eventually(lambda node=node: "502:" in node.rules(), "statics")
        assert "10.60.0.1" in node.addresses()
        assert "10.61.0.0/16 via 10.60.0.254" in node.routes()
        assert "unreachable 10.62.0.0/16 table 101" in node.routes()
    segment.stop(segment.lb2)
    assert segment.lb2.everything() == before


@pytest.mark.covers("V3-6.4.3-06")
def test_without_accept_a_master_only_answers_arp(segment):
    segment.configure("    no_accept")
    before = segment.lb1.everything()
    segment.start(segment.lb1)
    assert segment.mac_of(VIP) == "02:00:00:00:56:01", "ARP is answered"
    assert not segment.pings(VIP)
    assert segment.connects(VIP) == "silence"
    assert segment.pings(IPV4["lb1"])
    assert segment.connects(IPV4["lb1"]) == "refused"
    segment.stop(segment.lb1)
    assert segment.lb1.everything() == before
    assert segment.lb1.filter() == ""


@pytest.mark.covers("V3-6.1-07 V3-6.4.3-06")
def test_without_accept_over_ipv6_only_neighbour_discovery_is_answered(segment):
    segment.configure("    no_accept", addresses=f"fe80::56/64\n        {VIP6}/64")
    segment.lb1.daemon.start()
    eventually(lambda: VIP6 in segment.lb1.addresses(), "lb1 is master")
    assert segment.mac_of(VIP6) == "02:00:00:00:56:01", "solicitations are answered"
    assert not segment.pings(VIP6)
    assert segment.connects(VIP6) == "silence"
    assert segment.pings("fd56::1")
    # Unicast solicitations too: the client's probing keeps the entry alive.
    segment.client.run("sysctl", "-q", "net.ipv6.neigh.eth0.base_reachable_time_ms=500")
    for _ in range(8):
        segment.client.status_of("ping", "-n", "-c", "1", "-W", "1", VIP6)
    assert "lladdr 02:00:00:00:56:01" in segment.client.run("ip", "neigh", "show", VIP6)
    segment.stop(segment.lb1)
    assert segment.lb1.filter() == ""


def test_with_accept_there_is_no_filter(segment):
    segment.configure("    accept")
    segment.start(segment.lb1)
    assert segment.pings(VIP) and segment.connects(VIP) == "refused"
    assert segment.lb1.filter() == ""


def test_a_filter_that_somebody_flushed_is_there_again_with_the_next_mastership(segment):
    segment.configure("    no_accept")
    segment.start(segment.lb1)
    segment.lb1.host.run("nft", "flush", "ruleset")
    assert segment.pings(VIP)
    segment.lb1.host.run("ip", "link", "set", "eth0", "down")
    eventually(lambda: not segment.lb1.is_master(), "lb1 resigns")
    segment.lb1.host.run("ip", "link", "set", "eth0", "up")
    eventually(segment.lb1.is_master, "lb1 is master again")
    assert not segment.pings(VIP)
    segment.stop(segment.lb1)
    assert segment.lb1.filter() == ""
