"""decode, encode, encode_packet: against literal bytes, the golden packets, and scapy as a second opinion."""

import dataclasses
import datetime
import ipaddress
import json
import pathlib
import traceback

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.layers.vrrp import VRRP

import understudy
from understudy import Advert, AuthType, DecodeError

VECTORS = json.loads((pathlib.Path(__file__).parents[1] / "conformance/vectors.json").read_text())["vectors"]

# VRID 51, priority 100, 192.168.56.100, PASS "abclinux"; the message as keepalived sends it.
MESSAGE = bytes.fromhex("213364010101dd07c0a838646162636c696e7578")
PACKET = bytes.fromhex("45c0002800010000ff70e167c0a83882e0000012") + MESSAGE


def encodable(vector):
    return vector["expect"] == "ok" and vector["encode"] and "ah_hex" not in vector


def advert_of(vector):
    fields = vector["fields"]
    version = fields["version"]
    interval = fields["adver_int_s"] * 100 if version == 2 else fields["max_advert_int_cs"]
    return Advert(
        version=version,
        vrid=fields["vrid"],
        priority=fields["priority"],
        addresses=fields["addresses"],
        advert_interval=datetime.timedelta(milliseconds=10 * interval),
        auth_type=fields.get("auth_type", 0),
        auth_data=bytes.fromhex(fields.get("auth_data", "")),
        source=vector["src"],
        destination=vector["dst"],
        ttl=vector["ttl"],
    )


def test_a_packet_decodes_to_its_fields():
    advert = understudy.decode(PACKET)
    assert advert.version == 2
    assert advert.vrid == 51
    assert advert.priority == 100
    assert advert.addresses == [ipaddress.ip_address("192.168.56.100")]
    assert advert.advert_interval == datetime.timedelta(seconds=1)
    assert advert.auth_type is AuthType.PASS
    assert advert.auth_pass == b"abclinux"
    assert advert.source == ipaddress.ip_address("192.168.56.130")
    assert advert.destination == ipaddress.ip_address("224.0.0.18")
    assert advert.ttl == 255
    assert advert.checksum == 0xDD07


def test_an_advert_from_keywords_encodes_to_the_same_bytes():
    advert = Advert(vrid=51, priority=100, addresses=["192.168.56.100"], auth_pass="abclinux", source="192.168.56.130")
    assert understudy.encode(advert) == MESSAGE
    assert understudy.encode_packet(advert) == PACKET
    assert understudy.decode(PACKET) == dataclasses.replace(advert, destination=ipaddress.ip_address("224.0.0.18"))


def test_links():
    frame = bytes.fromhex("01005e00001202000000000108 00".replace(" ", "")) + PACKET
    assert understudy.decode(frame, link="ethernet") == understudy.decode(PACKET)
    assert understudy.decode(bytes(Ether(frame[:12] + b"\x81\x00\x00\x07\x08\x00" + PACKET)), link="ethernet").vrid == 51
    lone = understudy.decode(MESSAGE, link="none")
    assert (lone.vrid, lone.source, lone.destination, lone.ttl) == (51, None, None, None)
    assert understudy.decode(memoryview(PACKET)) == understudy.decode(bytearray(PACKET))
    with pytest.raises(ValueError, match="link"):
        understudy.decode(PACKET, link="tokenring")
    with pytest.raises(TypeError):
        understudy.decode("4500")


@pytest.mark.parametrize("vector", filter(encodable, VECTORS), ids=lambda vector: vector["name"])
def test_golden_packets_both_ways(vector):
    packet = bytes.fromhex(vector["packet_hex"])
    message = bytes.fromhex(vector["message_hex"])
    advert = advert_of(vector)
    form = "message" if vector["checksum_form"] == "message" else "pseudo_header"
    assert understudy.decode(packet) == advert
    assert understudy.encode(advert, checksum=form) == message
    lone = understudy.decode(message, link="none", source=vector["src"], destination=vector["dst"])
    assert lone == dataclasses.replace(advert, ttl=None)


def test_there_are_golden_packets_of_both_versions_and_families():
    kinds = {(vector["family"], vector["fields"]["version"]) for vector in filter(encodable, VECTORS)}
    assert kinds == {("ipv4", 2), ("ipv4", 3), ("ipv6", 3)}


@pytest.mark.parametrize(
    ("reason", "offset", "value"),
    [
        ("bad_version", 20, 0x41),
        ("bad_type", 20, 0x22),
        ("length_short", 23, 2),
        ("length_long", 23, 0),
        ("bad_checksum", 22, 101),
        ("bad_type", 9, 17),
    ],
)
def test_errors_have_the_reason_of_the_first_failing_check(reason, offset, value):
    packet = bytearray(PACKET)
    packet[offset] = value
    with pytest.raises(DecodeError) as caught:
        understudy.decode(bytes(packet))
    assert caught.value.reason == reason
    assert str(caught.value).startswith(f"{reason}: ")


def test_errors_are_named_as_they_are_imported():
    public = [getattr(understudy, name) for name in understudy.__all__]
    errors = [thing for thing in public if isinstance(thing, type) and issubclass(thing, Exception)]
    assert DecodeError in errors
    for error in errors:
        assert f"{error.__module__}.{error.__name__}" == f"understudy.{error.__name__}"
    with pytest.raises(DecodeError) as caught:
        understudy.decode(b"")
    assert traceback.format_exception_only(caught.type, caught.value)[-1].startswith("understudy.DecodeError: length_short")


def test_every_prefix_is_too_short():
    for size in range(len(PACKET)):
        with pytest.raises(DecodeError) as caught:
            understudy.decode(PACKET[:size])
        assert caught.value.reason == "length_short", size


def test_padding_of_a_frame_is_no_error():
    frame = bytes.fromhex("01005e0000120200000000010800") + PACKET + bytes(6)
    assert understudy.decode(frame, link="ethernet").priority == 100
    with pytest.raises(DecodeError) as caught:
        understudy.decode(frame[:10], link="ethernet")
    assert caught.value.reason == "length_short"
    with pytest.raises(DecodeError) as caught:
        understudy.decode(frame[:12] + b"\x08\x06" + bytes(28), link="ethernet")
    assert caught.value.reason == "bad_type"


def test_version_3_is_accepted_with_either_checksum():
    advert = Advert(version=3, vrid=7, addresses=["10.0.0.1", "10.0.0.2"], source="10.0.0.3",
                    advert_interval=datetime.timedelta(milliseconds=250))
    for form in ("pseudo_header", "message"):
        decoded = understudy.decode(understudy.encode_packet(advert, checksum=form))
        assert decoded.advert_interval == datetime.timedelta(milliseconds=250)
        assert len(decoded.addresses) == 2
    assert understudy.encode(dataclasses.replace(advert, source=None)) == understudy.encode(advert, checksum="message")


def test_scapy_reads_what_we_write():
    advert = Advert(vrid=51, priority=90, addresses=["192.168.56.100", "192.168.56.101"], source="192.168.56.132")
    packet = IP(understudy.encode_packet(advert))
    assert packet.proto == 112 and packet.ttl == 255 and packet[VRRP].vrid == 51
    assert packet[VRRP].addrlist == ["192.168.56.100", "192.168.56.101"]
    again = IP(bytes(packet))
    del again[IP].chksum, again[VRRP].chksum
    assert bytes(again) == bytes(packet)


def test_we_read_what_scapy_writes():
    frame = Ether() / Dot1Q(vlan=9) / IP(src="10.0.0.1", dst="224.0.0.18", ttl=255, proto=112) / VRRP(
        vrid=3, priority=0, ipcount=1, adv=5, addrlist=["10.0.0.9"], auth1=0, auth2=0)
    advert = understudy.decode(bytes(frame), link="ethernet")
    assert (advert.vrid, advert.priority, advert.advert_interval) == (3, 0, datetime.timedelta(seconds=5))


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("bad_vrid", {"vrid": 0}),
        ("bad_vrid", {"vrid": 256}),
        ("bad_priority", {"priority": -1}),
        ("bad_version", {"version": 4}),
        ("bad_count", {"addresses": []}),
        ("bad_interval", {"advert_interval": datetime.timedelta(milliseconds=1500)}),
        ("bad_interval", {"advert_interval": datetime.timedelta(seconds=256)}),
        ("bad_interval", {"version": 3, "advert_interval": datetime.timedelta(seconds=41)}),
    ],
)
def test_adverts_without_a_form_on_the_wire(reason, changes):
    advert = Advert(**{"vrid": 1, "addresses": ["10.0.0.9"], "source": "10.0.0.1", **changes})
    with pytest.raises(understudy.EncodeError) as caught:
        understudy.encode(advert)
    assert caught.value.reason == reason


def test_what_cannot_be_an_advert_is_refused_when_built():
    for wrong in ({"auth_pass": "123456789"}, {"addresses": ["nonsense"]}, {"auth_pass": "a", "auth_data": b"b"}):
        with pytest.raises(ValueError):
            Advert(vrid=1, **wrong)
    with pytest.raises(ValueError, match="source"):
        understudy.encode_packet(Advert(vrid=1, addresses=["10.0.0.9"]))
    with pytest.raises(ValueError, match="source"):
        understudy.encode(Advert(version=3, vrid=1, addresses=["fe80::9"]))
