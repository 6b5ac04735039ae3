"""python/recipes: each does what it says."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

import pytest
from conftest import BUILD, ROOT

import understudy

FOLDER = ROOT / "python/recipes"
PAIR = ROOT / "scenarios/nginx-pair.yaml"


def run(*command, status=0, **environment):
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(BUILD / "python"), "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def program(name, *arguments, **options):
    return run(sys.executable, FOLDER / name, *arguments, **options)


def pytest_of(name):
    return run(sys.executable, "-m", "pytest", "-q", "-p", "understudy.pytest_plugin", "-p", "no:cacheprovider", FOLDER / name)


@pytest.fixture(scope="module")
def captures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("captures")
    pair = understudy.Scenario.load(PAIR)
    for case in ("stop-daemon-on-master", "drop-adverts-on-master"):
        pair.run(case, pcap=folder)
    return folder


def test_all_are_listed():
    listed = set(re.findall(r"^\| \[([^]]+)\]", (FOLDER / "README.md").read_text(), re.MULTILINE))
    there = {path.name for path in FOLDER.iterdir() if path.suffix in (".py", ".sh")}
    assert listed == there and len(there) == 10


@pytest.mark.parametrize(
    "name, passed", [("test_pair.py", 2), ("test_three_nodes.py", 3), ("test_by_hand.py", 4), ("test_properties.py", 3)]
)
def test_those_for_pytest(name, passed):
    if name == "test_properties.py":
        pytest.importorskip("hypothesis", reason="python3-hypothesis is missing")
    assert f"{passed} passed" in pytest_of(name)


def test_loss(tmp_path):
    pytest.importorskip("matplotlib")
    said = program("loss_sweep.py", 100, tmp_path / "loss.png").splitlines()
    shares = [float(line.split()[1].rstrip("%")) for line in said[1:5]]
    assert shares == sorted(shares) and shares[0] == 0 and shares[3] > 90
    assert (tmp_path / "loss.png").stat().st_size > 5000
    assert any(line.startswith("pass ") for line in said[5:]), said


def test_what_if():
    slow, fast = program("what_if.py", 20).splitlines()
    milliseconds = r"([\d.]+) ms at worst, pass$"
    worst = [float(re.search(milliseconds, line)[1]) for line in (slow, fast)]
    assert worst[0] > 600 and worst[1] < 80


def test_a_capture_is_explained(captures):
    (good,) = captures.glob("stop-daemon-on-master/client.eth0.pcap")
    said = program("explain_capture.py", good)
    assert "VRID 51: 192.168.56.100, spoken for by 192.168.56.130, 192.168.56.132" in said
    assert "192.168.56.130 -> 192.168.56.132 (graceful_shutdown)" in said
    torn = captures / "torn.pcap"
    data = bytearray(good.read_bytes())
    data[24 + 16 :] = data[24 + 16 :]
    torn.write_bytes(data[:-3])
    assert "warning: " in program("explain_capture.py", torn)


def test_a_trace_is_analysed(tmp_path):
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    said = program("analyse_trace.py", tmp_path / "took.png")
    assert "lb2 spoke 50 times, every 1.000000 s" in said
    assert "seconds with lost requests: [10]" in said
    assert re.search(r"^lb2 .*advert", said, re.MULTILINE)
    assert (tmp_path / "took.png").stat().st_size > 5000


def test_a_capture_is_decoded(captures):
    pytest.importorskip("numpy")
    (capture,) = captures.glob("stop-daemon-on-master/client.eth0.pcap")
    said = program("decode_capture.py", capture)
    adverts = {speaker.source: speaker.adverts for speaker in understudy.explain(capture).virtual_routers[0].speakers}
    for source, count in adverts.items():
        assert f"VRID 51: {source} sent {count} adverts" in said
    assert "resigned 1 times" in said and "are none: bad_type" in said


def test_ci(tmp_path):
    pytest.importorskip("xdist", reason="python3-pytest-xdist is missing")
    shutil.copytree(ROOT / "scenarios/nginx-pair", tmp_path / "all/nginx-pair")
    shutil.copy(PAIR, tmp_path / "all")
    report = tmp_path / "understudy.xml"
    said = run(FOLDER / "ci.sh", tmp_path / "all", 3, report, PYTHON=sys.executable, TMPDIR=str(tmp_path))
    assert "4 passed" in said
    (suite,) = xml.etree.ElementTree.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("4", "0")
    strict = tmp_path / "all/nginx-pair.yaml"
    strict.write_text(strict.read_text().replace("within: 700ms", "within: 7ms"))
    said = run(FOLDER / "ci.sh", tmp_path / "all", 3, report, status=1, PYTHON=sys.executable, TMPDIR=str(tmp_path))
    assert "1 failed, 3 passed" in said and "understudy sim" in said
    (suite,) = xml.etree.ElementTree.parse(report).getroot()
    (failure,) = suite.iter("failure")
    assert "too late" in failure.text
