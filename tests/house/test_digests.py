"""Every run of a scenario has one digest: twice over, and whatever compiler built the program.

UNDERSTUDY_PROGRAMS: the builds of `understudy` to compare, separated by colons.
"""

import functools
import json
import os
import pathlib
import subprocess

import pytest

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
def test_compilers_agree(scenario):
    assert len({tuple(sorted(digests(program, scenario, 1).items())) for program in PROGRAMS}) == 1


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_cases_differ(scenario):
    found = digests(PROGRAMS[0], scenario, 1)
    assert len(set(found.values())) == len(found), "a digest that is the same for every case says nothing"
