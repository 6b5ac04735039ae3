"""The pair's two hosts and client with any configuration: IPv6, unicast, virtual MACs."""

import contextlib
import time

from lab import daemon as daemons
from lab import frames
from lab.host import LabError
from lab.pair import INTERFACES, Pair

NETWORK6 = "2001:db8:56::"
ADDRESSES6 = {"lb1": NETWORK6 + "130", "lb2": NETWORK6 + "132", "client": NETWORK6 + "10"}
MACS = {"lb1": "02:00:00:00:56:01", "lb2": "02:00:00:00:56:02"}
# What the kernel makes of the MAC (RFC 4291, appendix A).
LINK_LOCALS = {"lb1": "fe80::ff:fe00:5601", "lb2": "fe80::ff:fe00:5602"}
PRIORITIES = {"lb1": 100, "lb2": 90}


def instance(priority, addresses, vrid=51, interval=0.2, more="", name="VI_1"):
    """A vrrp_instance of version 3; `more` are further lines of it."""
    return (f"vrrp_instance {name} {{\n    state BACKUP\n    interface ens33\n    version 3\n"
            f"    virtual_router_id {vrid}\n    priority {priority}\n    advert_int {interval}\n    {more}\n"
            f"    virtual_ipaddress {{\n        " + "\n        ".join(addresses) + "\n    }\n}\n")


def master_down(priority, interval=0.2):
    """Seconds from the last advert heard to taking over (RFC 9568, section 6.1)."""
    return 3 * interval + (256 - priority) / 256 * interval


class Variant(Pair):
    """Both hosts and the client have addresses of both families. Daemons start with start()."""

    def __init__(self, folder, programs):
        super().__init__(folder, programs, captured="ip or ip6 or arp")

    def _build(self):
        super()._build()
        for member in (*self.members, None):
            host = member.host if member else self.client_host
            interface = INTERFACES[host.name]
            host.run("ip", "addr", "add", f"{ADDRESSES6[host.name]}/64", "dev", interface, "nodad")
        self.wait_for_link_local()

    def wait_for_link_local(self, timeout=5):
        """Until no link-local address is being checked for duplicates any more."""
        deadline = time.monotonic() + timeout
        hosts = [(member.host, "ens33") for member in self.members] + [(self.client_host, "eth0")]
        for host, interface in hosts:
            while True:
                shown = host.run("ip", "-6", "-o", "addr", "show", "dev", interface, "scope", "link")
                if "fe80" in shown and "tentative" not in shown:
                    break
                if time.monotonic() > deadline:
                    raise LabError(f"{host.name}: no link-local address: {shown}")
                time.sleep(0.05)

    def member(self, name):
        return self.lb1 if name == "lb1" else self.lb2

    def start(self, name, config):
        """Starts a daemon with that configuration; returns the time of that."""
        member = self.member(name)
        member.host.write(daemons.CONFIG, config)
        return member.daemon.start()

    def start_both(self, config_of):
        """Starts both, lb1 first, and waits until lb1 is master and lb2 is not."""
        for name in ("lb1", "lb2"):
            at = self.start(name, config_of(name))
            state = "MASTER" if name == "lb1" else "BACKUP"
            if self.member(name).daemon.wait_for_state(state, 8, at) is None:
                raise LabError(f"{name} did not become {state}:\n{self.member(name).daemon.log.text()}")
        return at

    def becomes(self, name, state, since, timeout=5):
        """When that host's log said so; an error with the log when it did not in time."""
        at = self.member(name).daemon.wait_for_state(state, timeout, since)
        if at is None:
            raise LabError(f"{name} did not become {state}:\n{self.member(name).daemon.log.text()}")
        return at

    def stop(self, name):
        """Stops a daemon and waits for its end; its exit status."""
        daemon = self.member(name).daemon
        daemon.stop()
        return daemon.wait(3)

    def frames(self, kind, since=0, **wanted):
        """Frames of that kind from the bridge, by what they have (`source_mac=...`)."""
        return [frame for frame in frames.read(self.capture.path, since) if frame.kind == kind
                and all(getattr(frame, name) == value for name, value in wanted.items())]

    def reaches(self, address, source=None):
        """Whether the client's ping is answered."""
        target = f"{address}%eth0" if address.startswith("fe80") else address
        status, _ = self.client_host.status_of("ping", "-n", "-c", "1", "-W", "1", *(("-I", source) if source else ()),
                                               target)
        return status == 0

    def neighbour_of_client(self, address):
        """The MAC address to which the client sends for an address; None when it has none."""
        words = self.client_host.run("ip", "neigh", "show", address).split()
        return words[words.index("lladdr") + 1] if "lladdr" in words else None

    def traces(self, name):
        """What a daemon might leave on a host: links, addresses, routes, settings; for comparison."""
        host = self.member(name).host
        shown = {command: host.run(*command.split()) for command in (
            "ip -o -br link", "ip -o -br addr", "ip route show table all", "ip -6 route show table all",
            "sysctl -a -r net.ipv[46].conf.(all|default|ens33|lo).*")}
        return {command: sorted(_lasting(line) for line in text.splitlines()) for command, text in shown.items()}


def _lasting(line):
    """Without what changes by itself."""
    with contextlib.suppress(ValueError):
        words = line.split()
        if "expires" in words:
            place = words.index("expires")
            del words[place:place + 2]
        return " ".join(words)
    return line


def ping_forever(host, address, every_ms=10):
    """Keeps the client's neighbour cache in use; a running process, to be ended by the caller."""
    return host.spawn("ping", "-n", "-q", "-i", str(every_ms / 1000), address)
