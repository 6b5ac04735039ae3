"""`understudy check` as people and programs call it: what it prints, its JSON, its exit status."""

import json

import pytest

SOUND = """vrrp_instance VI_1 {
    interface ens33
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.1/24
    }
}
"""


@pytest.fixture
def founding(root):
    data = root / "tests/core/config/data"
    return data / "founding-lb1.conf", data / "founding-lb2.conf"


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def codes(process):
    return [entry["code"] for entry in json.loads(process.stdout)["diagnostics"]]


def test_the_founding_pair_has_a_long_password_and_a_vip_elsewhere(understudy_program, founding):
    process = understudy_program("check", *founding, "--interface", "ens33=192.168.56.130/24")
    assert process.returncode == 0
    assert process.stderr == ""
    lb1 = founding[0]
    assert f"{lb1}:24:19: warning: The password is cut to 8 bytes: 'abclinux'\n" in process.stdout
    assert f"{lb1}:27:9: note: 192.168.188.100 lies in no subnet of ens33" in process.stdout
    assert process.stdout.endswith("2 files: 0 errors, 2 warnings, 2 notes\n")
    assert "\x1b" not in process.stdout


def test_json_alone_is_on_standard_output(understudy_program, founding):
    process = understudy_program("check", founding[0], "--interface", "ens33=192.168.56.130/24", "--json", "-")
    report = json.loads(process.stdout)
    assert report["schema"] == "understudy.check/1"
    for entry in report["diagnostics"]:
        assert {"file", "line", "column", "severity", "code", "message"} <= entry.keys()
    assert [(entry["line"], entry["column"], entry["severity"], entry["code"]) for entry in report["diagnostics"]] == [
        (24, 19, "warning", "auth-pass-cut"),
        (27, 9, "note", "vip-outside-subnets"),
    ]


def test_json_goes_to_a_file_beside_the_text(understudy_program, founding, tmp_path):
    process = understudy_program("check", founding[0], "--json", tmp_path / "out.json")
    assert "auth-pass-cut" in (tmp_path / "out.json").read_text()
    assert "warning: The password is cut" in process.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("content, strict, status", [
    pytest.param(SOUND, False, 0, id="sound"),
    pytest.param(SOUND, True, 0, id="sound-strict"),
    pytest.param(SOUND.replace("priority", "raise 1\n priority"), False, 0, id="warning"),
    pytest.param(SOUND.replace("priority", "raise 1\n priority"), True, 1, id="warning-strict"),
    pytest.param(SOUND.replace("100", "300"), False, 1, id="out-of-range"),
    pytest.param("", False, 1, id="empty"),
    pytest.param(b"\x7fELF\x00\x00\x01" * 1000, False, 1, id="binary"),
    pytest.param(b"\xff\xfe" + SOUND.encode("utf-16-le"), False, 1, id="utf-16"),
    pytest.param("{" * 10_000_000, False, 1, id="one-long-line"),
    pytest.param("{\n" * 5_000_000, False, 1, id="deeply-nested"),
    pytest.param(SOUND[:-3], False, 1, id="truncated"),
    pytest.param(SOUND.replace("}\n}", "}\ntrack_script {\nchk\n}\n}"), False, 1, id="unknown-script"),
])
def test_the_exit_status_is_the_answer(understudy_program, write, content, strict, status):
    process = understudy_program("check", write("a.conf", content), *(["--strict"] if strict else []))
    assert process.returncode == status, process.stdout
    assert len(process.stdout) < 200_000


@pytest.mark.parametrize("arguments", [
    [], ["no-such-file.conf"], ["."], ["a.conf", "--interface", "eth0"], ["a.conf", "--interface", "=1.2.3.4/8"],
    ["a.conf", "--interface", "eth0=1.2.3.4/33"], ["a.conf", "--json", "/no/such/folder/x.json"], ["a.conf", "--what"],
])
def test_bad_usage_and_unreadable_files_are_two(understudy_program, write, arguments):
    folder = write("a.conf", SOUND).parent
    process = understudy_program("check", *arguments, cwd=folder)
    assert process.returncode == 2
    assert process.stdout + process.stderr


def test_an_unreadable_file_does_not_hide_the_others(understudy_program, write):
    process = understudy_program("check", "gone.conf", write("a.conf", ""), "--json", "-")
    assert process.returncode == 2
    assert codes(process) == ["unreadable", "no-instance"]


def test_included_files_are_found_beside_the_including_one(understudy_program, write, tmp_path):
    (tmp_path / "conf.d").mkdir()
    write("conf.d/b.conf", SOUND)
    write("conf.d/a.conf", "global_defs {\n    router_id A\n    foo\n}\n")
    main = write("main.conf", "include conf.d/*.conf\ninclude nothing/*.conf\n")
    process = understudy_program("check", main, "--json", "-")
    assert process.returncode == 0
    assert codes(process) == ["unknown-keyword", "include-missing"]
    entry = json.loads(process.stdout)["diagnostics"][0]
    assert entry["file"] == str(tmp_path / "conf.d/a.conf")
    assert entry["line"] == 3


def test_hosts_of_one_cluster_are_compared(understudy_program, write):
    first = write("lb1.conf", SOUND)
    second = write("lb2.conf", SOUND.replace("priority 100", "priority 90\nadvert_int 2"))
    process = understudy_program("check", first, second, "--json", "-")
    assert process.returncode == 1
    assert codes(process) == ["advert-int-differs"]
    assert str(first) in json.loads(process.stdout)["diagnostics"][0]["message"]
    assert codes(understudy_program("check", first, first, "--json", "-")) == ["equal-priorities"]


def signing(source, peer, priority):
    return f"""vrrp_instance VI_1 {{
    interface ens33
    virtual_router_id 51
    priority {priority}
    version 3
    unicast_src_ip {source}
    unicast_peer {{
        {peer}
    }}
    auth_hmac {{
        key 1 file:key
        active_key 1
    }}
    virtual_ipaddress {{
        192.0.2.1/24
    }}
}}
"""


def test_keys_lie_beside_the_configuration_and_should_be_private(understudy_program, write):
    key = write("key", "hex:" + "5a" * 32 + "\n")
    key.chmod(0o600)
    first = write("lb1.conf", signing("192.0.2.11", "192.0.2.12", 100))
    second = write("lb2.conf", signing("192.0.2.12", "192.0.2.13", 90))
    subnet = ("--interface", "ens33=192.0.2.7/24")
    assert codes(understudy_program("check", first, *subnet, "--json", "-")) == []
    process = understudy_program("check", first, second, *subnet, "--json", "-")
    assert process.returncode == 1
    assert codes(process) == ["peer-missing"]
    key.chmod(0o644)
    assert codes(understudy_program("check", first, *subnet, "--json", "-")) == ["key-file-exposed"]
    key.unlink()
    process = understudy_program("check", first, *subnet)
    assert process.returncode == 1
    assert f"{first}:11:15: error: The key file 'key' cannot be read\n" in process.stdout


def test_bytes_that_are_no_utf_8_are_json_all_the_same(understudy_program, write):
    process = understudy_program("check", write("a.conf", b"\xff\xfe\x9b {\n}\n"), "--json", "-")
    assert process.returncode == 1
    assert codes(process) == ["unknown-keyword", "no-instance"]
