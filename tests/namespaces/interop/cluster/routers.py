"""The routers: a host with a daemon of one make, started, stopped and asked the same way."""

import json
import re
import signal
import time

from cluster.settings import (INTERFACE, PREFIXES, VIRTUAL_MAC, address_of, keepalived_conf, mac_of, virtual_mac,
                              vrrpd_conf)
from lab.host import Host, LabError

FRR = "/usr/lib/frr"
_CONF = "/run/keepalived.conf"

# Interfaces that come later copy these: no router advertisement may add addresses or change timings here.
_QUIET = [f"net.ipv6.conf.{which}.{key}" for which in ("all", "default")
          for key in ("accept_ra=0", "autoconf=0", "addr_gen_mode=1")]


class Router:
    """One host of the LAN. `kind` is its make."""

    def __init__(self, number, priority, settings, others):
        self.number = number
        self.priority = priority
        self.settings = settings
        self.others = others
        self.address = address_of(number, settings.family)
        told = settings.extra + (settings.only_ours if self.kind == "understudyd" else ())
        # That answers for the virtual addresses.
        self.mac = virtual_mac(settings.vrid, settings.family) if VIRTUAL_MAC in told else mac_of(number)
        self.host = Host(f"{self.kind}-{number}")
        self._processes = []
        self.host.run("sysctl", "-qw", *_QUIET)

    def prepare(self):
        """Called once the host has its interface."""

    def close(self):
        self.host.close()

    def command(self):
        raise NotImplementedError

    def start(self):
        """Returns the time of that, and does not wait until it is ready."""
        at = time.monotonic_ns()
        self._processes.append(self.host.spawn(*self.command()))
        return at

    def stop(self):
        """Asks it to stop (SIGTERM); returns the time of that."""
        at = time.monotonic_ns()
        self._processes[-1].signal(signal.SIGTERM)
        return at

    def wait_until_stopped(self, timeout):
        return self._processes[-1].wait(timeout) is not None

    def running(self):
        return bool(self._processes) and self._processes[-1].running()

    def lines(self, since=0):
        """What it logged, in earlier runs too."""
        return [text for process in self._processes for _, text in process.log.lines(since)]

    def holds(self, address):
        return f" {address}/" in self.host.run("ip", "-o", "addr", "show")

    def __str__(self):
        return f"{self.kind} {self.priority}"


class Understudyd(Router):
    kind = "understudyd"
    programs = None  # the folder with understudyd

    def prepare(self):
        self.host.write(_CONF, keepalived_conf(self.settings, self.number, self.priority, self.others, True))

    def command(self):
        return [self.programs / "understudyd", "-f", _CONF, "-p", "/run/understudyd.pid", "-n", "-l", "-D"]


class Keepalived(Router):
    kind = "keepalived"

    def prepare(self):
        self.host.write(_CONF, keepalived_conf(self.settings, self.number, self.priority, self.others, False))
        # keepalived leaves this to the administrator: else, with use_vmac, the host asks who the client is in the name
        # of the virtual address from its physical MAC address, and the client learns that one.
        self.host.run("sysctl", "-qw", "net.ipv4.conf.all.arp_announce=2")

    def command(self):
        return ["keepalived", "-P", "-n", "-l", "-D", "-f", _CONF, "-p", "/run/keepalived.pid", "-r",
                "/run/keepalived_vrrp.pid"]


class Frr(Router):
    """zebra and vrrpd; the virtual addresses lie on a macvlan interface that is up while vrrpd is master."""
    kind = "frr"

    def prepare(self):
        family, vrid = self.settings.family, self.settings.vrid
        self.mac = virtual_mac(vrid, family)
        self._virtual = f"vrrp{family}-{vrid}"
        host = self.host
        host.run("ip", "link", "add", "link", INTERFACE, "name", self._virtual, "address", self.mac, "type", "macvlan",
                 "mode", "bridge")
        for address in self.settings.addresses:
            host.run("ip", "addr", "add", f"{address}/{PREFIXES[family]}", "dev", self._virtual,
                     *(["nodad"] if family == 6 else []))
        if family == 6:
            # vrrpd speaks from the last link-local address of the macvlan interface.
            host.run("ip", "addr", "del", f"{self.address}/64", "dev", INTERFACE)
            host.run("ip", "addr", "add", f"{self.address}/64", "dev", self._virtual, "nodad")
        host.run("ip", "link", "set", self._virtual, "up")
        host.run("sh", "-c", "mount -t tmpfs lab /var/tmp && mkdir -p /run/frr && touch /run/frr/zebra.conf && "
                             "chown -R frr:frr /run/frr")
        host.write("/run/frr/vrrpd.conf", vrrpd_conf(self.settings, self.priority))
        zebra = host.spawn(f"{FRR}/zebra", "-f", "/run/frr/zebra.conf", "-P", "0", "--log", "stdout")
        deadline = time.monotonic() + 20
        while "zserv.api" not in host.run("ls", "/run/frr"):
            if time.monotonic() > deadline or not zebra.running():
                raise LabError("zebra: " + zebra.log.text())
            time.sleep(0.05)

    def command(self):
        return [f"{FRR}/vrrpd", "-f", "/run/frr/vrrpd.conf", "-P", "0", "--log", "stdout", "--log-level", "debug"]

    def holds(self, address):
        found = json.loads(self.host.run("ip", "-j", "addr", "show", "dev", self._virtual))[0]
        return "LOWER_UP" in found["flags"] and any(entry.get("local") == address for entry in found["addr_info"])

    def lines(self, since=0):
        # A stranger's word for each address that the kernel reports.
        return [line for line in super().lines(since) if "Refusing to start" not in line]


KINDS = {make.kind: make for make in (Understudyd, Keepalived, Frr)}
OWN_TIME = re.compile(r"^(\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(\.\d+)? |\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}: )")
