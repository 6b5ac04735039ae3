"""Writes seeds for the fuzzer of the capture readers: every capture of the tree and a gzipped one, behind a byte that
says in which pieces it comes; and a pcapng file with two sections, whose byte orders differ.

usage: make_reader_corpus.py FOLDER
"""

import gzip
import pathlib
import struct
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def section(order, link_type, frame):
    options = struct.pack(order + "HHB3x", 9, 1, 9) + struct.pack(order + "HHq", 14, 8, 5) + b"\0" * 4
    return (block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
            + block(order, 1, struct.pack(order + "HHI", link_type, 0, 0) + options)
            + block(order, 6, struct.pack(order + "IIIII", 0, 1, 2, len(frame), len(frame)) + frame)
            + block(order, 2, struct.pack(order + "HHIIII", 0, 0, 1, 2, len(frame), len(frame)) + frame)
            + block(order, 3, struct.pack(order + "I", len(frame)) + frame)
            + block(order, 5, bytes(20)))


def main():
    folder = pathlib.Path(sys.argv[1])
    captures = [*TESTS.glob("captures/*.pcap"), *TESTS.glob("fuzz/capture_corpus/*")]
    for number, path in enumerate(sorted(captures)):
        (folder / f"reader_{path.name}").write_bytes(bytes([number % 64]) + path.read_bytes())
    small = (TESTS / "fuzz/capture_corpus/ethernet.pcap").read_bytes()
    packed = gzip.compress(small[:100], mtime=0) + gzip.compress(small[100:], mtime=0)
    (folder / "reader_gzip").write_bytes(b"\7" + packed)
    frame = small[40:94]
    (folder / "reader_sections").write_bytes(b"\xff" + section("<", 1, frame) + section(">", 101, frame[14:]))


main()
