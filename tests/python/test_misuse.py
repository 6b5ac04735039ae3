"""What is wrong to ask gets an exception of the fitting kind that says what was expected, never a crash."""

import concurrent.futures
import copy
import datetime
import gc
import os
import pickle
import subprocess
import sys
import threading

import pytest
from conftest import BUILD, ROOT

import understudy
from understudy import Advert, Scenario, ScenarioError, VirtualRouter

PAIR = ROOT / "scenarios/nginx-pair.yaml"
CASE = "stop-daemon-on-master"
CONF = (ROOT / "scenarios/nginx-pair/lb1.conf").read_text()


@pytest.fixture(scope="module")
def pair():
    return Scenario.load(PAIR)


def raises(kind, says, ask):
    with pytest.raises(kind, match=says) as caught:
        ask()
    # What pybind11 says by itself helps nobody.
    assert "incompatible function arguments" not in str(caught.value)


def router(**options):
    return VirtualRouter(CONF, **{"source": "192.168.56.130", **options})


@pytest.mark.parametrize(
    "seed, kind, says",
    [
        (True, TypeError, "a seed is an integer, not bool"),
        ("1", TypeError, "a seed is an integer, not str"),
        (1.0, TypeError, "a seed is an integer, not float"),
        ([1], TypeError, "not list"),
        (-1, ValueError, "0 to 2\\^64 - 1, and -1 does not"),
        (2**64, ValueError, "2\\^64 - 1"),
        (10**40, ValueError, "2\\^64 - 1"),
    ],
)
def test_seeds(pair, seed, kind, says):
    for ask in (pair.run, pair.explain):
        raises(kind, says, lambda: ask(CASE, seed=seed))
    raises(kind, says, lambda: pair.run_all(seed=seed))


def test_the_highest_seed_and_one_of_numpy(pair):
    assert pair.run(CASE, seed=2**64 - 1).seed == 2**64 - 1
    numpy = pytest.importorskip("numpy")
    assert pair.run(CASE, seed=numpy.int64(7)) == pair.run(CASE, seed=7)
    assert len(understudy.sweep(pair, numpy.int32(3), case=CASE).rows) == 3


@pytest.mark.parametrize(
    "load, kind, says",
    [
        (lambda: Scenario.load(5), TypeError, "path.*int|int"),
        (lambda: Scenario.load(None), TypeError, "NoneType"),
        (lambda: Scenario.load("a\0b"), ValueError, "null byte"),
        (lambda: Scenario.load("\udcff.yaml"), FileNotFoundError, "yaml"),
        (lambda: Scenario.load(PAIR, [("a", "b")]), TypeError, "params are a dictionary.*not list"),
        (lambda: Scenario.load(PAIR, 5), TypeError, "params are a dictionary.*not int"),
        (lambda: Scenario.load(PAIR, {1: 2}), TypeError, "the name of a param is a str, not int"),
        (lambda: Scenario.load(PAIR, {"\ud800": 2}), ValueError, "no form in UTF-8"),
        (lambda: Scenario.load(PAIR, {"nonsense": 2}), ScenarioError, "no parameter 'nonsense'"),
        (lambda: Scenario.from_text(5), TypeError, "text of a scenario is a str, not int"),
        (lambda: Scenario.from_text(b"understudy: 1"), TypeError, "a str, not bytes"),
        (lambda: Scenario.from_text("\ud800"), ValueError, "no form in UTF-8"),
        (lambda: Scenario.from_text("a\0b"), ScenarioError, "control bytes"),
        (lambda: Scenario.from_text("understudy: 1\nname: x\nduration: -5s\n"), ScenarioError, "-5s"),
        (lambda: Scenario.from_text("understudy: 1\nname: x\nduration: 5 parsecs\n"), ScenarioError, "parsecs"),
        (lambda: Scenario.from_dict([1]), TypeError, "a dictionary, not list"),
        (lambda: Scenario.from_dict({"a": object()}), TypeError, "the scenario, a: .*object"),
        (lambda: Scenario.from_dict({"a": b"x"}), TypeError, "bytes"),
        (lambda: Scenario.from_dict({"duration": datetime.timedelta(seconds=-1)}), ValueError, "not negative"),
        (lambda: Scenario.from_dict({"duration": float("inf")}), ValueError, "no number"),
        (lambda: Scenario.from_dict(cycle()), ValueError, "holds itself"),
        (lambda: understudy.check(), TypeError, "needs a configuration"),
        (lambda: understudy.check(5), TypeError, "int"),
        (lambda: understudy.explain(5), TypeError, "int"),
        (lambda: understudy.explain("\udcff"), understudy.CaptureError, "No such file"),
        (lambda: understudy.plot(5), TypeError, "not a int"),
    ],
)
def test_files_and_texts(load, kind, says):
    raises(kind, says, load)


def cycle():
    document = {}
    document["hosts"] = {"lb1": document}
    return document


def test_names_of_files_may_hold_any_byte(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"p\xffir.yaml")
    with open(path, "w") as file:
        file.write("understudy: 1\nname: quiet\nduration: 2s\nsegments: { lan: {} }\n"
                   "hosts: { client: { nics: { eth0: { segment: lan, ip: 10.0.0.1/24 } } } }\n")  # fmt: skip
    quiet = Scenario.load(path)
    assert quiet.path == os.fsdecode(path)
    assert quiet.run(pcap=os.path.join(os.fsencode(tmp_path), b"\xfe")).passed
    assert "sim" not in quiet.explain().text or quiet.explain()
    assert len(understudy.sweep(quiet, 2).rows) == 2


@pytest.mark.parametrize(
    "options, kind, says",
    [
        ({"jobs": 0}, ValueError, "jobs lies in 1 to 1024"),
        ({"jobs": 10**6}, ValueError, "jobs lies in 1 to 1024"),
        ({"jobs": 1.5}, TypeError, "jobs is an integer, not float"),
        ({"chunk": -1}, ValueError, "chunk lies in"),
        ({"chunk": "7"}, TypeError, "chunk is an integer, not str"),
        ({"progress": 5}, TypeError, "True, False or a function, not int"),
        ({"grid": [("loss", ["1%"])]}, TypeError, "a grid is a dictionary.*not list"),
        ({"grid": {5: [1]}}, TypeError, "the name of an axis is a str, not int"),
        ({"seeds": range(2**64 - 1, 2**64 + 1)}, ValueError, "0 to 2\\^64 - 1"),
        ({"seeds": 1.5}, TypeError, "a number or a range"),
    ],
)
def test_sweeps(pair, options, kind, says):
    raises(kind, says, lambda: understudy.sweep(pair, **{"seeds": 2, "case": CASE, **options}))


def test_an_executor_that_is_closed(pair):
    executor = concurrent.futures.ThreadPoolExecutor(1)
    executor.shutdown()
    raises(RuntimeError, "after shutdown", lambda: understudy.sweep(pair, 5, case=CASE, executor=executor))


@pytest.mark.parametrize(
    "make, kind, says",
    [
        (lambda: VirtualRouter(5, source="10.0.0.1"), TypeError, "text of a configuration is a str, not int"),
        (lambda: VirtualRouter("\ud800", source="10.0.0.1"), ValueError, "UTF-8"),
        (lambda: VirtualRouter("vrrp_instance {", source="10.0.0.1"), ScenarioError, "keepalived.conf:1:1"),
        (lambda: VirtualRouter("", source="10.0.0.1"), ScenarioError, "no vrrp_instance"),
        (lambda: router(source="nowhere"), ValueError, "'nowhere'"),
        (lambda: router(source=None), ValueError, "None"),
        (lambda: router(source="::1"), ValueError, "another family"),
        (lambda: router(name="VI_7"), ValueError, "name one of the virtual routers: VI_1"),
        (lambda: router(name=5), TypeError, "a name is a str, not int"),
        (lambda: router(profile="strict"), ValueError, "'keepalived' or 'rfc', not 'strict'"),
        (lambda: router(profile=5), TypeError, "a profile is a str"),
        (lambda: router(file=5), TypeError, "int"),
    ],
)
def test_virtual_routers(make, kind, says):
    raises(kind, says, make)


@pytest.mark.parametrize(
    "at, kind, says",
    [
        (-1, ValueError, "not negative"),
        ("-1s", ValueError, "such as 10ms or 1.5s"),
        ("5", ValueError, "such as 10ms or 1.5s: not '5'"),
        ("5 parsecs", ValueError, "ns, us, ms, s, min, h"),
        (datetime.timedelta(seconds=-1), ValueError, "not negative"),
        (True, TypeError, "not bool"),
        ([1], TypeError, "not list"),
        (float("nan"), ValueError, "finite"),
        (float("inf"), ValueError, "finite"),
        (10**30, ValueError, "time ends"),
        (3, ValueError, "time goes forwards: it is 4.0 s"),
    ],
)
def test_times(at, kind, says):
    stepped = router()
    stepped.start()
    stepped.run_until("4s")
    raises(kind, says, lambda: stepped.run_until(at))
    assert stepped.now == 4 and stepped.state == "MASTER"


@pytest.mark.parametrize("priority, kind", [(0, ValueError), (255, ValueError), (-1, ValueError), (2**70, ValueError), (1.5, TypeError),
                                            ("x", TypeError), (None, TypeError), (True, TypeError)])  # fmt: skip
def test_priorities(priority, kind):
    raises(kind, "a priority", lambda: router().set_priority(priority))


def test_a_copy_is_one_in_every_way_and_pickles_say_that_they_are_none():
    stepped = router()
    for copied in (stepped.copy(), copy.copy(stepped), copy.deepcopy(stepped)):
        copied.start()
        assert (copied.state, stepped.state) == ("BACKUP", "INIT")
    for thing in (stepped, Scenario.load(PAIR)):
        raises(TypeError, "cannot pickle", lambda: pickle.dumps(thing))


@pytest.mark.parametrize(
    "fields, kind, says",
    [
        ({"vrid": "51"}, TypeError, "vrid is an integer, not str"),
        ({"vrid": 300}, understudy.EncodeError, "bad_vrid"),
        ({"vrid": 2**70}, understudy.EncodeError, "bad_vrid"),
        ({"priority": -1}, understudy.EncodeError, "bad_priority"),
        ({"priority": 1.5}, TypeError, "priority is an integer"),
        ({"version": 7}, understudy.EncodeError, "bad_version"),
        ({"addresses": "10.0.0.1"}, TypeError, "a list of addresses, not '10.0.0.1'"),
        ({"addresses": 5}, TypeError, "a list of addresses"),
        ({"addresses": ["nowhere"]}, ValueError, "nowhere"),
        ({"addresses": ["10.0.0.1", "::1"]}, understudy.EncodeError, "two families"),
        ({"addresses": ["10.0.0.1"] * 300}, understudy.EncodeError, "bad_count"),
        ({"advert_interval": -1}, ValueError, "not negative"),
        ({"advert_interval": 1e300}, ValueError, "fits a timedelta"),
        ({"advert_interval": "1 parsec"}, ValueError, "such as"),
        ({"auth_data": "secret"}, TypeError, "authentication data is bytes, not str"),
        ({"auth_pass": 5}, TypeError, "a password is a str or bytes, not int"),
        ({"auth_pass": "123456789"}, ValueError, "more than 8 bytes"),
        ({"source": "nowhere"}, ValueError, "nowhere"),
        ({"ttl": 900}, ValueError, "ttl lies in 0 to 255"),
        ({"ttl": "x"}, TypeError, "ttl is an integer"),
    ],
)
def test_adverts(fields, kind, says):
    given = {"vrid": 51, "addresses": ["10.0.0.1"], "source": "10.0.0.2", **fields}
    raises(kind, says, lambda: understudy.encode_packet(Advert(**given)))


def test_an_advert_that_is_changed_afterwards():
    advert = Advert(vrid=51, addresses=["10.0.0.1"], source="10.0.0.2")
    advert.advert_interval = "2s"
    assert understudy.decode(understudy.encode_packet(advert)).advert_interval == datetime.timedelta(seconds=2)
    advert.vrid = None
    raises(TypeError, "vrid is an integer", lambda: understudy.encode(advert))
    raises(TypeError, "an Advert can be encoded, not a int", lambda: understudy.encode(5))
    raises(TypeError, "tos is an integer", lambda: understudy.encode_packet(Advert(vrid=1, source="10.0.0.2"), tos=1.5))


@pytest.mark.parametrize("version, vrid, kind", [(900, 51, ValueError), ("2", 51, TypeError), (2, -1, ValueError), (2, None, TypeError)])
def test_receiving(version, vrid, kind):
    raises(kind, "a version|a VRID", lambda: understudy.receive(b"", version=version, vrid=vrid, addresses=["10.0.0.1"]))


def test_what_the_package_makes_itself_cannot_be_made_empty():
    from understudy import _understudy

    for name, kind in vars(_understudy).items():
        if isinstance(kind, type):
            raises(TypeError, f"{name} is made by the package alone", lambda: kind())
            raises(TypeError, f"{name} is made by the package alone", lambda: kind.__new__(kind))
            with pytest.raises(TypeError):
                object.__new__(kind)


# ---- threads


def in_threads(*works):
    """Runs each in a thread of its own until all are done; gives what they raised."""
    raised = []

    def guarded(work):
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_scenario_in_many_threads(pair):
    expected = {seed: pair.run(CASE, seed=seed) for seed in range(8)}
    text = str(pair.explain(CASE))
    seen = {}

    def run(seed):
        seen[seed] = pair.run(CASE, seed=seed, trace=True)

    works = [lambda seed=seed: run(seed) for seed in expected]
    works += [lambda: pair.to_yaml(CASE), lambda: understudy.sweep(pair, 3, case=CASE)]
    works += [lambda: seen.update(text=str(pair.explain(CASE)))]
    assert in_threads(*works) == []
    assert seen.pop("text") == text
    assert seen == expected


def test_a_virtual_router_in_many_threads_stays_whole():
    stepped = router()
    stepped.start()
    packet = understudy.encode_packet(Advert(vrid=51, priority=90, addresses=["192.168.56.100"], auth_pass="abclinux", source="192.168.56.131"))

    def go_on():
        for _ in range(300):
            try:
                stepped.run_until(stepped.now + 0.01)
                stepped.receive(packet)
                stepped.copy().set_priority(7)
            except ValueError as error:  # another one was faster
                assert "time goes forwards" in str(error)

    assert in_threads(go_on, go_on, go_on) == []
    assert stepped.state in ("BACKUP", "MASTER") and stepped.now > 1


def test_a_buffer_that_changes_while_it_is_decoded():
    numpy = pytest.importorskip("numpy")
    packet = understudy.encode_packet(Advert(vrid=51, addresses=["10.0.0.1"], source="10.0.0.2"))
    data = bytearray(packet * 20_000)
    bounds = numpy.arange(20_001) * len(packet)
    original = bounds.copy()
    over = threading.Event()

    def disturb():
        step = 0
        while not over.is_set():
            step += 1
            data[3::len(packet)] = bytes([step % 256]) * 20_000  # lengths
            data[0::len(packet)] = bytes([0x40 + step % 16]) * 20_000  # and sizes of headers
            bounds[1:-1] = numpy.where(step % 2, 2**40, original[1:-1])

    def decode():
        try:
            for _ in range(20):
                try:
                    assert len(understudy.decode_many(data, bounds)) == 20_000
                except ValueError as error:
                    assert "lies from byte" in str(error)
        finally:
            over.set()

    assert in_threads(decode, disturb) == []


def test_a_buffer_cannot_go_while_it_is_decoded_or_looked_at(pair):
    pytest.importorskip("numpy")
    frames = pair.run(CASE, trace=True).trace.frames
    sizes = frames["size"]
    expected = int(sizes.sum())
    del frames
    gc.collect()
    sums = []
    assert in_threads(*[lambda: sums.append(int(sizes.sum()))] * 4, *[lambda: pair.run(CASE, trace=True)] * 2) == []
    assert sums == [expected] * 4


LEAVING = """
import threading, understudy
pair = understudy.Scenario.load({path!r})
def work():
    while True:
        pair.run({case!r})
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
pair.run({case!r})
"""


def test_a_program_may_end_while_threads_still_run():
    """Python would unwind threads that want its lock back, and the program end with SIGABRT."""
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", LEAVING.format(path=str(PAIR), case=CASE)],
            env={**os.environ, "PYTHONPATH": str(BUILD / "python")}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
