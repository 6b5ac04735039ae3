"""A million adverts of a capture as one numpy array: no object a packet, 30 ns each. For pcap files of Ethernet.

decode_capture.py CAPTURE
"""

import ipaddress
import struct
import sys

import numpy as np

import understudy

ETHERNET = 14  # bytes in front of the packet


def packets_of(path):
    """The whole file, and where in it the IP packets lie: the bounds [begin, end) of each."""
    with open(path, "rb") as file:
        data = file.read()
    (magic,) = struct.unpack_from("<I", data)
    if magic not in (0xA1B2C3D4, 0xA1B23C4D):
        raise ValueError(f"{path} is no pcap file of this byte order; understudy.explain() reads all kinds")
    begins, ends, at = [], [], 24
    while at + 16 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 8)
        begins.append(at + 16 + ETHERNET)
        ends.append(at + 16 + size)
        at += 16 + size
    return data, np.array(begins), np.array(ends)


def main(path):
    data, begins, ends = packets_of(path)
    # decode_many takes one row of bounds, so what lies between two packets is a packet, too: every other row is ours.
    bounds = np.column_stack([begins, ends]).ravel()
    rows = understudy.decode_many(data, bounds)[::2]
    adverts = rows[rows["reason"] == 0]
    print(f"{len(rows)} packets, {len(adverts)} adverts")
    speakers, numbers = np.unique(adverts[["vrid", "family", "source"]], return_inverse=True)
    for number, (vrid, family, source) in enumerate(speakers):
        mine = adverts[numbers == number]
        address = ipaddress.ip_address(source.tobytes()[: 4 if family == 4 else 16])
        resigned = int((mine["priority"] == 0).sum())
        print(f"VRID {vrid}: {address} sent {len(mine)} adverts, priority {mine['priority'].max()}, resigned {resigned} times")
    refused = rows[rows["reason"] != 0]["reason"]
    for reason, count in zip(*np.unique(refused, return_counts=True)):
        print(f"{count} are none: {understudy.REASONS[reason]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
