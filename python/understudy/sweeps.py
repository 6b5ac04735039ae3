"""Many runs of one scenario: all cores of this machine, or any executor."""

from __future__ import annotations

import array
import collections
import concurrent.futures
import dataclasses
import functools
import json
import operator
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _understudy, arguments
from .extras import installed
from .records import Path, Record, _record
from .scenario import Scenario, ScenarioError, diagnostics_of

if TYPE_CHECKING:
    import numpy
    import pandas

Progress = Union[bool, Callable[[int, int, int], object]]

_VERDICTS = ("pass", "fail", "vacuous", "waived")
_ROW = 6  # numbers in front of the columns: seed, digest, verdict, has a margin, margin, expectation
_NOTHING = -(2**63)  # a cell without a value
_MOST_JOBS = 1024  # threads
_UNDER_WAY = 256  # chunks that an executor is given at a time
_DEAD_WORKERS = ("KilledWorker", "CommClosedError", "CancelledError", "BrokenExecutor")


class SweepError(RuntimeError):
    """A run could not be made, or a worker died twice over the same seeds. The message says at which."""


@dataclasses.dataclass(frozen=True)
class SweepRow:
    """One run. `values` has the measures and what is always kept (`blackout(PROBE)`, `lost(PROBE)`, `no_master`,
    `dual_master`, `transitions`); times are seconds, None: the measure had no value."""

    params: dict[str, str]
    seed: int
    verdict: str
    digest: str
    margin_s: Optional[float]
    values: dict[str, Optional[float]]


class Sweep:
    """What a sweep yields. `document` has the fields of `understudy sweep --json`.

    `retried` names the chunks that were played again because their worker died.
    """

    def __init__(self, result: _understudy.SweepResult, retried: Iterable[str] = ()) -> None:
        self._result = result
        self.retried = list(retried)
        self.document: Record = _record(json.loads(result.json()), Record, {})

    @property
    def verdict(self) -> str:
        """"pass", "fail" or "vacuous": of all runs and of the scenario's verdicts on their distribution."""
        return str(self.document["verdict"])

    @property
    def passed(self) -> bool:
        return self.verdict == "pass"

    @property
    def params(self) -> list[str]:
        """Names of the grid's axes."""
        return list(self.document["grid"])

    @property
    def columns(self) -> list[str]:
        return [name for name, _ in self._result.columns]

    @functools.cached_property
    def rows(self) -> list[SweepRow]:
        """Every run: by point of the grid, the last axis fastest, then by seed."""
        return list(self._rows())

    def _rows(self) -> Iterator[SweepRow]:
        columns = self._result.columns
        for values, block in self._result.points():
            numbers = array.array("q", block)
            for start in range(0, len(numbers), _ROW + len(columns)):
                seed, digest, verdict, has_margin, margin = numbers[start : start + 5]
                cells = numbers[start + _ROW : start + _ROW + len(columns)]
                yield SweepRow(
                    dict(zip(self.params, values)),
                    seed % 2**64,
                    _VERDICTS[verdict],
                    f"{digest % 2**64:016x}",
                    margin / 1e9 if has_margin else None,
                    {name: _value(cell, unit) for (name, unit), cell in zip(columns, cells)},
                )

    def csv(self) -> str:
        """The table of `understudy sweep --full --csv`: a line a run."""
        return self._result.csv().decode()

    def to_numpy(self) -> numpy.ndarray[Any, Any]:
        """A structured array with a row a run: the params (text), `seed`, `verdict`, `digest`, `margin_s` and the
        columns (float64; times in seconds, NaN: no value). Needs numpy."""
        np = installed("numpy", "Sweep.to_numpy")
        columns = self._result.columns
        points = self._result.points()
        longest = max([1, *(len(value) for values, _ in points for value in values)])
        fields = [(name, f"U{longest}") for name in self.params]
        fields += [("seed", "u8"), ("verdict", "U7"), ("digest", "u8"), ("margin_s", "f8")]
        fields += [(name, "f8") for name in self.columns if name not in self.params]
        blocks = [np.frombuffer(block, "i8").reshape(-1, _ROW + len(columns)) for _, block in points]
        table: numpy.ndarray[Any, Any] = np.empty(sum(map(len, blocks)), dtype=fields)
        start = 0
        for (values, _), block in zip(points, blocks):
            part = table[start : start + len(block)]
            start += len(block)
            for name, value in zip(self.params, values):
                part[name] = value
            part["seed"], part["digest"] = block[:, 0].view("u8"), block[:, 1].view("u8")
            part["verdict"] = np.array(_VERDICTS)[block[:, 2]]
            part["margin_s"] = np.where(block[:, 3] != 0, block[:, 4] / 1e9, np.nan)
            for place, (name, unit) in enumerate(columns, _ROW):
                cells = block[:, place]
                scaled = cells / 1e9 if unit == "s" else cells.astype("f8")
                part[name] = np.where(cells == _NOTHING, np.nan, scaled)
        return table

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a data frame. Needs pandas."""
        frame = installed("pandas", "Sweep.to_pandas").DataFrame(self.to_numpy())
        frame["digest"] = [f"{digest:016x}" for digest in frame["digest"]]
        return frame

    def __str__(self) -> str:
        """As a terminal shows it."""
        return self._result.text().decode()

    def __repr__(self) -> str:
        return f"<Sweep {self.document['scenario']}: {self.document['runs']} runs, {self.verdict}>"


def _value(cell: int, unit: str) -> Optional[float]:
    if cell == _NOTHING:
        return None
    return cell / 1e9 if unit == "s" else cell


def sweep(
    scenario: Union[Scenario, Path],
    seeds: Union[int, range, None] = None,
    *,
    case: Optional[str] = None,
    grid: Optional[Mapping[str, Sequence[object]]] = None,
    executor: Optional[concurrent.futures.Executor] = None,
    jobs: Optional[int] = None,
    chunk: Optional[int] = None,
    progress: Progress = False,
) -> Sweep:
    """Plays one case with many seeds at every point of a grid of params, and judges the distribution.

    `seeds` is a number (1 to N) or a range of step 1; None: what the file says, else 1 to 100. `grid` has the values of
    each param, `{"loss": ["0%", "5%"]}`, instead of the file's. Every run is made: nothing stops early.

    Without an `executor` the runs are made by `jobs` threads (None: one a core). An executor of concurrent.futures, of
    dask (`client.get_executor()`) or mpi4py gets chunks of `chunk` seeds with the scenario and its configurations as
    text, so workers on other machines need no files of this one. The result is the same, byte for byte. The chunk of
    a worker that died is played once more and stands in `Sweep.retried`.

    `progress`: True shows a bar when tqdm is installed; a function gets (runs done, runs planned, runs failed).

    Raises ScenarioError and OSError as Scenario.load() does, ValueError when there is no such case, or several and none
    is named, or when there are too many runs, SweepError when a run cannot be made.
    """
    whole = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    job = _job(whole, case, seeds, grid)
    first, last = job.seeds
    planned = (last - first + 1) * job.points
    jobs = 0 if jobs is None else min(arguments.integer(jobs, "jobs", 1, _MOST_JOBS), planned)
    chunk = _chunk_size(planned) if chunk is None else arguments.integer(chunk, "chunk", 1, 2**31)
    if not (isinstance(progress, bool) or callable(progress)):
        raise TypeError(f"progress is True, False or a function, not {type(progress).__name__}")
    if executor is not None and not isinstance(executor, concurrent.futures.Executor):
        raise TypeError(f"an executor of concurrent.futures is wanted, not a {type(executor).__name__}")
    with _Meter(progress, planned) as meter:
        if executor is not None:
            return _Distribution(job, executor, chunk, meter).play()
        try:
            return Sweep(job.run(jobs, meter.show))
        except RuntimeError as error:
            raise SweepError(str(error)) from None


def _job(
    scenario: Scenario, case: Optional[str], seeds: Union[int, range, None], grid: Optional[Mapping[str, Sequence[object]]]
) -> _understudy.SweepJob:
    axes = []
    if not isinstance(grid, (Mapping, type(None))):
        raise TypeError(f"a grid is a dictionary of names and lists of values, not {type(grid).__name__}")
    for name, values in (grid or {}).items():
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise TypeError(f"the values of {name} are a list, not {values!r}")
        axis = arguments.encoded(name, "the name of an axis")
        axes.append((axis, [arguments.encoded(str(value), f"a value of {name}") for value in values]))
    index = scenario._index(case)
    name = scenario.cases[index] if scenario.cases else ""
    text = None if scenario._text is None else arguments.encoded(scenario._text, "the text of a scenario")
    params = arguments.encoded_params(scenario.params)
    job, items, error = _understudy.load_sweep(
        os.fsencode(scenario.path), text, params, name, _first_and_last(seeds), axes
    )
    diagnostics = diagnostics_of(items)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise ScenarioError(diagnostics, error)
    if job is None:
        raise ValueError(f"{scenario.path}: {error}")
    return job


def _first_and_last(seeds: Union[int, range, None]) -> Optional[tuple[int, int]]:
    if seeds is None:
        return None
    if not isinstance(seeds, bool) and hasattr(type(seeds), "__index__"):
        seeds = range(1, operator.index(seeds) + 1)  # type: ignore[arg-type]
    if not isinstance(seeds, range):
        raise TypeError(f"seeds are a number or a range, not {seeds!r}")
    if seeds.step != 1 or seeds.start < 0 or seeds.stop <= seeds.start or seeds.stop > 2**64:
        raise ValueError(f"seeds are at least one, in steps of one, from 0 to 2^64 - 1: not {seeds!r}")
    return seeds.start, seeds.stop - 1


def _chunk_size(planned: int) -> int:
    """Many enough for a few workers to end together, long enough to be worth the way."""
    return max(10, min(200, planned // 64))


class _Meter:
    """Shows how far a sweep is."""

    def __init__(self, progress: Progress, planned: int) -> None:
        self._call = progress if callable(progress) else None
        self._bar: Any = None
        if progress is True:
            try:
                from tqdm.auto import tqdm
            except ImportError:
                return
            self._bar = tqdm(total=planned, unit="run")

    def show(self, done: int, planned: int, failed: int) -> None:
        if self._call is not None:
            self._call(done, planned, failed)
        if self._bar is not None:
            self._bar.set_postfix_str(f"{failed} fail" if failed else "", refresh=False)
            self._bar.update(done - self._bar.n)

    def __enter__(self) -> _Meter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


@dataclasses.dataclass(frozen=True)
class _Chunk:
    """What travels to a worker: all that it needs."""

    point: int
    first: int
    last: int
    text: bytes
    name: str

    def play(self) -> tuple[bytes, list[int], str]:
        """The rows, how many runs reached each `sometimes`, and who played."""
        rows, sometimes = _understudy.play_stretch(self.text, self.name, self.first, self.last)
        return rows, sometimes, f"{socket.gethostname()}:{os.getpid()}"

    @property
    def runs(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"seeds {self.first} to {self.last} of {self.name}"


def _play(chunk: _Chunk) -> tuple[bytes, list[int], str]:
    return chunk.play()


def _order(chunk: _Chunk) -> tuple[int, int]:
    return chunk.point, chunk.first


def _died(error: BaseException) -> bool:
    """Whether it tells of a worker's end rather than of a run."""
    if isinstance(error, (concurrent.futures.BrokenExecutor, concurrent.futures.CancelledError, OSError, EOFError)):
        return True
    return type(error).__name__ in _DEAD_WORKERS


class _Distribution:
    """Chunks handed to an executor, and put together in their order."""

    def __init__(
        self, job: _understudy.SweepJob, executor: concurrent.futures.Executor, chunk: int, meter: _Meter
    ) -> None:
        self._job = job
        self._executor = executor
        self._chunk = chunk
        self._meter = meter
        self._replacement: Optional[concurrent.futures.Executor] = None
        self._done: dict[tuple[int, int], tuple[bytes, list[int]]] = {}
        self._retried: dict[_Chunk, str] = {}
        self._failed = 0
        self._runs = 0
        first, last = job.seeds
        self._planned = (last - first + 1) * job.points

    def play(self) -> Sweep:
        waiting = self._chunks()
        again: collections.deque[_Chunk] = collections.deque()
        under_way: dict[concurrent.futures.Future[Any], _Chunk] = {}
        try:
            while True:
                self._feed(waiting, again, under_way)
                if not under_way:
                    break
                ready, _ = concurrent.futures.wait(under_way, 0.1, concurrent.futures.FIRST_COMPLETED)
                # In the chunks' order, so that of several that fail the first is named.
                for future in sorted(ready, key=lambda done: _order(under_way[done])):
                    self._take(future, under_way.pop(future), again)
                self._meter.show(self._runs, self._planned, self._failed)
        finally:
            for future in under_way:
                future.cancel()
            if self._replacement is not None:
                self._replacement.shutdown(wait=True, cancel_futures=True)
        stretches = [(point, *self._done[point, first]) for point, first in sorted(self._done)]
        retried = [f"{chunk}: {why}" for chunk, why in sorted(self._retried.items(), key=lambda item: _order(item[0]))]
        return Sweep(self._job.put_together(stretches), retried)

    def _chunks(self) -> Iterator[_Chunk]:
        first, last = self._job.seeds
        axes = self._job.axes
        for point in range(self._job.points):
            text = self._job.stand_alone(point)
            place = ", ".join(f"{name}={value}" for name, value in zip(axes, self._job.values(point)))
            for start in range(first, last + 1, self._chunk):
                yield _Chunk(point, start, min(start + self._chunk - 1, last), text, place or "the scenario")

    def _feed(
        self,
        waiting: Iterator[_Chunk],
        again: collections.deque[_Chunk],
        under_way: dict[concurrent.futures.Future[Any], _Chunk],
    ) -> None:
        # What goes into a replacement goes alone: who ends it, ends only itself.
        while len(under_way) < (_UNDER_WAY if self._replacement is None else 1):
            chunk = next(waiting, None) if not again else again.popleft()
            if chunk is None:
                return
            try:
                under_way[(self._replacement or self._executor).submit(_play, chunk)] = chunk
            except concurrent.futures.BrokenExecutor:
                # It takes nothing any more. Processes of this machine take over.
                if self._replacement is not None:
                    self._replacement.shutdown(wait=False)
                self._replacement = concurrent.futures.ProcessPoolExecutor(1)
                again.appendleft(chunk)
                if under_way:
                    return

    def _take(self, future: concurrent.futures.Future[Any], chunk: _Chunk, again: collections.deque[_Chunk]) -> None:
        try:
            rows, sometimes, _ = future.result()
        except Exception as error:
            if not _died(error):
                raise SweepError(f"{chunk}: {error}") from error
            why = str(error).strip() or type(error).__name__
            if chunk in self._retried:
                raise SweepError(f"{chunk}: the worker died, and so did the next one: {why}") from error
            self._retried[chunk] = f"the worker died: {why}"
            again.append(chunk)
            return
        self._done[chunk.point, chunk.first] = rows, sometimes
        self._runs += chunk.runs
        width = _ROW + len(self._job.columns)
        self._failed += sum(1 for verdict in array.array("q", rows)[2::width] if verdict == 1)
