"""Captures of every kind through the program: compressed, piped, damaged; and counted beside tshark."""

import gzip
import json
import shutil
import struct
import subprocess
import time

import pytest

HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


@pytest.fixture
def capture(root):
    return root / "tests/captures/keepalived-v2-pass.pcap"


def explained(finished):
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_adverts_are_counted_as_tshark_counts_them(root, understudy_program):
    captures = sorted((root / "tests/captures").glob("*.pcap"))
    assert captures
    for path in captures:
        lines = subprocess.run(["tshark", "-r", path, "-T", "fields", "-e", "frame.number", "-e", "vrrp.virt_rtr_id"],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        finished = understudy_program("explain", path, "--json", "-")
        document = explained(finished)
        refused = sum(finding["count"] for finding in document["findings"]
                      if finding["code"] in ("bad_checksum", "bad_version", "bad_ttl", "bad_type", "bad_length"))
        assert document["packets"] == len(lines), path
        assert document["adverts"] + refused == sum(len(line.split("\t")) > 1 and line.split("\t")[1] != ""
                                                     for line in lines), path


def test_compressed_and_piped_captures_are_the_same(capture, tmp_path, root, understudy_program):
    plain = explained(understudy_program("explain", capture, "--json", "-"))
    packed = tmp_path / "packed.gz"
    whole = capture.read_bytes()
    packed.write_bytes(gzip.compress(whole[:777]) + gzip.compress(whole[777:]))
    assert explained(understudy_program("explain", packed, "--json", "-"))["transitions"] == plain["transitions"]
    with packed.open("rb") as stream:
        piped = explained(understudy_program("explain", "-", "--json", "-", stdin=stream))
    assert piped["transitions"] == plain["transitions"]
    assert piped["packets"] == plain["packets"]


def test_a_filter_is_applied(capture, understudy_program):
    document = explained(understudy_program("explain", capture, "--json", "-", "--filter", "src host 10.56.0.1"))
    sources = {speaker["source"] for router in document["virtual_routers"] for speaker in router["speakers"]}
    assert sources == {"10.56.0.1"}
    wrong = understudy_program("explain", capture, "--filter", "vrrp or or")
    assert wrong.returncode == 2
    assert "syntax error" in wrong.stderr


def test_what_was_readable_is_explained(capture, tmp_path, understudy_program):
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(capture.read_bytes()[:-7])
    finished = understudy_program("explain", cut, "--json", "-")
    assert explained(finished)["packets"] == 33
    assert "packet 34" in finished.stderr and "the file ends within it" in finished.stderr


@pytest.mark.parametrize(("content", "complaint"), [
    (b"", "the file is empty"),
    (bytes(5000), "begins with 00 00 00 00"),
    (HEADER + bytes(5000), "nothing but zeros"),
    (HEADER + struct.pack("<IIII", 1, 0, 0xFFFFFFF0, 60), "the file is damaged here"),
    (b"\x28\xb5\x2f\xfd" + bytes(20), "zstd"),
    (gzip.compress(HEADER + bytes(5000))[:30], "ends before its data does"),
])
def test_of_nothing_readable_the_exit_status_is_2(tmp_path, understudy_program, content, complaint):
    path = tmp_path / "capture"
    path.write_bytes(content)
    finished = understudy_program("explain", path)
    assert finished.returncode == 2
    assert complaint in finished.stderr


def test_four_gigabytes_of_zeros_take_no_time(tmp_path, understudy_program):
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        file.write(HEADER)
        file.truncate(4 << 30)
    begin = time.monotonic()
    finished = understudy_program("explain", path)
    assert time.monotonic() - begin < 5
    assert finished.returncode == 2
    assert "nothing but zeros" in finished.stderr


def test_watch_says_which_interfaces_there_are(understudy_program):
    finished = understudy_program("watch", "-i", "lol")
    assert finished.returncode == 2
    assert "there is no interface 'lol': did you mean 'lo'?" in finished.stderr
