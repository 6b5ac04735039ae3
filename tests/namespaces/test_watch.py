"""understudy watch on a wire of its own: what it says while it happens, how it ends, and what it says then."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import time

import pytest
from lab.host import ENVIRONMENT, Host

ONE, TWO, THREE = "10.77.0.1", "10.77.0.2", "10.77.0.3"
MARGIN = 5  # seconds that a busy machine may take for what is immediate

# Sends a frame for each line, out of the far end of the cable.
_SENDER = """
import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("far", 0))
for line in sys.stdin:
    wire.send(bytes.fromhex(line))
"""


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def advert(source, priority, vrid=51, interval=1, ttl=255, vlan=None):
    """A frame with an advert of version 2, one address, no authentication."""
    octets = bytes(map(int, source.split(".")))
    message = bytearray(struct.pack(">BBBBBBH", 0x21, vrid, priority, 1, 0, interval, 0) + bytes([10, 77, 0, 100]) + bytes(8))
    message[6:8] = checksum(message).to_bytes(2, "big")
    header = bytearray(struct.pack(">BBHHHBBH", 0x45, 0xC0, 20 + len(message), 1, 0, ttl, 112, 0) + octets + bytes([224, 0, 0, 18]))
    header[10:12] = checksum(header).to_bytes(2, "big")
    tag = b"" if vlan is None else struct.pack(">HH", 0x8100, vlan)
    return bytes.fromhex("01005e000012") + b"\x02\x00\x00\x00\x00" + octets[3:] + tag + b"\x08\x00" + bytes(header + message)


class Wire:
    """A host with a cable from `far` to `near`: what is sent at one end is watched at the other."""

    def __init__(self, host, program):
        self.host, self.program = host, program
        host.run("ip", "link", "add", "far", "type", "veth", "peer", "name", "near")
        for name in ("far", "near"):
            host.run("sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1")
            host.run("ip", "link", "set", name, "up")
        self._sender = host.spawn("/usr/bin/python3", "-c", _SENDER)

    def send(self, *frames):
        for frame in frames:
            self._sender.stdin.write(frame.hex().encode() + b"\n")
        self._sender.stdin.flush()

    def watch(self, *options):
        """`understudy watch` once it watches; its errors are in /run/errors."""
        self.host.write("/run/errors", "")
        process = self.host.spawn("sh", "-c", 'exec "$@" 2>/run/errors', "sh", self.program, "watch", "-i", "near", *options)
        deadline = time.monotonic() + MARGIN
        while "watching near" not in self.errors() and process.running() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "watching near, EN10MB (Ethernet)" in self.errors(), self.errors()
        return process

    def errors(self):
        return self.host.read("/run/errors")


@pytest.fixture
def wire(programs):
    program = programs / "understudy"
    if not program.is_file():
        pytest.fail(f"{programs}: no understudy (run ./dev build)", pytrace=False)
    with Host("watcher") as host:
        yield Wire(host, program)


def says(process, pattern, timeout=MARGIN):
    return process.log.wait_for(lambda line: re.search(pattern, line) is not None, timeout) is not None


def test_a_takeover_is_told_at_once_and_ctrl_c_explains_it(wire):
    process = wire.watch()
    wire.send(advert(ONE, 100))
    assert says(process, rf"^0\.0\d* virtual router 51: nobody -> {ONE}  first_seen")
    wire.send(advert(ONE, 0), advert(TWO, 90))
    assert says(process, rf"virtual router 51: {ONE} -> {TWO}  graceful_shutdown: priority 0 heard")
    wire.send(advert(TWO, 0))
    assert says(process, r"^\d+\.\d{3} virtual router 51 has no master: ")
    assert process.running()
    told = len(process.log.lines())
    assert told == 3, process.log.text()
    process.signal(signal.SIGINT)
    assert process.wait(MARGIN) == 0
    page = [line for _, line in process.log.lines()[told:]]
    assert page[1].startswith("4 packets in ") and page[1].endswith(", 4 adverts")
    assert "  why it changed" in page and "  who spoke" in page
    assert "Ctrl-C ends it" in wire.errors() and "error" not in wire.errors()


def test_silence_is_told_though_no_packet_tells_it(wire):
    process = wire.watch()
    wire.send(advert(ONE, 200))
    since = time.monotonic()
    assert says(process, "51 has no master: .*silent", 3 + 1 + MARGIN)
    assert time.monotonic() - since > 3
    wire.send(advert(TWO, 100))
    assert says(process, rf"virtual router 51: {ONE} -> {TWO}  master_silent: silent for ")
    process.signal(signal.SIGTERM)
    assert process.wait(MARGIN) == 0


def test_findings_are_told_once_and_strict_counts_them(wire):
    process = wire.watch("--strict")
    wire.send(advert(ONE, 100), *[advert(TWO, 90, ttl=64)] * 3)
    assert says(process, rf"^0\.\d+ error bad_ttl, virtual router 51: {TWO}: ")
    process.signal(signal.SIGINT)
    assert process.wait(MARGIN) == 1
    text = " ".join(process.log.text().split())
    assert text.count("error bad_ttl,") == 1 and f"3 packets from {TWO} that every receiver refuses" in text


def test_the_kernel_passes_on_what_the_filter_says(wire):
    process = wire.watch("--filter", f"ip proto 112 and not src host {ONE}")
    wire.send(advert(ONE, 100), advert(TWO, 90), advert(ONE, 100), advert(THREE, 80, vrid=7))
    assert says(process, rf"virtual router 7: nobody -> {THREE}")
    process.signal(signal.SIGINT)
    assert process.wait(MARGIN) == 0
    text = process.log.text()
    assert re.search(rf"{ONE}\b", text) is None and f"nobody -> {TWO}" in text and "2 packets in " in text


def test_without_a_filter_tagged_adverts_are_heard_and_other_traffic_is_not(wire):
    process = wire.watch()
    wire.send(advert(ONE, 100)[:14] + bytes.fromhex("45000014000000004011") + bytes(10 + 20), advert(ONE, 100, vlan=12))
    assert says(process, rf"virtual router 51: nobody -> {ONE}")
    process.signal(signal.SIGINT)
    assert process.wait(MARGIN) == 0
    assert "1 packet in " in process.log.text() and "VLAN 12" in process.log.text()


def test_a_filter_that_makes_no_sense(wire):
    status, output = wire.host.status_of(wire.program, "watch", "-i", "near", "--filter", "vrrp or or")
    assert status == 2
    assert output.startswith("understudy watch: error: filter: ") and "syntax error" in output


def test_json_alone_goes_to_standard_output_and_the_time_is_kept(wire):
    process = wire.watch("--json", "-", "--seconds", "1.5")
    since = time.monotonic()
    wire.send(advert(ONE, 100), advert(ONE, 0), advert(TWO, 90))
    assert process.wait(1.5 + MARGIN) == 0
    assert time.monotonic() - since > 1
    document = json.loads(process.log.text())
    assert [(change["to"], change["reason"]) for change in document["transitions"]] == [
        (ONE, "first_seen"), (TWO, "graceful_shutdown")]  # fmt: skip
    assert f"{ONE} -> {TWO}  graceful_shutdown" in wire.errors()


def test_an_interface_that_goes_away_ends_it(wire):
    process = wire.watch()
    wire.send(advert(ONE, 100))
    assert says(process, "first_seen")
    wire.host.run("ip", "link", "del", "near")
    assert process.wait(MARGIN) == 0  # what was seen is explained
    assert re.search("near: error: .*(disappeared|down)", wire.errors()), wire.errors()
    assert "who was master" in process.log.text()


def test_nothing_seen_is_no_master(wire):
    process = wire.watch()
    process.signal(signal.SIGINT)
    assert process.wait(MARGIN) == 0
    assert "no virtual router was heard" in process.log.text()


def test_without_rights(wire):
    program = wire.host.root / "run/understudy"
    program.write_bytes(wire.program.read_bytes())
    program.chmod(0o755)
    wire.host.run("chmod", "755", "/run")
    status, output = wire.host.status_of("setpriv", "--reuid", "65534", "--clear-groups", "--", "/run/understudy", "watch",
                                         "-i", "near")
    assert status == 2
    assert "CAP_NET_RAW" in output and len(output.splitlines()) == 1


def screen(descriptor, pattern, timeout=MARGIN):
    """What came from a terminal until the pattern was in it, or the time was over."""
    text, deadline = "", time.monotonic() + timeout
    while not re.search(pattern, text) and time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.1)[0]:
            with contextlib.suppress(OSError):
                text += os.read(descriptor, 65536).decode()
    return text


def test_on_a_terminal_a_line_tells_how_things_stand(wire):
    terminal, end = pty.openpty()
    command = ["nsenter", "-t", str(wire.host.pid), "-n", "--", str(wire.program), "watch", "-i", "near"]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=end)
    os.close(end)
    try:
        assert "watching near" in screen(terminal, "watching near.*\n")
        wire.send(advert(ONE, 100), advert(TWO, 0, vrid=7))
        shown = screen(terminal, "2 adverts; ")
        assert f"\r\x1b[K2 adverts; 7: NO MASTER; 51: {ONE}" in shown, shown
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=MARGIN)
        assert process.returncode == 0
        assert (shown + screen(terminal, "K$")).endswith("\r\x1b[K")
        assert b"\x1b[K" not in output
    finally:
        process.kill()
        os.close(terminal)
