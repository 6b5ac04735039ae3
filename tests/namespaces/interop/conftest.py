"""Runs the interoperation tests side by side: they wait for timers, each on a LAN of its own."""

import concurrent.futures

import pytest
from cluster import report
from cluster.routers import Understudyd

AT_ONCE = 8


@pytest.fixture(scope="session")
def runs(request, programs):
    """The selected tests' runs, all under way; by the run."""
    Understudyd.programs = programs.resolve()
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
    lines = report.lines(colour=terminalreporter.hasmarkup)
    if not lines:
        return
    terminalreporter.section("interoperation")
    terminalreporter.write_line("\n".join(lines))
    if config.getoption("matrix"):
        report.write(config.getoption("matrix"))
