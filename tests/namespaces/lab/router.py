"""A host that runs understudyd alone, with cables into bridges that are captured: for tests of what a daemon tracks."""

import pathlib
import time

from lab import daemon as daemons
from lab.capture import Capture
from lab.host import Host, LabError
from lab.lan import Lan

_NOTIFY_LOG = "/run/notified"
# The process number tells in which order the daemon started what it does not wait for.
_NOTIFY = f"#!/bin/sh\necho $$ $(cut -d' ' -f1 /proc/uptime) \"$@\" >> {_NOTIFY_LOG}\n"


class Wires(Lan):
    """Bridges, each with a capture."""

    def __init__(self, folder, *names):
        super().__init__()
        self._folder = pathlib.Path(folder)
        self._names = names

    def _build(self):
        self._add_lan(*self._names)
        self.captures = {name: Capture(self.lan, name, self._folder / f"{name}.pcap", "proto 112 or ah or arp")
                         for name in self._names}


class Router:
    """A host on some of the wires, with an address on each and a daemon."""

    def __init__(self, wires, name, programs, addresses):
        self.name = name
        self._wires = wires
        self.addresses = {wire: address.split("/")[0] for wire, address in addresses.items()}
        self.host = wires.keep(Host(name))
        self.daemon = daemons.Daemon(self.host, "understudyd", programs)
        for index, (wire, address) in enumerate(addresses.items()):
            last_byte = int(self.addresses[wire].split(".")[3])
            mac = f"02:00:00:00:{index:02x}:{last_byte:02x}"
            wires.connect(self.host, f"{name}-{wire}", f"eth{index}", mac, bridge=wire)
            self.host.run("ip", "addr", "add", address, "brd", "+", "dev", f"eth{index}")
            self.host.run("ip", "link", "set", f"eth{index}", "up")
        self.host.write("/run/notify.sh", _NOTIFY, 0o755)

    def start(self, config):
        """Starts the daemon with that configuration; ends one that runs."""
        self.daemon.end()
        self.host.write(daemons.CONFIG, config)
        self.host.write(_NOTIFY_LOG, "", 0o666)
        return self.daemon.start()

    def cable(self, wire, plugged):
        """Pulls a cable out, or plugs it in; returns the time of that."""
        at = time.monotonic_ns()
        self._wires.lan.run("ip", "link", "set", f"{self.name}-{wire}", "up" if plugged else "down")
        return at

    def needs_line(self, text, since=0, timeout=5):
        """When the daemon logged a line with that text; an error with its whole log when it did not in time."""
        at = self.daemon.log.wait_for(lambda line: text in line, timeout, since)
        if at is None:
            raise LabError(f"{self.name}: no '{text}' within {timeout} s:\n{self.daemon.log.text()}")
        return at

    def needs_state(self, instance, state, since=0, timeout=5):
        return self.needs_line(f"({instance}) Entering {state} STATE", since, timeout)

    def needs_advert(self, wire, priority, since, timeout=5):
        """When its first advert of that priority since then was on the wire."""
        found = self._wires.captures[wire].wait_for_advert(timeout, self.addresses[wire], since, priority)
        if found is None:
            seen = [event.priority for event in self._wires.captures[wire].adverts(self.addresses[wire], since)]
            raise LabError(f"{self.name}: no advert of priority {priority} on {wire} within {timeout} s, but {seen}\n"
                           + self.daemon.log.text())
        return found.at

    def notified(self):
        """The words that notify scripts were called with, in the order in which they were started."""
        lines = [line.split(" ", 2) for line in self.host.read(_NOTIFY_LOG).splitlines()]
        return [words for _, _, words in sorted(lines, key=lambda line: int(line[0]))]
