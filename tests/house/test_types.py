"""The Python package is typed throughout, and what it says of itself is true."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.skipif(shutil.which("mypy") is None, reason="mypy is missing")
def test_the_package_is_typed(tmp_path):
    done = subprocess.run(
        ["mypy", "--python-executable", "/usr/bin/python3", "--strict", "--ignore-missing-imports", "--cache-dir",
         str(tmp_path), "python/understudy"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
