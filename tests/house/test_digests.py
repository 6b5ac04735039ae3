"""Every run of a scenario has one digest: twice over, whatever compiler built the program, however far it
optimised, and in a sweep on any number of cores. Where two builds part, the first event that differs is shown.

UNDERSTUDY_PROGRAMS: the builds of `understudy` to compare, separated by colons.
"""

import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import first_difference

ROOT = pathlib.Path(__file__).parents[2]
PROGRAMS = [program for program in os.environ.get("UNDERSTUDY_PROGRAMS", "").split(":") if program]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))


@functools.lru_cache(maxsize=None)
def digests(program, scenario, run):
    """{case: digest}; `run` only tells the runs apart."""
    done = subprocess.run([program, "sim", str(scenario), "--json", "-"],
                          capture_output=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr.decode()
    results = json.loads(done.stdout)
    results = results if isinstance(results, list) else [results]
    return {(result.get("case") or ""): result["digest"] for result in results}


def sweep(program, scenario, jobs):
    """The JSON of a small sweep over all cases."""
    done = subprocess.run([program, "sweep", str(scenario), "--seeds", "1:3", "--full", "--jobs", str(jobs),
                           "--json", "-"], capture_output=True, timeout=600)
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout


def test_there_is_something_to_compare():
    assert len(PROGRAMS) >= 2, "UNDERSTUDY_PROGRAMS names fewer than two programs"
    assert SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[path.stem for path in SCENARIOS])
@pytest.mark.parametrize("program", PROGRAMS, ids=[pathlib.Path(path).parents[1].name for path in PROGRAMS])
def test_two_runs_have_one_digest(program, scenario):
    first = digests(program, scenario, 1)
    assert first
    assert all(len(digest) == 16 for digest in first.values())
    assert digests(program, scenario, 2) == first


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[path.stem for path in SCENARIOS])
@pytest.mark.parametrize("program", PROGRAMS[1:], ids=[pathlib.Path(path).parents[1].name for path in PROGRAMS[1:]])
def test_builds_agree(program, scenario):
    if digests(program, scenario, 1) != digests(PROGRAMS[0], scenario, 1):
        pytest.fail(first_difference.compare([PROGRAMS[0], program], scenario) or "the digests differ, no event does")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[path.stem for path in SCENARIOS])
@pytest.mark.parametrize("program", PROGRAMS[1:], ids=[pathlib.Path(path).parents[1].name for path in PROGRAMS[1:]])
def test_sweeps_agree(program, scenario):
    assert sweep(program, scenario, 2) == sweep(PROGRAMS[0], scenario, 1)


def test_the_first_event_that_differs_is_found():
    scenario = ROOT / "scenarios" / "nginx-pair.yaml"
    with tempfile.TemporaryDirectory() as folder:
        one, other = pathlib.Path(folder) / "one", pathlib.Path(folder) / "other"
        first_difference.write_events(PROGRAMS[0], scenario, ["--seed", "1"], one)
        first_difference.write_events(PROGRAMS[0], scenario, ["--seed", "1"], other)
        assert first_difference.first_difference(one, other) is None
        lines = one.read_text().splitlines(keepends=True)
        lines[41] = lines[41].replace("\n", "!\n")
        other.write_text("".join(lines))
        number, before, (left, right) = first_difference.first_difference(one, other)
        assert (number, len(before), left + "!") == (42, 3, right.replace("!\n", "\n!"))
        other.write_text("".join(lines[:41]))
        assert first_difference.first_difference(one, other)[2][1] is None


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_cases_differ(scenario):
    found = digests(PROGRAMS[0], scenario, 1)
    assert len(set(found.values())) == len(found), "a digest that is the same for every case says nothing"
