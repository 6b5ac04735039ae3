"""Sweeps from Python: the same table whoever makes the runs."""

import concurrent.futures
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

import understudy
from understudy import Scenario, ScenarioError, SweepError

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios/loss-sweep.yaml"
PAIR = ROOT / "scenarios/nginx-pair.yaml"
CASE = "stop-daemon-on-master"
GRID = {"loss": ["0%", "40%"]}


@pytest.fixture(scope="module")
def lossy():
    return Scenario.load(SCENARIO)


@pytest.fixture(scope="module")
def local(lossy):
    """The table that threads of this process make."""
    return understudy.sweep(lossy, 60, case=first_case(lossy), grid=GRID, jobs=2)


def first_case(scenario):
    return scenario.cases[0] if scenario.cases else None


def swept(lossy, executor, **options):
    return understudy.sweep(lossy, 60, case=first_case(lossy), grid=GRID, executor=executor, chunk=7, **options)


def assert_same(one, other):
    assert one.csv() == other.csv()
    assert one.document == other.document
    assert one.rows == other.rows


def test_a_sweep_is_what_the_command_makes(local, lossy, understudy_program, tmp_path):
    case = first_case(lossy)
    done = understudy_program(
        "sweep", SCENARIO, *(["--case", case] if case else []), "--seeds", "1:60", "--param", "loss=0%,40%", "--full",
        "--csv", tmp_path / "table.csv", "-q"
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert local.csv() == (tmp_path / "table.csv").read_text()
    assert len(local.rows) == 120
    assert [row.seed for row in local.rows[:3]] == [1, 2, 3]
    assert local.rows[0].params == {"loss": "0%"} and local.rows[-1].params == {"loss": "40%"}
    line = local.csv().splitlines()[-1].split(",")
    assert line[2:5] == [str(local.rows[-1].seed), local.rows[-1].verdict, local.rows[-1].digest]


@pytest.mark.parametrize(
    "kind", [concurrent.futures.ThreadPoolExecutor, concurrent.futures.ProcessPoolExecutor], ids=["threads", "processes"]
)
def test_any_executor_gives_the_same_bytes(kind, lossy, local):
    with kind(2) as executor:
        other = swept(lossy, executor)
    assert_same(other, local)
    assert other.retried == []


def test_dask_gives_the_same_bytes(lossy, local):
    distributed = pytest.importorskip("distributed")
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True, env=environment
    ) as cluster, distributed.Client(cluster) as client:
        assert_same(swept(lossy, client.get_executor()), local)


MPI = """
import sys, understudy
from mpi4py.futures import MPIPoolExecutor
if __name__ == "__main__":
    path, case, out = sys.argv[1:]
    with MPIPoolExecutor() as executor:
        result = understudy.sweep(path, 60, case=case or None, grid={"loss": ["0%", "40%"]}, executor=executor, chunk=7)
    with open(out, "w") as file:
        file.write(result.csv())
"""


def test_mpi_gives_the_same_bytes(lossy, local, tmp_path):
    pytest.importorskip("mpi4py.futures")
    mpirun = shutil.which("mpirun") or pytest.skip("mpirun is not installed (openmpi-bin)")
    (tmp_path / "swept.py").write_text(MPI)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMPI_MCA_rmaps_base_oversubscribe": "1"}
    done = subprocess.run(
        [mpirun, "--allow-run-as-root", "-n", "2", sys.executable, "-m", "mpi4py.futures", "swept.py",
         str(SCENARIO), first_case(lossy) or "", "table.csv"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "table.csv").read_text() == local.csv()


class Deadly(concurrent.futures.ProcessPoolExecutor):
    """Its first worker is killed while it has work."""

    def __init__(self, times):
        super().__init__(1)
        self.times = times

    def submit(self, function, /, *arguments):
        if self.times > 0:
            self.times -= 1
            return super().submit(os._exit, 3)
        return super().submit(function, *arguments)


def test_a_worker_that_dies_is_replaced_and_named(lossy, local):
    with Deadly(1) as executor:
        other = swept(lossy, executor)
    assert_same(other, local)
    assert "seeds 1 to 7 of loss=0%: the worker died" in other.retried[0]


class Broken(concurrent.futures.Executor):
    """Every future of it says that the worker died."""

    def submit(self, function, /, *arguments):
        future = concurrent.futures.Future()
        future.set_exception(concurrent.futures.BrokenExecutor("no heartbeat of node7"))
        return future


def test_a_worker_that_dies_again_ends_the_sweep(lossy):
    with pytest.raises(SweepError, match="seeds \\d+ to \\d+ of loss=0%.*and so did the next.*node7"):
        swept(lossy, Broken())


def test_what_every_scenario_becomes_for_a_worker_runs_alike():
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        scenario = Scenario.load(path)
        for case in scenario.cases or [None]:
            with concurrent.futures.ThreadPoolExecutor(1) as executor:
                there = understudy.sweep(scenario, 1, case=case, executor=executor, grid=None)
            assert there.csv() == understudy.sweep(scenario, 1, case=case, jobs=1).csv(), (path.name, case)


def test_arrays_and_frames(local):
    numpy = pytest.importorskip("numpy")
    table = local.to_numpy()
    assert len(table) == 120
    assert table["loss"].tolist() == [row.params["loss"] for row in local.rows]
    assert table["seed"].tolist() == [row.seed for row in local.rows]
    assert table["verdict"].tolist() == [row.verdict for row in local.rows]
    for name in local.columns:
        given = [numpy.nan if row.values[name] is None else row.values[name] for row in local.rows]
        numpy.testing.assert_allclose(table[name], given)
    pandas = pytest.importorskip("pandas")
    frame = local.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["digest"].tolist() == [row.digest for row in local.rows]


def test_progress_is_told_and_what_it_raises_ends_the_sweep(lossy):
    told = []
    understudy.sweep(lossy, 60, case=first_case(lossy), grid=GRID, progress=lambda *numbers: told.append(numbers))
    assert told[-1][:2] == (120, 120)

    def enough(*_):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        understudy.sweep(lossy, 60, case=first_case(lossy), grid=GRID, progress=enough)


def test_a_bar_when_asked_for(lossy, capsys):
    pytest.importorskip("tqdm")
    understudy.sweep(lossy, 60, case=first_case(lossy), grid=GRID, progress=True)
    assert "120/120" in capsys.readouterr().err


def test_ctrl_c_ends_a_sweep():
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        understudy.sweep(PAIR, 1_000_000, case=CASE)
    assert time.monotonic() - begin < 30


def test_other_threads_go_on(lossy):
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.001):
            ticks.append(1)

    thread = threading.Thread(target=tick)
    thread.start()
    understudy.sweep(PAIR, 300, case=CASE, jobs=1)
    stop.set()
    thread.join()
    assert len(ticks) > 10


@pytest.mark.parametrize(
    "options, kind, says",
    [
        ({"seeds": 0}, ValueError, "at least one"),
        ({"seeds": range(1, 9, 2)}, ValueError, "steps of one"),
        ({"seeds": range(-3, 4)}, ValueError, "from 0"),
        ({"seeds": 10**30}, ValueError, "2\\^64"),
        ({"seeds": 10**9}, ValueError, "at most 10000000"),
        ({"seeds": "1:10"}, TypeError, "a number or a range"),
        ({"seeds": True}, TypeError, "a number or a range"),
        ({"seeds": 1, "case": "nonsense"}, ValueError, "no case 'nonsense'"),
        ({"seeds": 1, "case": None}, ValueError, "several cases"),
        ({"seeds": 1, "jobs": 0}, ValueError, "jobs"),
        ({"seeds": 1, "chunk": 1.5}, TypeError, "chunk"),
        ({"seeds": 1, "grid": {"loss": "5%"}}, TypeError, "a list"),
        ({"seeds": 1, "grid": {"nonsense": [1]}}, ScenarioError, "nonsense"),
        ({"seeds": 1, "executor": 5}, TypeError, "executor"),
    ],
)
def test_wrong_use(options, kind, says):
    with pytest.raises(kind, match=says):
        understudy.sweep(PAIR, **{"case": CASE, **options})


def test_a_run_of_a_scenario_in_memory(local, lossy):
    text = SCENARIO.read_text()
    other = Scenario.from_text(text, path=SCENARIO)
    assert other.cases == lossy.cases
    assert_same(understudy.sweep(other, 60, case=first_case(other), grid=GRID), local)
