"""`understudy swarm` as people and programs call it."""

import json

import pytest

INSTANCE = """vrrp_instance VI_1 {{
    interface eth0
    virtual_router_id 51
    priority {priority}
    authentication {{
        auth_type PASS
        auth_pass {password}
    }}
    virtual_ipaddress {{
        192.0.2.100/24
    }}
}}
"""


@pytest.fixture
def conf(tmp_path):
    def write(name, priority, password="secret"):
        path = tmp_path / name
        path.write_text(INSTANCE.format(priority=priority, password=password))
        return path

    return write


def test_a_sound_pair_holds(understudy_program, conf, tmp_path):
    out = tmp_path / "failure.yaml"
    process = understudy_program(
        "swarm", conf("lb1.conf", 100), conf("lb2.conf", 90), "--runs", "12", "--out", out, "--json", "-"
    )
    assert process.returncode == 0
    result = json.loads(process.stdout)
    assert result["schema"] == "understudy.swarm/1"
    assert (result["runs"], result["verdict"], result["failed_runs"]) == (12, "pass", 0)
    assert result["oracles"]["one_master"]["held"] == 12
    assert sum(result["faults"].values()) > 12
    assert not out.exists()


def test_the_number_of_jobs_changes_nothing(understudy_program, conf):
    pair = conf("lb1.conf", 100), conf("lb2.conf", 90)
    one, two = (
        understudy_program("swarm", *pair, "--runs", "10", "--jobs", jobs, "--json", "-").stdout for jobs in "13"
    )
    assert one == two


def test_a_single_file_gets_a_partner(understudy_program, conf):
    process = understudy_program("swarm", conf("lb1.conf", 100), "--runs", "2")
    assert process.returncode == 0
    assert "the second host is made up" in process.stdout
    assert "lb1_twin (eth0 192.0.2.219/24)" in process.stdout


def test_what_the_files_do_not_promise_is_no_failure(understudy_program, conf):
    process = understudy_program(
        "swarm", conf("lb1.conf", 100), conf("lb2.conf", 90, "another"), "--runs", "4", "--json", "-"
    )
    assert process.returncode == 0
    result = json.loads(process.stdout)
    assert result["failed_runs"] == 0
    assert result["oracles"]["one_master"]["explained_by_config"] > 0


def test_one_run_says_what_happens_in_it(understudy_program, conf):
    process = understudy_program("swarm", conf("lb1.conf", 100), conf("lb2.conf", 90), "--seed", "3", "--run", "7")
    assert process.returncode == 0
    assert "\nrun 7\n  segment lan: delay " in process.stdout
    assert "  judged from " in process.stdout
    assert "\n1 run, " in process.stdout


@pytest.mark.parametrize(
    "arguments", [["--time", "60"], ["--seed", "-1"], ["--jobs", "0"], ["--run", "x"], ["--time", "-1s"]]
)
def test_bad_usage(understudy_program, conf, arguments):
    process = understudy_program("swarm", conf("lb1.conf", 100), *arguments)
    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr != ""


def test_files_that_cannot_be_read_or_run(understudy_program, conf, tmp_path):
    missing = understudy_program("swarm", tmp_path / "none.conf")
    assert missing.returncode == 2
    assert "none.conf: error: cannot read the file: " in missing.stderr
    bad = tmp_path / "bad.conf"
    bad.write_text("vrrp_instance A {\n  priority high\n}\n")
    process = understudy_program("swarm", bad)
    assert process.returncode == 2
    assert f"{bad}:2:12: error: " in process.stderr
