"""A run's frames, adverts, transitions and requests as arrays: complete, uncopied, safe to keep."""

import copy
import gc
import ipaddress
import json
import os
import pathlib
import pickle
import subprocess
import sys

import pytest
from conftest import BUILD, ROOT

import understudy
from understudy import Scenario

CASE = "stop-daemon-on-master"
TABLES = ("frames", "adverts", "transitions", "requests")


@pytest.fixture(scope="module")
def pair():
    return Scenario.load(ROOT / "scenarios/nginx-pair.yaml")


@pytest.fixture(scope="module")
def result(pair):
    return pair.run(CASE, trace=True)


@pytest.fixture
def numpy():
    return pytest.importorskip("numpy")


def test_keeping_a_trace_changes_nothing(pair, result):
    assert pair.run(CASE) == result


def test_transitions_are_those_of_the_result(numpy, result):
    trace = result.trace
    words = understudy.TRACE_WORDS
    told = [
        (row["t"].astype(int) / 1e9, trace.hosts[row["host"]], trace.instances[row["instance"]],
         words["state"][row["from"]], words["state"][row["to"]], words["reason"][row["reason"]])
        for row in trace.transitions
    ]  # fmt: skip
    assert told == [(t.t, t.host, t.instance, t.from_, t.to, t.reason) for t in result.transitions]


def test_requests_add_up_to_the_probe(numpy, result):
    trace, probe = result.trace, result.probe("web")
    requests = trace.requests
    fates = [understudy.TRACE_WORDS["request_fate"][fate] for fate in requests["fate"]]
    assert len(requests) == probe.sent
    assert fates.count("answered") == probe.answered
    assert set(requests["probe"]) == {0} and trace.probes == ["web"]
    lost = requests[numpy.array(fates) == "lost"]
    blackout = probe.blackouts[0]
    assert lost["t"].min().astype(int) / 1e9 == blackout.start_s
    assert numpy.isnat(lost["took"]).all()
    answered = requests[numpy.array(fates) == "answered"]
    assert (answered["took"] > numpy.timedelta64(100, "us")).all()
    by = {(bool(row["t"] < numpy.timedelta64(10, "s")), trace.hosts[row["by"]]) for row in answered}
    assert by == {(True, "lb1"), (False, "lb2")}


def test_frames_add_up_to_the_counts(numpy, result):
    frames = result.trace.frames
    fates = numpy.array(understudy.TRACE_WORDS["frame_fate"])[frames["fate"]]
    assert (fates == "sent").sum() == result.frames.sent
    assert (fates == "arrived").sum() == result.frames.delivered
    assert (fates == "lost").sum() == result.frames.lost
    assert (numpy.diff(frames["t"].astype("i8")) >= 0).all()
    sent = frames[fates == "sent"]
    assert len(set(sent["frame"])) == len(sent)


def test_losses_have_their_causes(numpy):
    lossy = Scenario.load(ROOT / "scenarios/loss-sweep.yaml", {"loss": "50%"})
    result = lossy.run(seed=1, trace=True)
    frames = result.trace.to_pandas("frames") if importable("pandas") else None
    rows = result.trace.frames
    lost = rows[rows["fate"] == understudy.TRACE_WORDS["frame_fate"].index("lost")]
    assert len(lost) == result.frames.lost > 100
    assert {understudy.TRACE_WORDS["cause"][cause] for cause in lost["cause"]} == {"random_loss"}
    assert set(rows[rows["fate"] != lost["fate"][0]]["cause"]) == {0}
    if frames is not None:
        assert (frames["cause"] == "random_loss").sum() == len(lost)


def test_adverts_say_what_was_on_the_wire(numpy, pair, result, tmp_path):
    trace = result.trace
    pair.run(CASE, pcap=tmp_path)
    for host in ("lb1", "lb2"):
        (capture,) = tmp_path.rglob(f"{host}.eth0.pcap")
        of_host = trace.adverts[trace.adverts["host"] == trace.hosts.index(host)]
        story = understudy.explain(capture)
        speaker = next(s for s in story.virtual_routers[0].speakers if s.source == f"192.168.56.{130 if host == 'lb1' else 132}")
        assert len(of_host) == speaker.adverts
    first = trace.adverts[0]
    assert ipaddress.ip_address(bytes(first["source"])[:4]) == ipaddress.ip_address("192.168.56.130")
    assert ipaddress.ip_address(bytes(first["destination"])[:4]) == ipaddress.ip_address("224.0.0.18")
    assert (first["vrid"], first["version"], first["family"], first["priority"]) == (51, 2, 4, 100)
    assert first["advert_interval"] == numpy.timedelta64(1, "s")
    resigned = trace.adverts[trace.adverts["priority"] == 0]
    assert resigned["t"].astype(int).tolist() == [10**10]
    # The frame of an advert is the one in `frames`.
    frames = trace.frames[trace.frames["frame"] == first["frame"]]
    assert [trace.nics[nic] for nic in frames["nic"]] == ["lb1.eth0", "lb2.eth0", "client.eth0"]


def test_adverts_behind_an_authentication_header(numpy):
    text = (ROOT / "scenarios/nginx-pair.yaml").read_text()
    for host in ("lb1", "lb2"):
        conf = (ROOT / f"scenarios/nginx-pair/{host}.conf").read_text().replace("auth_type PASS", "auth_type AH")
        text = text.replace(f"config: nginx-pair/{host}.conf", f"config: {json.dumps(conf)}")
    adverts = Scenario.from_text(text).run(CASE, trace=True).trace.adverts
    assert set(adverts["vrid"]) == {51} and set(adverts["priority"]) == {100, 90, 0}


def test_adverts_over_ipv6(numpy):
    for result in Scenario.load(ROOT / "scenarios/dual-stack.yaml").run_all(trace=True):
        adverts = result.trace.adverts
        assert set(adverts["family"]) == {4, 6}
        six = adverts[adverts["family"] == 6]
        assert {str(ipaddress.ip_address(bytes(to))) for to in six["destination"]} == {"ff02::12"}


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_copied(numpy, result, table):
    trace = result.trace
    array = getattr(trace, table)
    assert getattr(trace, table) is array
    other = numpy.frombuffer(trace._tables[table], array.dtype)
    assert other.__array_interface__["data"][0] == array.__array_interface__["data"][0]
    assert not array.flags.owndata and not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        array["t"] = 0
    with pytest.raises(ValueError):
        array.flags.writeable = True


def test_arrays_outlive_the_result(numpy, pair):
    result = pair.run(CASE, trace=True)
    adverts, requests = result.trace.adverts, result.trace.requests
    before = adverts.tobytes(), requests.tobytes()
    place = adverts.__array_interface__["data"][0]
    del result
    gc.collect()
    for seed in range(3):  # would be given the memory if it were free
        pair.run(CASE, seed=seed, trace=True)
    gc.collect()
    assert adverts.__array_interface__["data"][0] == place
    assert (adverts.tobytes(), requests.tobytes()) == before


@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="the sanitizer keeps what is freed")
def test_memory_goes_when_the_last_array_does(numpy, pair):
    def resident():
        return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096

    if not pathlib.Path("/proc/self/statm").exists():
        pytest.skip("no /proc")
    for _ in range(3):
        pair.run(CASE, trace=True).trace.frames  # noqa: B018
    before = resident()
    for _ in range(20):
        pair.run(CASE, trace=True).trace.frames  # noqa: B018: 4 MB each
    assert resident() - before < 20_000_000


def test_an_empty_trace(numpy):
    quiet = Scenario.from_text(
        "understudy: 1\nname: quiet\nduration: 2s\nsegments: { lan: {} }\n"
        "hosts: { client: { nics: { eth0: { segment: lan, ip: 10.0.0.1/24 } } } }\n"
    )
    trace = quiet.run(trace=True).trace
    for table in TABLES[1:]:
        assert getattr(trace, table).shape == (0,)
    assert trace.transitions.dtype.names == ("t", "host", "instance", "from", "to", "reason")
    assert (trace.hosts, trace.nics, trace.probes) == (["client"], ["client.eth0"], [])
    if importable("pandas"):
        assert len(trace.to_pandas("adverts")) == 0


def importable(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def test_frames_of_pandas(result):
    pandas = pytest.importorskip("pandas")
    trace = result.trace
    transitions = trace.to_pandas("transitions")
    assert transitions["host"].tolist() == [t.host for t in result.transitions]
    assert transitions["to"].tolist() == [t.to for t in result.transitions]
    assert transitions["reason"].tolist() == [t.reason for t in result.transitions]
    assert transitions["t"].dt.total_seconds().tolist() == [t.t for t in result.transitions]
    adverts = trace.to_pandas("adverts")
    assert adverts["source"].unique().tolist() == ["192.168.56.130", "192.168.56.132"]
    a_second = adverts.set_index("t").resample("1s").size()
    assert isinstance(a_second.index, pandas.TimedeltaIndex) and a_second.max() <= 2
    requests = trace.to_pandas("requests")
    assert requests["by"].isna().sum() == result.probe("web").sent - result.probe("web").answered
    assert (requests.groupby("fate").size() > 0).sum() == 2
    with pytest.raises(KeyError, match="no table 'nonsense'.*frames"):
        trace.to_pandas("nonsense")


def test_without_a_trace_it_says_how_to_get_one(pair):
    with pytest.raises(ValueError, match="trace=True"):
        pair.run(CASE).trace  # noqa: B018


def test_it_travels(numpy, result):
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert other == result
        for table in TABLES:
            assert getattr(other.trace, table).tobytes() == getattr(result.trace, table).tobytes()
        assert other.trace.hosts == result.trace.hosts
        assert repr(other.trace) == repr(result.trace)
    assert "5500 requests" in repr(result.trace)


WITHOUT = """
import sys
for name in ("numpy", "pandas", "matplotlib"):
    sys.modules[name] = None
import understudy
pair = understudy.Scenario.load(sys.argv[1])
result = pair.run("stop-daemon-on-master", trace=True)
print(len(result.trace), repr(result.trace))
sweep = understudy.sweep(pair, 2, case="stop-daemon-on-master")
for ask in (lambda: result.trace.frames, lambda: result.trace.to_pandas("adverts"), sweep.to_numpy, sweep.to_pandas,
            lambda: understudy.decode_many([b"x"]), lambda: understudy.plot(result)):
    try:
        ask()
    except ImportError as error:
        print(error.name, error)
"""


def test_without_numpy_and_pandas_it_says_what_to_install():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(ROOT / "scenarios/nginx-pair.yaml")],
        env={**os.environ, "PYTHONPATH": str(BUILD / "python")}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()[1:]
    assert lines == [
        f"{package} {what} needs {package}: install python3-{package} (Debian, Ubuntu) or pip install {package}"
        for package, what in (
            ("numpy", "Trace.frames"), ("pandas", "Trace.to_pandas"), ("numpy", "Sweep.to_numpy"),
            ("pandas", "Sweep.to_pandas"), ("numpy", "decode_many"), ("matplotlib", "plot"),
        )
    ]  # fmt: skip
