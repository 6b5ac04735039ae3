"""The frames of a capture one by one: what tests of MAC addresses, IPv6 and unicast look at."""

import dataclasses
import ipaddress
import pathlib
import struct
import time

_IPV4, _ARP, _IPV6 = 0x0800, 0x0806, 0x86DD
_VRRP, _ICMP6 = 112, 58
_NEIGHBOUR_ADVERTISEMENT = 136


@dataclasses.dataclass(frozen=True)
class Frame:
    at: int  # CLOCK_MONOTONIC, ns
    kind: str  # "advert", "arp", "na" or "other"
    source_mac: str
    destination_mac: str
    source: str = ""  # IP addresses; of ARP the sender's and the target's
    destination: str = ""
    ttl: int = 0
    vrid: int = 0
    priority: int = 0
    version: int = 0
    target: str = ""  # of a Neighbour Advertisement
    told_mac: str = ""  # what an ARP packet or a Neighbour Advertisement says of its sender or target
    router: bool = False
    override: bool = False
    solicited: bool = False

    @property
    def gratuitous(self):
        return self.kind == "arp" and self.source == self.destination


def _mac(octets):
    return octets.hex(":")


def _ip(octets):
    return str(ipaddress.ip_address(octets))


def _parse(at, data):
    ends = {"at": at, "source_mac": _mac(data[6:12]), "destination_mac": _mac(data[:6])}
    ether_type, body = int.from_bytes(data[12:14], "big"), data[14:]
    if ether_type == _ARP and len(body) >= 28:
        return Frame(kind="arp", source=_ip(body[14:18]), destination=_ip(body[24:28]), told_mac=_mac(body[8:14]), **ends)
    if ether_type == _IPV4 and len(body) >= 20:
        protocol, ttl, message = body[9], body[8], body[4 * (body[0] & 0xF):]
        source, destination = _ip(body[12:16]), _ip(body[16:20])
    elif ether_type == _IPV6 and len(body) >= 40:
        protocol, ttl, message = body[6], body[7], body[40:]
        source, destination = _ip(body[8:24]), _ip(body[24:40])
    else:
        return Frame(kind="other", **ends)
    ends.update(source=source, destination=destination, ttl=ttl)
    if protocol == _VRRP and len(message) >= 8:
        return Frame(kind="advert", version=message[0] >> 4, vrid=message[1], priority=message[2], **ends)
    if protocol == _ICMP6 and len(message) >= 24 and message[0] == _NEIGHBOUR_ADVERTISEMENT:
        told = _mac(message[26:32]) if message[24:26] == b"\x02\x01" else ""
        return Frame(kind="na", target=_ip(message[8:24]), told_mac=told, router=bool(message[4] & 0x80),
                     solicited=bool(message[4] & 0x40), override=bool(message[4] & 0x20), **ends)
    return Frame(kind="other", **ends)


def read(path, since=0):
    """The frames of a capture (nanoseconds, Ethernet) from that time on, oldest first."""
    offset_ns = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()
    data = pathlib.Path(path).read_bytes()
    found, position = [], 24
    while position + 16 <= len(data):
        seconds, nanoseconds, size, _ = struct.unpack_from("<IIII", data, position)
        if position + 16 + size > len(data):
            break
        frame = _parse(seconds * 1_000_000_000 + nanoseconds - offset_ns, data[position + 16:position + 16 + size])
        position += 16 + size
        if frame.at >= since:
            found.append(frame)
    return found
