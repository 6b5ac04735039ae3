"""What python/README.md shows can be done."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from conftest import BUILD, ROOT

import understudy

BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "python/README.md").read_text(), re.MULTILINE | re.DOTALL)


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


def test_its_lines_run_one_after_the_other(folder):
    pytest.importorskip("numpy")
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


def test_its_test_passes(folder):
    (block,) = (block for block in BLOCKS if "def test_" in block)
    (folder / "scenarios/test_pair.py").write_text(block)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "understudy.pytest_plugin", "-p", "no:cacheprovider", "scenarios/test_pair.py"],
        env={**os.environ, "PYTHONPATH": str(BUILD / "python")}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
