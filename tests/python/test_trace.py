"""`understudy sim --trace`: the Trace Event Format, as Perfetto and chrome://tracing want it."""

import collections
import json

import pytest


@pytest.fixture
def events(understudy_program, root, tmp_path):
    target = tmp_path / "run.json"
    process = understudy_program("sim", "-q", root / "scenarios/nginx-pair.yaml", "--trace", target)
    assert process.returncode == 0, process.stderr
    return json.loads(target.read_text())["traceEvents"]


def test_every_event_has_what_its_phase_needs(events):
    assert {event["ph"] for event in events} == {"M", "X", "i", "s", "f"}
    for event in events:
        assert isinstance(event["pid"], int) and isinstance(event["name"], str) and event["name"]
        if event["ph"] == "M":
            assert event["name"] in ("process_name", "process_sort_index", "thread_name")
            assert event["args"]
            continue
        assert isinstance(event["tid"], int) and event["ts"] >= 0 and event["cat"]
        if event["ph"] == "X":
            assert event["dur"] >= 0
        elif event["ph"] == "i":
            assert event["s"] in "gpt"
        else:
            assert isinstance(event["id"], int)


def test_arrows_have_two_ends_and_point_forward(events):
    ends = collections.defaultdict(dict)
    for event in events:
        if event["ph"] in "sf":
            assert event["ph"] not in ends[event["id"]]
            ends[event["id"]][event["ph"]] = event
    assert len(ends) > 100
    for pair in ends.values():
        assert pair["s"]["ts"] < pair["f"]["ts"]
        assert pair["s"]["pid"] != pair["f"]["pid"]


def test_tracks_are_named_and_tell_the_story(events):
    names = {event["pid"]: event["args"]["name"] for event in events if event["name"] == "process_name"}
    assert "stop-daemon-on-master: lb1" in names.values() and len(names) == 16
    lb2 = next(pid for pid, name in names.items() if name == "stop-daemon-on-master: lb2")
    states = [(event["name"], event["ts"]) for event in events if event["pid"] == lb2 and event.get("cat") == "state"]
    assert [name for name, _ in states][-2:] == ["BACKUP", "MASTER"]
    assert abs(states[-1][1] - 10_648_500) < 500
    client = next(pid for pid, name in names.items() if name == "stop-daemon-on-master: client")
    blackout = [event for event in events if event["pid"] == client and event["name"].startswith("blackout ")]
    parts = [
        event
        for event in events
        if event["pid"] == client and event["name"] in ("detect", "elect", "announce", "relearn", "probe")
    ]
    assert len(blackout) == 1
    assert sum(part["dur"] for part in parts) == pytest.approx(blackout[0]["dur"])


def test_slices_of_a_track_lie_beside_or_inside_one_another(events):
    tracks = collections.defaultdict(list)
    for event in events:
        if event["ph"] == "X" and event["dur"] > 0:
            tracks[event["pid"], event["tid"]].append((event["ts"], -event["dur"]))
    for slices in tracks.values():
        open_ends = []
        for start, minus in sorted(slices):
            while open_ends and open_ends[-1] <= start + 1e-6:
                open_ends.pop()
            assert not open_ends or start - minus <= open_ends[-1] + 1e-6
            open_ends.append(start - minus)
