"""The wheel. Everything is compiled for it, so it is made when UNDERSTUDY_SLOW=1 asks for it."""

import os
import shutil
import subprocess
import sys
import venv

import pytest
from conftest import ROOT


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=3600, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(os.environ.get("UNDERSTUDY_SLOW") != "1", reason="compiles everything: UNDERSTUDY_SLOW=1")
def test_pip_installs_it_offline_with_its_plugin(tmp_path):
    pytest.importorskip("setuptools")
    venv.create(tmp_path / "venv", system_site_packages=True, with_pip=True)
    python = tmp_path / "venv/bin/python"
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTEST_PLUGINS")}
    run(python, "-m", "pip", "install", "--no-build-isolation", "--no-index", "--no-deps", ROOT, env=clean, cwd=tmp_path)
    shown = run(python, "-c", "import understudy; print(understudy.__file__, understudy.__version__)", env=clean, cwd=tmp_path)
    assert shown.startswith(str(tmp_path / "venv"))
    facts = run(python, "-m", "pip", "show", "understudy", env=clean, cwd=tmp_path)
    assert f"Version: {shown.split()[-1]}" in facts.splitlines()
    tests = tmp_path / "tests"
    shutil.copytree(ROOT / "scenarios/nginx-pair", tests / "nginx-pair")
    shutil.copy(ROOT / "scenarios/nginx-pair.yaml", tests / "pair.understudy.yaml")
    for plugin in ([], ["-p", "understudy.pytest_plugin"]):  # asked for twice, it is there once
        said = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, env=clean, cwd=tests)
        assert "4 passed" in said


def test_its_version_is_that_of_the_programs():
    import understudy

    command = [sys.executable, str(ROOT / "setup.py"), "--version"]
    pytest.importorskip("setuptools")
    assert run(*command, cwd=ROOT).split()[-1] == understudy.__version__
