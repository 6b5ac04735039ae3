"""What the simulator knows and what explain reads off its captures are the same story."""

import json
import shutil

import pytest

ADDRESSES = {"lb1": "192.168.56.130", "lb2": "192.168.56.132"}
CLASSICAL = ["stop-nginx-on-master", "drop-adverts-on-master", "stop-daemon-on-master", "start-daemon-on-master"]

# The same pair in harder weather. Nothing is expected of it: only the stories are compared.
WEATHER = """
cases:
  power-off:
    timeline: [{ id: off, at: 10.3s, host: lb1, do: power_off }]
    expect: [{ that: "master(VI_1) == lb2" }]
  kill:
    timeline: [{ id: kill, at: 10.3s, daemon: lb1, do: kill }]
    expect: [{ that: "master(VI_1) == lb2" }]
  pause-daemon:
    timeline: [{ id: pause, at: 10.3s, pause: lb1, what: daemon, for: 20s }]
    expect: [{ that: "master(VI_1) == lb1" }]
  cable:
    timeline: [{ id: cable, at: 10.3s, nic: lb1.eth0, do: down, for: 20s }]
    expect: [{ that: "master(VI_1) == lb1" }]
  stop-and-start:
    timeline:
      - { id: stop, at: 10.3s, daemon: lb1, do: stop }
      - { id: start, at: 20.7s, daemon: lb1, do: start }
    expect: [{ that: "master(VI_1) == lb1" }]
  both-stop:
    timeline:
      - { id: one, at: 10.3s, daemon: lb1, do: stop }
      - { id: two, at: 20.3s, daemon: lb2, do: stop }
    expect: [{ that: "masters(VI_1) == 0" }]
"""


def handovers(result):
    """Who was master by turns, as everybody on the wire could see it: [(time, host or None, reason)].

    A host that becomes MASTER has the floor. One that yields gives it back to the other MASTER, if that is
    not who had it already. A resignation that nobody follows leaves nobody.
    """
    story = []
    masters = []
    for change in result["transitions"]:
        host = change["host"]
        if change["to"] == "MASTER":
            masters.append(host)
            speaker, reason = host, change["reason"]
        elif change["from"] == "MASTER":
            masters.remove(host)
            speaker, reason = (masters[-1] if masters else None), change["reason"]
        else:
            continue
        if speaker is None and reason != "shutdown":
            continue
        if not story or story[-1][1] != speaker:
            story.append((change["t"], speaker, reason))
    return [
        step
        for step, after in zip(story, [*story[1:], None])
        if step[1] is not None or after is None  # the gap between resignation and takeover is no step of its own
    ]


def expected_reason(index, step):
    time, host, reason = step
    if index == 0:
        return "first_seen"
    return "graceful_shutdown" if reason == "shutdown" else reason


@pytest.fixture(scope="module")
def runs(understudy_program, root, tmp_path_factory):
    """{case: (result, folder of captures)} of the classical cases and the weather."""
    folder = tmp_path_factory.mktemp("roundtrip")
    shutil.copytree(root / "scenarios/nginx-pair", folder / "nginx-pair")
    pair = (root / "scenarios/nginx-pair.yaml").read_text()
    (folder / "classical.yaml").write_text(pair)
    (folder / "weather.yaml").write_text(pair.split("\ncases:")[0] + WEATHER)
    found = {}
    for name in ("classical", "weather"):
        done = understudy_program("sim", folder / f"{name}.yaml", "--pcap", folder / name, "--json", folder / f"{name}.json")
        assert done.returncode in (0, 1), done.stdout + done.stderr
        for result in json.loads((folder / f"{name}.json").read_text()):
            found[result["case"]] = result, folder / name / result["case"]
    return found


def explain(understudy_program, *captures):
    done = understudy_program("explain", *captures, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


CASES = [*CLASSICAL, "power-off", "kill", "pause-daemon", "cable", "stop-and-start", "both-stop"]


def check_story(story, result):
    expected = handovers(result)
    start = story["start_ns"] / 1e9
    assert [change["to"] for change in story["transitions"]] == [ADDRESSES.get(host) for _, host, _ in expected]
    assert [change["reason"] for change in story["transitions"]] == [
        expected_reason(index, step) for index, step in enumerate(expected)
    ]
    for change, (time, _, _) in zip(story["transitions"], expected):
        assert start + change["t"] == pytest.approx(time, abs=0.001)
    assert [(router["vrid"], router["family"], router["version"], router["addresses"]) for router in story["virtual_routers"]] == [
        (51, "ipv4", 2, ["192.168.56.100"])
    ]


@pytest.mark.parametrize("case", CASES)
def test_the_client_s_capture_tells_the_simulator_s_story(case, runs, understudy_program):
    result, folder = runs[case]
    check_story(explain(understudy_program, folder / "client.eth0.pcap"), result)


@pytest.mark.parametrize("case", CASES)
def test_all_captures_together_tell_it_too(case, runs, understudy_program):
    result, folder = runs[case]
    check_story(explain(understudy_program, *sorted(folder.glob("*.pcap"))), result)


@pytest.mark.parametrize("case", CASES)
def test_masterships_begin_and_end_with_the_states(case, runs, understudy_program):
    result, folder = runs[case]
    story = explain(understudy_program, folder / "client.eth0.pcap")
    start = story["start_ns"] / 1e9
    assert [(m["source"], m["from_s"]) for m in story["masters"]] == [
        (change["to"], change["t"]) for change in story["transitions"] if change["to"]
    ]
    for mastership, after in zip(story["masters"], [*story["transitions"][1:], None]):
        if after is None:
            assert start + mastership["to_s"] == pytest.approx(result["duration_s"], abs=0.02)
        elif after["reason"] == "preempted":
            assert mastership["to_s"] == after["t"]
        elif after["reason"] == "graceful_shutdown":
            stops = [t["t"] for t in result["transitions"] if t["from"] == "MASTER" and t["to"] == "INIT"]
            assert min(abs(start + mastership["to_s"] - stop) for stop in stops) < 0.001
        else:  # silent: an advert a second until then, the takeover 3.648 s after the last one
            assert after["t"] - mastership["to_s"] == pytest.approx(3.6485, abs=0.001)


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_wrong_with_what_the_simulator_sends(case, runs, understudy_program):
    result, folder = runs[case]
    # A host that keeps the address without being heard as master answers for it: that is wrong indeed.
    known = {"stale_holder"} if any(held > 0 for held in result["dual_holder_s"].values()) else set()
    for capture in sorted(folder.glob("*.pcap")):
        assert {finding["code"] for finding in explain(understudy_program, capture)["findings"]} <= known


def test_speakers_are_the_hosts(runs, understudy_program):
    result, folder = runs["stop-daemon-on-master"]
    story = explain(understudy_program, folder / "client.eth0.pcap")
    speakers = story["virtual_routers"][0]["speakers"]
    assert [(speaker["source"], speaker["priority"]) for speaker in speakers] == [
        (ADDRESSES["lb1"], 100),
        (ADDRESSES["lb2"], 90),
    ]
    assert len({speaker["mac"] for speaker in speakers}) == 2
    # lb1: 3.61 s to 9.61 s and the resignation; lb2: one a second from 10.6485 s to the end at 60 s
    assert [speaker["adverts"] for speaker in speakers] == [8, 50]
    assert result["verdict"] == "pass"
