#!/usr/bin/python3
"""Writes verdicts.txt: what a reference receiver says of every vector, of each of its prefixes and of its single-bit flips,
under both profiles; and the frames, timer rows and auth_hmac packets in words that need no JSON reader. The C++ tests read
that file, so that the engine is judged by a receiver that shares no line with it: gen_vectors.py's for profile rfc, keepalived()
below for profile keepalived.

A verdict is a letter: '.' accepted, else 'a' + the place of the error class in vectors.json. Runs are written as letter and
count ("b160.8").

Flips: every bit of a packet of up to 400 bytes; of a longer one bit (n mod 8) of byte n.
"""
import json
import pathlib
import struct
import sys
from fractions import Fraction

import gen_vectors as reference

HERE = pathlib.Path(__file__).parent
LONG = 400  # bytes; above it one bit of a byte is flipped

# Where profile keepalived differs from keepalived's own column on purpose.
EXCEPTIONS = dict(line.split("\t")[:2] for line in (HERE / "exceptions.tsv").read_text().splitlines()[1:])
# Errors of the RFC's order that keepalived does not know.
LENIENT = {"count-zero", "interval-zero", "address-list", "local-owner", "source-not-link-local", "first-not-link-local",
           "ah-malformed"}


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


def rfc_with_warnings(packet, config):
    return reference.receive(packet, config)[:2]


def ah_error(ip, ah, config):
    key = bytes.fromhex(config["auth"]["key_hex"])
    ttl_cleared = config["ah_icv"] == "rfc2402" or config["unicast"]
    if reference.ah_icv(ip["packet"], key, ttl_cleared) != ah[12:24]:
        return "ah-bad-icv"
    if ah[4:8] != reference.ip_bytes(ip["src"]):
        return "ah-spi"
    return "ah-replay" if struct.unpack("!I", ah[8:12])[0] <= config["ah_last_seq"] else None


def envelope_error(ip, config):
    """Returns (error, AH or None, VRRP message)."""
    message, ah = ip["payload"], None
    if not config["unicast"] and ip["ttl"] != 255:
        return "bad-ttl", None, None
    if (ip["proto"] == reference.PROTO_AH) != (config["auth"]["type"] == 2):
        return "ah-missing" if config["auth"]["type"] == 2 else "ah-unexpected", None, None
    if config["auth"]["type"] == 2:
        if len(message) < 24:
            return "length-short", None, None
        ah, message = message[:24], message[24:]
        if ah[0] != reference.PROTO_VRRP:
            return "ah-next-header", None, None
    return ("length-short" if len(message) < 8 else None), ah, message


def keepalived_with_warnings(packet, config):
    """The vectors' order with keepalived's leniencies: address counts, lists, zero intervals, IPv6 addresses that are not
    link-local, the AH's own length and a local owner are its sender's business. What the kernel would not deliver (source
    ::1) is refused."""
    ip = reference.parse_ip(packet)
    if isinstance(ip, str):
        return ip, []
    error, ah, message = envelope_error(ip, config)
    if error:
        return error, []
    fields = reference.decode(message, ip["family"])
    version2 = fields["version"] == 2
    if fields["version"] != config["version"] or (version2 and ip["family"] == "ipv6"):
        return "bad-version", []
    if fields["type"] != 1:
        return "bad-type", []
    want = 8 + fields["count"] * (4 if ip["family"] == "ipv4" else 16) + (8 if version2 else 0)
    if len(message) != want:
        return "length-short" if len(message) < want else "length-long", []
    if not reference.sums_ok(ip, message, "message" if version2 else config["v3_ipv4_checksum"]):
        return "bad-checksum", []
    if fields["vrid"] != config["vrid"]:
        return "unknown-vrid", []
    if reference.ipaddress.ip_address(ip["dst"]).is_multicast == config["unicast"]:
        return "bad-destination", []
    warnings = ["local-owner"] if config["owner"] else []
    if sorted(fields["addresses"]) != sorted(config["addresses"]):
        warnings.append("address-list")
    if not version2:
        if ip["src"] == "::1":
            return "source-not-link-local", []
        return None, warnings + (["interval-mismatch"] if fields["max_advert_int_cs"] != config["interval"] else [])
    if fields["auth_type"] > 2:
        return "auth-unknown", []
    if fields["auth_type"] != config["auth"]["type"]:
        return "auth-mismatch", []
    if fields["auth_type"] == 1 and fields["auth_data"] != config["auth"]["key_hex"]:
        return "auth-failed", []
    error = ah_error(ip, ah, config) if ah else None
    if not error and fields["adver_int_s"] != config["interval"]:
        error = "interval-mismatch"
    return error, [] if error else warnings


def keepalived(packet, config):
    error = "length-short" if unsplittable(packet) else keepalived_with_warnings(packet, config)[0]
    strict = rfc(packet, config)
    assert strict in LENIENT or error == strict, (packet.hex(), error, strict)
    return error


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
        for bit in range(8) if len(packet) <= LONG else [byte % 8]:
            changed = bytearray(packet)
            changed[byte] ^= 1 << bit
            yield bytes(changed)


def packed(addresses):
    return b"".join(map(reference.ip_bytes, addresses)).hex() or "-"


def vector_lines(vector, letters):
    config = vector["config"]
    packet = bytes.fromhex(vector["packet_hex"])
    yield "vector " + vector["name"]
    yield "packet " + vector["packet_hex"]
    # The receiving instance's family is that of its addresses; without any it is the packet's.
    ipv6 = ":" in config["addresses"][0] if config["addresses"] else vector["family"] == "ipv6"
    yield "rules %d %d %d %d %d %d %s %d %s %d %d %s" % (
        6 if ipv6 else 4, config["version"], config["vrid"], config["owner"], config["unicast"], config["auth"]["type"],
        config["auth"]["key_hex"] or "-", config["interval"], config["v3_ipv4_checksum"], config["ah_icv"] == "rfc2402",
        config["ah_last_seq"], packed(config["addresses"]))
    if "fields" in vector:
        f = vector["fields"]
        version2 = f["version"] == 2
        milliseconds = f["adver_int_s"] * 1000 if version2 else f["max_advert_int_cs"] * 10
        yield "fields %d %d %d %d %s %d %d %s %s %d" % (
            f["version"], f["vrid"], f["priority"], f["count"], f["checksum"], f.get("auth_type", 0), milliseconds,
            packed(f["addresses"]), f.get("auth_data", "00" * 8), f.get("ah", {}).get("seq", 0))
        if vector["encode"]:
            yield "encode %s %s" % (vector["checksum_form"], vector["message_hex"])
    assert (rfc(packet, config) or "ok") == vector.get("error", "ok"), vector["name"]
    accepted = "drop" if keepalived(packet, config) else "accept"
    assert accepted == EXCEPTIONS.get(vector["name"], vector["keepalived"]), vector["name"]
    for name, judge, warn in (("rfc", rfc, rfc_with_warnings), ("keepalived", keepalived, keepalived_with_warnings)):
        prefixes = [letters[judge(packet[:n], config)] for n in range(len(packet))]
        changed = [letters[judge(p, config)] for p in flips(packet)]
        warnings = warn(packet, config)[1] if judge(packet, config) is None else []
        if name == "rfc":
            assert sorted(warnings) == sorted(vector.get("warnings", [])), vector["name"]
        yield "%s %s %s %s %s" % (name, letters[judge(packet, config)], ",".join(sorted(warnings)) or "-", runs(prefixes),
                                  runs(changed))


def timer_line(row):
    """The exact spans in nanoseconds, cut down."""
    unit = 1_000_000_000 if row["version"] == 2 else 10_000_000
    skew = Fraction(row["skew_exact"]) * 1000
    down = 3 * row["interval"] * unit + skew
    assert int(skew / 1000) == row["skew_us"] and int(down / 1000) == row["active_down_us"]
    return "timer %d %d %d %d %d" % (row["version"], row["priority"], row["interval"] * unit, int(skew), int(down))


def wall_nanoseconds(seconds):
    return int(Fraction(str(seconds)) * 1_000_000_000)


def hmac_lines(vector):
    """One packet and its deliveries; the PDU's length is what lies before the trailer."""
    rules = vector["receiver"]
    packet = vector["packet"]
    yield "hmac " + vector["name"]
    yield "packet " + packet
    yield "instance %d %d %d %d %d" % (vector["family"], vector["vrrp_version"], vector["vrid"],
                                       vector["destination"] not in ("224.0.0.18", "ff02::12"), rules["time_window"])
    yield "source %s" % reference.ip_bytes(vector["source"]).hex()
    for key, value in rules["keys"].items():
        yield "key %s %s" % (key, value)
    if "trailer" in vector:
        t = vector["trailer"]
        sequence = t["seconds"] << 32 | t["subsecond"] << 16 | t["counter"]
        yield "trailer %d %d %d" % (t["offset"], t["key_id"], sequence)
        yield "mac_input " + vector["mac_input"]
    for one in vector.get("deliveries", [{"at": vector["received_at"], "counter": vector["counter"]}]):
        counter = (one["counter"] or "-").lower().replace(" ", "_")
        yield "delivery %d %s" % (wall_nanoseconds(one["at"]), {"invalid_hmac": "hmac_invalid", "-": "-"}.get(counter, "hmac_" + counter))


def main():
    data = json.loads((HERE / "vectors.json").read_text())
    letters = {error: chr(ord("a") + place) for place, error in enumerate(data["errors"])}
    letters[None] = "."
    lines = ["errors " + " ".join(error.replace("-", "_") for error in data["errors"])]
    for vector in data["vectors"]:
        lines += vector_lines(vector, letters)
    lines += ["frame %s %s %d %s %s %s" % (
        f["name"], f["kind"], f["vrid"], reference.ip_bytes(f["address"]).hex(), f.get("target_mac", f.get("solicited_node")),
        f["frame_hex"]) for f in data["frames"]]
    lines += map(timer_line, data["timers"])
    for vector in json.loads((HERE / "auth_hmac_vectors.json").read_text())["vectors"]:
        lines += hmac_lines(vector)
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "verdicts.txt"
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
