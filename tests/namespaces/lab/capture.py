"""The capture on the bridge: adverts and ARP with the kernel's own time stamps."""

import dataclasses
import ipaddress
import pathlib
import struct
import time

from lab.host import LabError

_NANOSECOND_MAGIC = 0xA1B23C4D
_ETHERTYPE_IPV4 = 0x0800
_ETHERTYPE_ARP = 0x0806
_PROTOCOL_VRRP = 112


@dataclasses.dataclass(frozen=True)
class Advert:
    at: int  # CLOCK_MONOTONIC, ns
    source: str
    vrid: int
    priority: int
    size: int


@dataclasses.dataclass(frozen=True)
class Arp:
    at: int
    mac: str
    sender: str
    target: str

    @property
    def gratuitous(self):
        return self.sender == self.target


def _parse(at, frame):
    kind = int.from_bytes(frame[12:14], "big")
    if kind == _ETHERTYPE_IPV4 and len(frame) >= 34 and frame[23] == _PROTOCOL_VRRP:
        message = frame[14 + 4 * (frame[14] & 0xF):]
        if len(message) >= 3:
            return Advert(at, str(ipaddress.ip_address(frame[26:30])), message[1], message[2], len(frame))
    if kind == _ETHERTYPE_ARP and len(frame) >= 42:
        return Arp(at, frame[22:28].hex(":"), str(ipaddress.ip_address(frame[28:32])),
                   str(ipaddress.ip_address(frame[38:42])))
    return None


class Capture:
    """Runs until the host closes. The file is a plain pcap that any tool reads."""

    def __init__(self, host, interface, path, what):
        self.path = pathlib.Path(path)
        self._offset = 24
        self._events = []
        self._process = host.spawn("tcpdump", "-i", interface, "-w", str(path), "-U", "-Z", "root", "--immediate-mode",
                                   "--time-stamp-precision=nano", "-B", "16384", what)
        if self._process.log.wait_for(lambda text: "listening on" in text, 5) is None:
            raise LabError("tcpdump: " + self._process.log.text())

    def events(self):
        """All adverts and ARP packets so far, oldest first."""
        offset_ns = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
        with self.path.open("rb") as file:
            magic = file.read(4)
            if len(magic) == 4 and struct.unpack("<I", magic)[0] != _NANOSECOND_MAGIC:
                raise LabError(f"{self.path}: not the capture format that was asked for")
            file.seek(self._offset)
            data = file.read()
        position = 0
        while position + 16 <= len(data):
            seconds, nanoseconds, size, _ = struct.unpack_from("<IIII", data, position)
            if position + 16 + size > len(data):
                break
            frame = data[position + 16:position + 16 + size]
            position += 16 + size
            event = _parse(seconds * 1_000_000_000 + nanoseconds - offset_ns, frame)
            if event is not None:
                self._events.append(event)
        self._offset += position
        return list(self._events)

    def adverts(self, source=None, since=0, until=None, priority=None):
        return [event for event in self.events()
                if isinstance(event, Advert) and event.at >= since and (until is None or event.at <= until)
                and (source is None or event.source == source) and (priority is None or event.priority == priority)]

    def announcements(self, address, since=0, until=None):
        """Gratuitous ARP for an address."""
        return [event for event in self.events()
                if isinstance(event, Arp) and event.gratuitous and event.sender == address and event.at >= since
                and (until is None or event.at <= until)]

    def wait_for_advert(self, timeout, source, since, priority=None):
        """The first such advert since then; None when none came in time."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.adverts(source, since, priority=priority)
            if found:
                return found[0]
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.02)
