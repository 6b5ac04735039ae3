"""A pytest plugin: scenario files as tests, and a fixture that loads them.

`pytest -p understudy.pytest_plugin`, or `pytest_plugins = ["understudy.pytest_plugin"]`; installed with pip it is
there by itself. It collects files named *.understudy.yaml, and all scenarios of --understudy-scenarios FOLDER:
one test a case. A case that does not pass shows what failed and why instead of a traceback.

The fixture `lab` is the lab of the mark `understudy`, `make_lab` makes more of them; when the test fails, its report says
what happened in them and where captures, pictures and the scenario that replays it are kept.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Optional, Union

import pytest

from .lab import Lab
from .records import Path, Result
from .scenario import Scenario, ScenarioError


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("understudy", "failovers rehearsed from scenario files")
    group.addoption(
        "--understudy-scenarios",
        action="append",
        default=[],
        metavar="FOLDER",
        help="collect the scenario files (*.yaml) of this folder, one test a case; may be given several times",
    )
    group.addoption(
        "--understudy-seeds",
        type=_count,
        default=None,
        metavar="N",
        help="play each case with the seeds 1 to N (default: once, with the file's own)",
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


_MARK = "understudy"
_labs = pytest.StashKey[list[Lab]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{_MARK}(path, case=None, *, params=None, seed=None, duration=None): of which scenario the fixture `lab` is; the path "
        "is relative to the folder of the test",
    )
    for folder in config.getoption("--understudy-scenarios"):
        place = config.invocation_params.dir / folder
        if not place.is_dir():
            raise pytest.UsageError(f"--understudy-scenarios: there is no folder {folder}")
        config.args.append(str(place))


def pytest_collect_file(file_path: pathlib.Path, parent: pytest.Collector) -> Optional[ScenarioFile]:
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    named = file_path.name.endswith((".understudy.yaml", ".understudy.yml"))
    if named or _asked_for(file_path, parent.config):
        return ScenarioFile.from_parent(parent, path=file_path)  # type: ignore[no-any-return]
    return None


def _asked_for(path: pathlib.Path, config: pytest.Config) -> bool:
    """Whether it lies in a folder of --understudy-scenarios and is a scenario: other YAML may lie there, too."""
    folders = (config.invocation_params.dir / folder for folder in config.getoption("--understudy-scenarios"))
    if not any(path.resolve().is_relative_to(folder.resolve()) for folder in folders):
        return False
    with open(path, "rb") as file:
        return any(line.startswith(b"understudy:") for line in file)


class ScenarioFile(pytest.File):
    """A scenario file; its tests are its cases."""

    def collect(self) -> Iterable[ScenarioCase]:
        # As one would type it: the path stands in what a failure shows, and in the command that replays it.
        folder = self.config.invocation_params.dir
        scenario = Scenario.load(self.path.relative_to(folder) if self.path.is_relative_to(folder) else self.path)
        cases: list[Optional[str]] = [*scenario.cases] or [None]
        for case in cases:
            yield ScenarioCase.from_parent(self, name=case or scenario.name, scenario=scenario, case=case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        if isinstance(excinfo.value, ScenarioError):
            return str(excinfo.value).strip()
        return super().repr_failure(excinfo)


class CaseFailed(Exception):
    """A case did not pass. The message is the whole report."""


def _folder_of(item: pytest.Item) -> pathlib.Path:
    """As the fixture tmp_path of this test would be: kept for the last few sessions."""
    factory: pytest.TempPathFactory = item.config._tmp_path_factory  # type: ignore[attr-defined]
    letters = (letter if letter.isalnum() or letter in "-_" else "_" for letter in item.name)
    return factory.mktemp("".join(letters)[:30])


class ScenarioCase(pytest.Item):
    """One case of a scenario, played with one seed or several."""

    def __init__(self, *, scenario: Scenario, case: Optional[str], **options: Any) -> None:
        super().__init__(**options)
        self.scenario = scenario
        self.case = case

    def _seeds(self) -> Iterator[Optional[int]]:
        count = self.config.getoption("--understudy-seeds")
        return iter([None] if count is None else range(1, count + 1))

    def runtest(self) -> None:
        for seed in self._seeds():
            result = self.scenario.run(self.case, seed=seed)
            if not result.passed:
                raise CaseFailed(self._explain(result, seed))

    def _explain(self, result: Result, seed: Optional[int]) -> str:
        folder = _folder_of(self)
        report = self.scenario.explain(self.case, seed=seed, pcap=folder / "captures")
        played = "" if seed is None else f" with seed {seed}"
        text = f"{self.name}: {result.verdict}{played}\n{report.text.rstrip()}"
        if report.html:
            page = folder / "report.html"
            page.write_text(report.html)
            text += f"\npictures: {page}"
        return text

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[pathlib.Path, Optional[int], str]:
        return self.path, None, f"{self.path.name}: {self.name}"


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Callable[..., Scenario]:
    """Loads a scenario file; paths are relative to the folder of the test. `params` replace those of the file."""

    def load(path: Path, params: Optional[Mapping[str, Union[str, int]]] = None) -> Scenario:
        return Scenario.load(request.path.parent / path, params)

    return load


@pytest.fixture
def make_lab(request: pytest.FixtureRequest) -> Iterator[Callable[..., Lab]]:
    """Makes labs of a scenario file; paths are relative to the folder of the test. They are closed at its end.

    make_lab("nginx-pair.yaml", case="stop-nginx-on-master", seed=7, params={"loss": "5%"}, duration="5min")
    """
    labs: list[Lab] = request.node.stash.setdefault(_labs, [])

    def make(
        path: Path, case: Optional[str] = None, *, params: Optional[Mapping[str, object]] = None, **options: Any
    ) -> Lab:
        lab = Lab(Scenario.load(request.path.parent / path, params), case, **options)
        labs.append(lab)
        return lab

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture
def lab(request: pytest.FixtureRequest, make_lab: Callable[..., Lab]) -> Lab:
    """The lab that the test's mark names:

    @pytest.mark.understudy("nginx-pair.yaml", case="stop-nginx-on-master")
    def test_takeover(lab):
        lab.run_until("10s")
        lab.stop_service("lb1", "nginx")
        lab.wait_for("master(VI_1) == lb2", within="4s")

    With --understudy-seeds N it comes with the seeds 1 to N, unless the mark has a seed.
    """
    mark = request.node.get_closest_marker(_MARK)
    if mark is None:
        pytest.fail(
            f'the fixture `lab` needs a mark: @pytest.mark.{_MARK}("pair.yaml", case="..."); or use the fixture `make_lab`',
            pytrace=False,
        )
    seed = {"seed": request.param} if hasattr(request, "param") else {}
    return make_lab(*mark.args, **mark.kwargs, **seed)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    count = metafunc.config.getoption("--understudy-seeds")
    mark = metafunc.definition.get_closest_marker(_MARK)
    if count is None or mark is None or "lab" not in metafunc.fixturenames or "seed" in mark.kwargs:
        return
    metafunc.parametrize("lab", range(1, count + 1), indirect=True, ids=lambda seed: f"seed{seed}")


@pytest.hookimpl(hookwrapper=True)  # type: ignore[misc]
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    if call.when != "call" or not report.failed:
        return
    labs: list[Lab] = item.stash.get(_labs, [])
    for number, lab in enumerate(labs, 1):
        if not lab.closed:
            report.sections.append((f"{lab!r}"[1:-1], _kept(item, lab, number)))


def _kept(item: pytest.Item, lab: Lab, number: int) -> str:
    """What happened in a lab, and where it lies now."""
    place: Optional[pathlib.Path] = getattr(item, "funcargs", {}).get("tmp_path")
    folder = (place or _folder_of(item)) / f"lab{number}"
    try:
        report = lab.keep(folder)
    except Exception as error:  # the test's own failure is what matters
        return f"its report could not be made: {error}"
    return f"{report.text.rstrip()}\nagain: understudy sim {folder / 'lab.yaml'}\nkept: {folder}"
