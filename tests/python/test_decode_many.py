"""decode_many: rows that say what decode() says, one by one."""

import datetime
import ipaddress
import json
import pathlib

import pytest

import understudy
from understudy import DecodeError

numpy = pytest.importorskip("numpy", reason="decode_many gives numpy arrays: python3-numpy is missing")

VECTORS = json.loads((pathlib.Path(__file__).parents[1] / "conformance/vectors.json").read_text())["vectors"]
PACKETS = [bytes.fromhex(vector["packet_hex"]) for vector in VECTORS]


def address(row, name):
    octets = bytes(row[name])
    return ipaddress.ip_address(octets[:4] if row["family"] == 4 else octets)


def test_every_golden_packet_is_judged_as_one_by_one():
    rows = understudy.decode_many(PACKETS)
    assert rows.shape == (len(PACKETS),)
    adverts = 0
    for packet, row in zip(PACKETS, rows):
        try:
            advert = understudy.decode(packet)
        except DecodeError as error:
            assert understudy.REASONS[row["reason"]] == error.reason
            assert not any(bytes(row)[1:])
            continue
        adverts += 1
        assert row["reason"] == 0
        assert (row["version"], row["vrid"], row["priority"]) == (advert.version, advert.vrid, advert.priority)
        assert (row["auth_type"], row["ttl"], row["checksum"]) == (advert.auth_type, advert.ttl, advert.checksum)
        assert datetime.timedelta(milliseconds=10 * int(row["advert_interval_cs"])) == advert.advert_interval
        assert row["address_count"] == len(advert.addresses)
        assert address(row, "source") == advert.source
        assert address(row, "destination") == advert.destination
        if advert.addresses:
            assert address(row, "first_address") == advert.addresses[0]
    assert adverts > 50


def test_a_buffer_with_bounds_is_the_same_as_a_list():
    bounds = numpy.cumsum([0, *map(len, PACKETS)])
    buffer = bytearray(b"".join(PACKETS))
    expected = understudy.decode_many(PACKETS)
    assert (understudy.decode_many(buffer, bounds) == expected).all()
    assert (understudy.decode_many(memoryview(buffer), list(bounds)) == expected).all()
    assert (understudy.decode_many(numpy.frombuffer(bytes(buffer), "u1"), bounds.astype("i4")) == expected).all()


def test_nothing_gives_no_rows():
    assert understudy.decode_many([]).shape == (0,)
    assert understudy.decode_many(b"", [0]).shape == (0,)


def test_reasons_are_named():
    assert understudy.REASONS[0] == ""
    assert understudy.REASONS[understudy.decode_many([b""])["reason"][0]] == "length_short"


@pytest.mark.parametrize(
    ("packets", "bounds", "error"),
    [
        (PACKETS[0], None, TypeError),
        (["4500"], None, TypeError),
        ("4500", [0, 4], TypeError),
        (PACKETS[0], [0, len(PACKETS[0]) + 1], ValueError),
        (PACKETS[0], [4, 0], ValueError),
        (PACKETS[0], [-1, 4], ValueError),
        (PACKETS[0], [], ValueError),
        (PACKETS[0], [0.0, 4.0], ValueError),
        (PACKETS[0], [[0, 4]], ValueError),
        (PACKETS[0], [0, 2**62], ValueError),
    ],
)
def test_what_is_no_batch_is_refused(packets, bounds, error):
    with pytest.raises(error):
        understudy.decode_many(packets, bounds)


def test_addresses_that_are_read_late_are_those_of_the_packet():
    packet = PACKETS[0]
    late, early = understudy.decode(packet), understudy.decode(packet)
    early.source = ipaddress.ip_address("10.9.9.9")
    assert early.addresses == late.addresses
    assert early.source == ipaddress.ip_address("10.9.9.9")
    with pytest.raises(AttributeError):
        late.nonsense  # noqa: B018
