"""Fixtures of the tests on namespaces. They need root; nothing is skipped without its reason being printed."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from lab import drills, table  # noqa: E402
from lab.host import LabError, why_not  # noqa: E402
from lab.pair import Pair, find_programs  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--long", "--all", action="store_true", dest="long",
                     help="more pairs, more repetitions, longer floods")
    parser.addoption("--programs", default=str(HERE.parents[1] / "build/release/bin"),
                     help="the folder with understudyd, understudy and probe_client")
    parser.addoption("--matrix", help="a file for the table of makes that work together")
    parser.addoption("--captures", help="a folder for small captures of the makes at work")


def pytest_collection_modifyitems(config, items):
    here = [item for item in items if HERE in item.path.parents]
    reason = why_not() if here else None
    for item in here:
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
    if not config.getoption("long"):
        left_out = [item for item in here if item.get_closest_marker("long")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]


def pytest_configure(config):
    config.addinivalue_line("markers", "long: only with --long")
    config.addinivalue_line("markers", "captures: only with --captures")


@pytest.fixture(scope="session")
def programs(request):
    try:
        return find_programs(request.config.getoption("programs"))
    except LabError as error:
        reason = str(error)
    pytest.fail(reason, pytrace=False)


@pytest.fixture(scope="session")
def pair(request, programs, tmp_path_factory):
    """A running pair; the parameter says which daemons lb1 and lb2 run."""
    kinds = request.param
    table.need(kinds)
    with Pair(tmp_path_factory.mktemp("-".join(kinds)), programs, kinds) as running:
        running.start_result = drills.start_both(running)
        yield running


def pytest_terminal_summary(terminalreporter):
    if not table.RESULTS and not table.FIGURES:
        return
    terminalreporter.section("figures")
    terminalreporter.write_line(f"{'drill':<22} {'lb1 / lb2':<25} {'blackout':>10} {'margin':>9}  client late by")
    for result in table.RESULTS:
        margin = "" if result.margin is None else f"{result.margin * 1000:.0f} ms"
        terminalreporter.write_line(
            f"{result.drill:<22} {' / '.join(result.kinds):<25} {result.blackout:>8.3f} s {margin:>9}"
            f"  {result.widest_step * 1000 - 5:.0f} ms{'' if result.passed else '  FAILED'}")
    for line in table.FIGURES:
        terminalreporter.write_line(line)
