"""What the tests of the Python package and of the programs share."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("UNDERSTUDY_BUILD", ROOT / "build/release")).resolve()
sys.path.insert(0, str(BUILD / "python"))

pytest_plugins = ["understudy.pytest_plugin"]


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard():
    """Whoever was started in the background of a script ignores SIGINT, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def understudy_binary():
    """Where `understudy` is."""
    return pathlib.Path(os.environ.get("UNDERSTUDY_BIN", BUILD / "bin")) / "understudy"


@pytest.fixture(scope="session")
def understudy_program(understudy_binary):
    """Runs `understudy ARGUMENTS...`; gives the finished process with its output as text."""

    def run(*arguments, **options):
        return subprocess.run(
            [str(understudy_binary), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, **options
        )

    return run
