#!/usr/bin/python3
"""Sends VRRP adverts of every wrong kind at a fixed rate from a raw socket, and stops by itself.

    advert_flood.py INTERFACE SOURCE [--rate 10000] [--seconds 5] [--vrid 51] [--password abclinux] [--vip ADDRESS]...
                    [--sources N]

Each kind in turn, so that all of them come equally often. With --sources N the IP source runs over N addresses from
SOURCE on. Prints the number of packets sent and, one a line, the kinds. Bounded: at most 60 s and 1,000,000 packets.
"""

import argparse
import ipaddress
import socket
import struct
import sys
import time

GROUP = "224.0.0.18"
SO_BINDTODEVICE = 25
MOST_SECONDS, MOST_PACKETS = 60, 1_000_000


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def vrrp(vips, *, version=2, kind=1, vrid=51, priority=200, count=None, auth=1, interval=1, password=b"", right=True):
    """A version 2 message; `right` says whether its checksum verifies."""
    addresses = b"".join(ipaddress.ip_address(vip).packed for vip in vips)
    head = struct.pack("!BBBBBB", version << 4 | kind, vrid, priority, len(vips) if count is None else count, auth,
                       interval)
    tail = addresses + password.ljust(8, b"\0")
    value = checksum(head + b"\0\0" + tail)
    return head + struct.pack("!H", value if right else value ^ 0x5555) + tail


def packet(source, payload, *, ttl=255, destination=GROUP):
    """An IPv4 packet of protocol 112; the kernel fills in length and header checksum."""
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0xC0, 0, 0, 0, ttl, 112, 0, ipaddress.ip_address(source).packed,
                       ipaddress.ip_address(destination).packed) + payload


def wrong_kinds(source, vips, vrid, password):
    """name -> packet. Each would be a master of priority 200, were it not for one thing.

    A count of 0 is not among them: keepalived, and so the daemon by default, takes such an advert."""
    key = password.encode()

    def advert(**changes):
        return vrrp(vips, **{"vrid": vrid, "password": key, **changes})

    good = advert()
    return {
        "bad_ttl": packet(source, good, ttl=254),
        "length_short": packet(source, good[:6]),
        "cut_addresses": packet(source, good[:-10]),
        "length_long": packet(source, good + b"\0" * 64),
        "bad_version": packet(source, advert(version=3)),
        "version_0": packet(source, advert(version=0)),
        "bad_type": packet(source, advert(kind=2)),
        "bad_checksum": packet(source, advert(right=False)),
        "unknown_vrid": packet(source, advert(vrid=vrid % 255 + 1)),
        "count_too_large": packet(source, advert(count=len(vips) + 3)),
        "interval_mismatch": packet(source, advert(interval=3)),
        "interval_zero": packet(source, advert(interval=0)),
        "auth_failed": packet(source, advert(password=b"wrong")),
        "auth_mismatch": packet(source, advert(auth=0, password=b"")),
        "auth_unknown": packet(source, advert(auth=77)),
        "empty": packet(source, b""),
        "noise": packet(source, bytes(range(256)) * 5),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("interface")
    parser.add_argument("source")
    parser.add_argument("--rate", type=int, default=10_000, help="packets a second")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--vrid", type=int, default=51)
    parser.add_argument("--password", default="abclinux")
    parser.add_argument("--vip", action="append")
    parser.add_argument("--sources", type=int, default=1)
    options = parser.parse_args()
    if not 0 < options.seconds <= MOST_SECONDS or not 0 < options.rate * options.seconds <= MOST_PACKETS:
        parser.error(f"at most {MOST_SECONDS} s and {MOST_PACKETS} packets")

    first = ipaddress.ip_address(options.source)
    packets = [data for i in range(options.sources)
               for data in wrong_kinds(first + i, options.vip or ["192.168.56.100"], options.vrid,
                                       options.password).values()]
    sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sender.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, options.interface.encode() + b"\0")
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    total = int(options.rate * options.seconds)
    sent = 0
    start = time.monotonic()
    while sent < total and time.monotonic() - start < options.seconds + 1:
        due = min(total, int((time.monotonic() - start) * options.rate) + 1, sent + 1000)
        for data in (packets[i % len(packets)] for i in range(sent, due)):
            sender.sendto(data, (GROUP, 0))
        sent = due
        time.sleep(0.001)
    took = time.monotonic() - start
    print(f"{sent} packets in {took:.3f} s")
    print("\n".join(wrong_kinds(first, ["192.168.56.100"], 51, "")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
