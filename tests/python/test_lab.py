"""The lab: a run that stands still, is asked, gets faults, forks; and bad use of it."""

import copy
import datetime
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import BUILD, ROOT

import understudy
from understudy import Lab, Scenario, ScenarioError

PAIR = ROOT / "scenarios/nginx-pair.yaml"
MORE = ROOT / "scenarios/nginx-pair-more.yaml"
VIP = "192.168.56.100"

CALM = """\
understudy: 1
name: calm
duration: 60s
segments: { lan: { link: { delay: 50us }, igmp_snooping: "on" } }
hosts:
  lb1: { config: nginx-pair/lb1.conf, nics: { eth0: { segment: lan, ip: 192.168.56.130/24 } },
         services: { nginx: { listen: [80] } } }
  lb2: { config: nginx-pair/lb2.conf, nics: { eth0: { segment: lan, ip: 192.168.56.132/24 } },
         services: { nginx: { listen: [80] } } }
  client: { nics: { eth0: { segment: lan, ip: 192.168.56.10/24 } } }
probes: { web: { from: client, get: "http://192.168.56.100/", every: 10ms, start: 5s } }
"""


@pytest.fixture
def calm():
    """The pair, and nothing happens to it."""
    with Lab(Scenario.from_text(CALM, ROOT / "scenarios/calm.yaml")) as lab:
        yield lab


# ---- time and what is so


def test_it_is_the_run_whatever_the_steps():
    scenario = Scenario.load(PAIR)
    for case in scenario.cases:
        whole = scenario.run(case)
        with Lab(scenario, case) as lab:
            lab.run_until("10s")
            lab.run_for(2.5)
            lab.run_for(datetime.timedelta(milliseconds=250))
            assert lab.now == 12.75
            assert lab.finish() == whole


def test_it_tells_what_is_so(calm):
    assert calm.now == 0.0 and calm.duration == 60.0
    assert calm.hosts == ["lb1", "lb2", "client"]
    assert calm.state("lb1", "VI_1") is None  # its daemon has not started yet
    calm.run_until("10s")
    assert (calm.state("lb1", "VI_1"), calm.state("lb2", "VI_1")) == ("MASTER", "BACKUP")
    assert calm.masters("VI_1") == ["lb1"] and calm.master("VI_1") == "lb1"
    assert calm.holders(VIP) == ["lb1"]
    assert calm.arp("client", VIP) == calm.mac("lb1") != calm.mac("lb2")
    assert calm.reached("client", VIP) == "lb1"
    assert calm.arp("client", "192.168.56.77") is None and calm.reached("client", "192.168.56.77") is None
    assert calm.priority("lb2", "VI_1") == 90
    assert calm.service("lb1", "nginx") == "up"
    assert calm.evaluate("masters(VI_1) == 1") is True
    assert calm.evaluate("blackout(web)") == 0.0
    assert calm.evaluate("lost(web)") == 0
    assert calm.evaluate("adverts(lb1, priority == 100)") == 7  # from 3.609375 s on
    assert [(change.host, change.to) for change in calm.transitions()] == [("lb1", "BACKUP"), ("lb2", "BACKUP"), ("lb1", "MASTER")]
    assert calm.transitions(since="9s") == []
    assert any(entry.kind == "transition" and "MASTER" in entry.text for entry in calm.timeline(since=3))
    assert repr(calm) == "<Lab calm at 10.0 s of 60.0 s>"


def test_waiting_for_a_condition(calm):
    calm.run_until("10s")
    assert calm.wait_for("master(VI_1) == lb1", within="1s") == 0.0
    calm.stop_daemon("lb1")
    # 100 us of cables and the skew of priority 90
    assert calm.wait_for("master(VI_1) == lb2", within="1s") == pytest.approx(0.6485375, abs=1e-12)
    calm.expect("holders(192.168.56.100) == 1")
    with pytest.raises(AssertionError, match="masters.VI_1. is 1"):
        calm.expect("masters(VI_1) == 0")
    with pytest.raises(TimeoutError, match="from 10.* to 12.*master.VI_1. is lb2"):
        calm.wait_for("master(VI_1) == lb1", within="2s")
    with pytest.raises(TimeoutError, match="to 60.0 s"):
        calm.wait_for("masters(VI_1) == 2", within="10min")


# ---- deeds

VERBS = [
    lambda lab: lab.stop_service("lb1", "nginx", for_="1s"),
    lambda lab: lab.start_service("lb1", "nginx"),
    lambda lab: lab.hang_service("lb1", "nginx", for_=0.5),
    lambda lab: lab.break_service("lb2", "nginx", for_="1s"),
    lambda lab: lab.stop_daemon("lb1"),
    lambda lab: lab.start_daemon("lb1"),
    lambda lab: lab.kill_daemon("lb1"),
    lambda lab: lab.start_daemon("lb1", config="nginx-pair/lb1.conf"),
    lambda lab: lab.reload_daemon("lb2"),
    lambda lab: lab.restart_daemon("lb2"),
    lambda lab: lab.power_off("lb1", for_="2s"),
    lambda lab: lab.boot("lb1"),
    lambda lab: lab.reboot("lb2", for_="1s"),
    lambda lab: lab.pause_daemon("lb1", for_="1s"),
    lambda lab: lab.pause_vm("lb1", for_="1s"),
    lambda lab: lab.pause_vm("lb1", clocks="stand", for_="1s"),
    lambda lab: lab.pause_nic("lb1.eth0", for_="1s"),
    lambda lab: lab.nic_down("lb1.eth0", for_="1s"),
    lambda lab: lab.nic_up("lb1.eth0"),
    lambda lab: lab.flap_nic("lb1.eth0", for_="100ms"),
    lambda lab: lab.set_link("lb1.eth0 -> lan", {"loss": "30%", "delay": datetime.timedelta(milliseconds=2)}, for_="3s"),
    lambda lab: lab.partition("lb1", ["lb2"], match="vrrp", for_="2s"),
    lambda lab: lab.partition(["lb1"], ["lb2", "client"], both_ways=False, for_="2s"),
    lambda lab: lab.firewall("lb1", "OUTPUT -p vrrp -j DROP", for_="2s"),
    lambda lab: lab.set_processes("lb1", "haproxy", 2),
    lambda lab: lab.step_clock("lb1", "-5s"),
    lambda lab: lab.drift_clock("lb1", "200ppm", for_="2s"),
    lambda lab: lab.flush_arp("client"),
    lambda lab: lab.pin_arp("client", for_="1s"),
    lambda lab: lab.reboot_switch("lan", for_="500ms"),
    lambda lab: lab.flush_switch("lan"),
    lambda lab: lab.lose_querier("lan", for_="1s"),
    lambda lab: lab.inject("client.eth0", advert={"vrid": 51, "priority": 255, "addresses": [VIP]}),
    lambda lab: lab.note("all done"),
    lambda lab: lab.do({"id": "again", "nic": "lb1.eth0", "do": "flap", "for": "10ms", "every": "1s", "until": "50s"}),
    lambda lab: lab.do("service: lb1/nginx, do: stop, for: 1s"),
]


def test_every_deed_is_a_fault_of_the_timeline(calm):
    """What was done is a scenario whose run is this one, byte for byte."""
    calm.run_until("8s")
    for number, verb in enumerate(VERBS):
        deed = verb(calm)
        assert deed.text and deed.at == calm.now, number
        calm.run_for("1s")
    written = calm.to_yaml()
    again = Scenario.from_text(written).run()
    assert calm.finish() == again
    assert calm.digest == again.digest
    assert written.count("\n  - {") == len(VERBS)


def test_a_deed_is_the_same_as_in_the_file():
    planned = Scenario.from_text(CALM + "timeline: [{ at: 10s, service: lb1/nginx, do: stop, for: 3s }]", ROOT / "scenarios/calm.yaml")
    with Lab(Scenario.from_text(CALM, ROOT / "scenarios/calm.yaml")) as lab:
        lab.run_until("10s")
        deed = lab.stop_service("lb1", "nginx", for_="3s")
        assert lab.service("lb1", "nginx") == "down"  # at once
        assert (deed.text, deed.at, deed.ends_at) == ("service lb1/nginx: stop", 10.0, 13.0)
        assert lab.finish() == planned.run()


def test_a_tracked_file():
    scenario = Scenario.from_dict(
        {
            "understudy": 1,
            "name": "drain",
            "duration": "30s",
            "segments": {"lan": {}},
            "hosts": {
                "lb1": {
                    "config": 'vrrp_track_file drain { file "/run/drain" }\nvrrp_instance VI_1 {\n interface eth0\n virtual_router_id 1\n'
                    " priority 100\n virtual_ipaddress { 10.0.0.9/24 }\n track_file { drain weight 1 }\n}\n",
                    "nics": {"eth0": {"segment": "lan", "ip": "10.0.0.1/24"}},
                    "files": {"/run/drain": 0},
                }
            },
        }
    )
    with Lab(scenario) as lab:
        lab.run_until("10s")
        lab.set_file("lb1", "/run/drain", -20)
        lab.run_for("1s")
        assert lab.priority("lb1", "VI_1") == 80
        lab.set_file("lb1", "/run/drain", None)


def test_a_deed_lasts_as_long_as_the_with_statement(calm):
    calm.run_until("10s")
    with calm.partition("lb1", "lb2"), calm.nic_down("client.eth0") as unplugged:
        calm.run_for("5s")
        assert calm.masters("VI_1") == ["lb1", "lb2"]
        assert unplugged.ends_at is None
    assert unplugged.ends_at == 15.0
    assert calm.wait_for("masters(VI_1) == 1", within="2s") > 0
    assert Scenario.from_text(calm.to_yaml()).run() == calm.finish()


def test_an_end_that_there_is_not(calm):
    for deed in (calm.note("over"), calm.nic_down("lb1.eth0", for_="1s"), calm.flush_arp("client")):
        with pytest.raises(ValueError, match="end"):
            deed.end()
        with pytest.raises(ValueError, match="end"):
            deed.__enter__()
    paused = calm.pause_daemon("lb2")
    paused.end()
    with pytest.raises(ValueError):
        paused.end()


# ---- forks


def test_forks_go_their_own_ways(calm):
    calm.run_until("10s")
    calm.hang_service("lb2", "nginx")
    calm.run_until("12.345s")
    snapshot = calm.snapshot()
    one, other = calm.fork(), snapshot.fork()
    assert one.now == other.now == calm.now == snapshot.now == 12.345
    assert one.digest == other.digest == calm.digest == snapshot.digest
    one.power_off("lb1")
    one.run_for("10s")
    other.run_for("10s")
    assert (one.master("VI_1"), other.master("VI_1")) == ("lb2", "lb1")
    assert calm.now == 12.345
    calm.run_until("30s")
    assert calm.finish() == other.finish() != one.finish()
    assert snapshot.fork().digest == snapshot.digest  # still
    assert "12.345 s" in repr(snapshot)


def test_a_copy_is_a_fork(calm):
    calm.run_until("10s")
    for other in (copy.copy(calm), copy.deepcopy(calm)):
        other.run_until("20s")
        assert calm.now == 10.0 and other.masters("VI_1") == ["lb1"]


def test_what_if_each_of_the_next_adverts_were_lost(calm):
    """A loop over forks: from one snapshot the cut begins at each of ten moments."""
    calm.run_until("20s")
    snapshot = calm.snapshot()
    takeovers = []
    for tenths in range(10):
        with snapshot.fork() as fork:
            fork.run_for(tenths / 10)
            fork.kill_daemon("lb1")
            takeovers.append(fork.wait_for("state(lb2, VI_1) == MASTER", within="5s"))
    assert all(2.6 < takeover < 3.7 for takeover in takeovers)
    assert len(set(takeovers)) == 10


# ---- the whole


def test_captures_and_arrays(tmp_path):
    numpy = pytest.importorskip("numpy")
    with Lab(PAIR, "stop-daemon-on-master", pcap=tmp_path / "captures", trace=True) as lab:
        lab.run_until("15s")
        result = lab.finish()
    assert result == Scenario.load(PAIR).run("stop-daemon-on-master")
    assert isinstance(result.trace.to_numpy("adverts"), numpy.ndarray) if hasattr(result.trace, "to_numpy") else result.trace
    assert understudy.explain(*(tmp_path / "captures").rglob("*.pcap")).adverts > 0


def test_a_longer_run():
    with Lab(PAIR, "stop-daemon-on-master", duration="5min") as lab:
        assert lab.duration == 300.0
        lab.run_until("4min")
        assert lab.masters("VI_1") == ["lb2"]
    with pytest.raises(ValueError, match="as long as its scenario"):
        Lab(PAIR, "stop-daemon-on-master", duration="1s")


def test_what_is_kept(calm, tmp_path):
    calm.run_until("10s")
    calm.power_off("lb1")
    calm.run_for("1s")
    report = calm.keep(tmp_path / "kept")
    assert "host lb1: power_off" in report.text
    assert Scenario.load(tmp_path / "kept/lab.yaml").run() == calm.finish()
    assert list((tmp_path / "kept/captures").rglob("*.pcap"))
    if report.html:
        assert (tmp_path / "kept/report.html").stat().st_size > 1000


# ---- bad use


@pytest.mark.parametrize(
    ("use", "error", "words"),
    [
        (lambda lab: lab.run_until("5s"), ValueError, "time goes forwards: it is 10.0 s"),
        (lambda lab: lab.run_until("61s"), ValueError, "ends at 60.0 s"),
        (lambda lab: lab.run_until(10**300), ValueError, "ends at"),
        (lambda lab: lab.run_until(float("nan")), ValueError, "finite"),
        (lambda lab: lab.run_until("10"), ValueError, "10ms or 1.5s"),
        (lambda lab: lab.run_until(None), TypeError, "not NoneType"),
        (lambda lab: lab.run_until(True), TypeError, "not bool"),
        (lambda lab: lab.run_for(-1), ValueError, "negative"),
        (lambda lab: lab.run_for(datetime.timedelta(seconds=-1)), ValueError, "negative"),
        (lambda lab: lab.state("lb9", "VI_1"), ValueError, "no host 'lb9': did you mean"),
        (lambda lab: lab.state("lb1", "VI_2"), ValueError, "'VI_2': did you mean 'VI_1'"),
        (lambda lab: lab.state("client", "VI_1"), ValueError, "instance of host 'client'"),
        (lambda lab: lab.masters("VI"), ValueError, "no instance 'VI'"),
        (lambda lab: lab.masters(7), TypeError, "an instance is a str, not int"),
        (lambda lab: lab.service("lb1", "ngnix"), ValueError, "did you mean 'nginx'"),
        (lambda lab: lab.masters("\udcff"), ValueError, "an instance is text"),
        (lambda lab: lab.do("note: \udcff"), ValueError, "a deed is text"),
        (lambda lab: lab.do({"note": "\ud800"}), ValueError, "a deed"),
        (lambda lab: lab.holders("192.168.56"), ValueError, "192.168.56"),
        (lambda lab: lab.holders(None), ValueError, "None"),
        (lambda lab: lab.stop_service("lb1", "ngnix"), ScenarioError, "did you mean 'lb1/nginx'"),
        (lambda lab: lab.power_off("lb3"), ScenarioError, "no host 'lb3'"),
        (lambda lab: lab.power_off("lb1", for_="0s"), ScenarioError, "longer than 0 s"),
        (lambda lab: lab.power_off("lb1", for_=-1), ValueError, "negative"),
        (lambda lab: lab.stop_daemon("client"), ScenarioError, "runs no daemon"),
        (lambda lab: lab.nic_down("lb1.eth7"), ScenarioError, "eth7"),
        (lambda lab: lab.set_link("lb1.eth0 -> lan", {"lost": "5%"}), ScenarioError, "lost"),
        (lambda lab: lab.set_link("lb1.eth0 -> lan", {"loss": object()}), TypeError, "cannot hold a object"),
        (lambda lab: lab.firewall("lb1", "OUTPUT --please"), ScenarioError, "--please"),
        (lambda lab: lab.reload_daemon("lb1", config="nowhere.conf"), ScenarioError, "nowhere.conf"),
        (lambda lab: lab.inject("lb1.eth0"), ScenarioError, "advert"),
        (lambda lab: lab.do("stop service nginx on lb1"), ScenarioError, "stop service"),
        (lambda lab: lab.do("at: 12s, daemon: lb1, do: stop"), ScenarioError, "takes no `at`"),
        (lambda lab: lab.do({"daemon": "lb1"}), ScenarioError, "needs `do`"),
        (lambda lab: lab.do({}), ScenarioError, "no verb"),
        (lambda lab: lab.do(["daemon"]), TypeError, "not list"),
        (lambda lab: lab.do("\0"), ScenarioError, ""),
        (lambda lab: lab.wait_for("master(VI_1) = lb2", within="1s"), ScenarioError, "=="),
        (lambda lab: lab.wait_for("master(VI_1) == lb2", within=-1), ValueError, "negative"),
        (lambda lab: lab.wait_for(lambda: True, within=1), TypeError, "not function"),
        (lambda lab: lab.evaluate("master(VI_9)"), ScenarioError, "VI_9"),
        (lambda lab: lab.expect("masters(VI_1)"), ValueError, "not a condition"),
        (lambda lab: lab.timeline(since=10**12), ValueError, "146 years"),
        (lambda lab: pickle.dumps(lab), TypeError, "pickle"),
    ],
)
def test_what_is_wrong_says_so_and_does_nothing(calm, use, error, words):
    calm.run_until("10s")
    digest = calm.digest
    with pytest.raises(error) as raised:
        use(calm)
    assert words in str(raised.value)
    assert calm.digest == digest and calm.now == 10.0
    assert calm.finish() == Scenario.from_text(CALM, ROOT / "scenarios/calm.yaml").run()


def test_errors_of_deeds_have_their_place(calm):
    with pytest.raises(ScenarioError) as raised:
        calm.do("service: lb1/nginx, do: stopp")
    error = raised.value
    assert (error.line, error.column) == (1, 27)  # behind "{ "
    assert error.file.endswith("calm.yaml (lab)")
    assert "stopp" in str(error) and "^" in str(error) and "did you mean 'stop'" in str(error)


def test_making_one_of_nothing(tmp_path):
    with pytest.raises(TypeError, match="a lab is made of a Scenario"):
        Lab(7)
    with pytest.raises(FileNotFoundError):
        Lab(tmp_path / "none.yaml")
    with pytest.raises(ValueError, match="several cases, name one"):
        Lab(PAIR)
    with pytest.raises(ValueError, match="seed"):
        Lab(PAIR, "stop-daemon-on-master", seed=2**64)
    with pytest.raises(OSError, match="file"):
        (tmp_path / "file").write_text("")
        Lab(PAIR, "stop-daemon-on-master", pcap=tmp_path / "file")


def test_after_the_end(calm):
    result = calm.finish()
    assert calm.finish() is result
    assert calm.masters("VI_1") == ["lb1"]  # it still answers
    for use in (lambda: calm.run_for(0), lambda: calm.power_off("lb1"), calm.snapshot, lambda: calm.wait_for("lost(web) == 0", 1)):
        with pytest.raises(RuntimeError, match="the run is over"):
            use()
    calm.close()
    calm.close()
    assert calm.closed and "closed" in repr(calm)
    for use in (lambda: calm.now, lambda: calm.masters("VI_1"), calm.to_yaml, lambda: calm.run_until("1s"), calm.fork):
        with pytest.raises(RuntimeError, match="closed"):
            use()


def test_the_end_can_be_reached_and_something_done_there(calm):
    calm.run_until(60)
    calm.power_off("lb1")
    assert calm.masters("VI_1") == []
    assert Scenario.from_text(calm.to_yaml()).run() == calm.finish()


@pytest.fixture
def long_lab():
    """An hour with a request a millisecond: some seconds of work."""
    text = CALM.replace("duration: 60s", "duration: 1h").replace("every: 10ms", "every: 1ms")
    with Lab(Scenario.from_text(text, ROOT / "scenarios/calm.yaml")) as lab:
        yield lab


def test_two_threads_at_once(long_lab):
    """The second gets an error, whatever it asks; other Python code runs meanwhile."""
    thread = threading.Thread(target=lambda: long_lab.run_until("1min"))
    thread.start()
    refused = 0
    while thread.is_alive() and refused < 100:
        for use in (lambda: long_lab.now, lambda: long_lab.masters("VI_1"), lambda: long_lab.power_off("lb1"), long_lab.close):
            try:
                use()
            except RuntimeError as error:
                assert "in use" in str(error)
                refused += 1
    thread.join()
    assert refused >= 100
    assert long_lab.now == 60.0 and long_lab.masters("VI_1") == ["lb1"]


def test_many_labs_on_many_threads():
    whole = Scenario.load(PAIR).run("stop-daemon-on-master")
    results = []

    def play():
        with Lab(PAIR, "stop-daemon-on-master") as lab:
            for second in range(0, 60, 5):
                lab.run_until(second)
            results.append(lab.finish())

    threads = [threading.Thread(target=play) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [whole] * 8


def test_ctrl_c_stops_it_in_between_and_it_goes_on(long_lab):
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        long_lab.run_until("1h")
    timer.join()
    assert time.monotonic() - begun < 5
    stopped = long_lab.now
    assert 0 < stopped < 3600
    long_lab.stop_daemon("lb1")
    assert long_lab.wait_for("master(VI_1) == lb2", within="4s") > 0
    fork = long_lab.fork()
    assert fork.digest == long_lab.digest and fork.now == long_lab.now
    fork.close()


def test_no_memory_is_left_behind():
    """Labs with forks in which something was done."""
    code = """
import resource
from understudy import Lab
def play():
    with Lab(%r, "stop-daemon-on-master") as lab:
        lab.run_until("2s")
        lab.power_off("lb2")
        lab.fork().close()
        lab.snapshot().fork()
for _ in range(50): play()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(200): play()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
""" % str(PAIR)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "PYTHONPATH": str(BUILD / "python")})
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 5000, "kilobytes"


# ---- in pytest

pytest_plugins = ["pytester"]

TESTS = """\
import pytest

@pytest.mark.understudy("pair.yaml", seed=3)
def test_takeover(lab):
    lab.run_until("10s")
    lab.stop_daemon("lb1")
    assert lab.wait_for("master(VI_1) == lb2", within="1s") < 0.7

@pytest.mark.understudy("pair.yaml")
def test_too_hopeful(lab, tmp_path):
    lab.run_until("10s")
    lab.power_off("lb1")
    lab.wait_for("master(VI_1) == lb2", within="1s")

def test_two_of_them(make_lab):
    one, other = make_lab("pair.yaml", seed=1), make_lab("pair.yaml", seed=2, duration="2min")
    one.run_until("10s")
    assert (one.now, other.now, other.duration) == (10.0, 0.0, 120.0)

def test_without_a_mark(lab):
    pass
"""


@pytest.fixture
def play(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(BUILD / "python"))
    shutil.copytree(ROOT / "scenarios/nginx-pair", pytester.path / "nginx-pair")
    (pytester.path / "pair.yaml").write_text(CALM)
    pytester.makepyfile(test_pair=TESTS)

    def run(*arguments):
        return pytester.runpytest_subprocess("-p", "understudy.pytest_plugin", "-p", "no:cacheprovider", "--strict-markers", *arguments)

    return run


def test_the_fixtures(play, pytester):
    result = play(f"--basetemp={pytester.path / 'kept'}")
    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*the fixture `lab` needs a mark: @pytest.mark.understudy*"])
    result.stdout.fnmatch_lines(
        ["*TimeoutError: from 10.0 s to 11.0 s it was never so that master(VI_1) == lb2: *", "*Lab calm at 11.0*", "*host lb1: power_off*",
         "again: understudy sim *lab.yaml", "kept: *test_too_hopeful*lab1"]
    )
    (kept,) = (pytester.path / "kept").glob("test_too_hopeful0/lab1")
    assert (kept / "lab.yaml").exists() and list((kept / "captures").rglob("*.pcap"))
    assert "power_off" in (kept / "lab.yaml").read_text()


def test_seeds_of_the_fixture(play):
    result = play("--understudy-seeds", "3", "-v", "-k", "takeover or hopeful")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(["*test_too_hopeful[[]seed1[]]*", "*test_too_hopeful[[]seed3[]]*"])
