"""Runs the interoperation tests side by side: they wait for timers, each on a LAN of its own."""

import concurrent.futures
import pathlib

import pytest
from cluster import captures, report
from cluster.routers import Understudyd

AT_ONCE = 10


def pytest_collection_modifyitems(config, items):
    """Captures are made when they are asked for, and then nothing else is."""
    asked = bool(config.getoption("captures"))
    here = [item for item in items if pathlib.Path(__file__).parent in item.path.parents]
    left_out = [item for item in here if bool(item.get_closest_marker("captures")) != asked]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def runs(request, programs):
    """The selected tests' runs, all under way; by the run."""
    Understudyd.programs = programs.resolve()
    if request.config.getoption("captures"):
        captures.Run.folder = pathlib.Path(request.config.getoption("captures"))
        captures.Run.folder.mkdir(parents=True, exist_ok=True)
    wanted = list(dict.fromkeys(item.callspec.params["run"] for item in request.session.items
                                if "run" in getattr(getattr(item, "callspec", None), "params", {})))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        yield {run: pool.submit(run) for run in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def result(run, runs):
    """What came of this test's run."""
    found = runs[run].result()
    report.record(run, found)
    return found


def pytest_terminal_summary(terminalreporter, config):
    colour = terminalreporter.hasmarkup
    lines = report.lines(colour)
    if not lines:
        return
    terminalreporter.section("interoperation")
    terminalreporter.write_line("\n".join(lines))
    if config.getoption("matrix"):
        report.write(config.getoption("matrix"), colour)
