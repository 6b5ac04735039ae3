"""Progress bars: on a terminal, on standard error, gone at the end; nowhere else."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading

import pytest

COLUMNS = 60
CLEAR = "\r\x1b[K"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """400,000 packets, 30 MB, in nanoseconds: UDP, and an advert now and then."""
    frame = bytes.fromhex("01005e00001202000000000108004500") + bytes(7) + b"\x11" + bytes(36)
    record = struct.pack("<II", len(frame), len(frame)) + frame
    header = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
    path = tmp_path_factory.mktemp("large") / "large.pcap"
    path.write_bytes(header + b"".join(struct.pack("<II", i // 1000, i % 1000 * 1000) + record for i in range(400_000)))
    return path


def on_terminal(program, *arguments, output_too=False, folder=None):
    """(exit status, standard output, what the terminal got), with standard error on a terminal of 60 columns."""
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    process = subprocess.Popen([str(program), *map(str, arguments)], stdin=subprocess.DEVNULL, stderr=end, cwd=folder,
                               stdout=end if output_too else subprocess.PIPE)  # fmt: skip
    os.close(end)
    got = []

    def pump():
        try:
            while piece := os.read(terminal, 65536):
                got.append(piece)
        except OSError:  # the last one who held it has gone
            pass

    reader = threading.Thread(target=pump)
    reader.start()
    output, _ = process.communicate(timeout=120)
    reader.join(10)
    os.close(terminal)
    return process.returncode, (output or b"").decode(), b"".join(got).decode()


def check_bar(text, planned, what):
    """Bars of growing counts that fit the terminal, and nothing left of them at the end."""
    assert text.startswith(CLEAR + "["), text[:80]
    assert text.endswith(CLEAR)
    lines = [line for line in text.split(CLEAR) if line]
    assert all(len(line) < COLUMNS for line in lines)
    counts = []
    for line in lines:
        found = re.fullmatch(rf"(?:\[(#*)(\.*)\] )?(\d+) of {planned} {what}.*", line)
        assert found, line
        counts.append(int(found[3]))
        if found[1] is not None:
            share = len(found[1]) / len(found[1] + found[2])
            assert share == pytest.approx(int(found[3]) / planned, abs=0.13)
    assert counts == sorted(counts) and len(set(counts)) > 1


def test_explain_draws_one_on_a_terminal(understudy_binary, large):
    status, output, drawn = on_terminal(understudy_binary, "explain", large)
    assert status == 0
    check_bar(drawn, large.stat().st_size // 1_000_000, "MB")
    assert "400000 packets" in output and "\x1b[K" not in output


def test_explain_draws_before_its_page_and_not_into_it(understudy_binary, large):
    status, _, drawn = on_terminal(understudy_binary, "explain", large, output_too=True)
    assert status == 0
    bars, page = drawn.rsplit(CLEAR, 1)
    assert bars.startswith(CLEAR + "[") and page.startswith("400000 packets")
    assert "\r\x1b" not in page


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_explain_draws_none_that_nobody_wants(understudy_binary, large, option):
    assert on_terminal(understudy_binary, "explain", option, large)[2] == ""


def test_explain_draws_none_into_a_pipe_or_of_one(understudy_program, understudy_binary, large):
    assert understudy_program("explain", large).stderr == ""
    with large.open("rb") as file:
        done = subprocess.run([understudy_binary, "explain", "-"], stdin=file, capture_output=True, text=True, check=True)
    assert done.stderr == "" and "400000 packets" in done.stdout


def test_a_remark_stands_on_a_line_of_its_own(understudy_binary, large, tmp_path):
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(large.read_bytes()[:-7])
    status, _, drawn = on_terminal(understudy_binary, "explain", cut)
    assert status == 0
    assert re.search(rf"{re.escape(CLEAR)}{re.escape(str(cut))}: error: packet 400000: [^\r]*\r\n$", drawn), drawn[-200:]


@pytest.fixture
def pair(root, tmp_path):
    text = (root / "scenarios/nginx-pair.yaml").read_text().replace("nginx-pair/", f"{root}/scenarios/nginx-pair/")
    (tmp_path / "pair.yaml").write_text(text)
    return tmp_path / "pair.yaml"


def test_sweep_draws_one_on_a_terminal(understudy_binary, understudy_program, pair):
    arguments = ("sweep", pair, "--case", "stop-daemon-on-master", "--seeds", "1:80", "--jobs", "1")
    status, output, drawn = on_terminal(understudy_binary, *arguments)
    assert status in (0, 1)
    check_bar(drawn[drawn.index(CLEAR) :], 80, "runs")  # behind what the configurations are warned of
    assert "\x1b[K" not in output
    assert on_terminal(understudy_binary, *arguments, "-q")[2] == ""
    assert "\x1b" not in understudy_program(*arguments).stderr
