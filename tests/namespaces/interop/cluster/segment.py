"""The LAN: a bridge, the routers on it, and the client."""

import time

from cluster.client import Client
from cluster.routers import KINDS
from cluster.settings import CLIENT_ASKS, INTERFACE, PRIORITIES, Settings, mac_of
from cluster.wire import Wire
from lab.host import Host
from lab.lan import Lan

_CLIENT_NUMBER = 10


class Segment(Lan):
    """A context manager: the hosts exist inside it.

    `kinds` are the routers' makes, highest priority first. Their settings are `settings`, or one for each."""

    def __init__(self, kinds, settings=Settings(), priorities=PRIORITIES):
        super().__init__()
        self._kinds = kinds
        self._settings = list(settings) if isinstance(settings, (list, tuple)) else [settings] * len(kinds)
        self._priorities = priorities

    def _build(self):
        self.settings = self._settings[0]
        self._add_lan("bridge")
        self.lan.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        # It sees what one router sends to another, too.
        self.lan.run("ip", "link", "set", "bridge", "promisc", "on")
        numbers = range(1, len(self._kinds) + 1)
        self.routers = [
            self.keep(KINDS[kind](number, priority, settings, [other for other in numbers if other != number]))
            for number, kind, priority, settings in zip(numbers, self._kinds, self._priorities, self._settings)]
        self._client_host = self.keep(Host("client"))
        self._client_host.run("sysctl", "-qw", "net.ipv6.conf.default.accept_ra=0", "net.ipv6.conf.all.accept_ra=0")
        for router in self.routers:
            self._plug(router.host, router.number)
            router.prepare()
        self._plug(self._client_host, _CLIENT_NUMBER)
        self.wire = self.keep(Wire(self.lan, "bridge"))
        self.asked = CLIENT_ASKS[self.settings.family]
        self.client = self.keep(Client(self._client_host, self.asked))

    def _plug(self, host, number):
        self.connect(host, f"port{number}", INTERFACE, mac_of(number))
        host.run("ip", "link", "set", INTERFACE, "up")
        host.run("ip", "addr", "add", f"10.56.0.{number}/24", "brd", "+", "dev", INTERFACE)
        for address in (f"fe80::56:{number}/64", f"fd00:56::{number}/64"):
            host.run("ip", "addr", "add", address, "dev", INTERFACE, "nodad")

    def cut(self, router):
        """Nothing passes to or from that router any more, and nobody is told; returns the time of that."""
        self.lan.run("bridge", "link", "set", "dev", f"port{router.number}", "state", "0")
        return time.monotonic_ns()

    def heal(self, router):
        self.lan.run("bridge", "link", "set", "dev", f"port{router.number}", "state", "3")
        return time.monotonic_ns()

    # ---- who speaks

    def adverts_of(self, router, since=0, until=None):
        return [a for a in self.wire.adverts(since, until) if a.source == router.address]

    def speakers(self, since, until=None):
        """The routers that sent an advert of a priority above 0 between the two moments."""
        sources = {a.source for a in self.wire.adverts(since, until) if a.priority > 0}
        return [router for router in self.routers if router.address in sources]

    def wait_for_advert(self, router, timeout, since, resigns=False):
        """When that router was first heard since then; None when it was not in time. With `resigns`, the first advert
        of priority 0."""
        found = self.wire.wait_for(
            lambda e: getattr(e, "source", None) == router.address and (e.priority == 0) == resigns, timeout, since)
        return found.at if found else None
