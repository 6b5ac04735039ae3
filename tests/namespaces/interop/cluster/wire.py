"""What crosses the LAN: every advert, announcement and resolution with the kernel's own time stamp."""

import ctypes
import dataclasses
import ipaddress
import os
import socket
import struct
import threading
import time

from lab.host import LabError

_CLONE_NEWNET = 0x40000000
_SO_TIMESTAMPNS = 35
_ETH_P_ALL = 0x0003
_ETHERTYPE_IPV4, _ETHERTYPE_ARP, _ETHERTYPE_IPV6 = 0x0800, 0x0806, 0x86DD
_VRRP, _AH, _ICMPV6 = 112, 51, 58
_NEIGHBOUR_SOLICITATION, _NEIGHBOUR_ADVERTISEMENT = 135, 136
_PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)


@dataclasses.dataclass(frozen=True)
class Advert:
    at: int  # CLOCK_MONOTONIC, ns
    mac: str
    source: str
    destination: str
    version: int
    vrid: int
    priority: int
    ttl: int
    authenticated: bool  # by an AH header


@dataclasses.dataclass(frozen=True)
class Announcement:
    """A gratuitous ARP or an unsolicited Neighbour Advertisement."""
    at: int
    mac: str
    address: str


def in_network_of(host, make):
    """make(), carried out in the host's network: sockets that it opens stay there."""
    result = []

    def enter():
        try:
            descriptor = os.open(f"/proc/{host.pid}/ns/net", os.O_RDONLY)
            try:
                # This thread alone changes its network, and ends.
                if ctypes.CDLL(None, use_errno=True).setns(descriptor, _CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            finally:
                os.close(descriptor)
            result.append(make())
        except OSError as error:
            result.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if isinstance(result[0], OSError):
        raise LabError(f"{host.name}: {result[0]}")
    return result[0]


def _parse_ipv4(at, mac, packet):
    if len(packet) < 28:
        return None
    protocol, rest = packet[9], packet[4 * (packet[0] & 0xF):]
    authenticated = protocol == _AH and len(rest) >= 12 and rest[0] == _VRRP
    if authenticated:
        rest = rest[4 * (rest[1] + 2):]
    elif protocol != _VRRP:
        return None
    if len(rest) < 8:
        return None
    return Advert(at, mac, str(ipaddress.ip_address(packet[12:16])), str(ipaddress.ip_address(packet[16:20])),
                  rest[0] >> 4, rest[1], rest[2], packet[8], authenticated)


def _parse_ipv6(at, mac, packet):
    if len(packet) < 48:
        return None
    rest = packet[40:]
    destination = ipaddress.ip_address(packet[24:40])
    if packet[6] == _VRRP:
        return Advert(at, mac, str(ipaddress.ip_address(packet[8:24])), str(destination), rest[0] >> 4, rest[1],
                      rest[2], packet[7], False)
    if packet[6] == _ICMPV6 and rest[0] == _NEIGHBOUR_ADVERTISEMENT and len(rest) >= 24 and destination.is_multicast:
        return Announcement(at, mac, str(ipaddress.ip_address(rest[8:24])))
    return None


def _is_ours(frame):
    """Whether a frame belongs to the story: VRRP, ARP and ND, and not what the client asks."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == _ETHERTYPE_ARP:
        return True
    if kind == _ETHERTYPE_IPV4:
        return len(frame) >= 34 and frame[23] in (_VRRP, _AH)
    return (kind == _ETHERTYPE_IPV6 and len(frame) >= 62
            and (frame[20] == _VRRP or frame[20] == _ICMPV6
                 and frame[54] in (_NEIGHBOUR_SOLICITATION, _NEIGHBOUR_ADVERTISEMENT)))


def _parse(at, frame):
    kind = int.from_bytes(frame[12:14], "big")
    mac = frame[6:12].hex(":")
    if kind == _ETHERTYPE_IPV4:
        return _parse_ipv4(at, mac, frame[14:])
    if kind == _ETHERTYPE_IPV6:
        return _parse_ipv6(at, mac, frame[14:])
    if len(frame) >= 42 and frame[28:32] == frame[38:42]:
        return Announcement(at, frame[22:28].hex(":"), str(ipaddress.ip_address(frame[28:32])))
    return None


class Wire:
    """Listens on an interface of a host until it is closed."""

    def __init__(self, host, interface):
        def listen():
            listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            listener.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            listener.bind((interface, _ETH_P_ALL))
            return listener

        self._socket = in_network_of(host, listen)
        self._frames = []
        self._events = []
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while True:
            try:
                frame, extra, _, _ = self._socket.recvmsg(65536, 64)
            except OSError:
                return
            if not frame:
                return
            if not _is_ours(frame):
                continue
            seconds, nanoseconds = struct.unpack("qq", extra[0][2][:16])
            stamp = seconds * 1_000_000_000 + nanoseconds
            event = _parse(stamp - (time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()), frame)
            with self._news:
                self._frames.append((stamp, frame))
                if event is not None:
                    self._events.append(event)
                    self._news.notify_all()

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RD)
        except OSError:
            pass  # a packet socket is not connected; closing it below is enough for the next frame
        self._socket.close()

    def adverts(self, since=0, until=None):
        with self._news:
            return [event for event in self._events if isinstance(event, Advert) and event.at >= since
                    and (until is None or event.at <= until)]

    def announcements(self, address, since=0):
        with self._news:
            return [event for event in self._events if isinstance(event, Announcement) and event.address == address
                    and event.at >= since]

    def wait_for(self, matches, timeout, since=0):
        """The first event since then for which matches(event) holds; None when none came in time."""
        deadline = time.monotonic() + timeout
        seen = 0
        with self._news:
            while True:
                for event in self._events[seen:]:
                    if event.at >= since and matches(event):
                        return event
                seen = len(self._events)
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._news.wait(left)

    def write(self, path, since=0, until=None):
        """A pcap file of the frames between the two moments."""
        offset = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
        with self._news:
            frames = [(stamp, frame) for stamp, frame in self._frames
                      if stamp - offset >= since and (until is None or stamp - offset <= until)]
        with open(path, "wb") as file:
            file.write(_PCAP_HEADER)
            for stamp, frame in frames:
                file.write(struct.pack("<IIII", stamp // 1_000_000_000, stamp % 1_000_000_000, len(frame), len(frame)))
                file.write(frame)
