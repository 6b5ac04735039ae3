"""The classical nginx pair on a LAN with a client: lb1 (priority 100), lb2 (90), one address that one of them holds."""

import pathlib
import subprocess
import time

from lab import daemon as daemons
from lab.capture import Capture
from lab.client import Client
from lab.host import Host, LabError
from lab.lan import Lan
from lab.nginx import Nginx

VIP = "192.168.56.100"
ADDRESSES = {"lb1": "192.168.56.130", "lb2": "192.168.56.132", "client": "192.168.56.10"}
INTERFACES = {"lb1": "ens33", "lb2": "ens33", "client": "eth0"}
INSTANCE = "VI_1"
FILES = pathlib.Path(__file__).resolve().parent.parent / "pair"


class Member:
    """One of the two: host, nginx and daemon."""

    def __init__(self, name, kind, programs, on_line=None):
        self.name = name
        self.address = ADDRESSES[name]
        self.host = Host(name)
        self.nginx = Nginx(self.host)
        self.config = (FILES / f"{name}.conf").read_text()
        daemons.prepare(self.host, self.config, (FILES / f"{name}.check_ng.sh").read_text())
        self.daemon = daemons.Daemon(self.host, kind, programs, on_line)

    def holds_vip(self):
        return self.host.holds(VIP)


class Pair(Lan):
    """A context manager: the hosts exist inside it. Files (the capture) go into `folder`.

    `tell(who, time, line)` is called with every line the daemons log, and with what is done to the hosts.
    """

    def __init__(self, folder, programs, kinds=("understudyd", "understudyd"), tell=None,
                 captured="proto 112 or arp"):
        super().__init__()
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.kinds = kinds
        self.on_request = None  # called with every request of the client that has ended
        self._tell = tell
        self._captured = captured

    def _build(self):
        self._add_lan("bridge")
        self.lb1 = self._member("lb1", self.kinds[0])
        self.lb2 = self._member("lb2", self.kinds[1])
        self.members = (self.lb1, self.lb2)
        self.client_host = self.keep(Host("client"))
        for index, host in enumerate((self.lb1.host, self.lb2.host, self.client_host), start=1):
            self._plug(host, INTERFACES[host.name], f"{ADDRESSES[host.name]}/24", f"02:00:00:00:56:{index:02x}")
        self.capture = Capture(self.lan, "bridge", self.folder / "bridge.pcap", self._captured)

    def _member(self, name, kind):
        def tell(at, line):
            if self._tell:
                self._tell(name, at, line)

        member = Member(name, kind, self.programs, tell)
        self.keep(member.host)
        return member

    def _plug(self, host, interface, address, mac):
        self.connect(host, host.name, interface, mac)
        host.run("ip", "addr", "add", address, "brd", "+", "dev", interface)
        host.run("ip", "link", "set", interface, "up")

    def add_host(self, name, address):
        """One more host on the LAN."""
        host = self.keep(Host(name))
        last_byte = int(address.split("/")[0].split(".")[3])
        self._plug(host, "eth0", address, f"02:00:00:00:56:{last_byte:02x}")
        return host

    def start_client(self):
        self.client = Client(self.client_host, self.programs / "probe_client", VIP, self.on_request)

    def does(self, who, text):
        """Says what is about to be done, in words; returns the time of that."""
        at = time.monotonic_ns()
        if self._tell:
            self._tell(who, at, "> " + text)
        return at

    def cable(self, name, plugged):
        """Pulls a host's cable out of the switch, or plugs it in; returns the time of that."""
        at = self.does(name, "the cable is plugged in" if plugged else "the cable is pulled")
        self.lan.run("ip", "link", "set", name, "up" if plugged else "down")
        return at

    def wait_until_quiet(self):
        """Waits until every request that was sent so far has ended."""
        time.sleep(0.55)

    def arp_of_client(self):
        """The MAC address to which the client sends for the shared address."""
        words = self.client_host.run("ip", "neigh", "show", VIP).split()
        return words[words.index("lladdr") + 1] if "lladdr" in words else None


def find_programs(folder):
    """The folder with the project's programs; a clear error when they are not built."""
    folder = pathlib.Path(folder)
    missing = [name for name in ("understudyd", "probe_client") if not (folder / name).is_file()]
    if missing:
        raise LabError(f"{folder}: no {' and no '.join(missing)} (run ./dev build)")
    return folder


def version_of(kind, programs):
    """The first line of a daemon's --version, for the report."""
    program = "keepalived" if kind == "keepalived" else str(pathlib.Path(programs) / kind)
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()[0] if done.stdout + done.stderr else kind
