"""Scenario files as tests: collected, played, and explained when they fail."""

import pathlib
import shutil

import pytest
from conftest import BUILD, ROOT

pytest_plugins = ["pytester"]

FAILING = """\
understudy: 1
name: too-strict
duration: 20s
segments:
  lan: { link: { delay: 50us } }
hosts:
  lb1: { config: lb1.conf, nics: { eth0: { segment: lan, ip: 192.168.56.130/24 } }, services: { nginx: { listen: [80] } } }
  lb2: { config: lb2.conf, nics: { eth0: { segment: lan, ip: 192.168.56.132/24 } }, services: { nginx: { listen: [80] } } }
  client: { nics: { eth0: { segment: lan, ip: 192.168.56.10/24 } } }
probes:
  web: { from: client, get: "http://192.168.56.100/", every: 10ms, start: 5s }
timeline:
  - { id: die, at: 10s, host: lb1, do: power_off }
cases:
  holds:
    expect:
      - { within: 4s, after: die, that: "master(VI_1) == lb2" }
  cannot-hold:
    expect:
      - { within: 100ms, after: die, that: "master(VI_1) == lb2" }
"""


@pytest.fixture
def folder(pytester, monkeypatch):
    """A folder of scenarios, and pytest as a user would call it."""
    monkeypatch.setenv("PYTHONPATH", str(BUILD / "python"))
    for name in ("lb1.conf", "lb2.conf"):
        shutil.copy(ROOT / "scenarios/nginx-pair" / name, pytester.path)
    (pytester.path / "pair.understudy.yaml").write_text(FAILING)
    return pytester.path


@pytest.fixture
def play(pytester, folder):
    def run(*arguments):
        return pytester.runpytest_subprocess("-p", "understudy.pytest_plugin", "-p", "no:cacheprovider", *arguments)

    return run


def test_each_case_is_a_test(play):
    result = play("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*pair.understudy.yaml::holds PASSED*", "*pair.understudy.yaml::cannot-hold FAILED*"])


def test_a_failure_is_explained_without_a_traceback(play, folder):
    result = play("-k", "cannot")
    text = result.stdout.str()
    assert "Traceback" not in text and "pytest_plugin.py" not in text
    assert "--case cannot-hold" in text and "understudy sim" in text
    assert "master(VI_1) == lb2" in text
    (captures,) = (line.split("captures: ")[1] for line in text.splitlines() if "captures: " in line)
    assert list(pathlib.Path(captures).rglob("lb1.eth0.pcap"))


def test_pictures_are_kept(play):
    text = play("-k", "cannot").stdout.str()
    pages = [line.split("pictures: ")[1] for line in text.splitlines() if line.startswith("pictures: ")]
    if not pages:
        pytest.skip("built without the charting library")
    with open(pages[0]) as page:
        assert "too-strict" in page.read()


def test_names_select(play):
    play("-k", "holds").assert_outcomes(passed=1, deselected=1)


def test_the_first_failure_stops(play):
    play("-x", "pair.understudy.yaml::cannot-hold", "pair.understudy.yaml::holds").assert_outcomes(failed=1)


def test_last_failed_comes_back(pytester, folder):
    pytester.runpytest_subprocess("-p", "understudy.pytest_plugin").assert_outcomes(passed=1, failed=1)
    pytester.runpytest_subprocess("-p", "understudy.pytest_plugin", "--lf").assert_outcomes(failed=1)


def test_workers_share_the_cases(play):
    pytest.importorskip("xdist", reason="python3-pytest-xdist is missing")
    play("-n", "2").assert_outcomes(passed=1, failed=1)


def test_a_folder_of_scenarios(play, folder):
    library = folder / "library"
    library.mkdir()
    for name in ("lb1.conf", "lb2.conf"):
        shutil.copy(folder / name, library)
    (library / "pair.yaml").write_text(FAILING)
    (library / "other.yaml").write_text("nothing: of ours\n")
    play("--understudy-scenarios", "library", "--ignore", "pair.understudy.yaml").assert_outcomes(passed=1, failed=1)
    (folder / "pair.understudy.yaml").unlink()
    play().assert_outcomes()


def test_seeds(play):
    result = play("--understudy-seeds", "3")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*cannot-hold: fail with seed 1*"])


@pytest.mark.parametrize("arguments", [["--understudy-seeds", "0"], ["--understudy-seeds", "x"], ["--understudy-scenarios", "none"]])
def test_bad_options(play, arguments):
    assert play(*arguments).ret == pytest.ExitCode.USAGE_ERROR


def test_a_scenario_with_errors_shows_the_place(play, folder):
    (folder / "pair.understudy.yaml").write_text(FAILING.replace("timeline:", "timelime:"))
    result = play()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*pair.understudy.yaml:12:1: error: *", "*timelime:*"])
    assert "Traceback" not in result.stdout.str()
