"""Writes the packets of the conformance vectors as seeds for the advert fuzzer.

usage: make_advert_corpus.py FOLDER
"""

import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).parents[1] / "conformance" / "vectors.json"


def main(arguments):
    folder = pathlib.Path(arguments[0])
    packets = {bytes.fromhex(vector["packet_hex"]) for vector in json.loads(VECTORS.read_text())["vectors"]}
    for number, packet in enumerate(sorted(packets)):
        (folder / f"packet{number:03}").write_bytes(packet)
        # The same behind 100 ms of silence and its length, twice: the form that the target unpacks.
        framed = bytes([4]) + len(packet).to_bytes(2, "big") + packet
        (folder / f"story{number:03}").write_bytes(framed * 2)
    print(f"{2 * len(packets)} seeds")


if __name__ == "__main__":
    main(sys.argv[1:])
