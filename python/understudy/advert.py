"""VRRP advertisements: decoded, built, encoded."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import ipaddress
from collections.abc import Iterable
from typing import Any, Literal, Optional, Union

from . import _understudy, arguments
from .durations import to_timedelta

Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Checksum = Literal["pseudo_header", "message"]
Link = Literal["ip", "ethernet", "none"]
Packet = Union[bytes, bytearray, memoryview]

_GROUPS = {4: ipaddress.ip_address("224.0.0.18"), 6: ipaddress.ip_address("ff02::12")}
_UNSPECIFIED = {4: ipaddress.ip_address("0.0.0.0"), 6: ipaddress.ip_address("::")}


class AuthType(enum.IntEnum):
    """RFC 2338, section 5.3.6. Numbers without a name stay plain integers."""

    NONE = 0
    PASS = 1
    AH = 2


class DecodeError(ValueError):
    """A packet that is no VRRP advertisement, or a broken one. `reason` is the name that counters and logs have."""

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__(f"{reason}: {sentence}" if sentence else reason)
        self.reason = reason


class EncodeError(ValueError):
    """An advert that has no form on the wire. `reason` says which field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _FromPacket:
    """What decode() leaves for later: addresses are objects, and most adverts are never asked for them."""

    __slots__ = ("_packet",)

    def __getattr__(self, name: str) -> Any:
        if name not in ("addresses", "source", "destination"):
            raise AttributeError(f"an advert has no {name!r}", name=name, obj=self)
        try:
            packet = object.__getattribute__(self, "_packet")
        except AttributeError:
            raise AttributeError(f"an advert that was not initialised has no {name!r}", name=name, obj=self) from None
        source, destination, addresses = _understudy.packet_addresses(packet)
        value: Any = [_address(each) for each in addresses]
        if name != "addresses":
            value = _address(source if name == "source" else destination)
        object.__setattr__(self, name, value)
        return value


@functools.lru_cache(4096)
def _address(octets: bytes) -> Address:
    return ipaddress.IPv4Address(octets) if len(octets) == 4 else ipaddress.IPv6Address(octets)


@dataclasses.dataclass(kw_only=True, slots=True)
class Advert(_FromPacket):
    """One advertisement of version 2 or 3.

    Addresses may be given as text, `advert_interval` as "1s" or in seconds. `auth_pass` is a shorthand for authentication type PASS with that
    password of up to 8 bytes. `source`, `destination` and `ttl` are those of the IP packet; None where
    there was none. `checksum` is the one that was received; it is neither compared nor encoded.
    """

    vrid: int
    priority: int = 100
    addresses: list[Address] = dataclasses.field(default_factory=list)
    version: int = 2
    advert_interval: datetime.timedelta = datetime.timedelta(seconds=1)
    auth_type: int = AuthType.NONE
    auth_data: bytes = b""
    source: Optional[Address] = None
    destination: Optional[Address] = None
    ttl: Optional[int] = 255
    checksum: Optional[int] = dataclasses.field(default=None, compare=False)
    auth_pass: dataclasses.InitVar[Union[str, bytes, None]] = None

    def __post_init__(self, auth_pass: Union[str, bytes, None]) -> None:
        if isinstance(self.addresses, (str, bytes)) or not isinstance(self.addresses, Iterable):
            raise TypeError(f"addresses are a list of addresses, not {self.addresses!r}")
        self.addresses = [ipaddress.ip_address(address) for address in self.addresses]
        self.advert_interval = to_timedelta(self.advert_interval)
        self.source = None if self.source is None else ipaddress.ip_address(self.source)
        self.destination = None if self.destination is None else ipaddress.ip_address(self.destination)
        if auth_pass is not None:
            if not isinstance(auth_pass, (str, bytes, bytearray)):
                raise TypeError(f"a password is a str or bytes, not {type(auth_pass).__name__}")
            password = auth_pass.encode() if isinstance(auth_pass, str) else bytes(auth_pass)
            if self.auth_data and self.auth_data.rstrip(b"\0") != password:
                raise ValueError("auth_pass and auth_data differ: give one of them")
            self.auth_type = AuthType.PASS
            self.auth_data = password
        if not isinstance(self.auth_data, (bytes, bytearray)):
            raise TypeError(f"authentication data is bytes, not {type(self.auth_data).__name__}")
        self.auth_data = bytes(self.auth_data)
        if len(self.auth_data) > 8:
            raise ValueError("authentication data of more than 8 bytes")
        if self.version == 2:
            self.auth_data = self.auth_data.ljust(8, b"\0")
        self.auth_type = _named(self.auth_type)

    @property
    def family(self) -> Literal[4, 6]:
        """4 or 6, by the first address there is."""
        for address in (*self.addresses, self.source, self.destination):
            if address is not None:
                return address.version
        return 4

    def _fields(self) -> dict[str, Any]:
        family = self.family
        interval = to_timedelta(self.advert_interval)
        for name in ("version", "vrid", "priority", "auth_type"):
            value = getattr(self, name)
            if not isinstance(value, int):
                raise TypeError(f"{name} is an integer, not {type(value).__name__}")
            if not 0 <= value <= 255:
                raise EncodeError(f"bad_{name}")
        return {
            "version": self.version,
            "vrid": self.vrid,
            "priority": self.priority,
            "addresses": [str(address) for address in self.addresses],
            "advert_interval_ns": (interval.days * 86400 + interval.seconds) * 10**9 + interval.microseconds * 1000,
            "auth_type": int(self.auth_type),
            "auth_data": self.auth_data,
            "source": str(_UNSPECIFIED[family] if self.source is None else self.source),
            "destination": str(_GROUPS[family] if self.destination is None else self.destination),
        }


def _auth_pass(advert: Advert) -> Optional[bytes]:
    """The password; None for other kinds of authentication."""
    return advert.auth_data.rstrip(b"\0") if advert.auth_type == AuthType.PASS else None


setattr(Advert, "auth_pass", property(_auth_pass))  # noqa: B010: not before the shorthand was taken in


def _named(auth_type: int) -> int:
    try:
        return AuthType(auth_type)
    except ValueError:
        return auth_type


def _bytes_of(packet: Packet) -> bytes:
    if not isinstance(packet, (bytes, bytearray, memoryview)):
        raise TypeError(f"a packet is bytes, not {type(packet).__name__}")
    return bytes(packet)


def _decode_other(
    packet: Packet,
    link: Link = "ip",
    *,
    source: Union[Address, str, None] = None,
    destination: Union[Address, str, None] = None,
) -> Advert:
    """decode() for everything but a packet in bytes."""
    data = _bytes_of(packet)
    if link == "ip":
        return _understudy.decode(data)
    if link == "ethernet":
        fields, reason, sentence = _understudy.decode_frame(data)
    elif link == "none":
        if (source is None) != (destination is None):
            raise ValueError("source and destination go together")
        fields, reason, sentence = _understudy.decode_message(
            data, "" if source is None else str(source), "" if destination is None else str(destination)
        )
    else:
        raise ValueError(f"link is 'ip', 'ethernet' or 'none', not {link!r}")
    if fields is None:
        raise DecodeError(reason, sentence)
    interval = datetime.timedelta(microseconds=fields.pop("advert_interval_ns") // 1000)
    if link == "none":
        fields.update(source=source, destination=destination, ttl=None)
    return Advert(advert_interval=interval, **fields)


_understudy.set_advert_class(Advert, (AuthType.NONE, AuthType.PASS, AuthType.AH), DecodeError, _decode_other)
decode = _understudy.decode


def _check_advert(advert: object) -> None:
    if not isinstance(advert, Advert):
        raise TypeError(f"an Advert can be encoded, not a {type(advert).__name__}")


def encode(advert: Advert, *, checksum: Optional[Checksum] = None) -> bytes:
    """The VRRP message, without an IP header.

    `checksum` matters to version 3 over IPv4 alone: "pseudo_header" covers source and destination (the VRRP
    group unless the advert says another), "message" does not. Default: the former when the advert has a
    source. Version 3 over IPv6 cannot do without one.

    Raises EncodeError.
    """
    _check_advert(advert)
    if checksum is None:
        checksum = "message" if advert.source is None else "pseudo_header"
    if advert.source is None and advert.version != 2 and (advert.family == 6 or checksum != "message"):
        raise ValueError("the checksum covers the source address, and the advert has none")
    try:
        return _understudy.encode_message(advert._fields(), checksum)
    except ValueError as error:
        raise EncodeError(str(error)) from None


def encode_packet(
    advert: Advert,
    *,
    checksum: Checksum = "pseudo_header",
    tos: int = 0xC0,
    identification: int = 1,
) -> bytes:
    """The same with an IPv4 or IPv6 header in front. The advert needs its source.

    Raises EncodeError.
    """
    _check_advert(advert)
    if advert.source is None:
        raise ValueError("a packet needs a source address, and the advert has none")
    ttl = arguments.integer(255 if advert.ttl is None else advert.ttl, "ttl", 0, 255)
    tos = arguments.integer(tos, "tos", 0, 255)
    identification = arguments.integer(identification, "identification", 0, 65535)
    try:
        return _understudy.encode_packet(advert._fields(), checksum, ttl, tos, identification)
    except ValueError as error:
        raise EncodeError(str(error)) from None


def receive(packet: Packet, *, version: int, vrid: int, addresses: Iterable[Union[Address, str]], **rules: Any) -> Optional[str]:
    """None when a virtual router with these settings takes the IP packet, else the reason of the refusal.

    Further rules: interval_s, owner, unicast, auth_type, auth_key, profile ("keepalived" or "rfc"), checksum.
    """
    version = arguments.integer(version, "a version", 0, 255)
    vrid = arguments.integer(vrid, "a VRID", 0, 255)
    return _understudy.receive(_bytes_of(packet), version, vrid, [str(address) for address in addresses], **rules)
