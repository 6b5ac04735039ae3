"""`understudy sim` as people and programs call it: what it prints, its JSON, its exit status."""

import json

import pytest

CASES = [
    "stop-nginx-on-master",
    "drop-adverts-on-master",
    "stop-daemon-on-master",
    "start-daemon-on-master",
]


@pytest.fixture
def pair(root):
    return root / "scenarios/nginx-pair.yaml"


@pytest.fixture
def failing(root, tmp_path):
    """The pair with one promise too much."""
    text = (root / "scenarios/nginx-pair.yaml").read_text()
    assert "<= 800ms" in text
    path = tmp_path / "failing.yaml"
    path.write_text(text.replace("<= 800ms", "<= 600ms").replace("nginx-pair/", f"{root}/scenarios/nginx-pair/"))
    return path


def test_all_cases_pass_and_say_so(understudy_program, pair):
    process = understudy_program("sim", pair)
    assert process.returncode == 0, process.stderr
    for case in CASES:
        assert f"-- {case} -" in process.stdout
    assert process.stdout.endswith("\n4 cases pass\n")
    assert "to spare" in process.stdout
    assert "\x1b" not in process.stdout
    assert "warning: The password is cut to 8 bytes" in process.stderr


def test_json_alone_is_on_standard_output(understudy_program, pair):
    process = understudy_program("sim", pair, "--json", "-")
    assert process.returncode == 0
    results = json.loads(process.stdout)
    assert [result["case"] for result in results] == CASES
    assert {result["schema"] for result in results} == {"understudy.sim/1"}
    assert all(len(result["digest"]) == 16 for result in results)


def test_one_case_is_one_object(understudy_program, pair):
    process = understudy_program("sim", pair, "--case", CASES[2], "--seed", "7", "--json", "-")
    result = json.loads(process.stdout)
    assert (result["case"], result["seed"], result["verdict"]) == (CASES[2], 7, "pass")


def test_files_are_whole_or_not_there(understudy_program, pair, tmp_path):
    target = tmp_path / "result.json"
    assert understudy_program("sim", "-q", pair, "--json", target).returncode == 0
    assert len(json.loads(target.read_text())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
    process = understudy_program("sim", "-q", pair, "--json", tmp_path / "no/such/folder.json")
    assert process.returncode == 2
    assert "cannot write: No such file or directory" in process.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_captures_lie_by_case_and_nic(understudy_program, pair, tmp_path):
    process = understudy_program("sim", pair, "--case", CASES[0], "--pcap", tmp_path)
    assert process.returncode == 0
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pcap"))
    assert names == [f"{CASES[0]}/{host}.eth0.pcap" for host in ("client", "lb1", "lb2")]
    assert f"captures: {tmp_path}/{CASES[0]}" in process.stdout


def test_a_broken_promise_is_status_1(understudy_program, failing):
    process = understudy_program("sim", failing)
    assert process.returncode == 1
    assert "FAIL     blackout(web) <= 600ms" in process.stdout
    assert "blackout(web) is 650 ms" in process.stdout
    assert f"again: understudy sim {failing} --case stop-daemon-on-master --seed 0" in process.stdout
    assert process.stdout.endswith("3 of 4 cases pass: stop-daemon-on-master FAIL\n")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["sim"], "SCENARIO is required"),
        (["simm"], "there is no command 'simm': did you mean 'sim'?"),
        (["sim", "/nonexistent.yaml"], "/nonexistent.yaml: error: cannot read the scenario: no such file"),
        (["sim", "PAIR", "--case", "stop-deamon-on-master"], "did you mean 'stop-daemon-on-master'?"),
        (["sim", "PAIR", "--seed", "-3"], "'-3' is no seed"),
        (["sim", "PAIR", "--sed", "3"], "--sed"),
        (["sim", "PAIR", "--pcap", "/proc/nowhere"], "/proc/nowhere"),
    ],
)
def test_bad_usage_is_status_2(understudy_program, pair, arguments, message):
    process = understudy_program(*[pair if word == "PAIR" else word for word in arguments])
    assert process.returncode == 2
    assert message in process.stderr
    assert "-- stop-nginx" not in process.stdout


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "error: the file holds no scenario"),
        (b"\x7fELF\x02\x01\x01\x00", "1:1: error: this is not a text file"),
        (b"a: [\n", ":2:1: error:"),
        (b"x" * 10_000_000, "too large"),
        (b"[" * 100_000, "error:"),
        (b"understudy: 1\nname: x\nduration: 60\n", ":3:11: error: '60' needs a unit"),
    ],
    ids=["empty", "binary", "truncated", "10-MB", "deep", "bare-number"],
)
def test_bad_files_are_status_2_with_a_place(understudy_program, tmp_path, content, message):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    process = understudy_program("sim", path, "--json", "-")
    assert process.returncode == 2
    assert message in process.stderr
    assert process.stdout == ""
