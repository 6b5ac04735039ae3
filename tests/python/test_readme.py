"""What README.md and python/README.md show can be done, and looks as they show it."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from conftest import BUILD, ROOT

import understudy

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [text for kind, text in BLOCK.findall((ROOT / "python/README.md").read_text()) if kind == "python"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copy(ROOT / "scenarios/nginx-pair/lb1.conf", tmp_path / "keepalived.conf")
    pair = understudy.Scenario.load(tmp_path / "scenarios/nginx-pair.yaml")
    pair.run(case="stop-daemon-on-master", pcap=tmp_path / "captures")
    for host in ("lb1", "lb2"):
        (capture,) = (tmp_path / "captures").rglob(f"{host}.eth0.pcap")
        shutil.copy(capture, tmp_path / f"{host}.pcap")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*command):
    return subprocess.run(
        [sys.executable, *command], env={**os.environ, "PYTHONPATH": str(BUILD / "python"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_its_lines_run_one_after_the_other(folder):
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    advert = understudy.Advert(vrid=51, addresses=["192.168.56.100"], auth_pass="secret", source="192.168.56.130")
    packet = understudy.encode_packet(advert)
    names = {"packet": packet, "packets": [packet] * 3}
    for block in BLOCKS:
        if "def test_" not in block:
            exec(compile(block, "python/README.md", "exec"), names)
    assert (folder / "lossy.png").stat().st_size > 5000
    assert (folder / "failover.png").stat().st_size > 5000
    assert len(names["lossy"].rows) == 400


def test_its_tests_pass(folder):
    blocks = [block for block in BLOCKS if "def test_" in block]
    (folder / "scenarios/test_pair.py").write_text("\n".join(blocks))
    done = run("-m", "pytest", "-q", "-p", "understudy.pytest_plugin", "-p", "no:cacheprovider", "scenarios/test_pair.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{''.join(blocks).count('def test_')} passed" in done.stdout


# ---- the way of somebody new, in README.md


@pytest.fixture(scope="module")
def shown():
    """Of its section on Python: the blocks by kind."""
    page = (ROOT / "README.md").read_text()
    section = page.split("\n## From Python, in five minutes\n")[1].split("\n## ")[0]
    assert "./dev build\n" in section and "PYTHONPATH=$PWD/build/release/python" in section
    return dict(BLOCK.findall(section))


def test_the_ten_lines_print_what_it_shows(shown, folder):
    lines = [line for line in shown["python"].splitlines() if line]
    assert len(lines) <= 10
    (folder / "failover.py").write_text(shown["python"])
    done = run("failover.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown["text"]


def plain(output):
    """Without what differs from one day and one machine to the next."""
    output = re.sub(r"\d+\.\d+s\b", "N s", output)
    output = re.sub(r"(captures|pictures): \S+?/pytest-of-[^/]+/pytest-\d+/", r"\1: TMP/", output)
    return [line.rstrip() for line in output.splitlines()]


def test_its_tests_fail_and_pass_as_it_shows(shown, folder):
    (folder / "failover.understudy.yaml").write_text(shown["yaml"])
    command, *output = shown["console"].splitlines(keepends=True)
    words = command.split()
    assert words[:2] == ["$", "/usr/bin/python3"]
    done = run(*words[2:], "-p", "no:cacheprovider")
    assert done.returncode == 1, done.stdout + done.stderr
    assert plain(done.stdout) == plain("".join(output))
    assert "1 failed, 1 passed" in done.stdout
