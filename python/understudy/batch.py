"""Adverts by the million: rows of a numpy array instead of objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _understudy
from .advert import Packet
from .extras import installed

if TYPE_CHECKING:
    import numpy

REASONS: tuple[str, ...] = tuple(_understudy.reason_names())
"""What the column `reason` of decode_many() means: "" for an advert, else the reason of the DecodeError."""

_COLUMNS = [
    ("reason", "u1"),
    ("family", "u1"),
    ("version", "u1"),
    ("vrid", "u1"),
    ("priority", "u1"),
    ("address_count", "u1"),
    ("auth_type", "u1"),
    ("ttl", "u1"),
    ("checksum", "u2"),
    ("advert_interval_cs", "u2"),
    ("source", "V16"),
    ("destination", "V16"),
    ("first_address", "V16"),
]


def decode_many(packets: Union[Packet, Iterable[bytes]], bounds: Optional[Any] = None) -> numpy.ndarray[Any, Any]:
    """Decodes many IPv4 and IPv6 packets at once, about fifty times faster than one by one.

    `packets` is either an iterable of bytes, or one buffer in which the packets lie one behind the other;
    then `bounds` says where: the i-th from byte bounds[i] to bounds[i + 1] (n + 1 integers for n packets).

    Returns a structured array of shape (n,). Columns: `reason` (0: an advert; else an index into REASONS, and
    the other columns are 0), `family` (4 or 6), `version`, `vrid`, `priority`, `address_count`, `auth_type`,
    `ttl` (or hop limit), `checksum`, `advert_interval_cs` (centiseconds), and `source`, `destination`,
    `first_address` as 16 bytes in network order, of which IPv4 has the first four. The checks are those of
    decode(). Other threads run meanwhile.

    Raises ValueError for bounds outside the buffer, TypeError for what has no bytes, ImportError without numpy.
    """
    np = installed("numpy", "decode_many")
    if bounds is None:
        if isinstance(packets, (bytes, bytearray, memoryview)):
            raise TypeError("one buffer of packets needs its bounds; for a single packet there is decode()")
        pieces = list(packets)
        for piece in pieces:
            if not isinstance(piece, (bytes, bytearray, memoryview)):
                raise TypeError(f"a packet is bytes, not {type(piece).__name__}")
        sizes = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        places = np.zeros(len(pieces) + 1, dtype=np.int64)
        np.cumsum(sizes, out=places[1:])
        data: Any = b"".join(pieces)
    else:
        data = packets
        given = np.asarray(bounds)
        if given.ndim != 1 or len(given) == 0 or given.dtype.kind not in "iu":
            raise ValueError("bounds is a list of integers, one more than there are packets")
        places = np.array(given, dtype=np.int64, order="C")  # a copy: nobody else can change it meanwhile
    rows: numpy.ndarray[Any, Any] = np.empty(len(places) - 1, dtype=_COLUMNS)
    _understudy.decode_rows(data, places, rows)
    return rows
