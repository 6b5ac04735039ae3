"""Scenarios from Python: cases, seeds, errors with their place, captures."""

import json
import threading

import pytest

import understudy
from understudy import Scenario, ScenarioError

PAIR = "../../scenarios/nginx-pair.yaml"
CASES = ["stop-nginx-on-master", "drop-adverts-on-master", "stop-daemon-on-master", "start-daemon-on-master"]


@pytest.fixture
def pair(scenario):
    return scenario(PAIR)


def test_what_a_file_holds(pair):
    assert pair.name == "nginx-pair"
    assert pair.cases == CASES
    assert "four rehearsals" in pair.about


def test_a_case_must_be_named_when_there_are_several(pair):
    with pytest.raises(ValueError, match="several cases.*stop-daemon-on-master"):
        pair.run()
    with pytest.raises(ValueError, match="no case 'nonsense'"):
        pair.run(case="nonsense")
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="seed"):
            pair.run(case=CASES[0], seed=seed)


def test_a_file_without_cases_runs_as_it_is(tmp_path):
    (tmp_path / "quiet.yaml").write_text(
        "understudy: 1\nname: quiet\nduration: 2s\nsegments: { lan: { kind: switch } }\n"
        "hosts: { client: { nics: { eth0: { segment: lan, ip: 10.0.0.1/24 } } } }\n"
    )
    quiet = Scenario.load(tmp_path / "quiet.yaml")
    assert quiet.cases == []
    assert quiet.run().transitions == []


def test_a_result_has_the_fields_of_the_json(pair, understudy_program, root):
    done = understudy_program("sim", root / "scenarios/nginx-pair.yaml", "--case", CASES[2], "--json", "-")
    document = json.loads(done.stdout)
    assert pair.run(case=CASES[2]) == (document[0] if isinstance(document, list) else document)


def test_run_all_is_every_case_in_order(pair):
    assert [result.case for result in pair.run_all()] == CASES


def test_the_same_seed_gives_the_same_run(pair):
    first, again, other = (pair.run(case=CASES[0], seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert first.seed == 7
    assert first.digest != other.digest


def test_captures(pair, tmp_path):
    pair.run(case=CASES[2], pcap=tmp_path)
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pcap"))
    assert names == [f"{CASES[2]}/{host}.eth0.pcap" for host in ("client", "lb1", "lb2")]
    story = understudy.explain(tmp_path / CASES[2] / "client.eth0.pcap")
    assert [change.reason for change in story.transitions] == ["first_seen", "graceful_shutdown"]


def test_captures_that_cannot_be_written_are_an_os_error(pair, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        pair.run(case=CASES[2], pcap=tmp_path / "file")


def test_other_threads_go_on_while_a_case_runs(pair):
    results = []
    threads = [threading.Thread(target=lambda: results.append(pair.run(case=CASES[0]).digest)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and len(set(results)) == 1


def test_errors_have_their_place(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("understudy: 1\nname: bad\nduraton: 5s\n")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    assert (caught.value.file, caught.value.line, caught.value.column) == (str(path), 3, 1)
    assert "duraton" in caught.value.message
    assert f"{path}:3:1: error: " in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe binary", b"[" * 100_000, b"understudy: 1\nhosts:\n  lb1: {"])
def test_unusable_files_are_scenario_errors(content, tmp_path):
    (tmp_path / "bad.yaml").write_bytes(content)
    with pytest.raises(ScenarioError):
        Scenario.load(tmp_path / "bad.yaml")


def test_missing_files_are_os_errors(tmp_path):
    with pytest.raises(FileNotFoundError):
        Scenario.load(tmp_path / "missing.yaml")
    with pytest.raises(FileNotFoundError):
        understudy.check(tmp_path / "missing.conf")
    with pytest.raises(IsADirectoryError):
        Scenario.load(tmp_path)


def test_check_says_what_keepalived_would_stumble_over(tmp_path, root):
    (tmp_path / "bad.conf").write_text("vrrp_instance VI_1 {\n    virtual_router_idd 51\n}\n")
    found = understudy.check(tmp_path / "bad.conf")
    assert any(item.line == 2 and "virtual_router_id" in item.text for item in found)
    pair = understudy.check(root / "scenarios/nginx-pair/lb1.conf", root / "scenarios/nginx-pair/lb2.conf")
    assert [item.severity for item in pair if item.severity == "error"] == []
    assert any("auth_pass" in item.text and item.severity == "warning" for item in pair)


def test_check_follows_includes(tmp_path):
    (tmp_path / "keepalived.conf").write_text("include parts/*.conf\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/one.conf").write_text("nonsense_keyword 1\n")
    assert any(item.file.endswith("parts/one.conf") and item.line == 1 for item in understudy.check(tmp_path / "keepalived.conf"))


def test_records_read_like_objects_and_like_dictionaries(pair):
    result = pair.run(case=CASES[2])
    change = result.transitions[0]
    assert change["from"] == change.from_
    assert json.loads(json.dumps(result)) == result
    with pytest.raises(AttributeError, match="nonsense"):
        _ = result.nonsense
    with pytest.raises(KeyError):
        result.probe("nonsense")
