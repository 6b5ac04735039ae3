#!/usr/bin/python3
"""Writes v2_verdicts.txt: what the reference receiver of gen_vectors.py says of every version 2 vector without AH, of each
of its prefixes and of each single-bit flip, under both profiles. The C++ tests read that file, so that the engine is judged
by a receiver that shares no line with it.

A verdict is a letter: '.' accepted, else 'a' + the place of the error class in vectors.json. Runs are written as letter and
count ("b160.8").
"""
import json
import pathlib
import sys

import gen_vectors as reference

HERE = pathlib.Path(__file__).parent


def unsplittable(packet):
    """What never reaches the reference receiver: no whole IP header."""
    if len(packet) < 20:
        return True
    version = packet[0] >> 4
    if version == 4:
        return (packet[0] & 15) < 5
    return version != 6 or len(packet) < 40


def rfc(packet, config):
    return "length-short" if unsplittable(packet) else reference.receive(packet, config)[0]


def keepalived(packet, config):
    """The same order without the three checks that keepalived leaves out: owner, address list, count 0."""
    error = rfc(packet, config)
    if error not in ("count-zero", "address-list", "local-owner"):
        return error
    ip = reference.parse_ip(packet)
    fields = reference.decode(ip["payload"], ip["family"])
    if fields["auth_type"] > 2:
        return "auth-unknown"
    if fields["auth_type"] != config["auth"]["type"]:
        return "auth-mismatch"
    if fields["auth_type"] == 1 and fields["auth_data"] != config["auth"]["key_hex"]:
        return "auth-failed"
    return None if fields["adver_int_s"] == config["interval"] else "interval-mismatch"


def runs(verdicts):
    out, last, count = [], None, 0
    for verdict in verdicts + [None]:
        if verdict == last:
            count += 1
            continue
        if last is not None:
            out.append(last + str(count))
        last, count = verdict, 1
    return "".join(out) or "-"


def flips(packet):
    for byte in range(len(packet)):
        for bit in range(8):
            changed = bytearray(packet)
            changed[byte] ^= 1 << bit
            yield bytes(changed)


def main():
    data = json.loads((HERE / "vectors.json").read_text())
    letters = {error: chr(ord("a") + place) for place, error in enumerate(data["errors"])}
    letters[None] = "."
    lines = ["errors " + " ".join(error.replace("-", "_") for error in data["errors"])]
    for vector in data["vectors"]:
        config = vector["config"]
        if not vector["name"].startswith("v2-") or config["auth"]["type"] == 2:
            continue
        packet = bytes.fromhex(vector["packet_hex"])
        addresses = b"".join(map(reference.ip_bytes, config["addresses"])).hex() or "-"
        lines.append("vector " + vector["name"])
        lines.append("packet " + vector["packet_hex"])
        lines.append("rules %d %d %d %d %d %s %d %s" % (
            config["version"], config["vrid"], config["owner"], config["unicast"], config["auth"]["type"],
            config["auth"]["key_hex"] or "-", config["interval"], addresses))
        if "fields" in vector:
            f = vector["fields"]
            lines.append("fields %d %d %d %d %s %d %d %s %s" % (
                f["version"], f["vrid"], f["priority"], f["count"], f["checksum"], f["auth_type"], f["adver_int_s"],
                b"".join(map(reference.ip_bytes, f["addresses"])).hex(), f["auth_data"]))
            if vector["encode"]:
                lines.append("encode " + vector["message_hex"])
        assert (rfc(packet, config) or "ok") == vector.get("error", "ok"), vector["name"]
        accepted = keepalived(packet, config) is None
        assert accepted == (vector["keepalived"] == "accept"), vector["name"]
        for name, judge in (("rfc", rfc), ("keepalived", keepalived)):
            prefixes = [letters[judge(packet[:n], config)] for n in range(len(packet))]
            changed = [letters[judge(p, config)] for p in flips(packet)]
            lines.append("%s %s %s %s" % (name, letters[judge(packet, config)], runs(prefixes), runs(changed)))
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "v2_verdicts.txt"
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
