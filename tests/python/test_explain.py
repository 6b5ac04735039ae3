"""understudy explain: its page, its exit codes, and what it says about files it cannot read."""

import json
import subprocess

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.layers.vrrp import VRRP
from scapy.utils import wrpcap

import understudy


def advert(source, priority, time, **fields):
    header = {"ttl": 255, **{key: fields.pop(key) for key in ("ttl",) if key in fields}}
    settings = {"vrid": 51, "ipcount": 1, "adv": 1, "addrlist": ["10.0.0.100"], "auth1": 0, "auth2": 0, **fields}
    packet = (
        Ether(src="02:00:00:00:00:0" + source[-1], dst="01:00:5e:00:00:12")
        / IP(src=source, dst="224.0.0.18", proto=112, **header)
        / VRRP(priority=priority, **settings)
    )
    packet.time = time
    return packet


@pytest.fixture
def stopped(tmp_path):
    """10.0.0.1 resigns at 103 s, 10.0.0.2 takes over 0.65 s later; microseconds, written by scapy."""
    packets = [advert("10.0.0.1", 100, 100 + i) for i in range(3)]
    packets += [advert("10.0.0.1", 0, 103.0), advert("10.0.0.2", 90, 103.65), advert("10.0.0.2", 90, 104.65)]
    wrpcap(str(tmp_path / "stopped.pcap"), packets)
    return tmp_path / "stopped.pcap"


def test_the_page(stopped, understudy_program):
    done = understudy_program("explain", stopped)
    assert (done.returncode, done.stderr) == (0, "")
    assert "virtual router 51, IPv4, version 2: 10.0.0.100" in done.stdout
    assert "10.0.0.1 -> 10.0.0.2  graceful_shutdown" in done.stdout
    assert "(256 - 90)/256 s = 0.648437 s" in done.stdout


def test_the_python_function_gives_the_same_document(stopped, understudy_program):
    document = json.loads(understudy_program("explain", stopped, "--json", "-").stdout)
    explanation = understudy.explain(stopped)
    assert explanation == document
    assert explanation.transitions[1].to == "10.0.0.2"
    assert explanation.transitions[1].from_ == "10.0.0.1"


def test_json_goes_into_a_file_whole_or_not_at_all(stopped, tmp_path, understudy_program):
    done = understudy_program("explain", stopped, "--json", tmp_path / "out.json")
    assert done.returncode == 0
    assert json.loads((tmp_path / "out.json").read_text())["schema"] == "understudy.explain/1"
    assert "who was master" in done.stdout
    done = understudy_program("explain", stopped, "--json", tmp_path / "missing/out.json")
    assert done.returncode == 2
    assert "missing/out.json" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "stopped.pcap"]


def test_a_capture_on_standard_input(stopped, understudy_program):
    with open(stopped, "rb") as file:
        done = understudy_program("explain", "-", stdin=file)
    assert done.returncode == 0
    assert "graceful_shutdown" in done.stdout


def test_findings_leave_0_and_strict_makes_them_1(tmp_path, understudy_program):
    packets = [advert("10.0.0.1", 100, 1), advert("10.0.0.2", 90, 1.5, ttl=64), advert("10.0.0.1", 100, 2)]
    wrpcap(str(tmp_path / "ttl.pcap"), packets)
    assert understudy_program("explain", tmp_path / "ttl.pcap").returncode == 0
    done = understudy_program("explain", tmp_path / "ttl.pcap", "--strict")
    assert done.returncode == 1
    assert "bad_ttl" in done.stdout


def test_findings_of_a_pair_that_does_not_agree(tmp_path):
    packets = []
    for i in range(4):
        packets += [advert("10.0.0.1", 100, i), advert("10.0.0.2", 90, i + 0.4, adv=2, addrlist=["10.0.0.101"], authtype=1, auth1=7)]
    wrpcap(str(tmp_path / "pair.pcap"), packets)
    codes = [finding.code for finding in understudy.explain(tmp_path / "pair.pcap").findings]
    assert sorted(codes) == ["address_list_mismatch", "auth_mismatch", "dual_master", "foreign_speaker", "interval_mismatch"]


def test_vlans_are_networks_of_their_own(tmp_path):
    tagged = []
    for vlan in (10, 20):
        packet = advert("10.0.0.1", 100, vlan)
        tagged.append(Ether(src=packet.src, dst=packet.dst) / Dot1Q(vlan=vlan) / packet[IP])
    wrpcap(str(tmp_path / "vlan.pcap"), tagged)
    assert [router.vlan for router in understudy.explain(tmp_path / "vlan.pcap").virtual_routers] == [10, 20]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "No such file or directory"),
        (b"", "the file is empty"),
        (b"this is not a capture, whatever its name says\n", "unknown file format"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", "truncated"),
        (bytes(range(256)) * 100, "unknown file format"),
    ],
    ids=["missing", "empty", "text", "header cut", "binary"],
)
def test_unreadable_files(content, complaint, tmp_path, understudy_program):
    path = tmp_path / "bad.pcap"
    if content is not None:
        path.write_bytes(content)
    done = understudy_program("explain", path, "--json", tmp_path / "out.json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"{path}: error: ") and complaint in done.stderr
    assert not (tmp_path / "out.json").exists()
    with pytest.raises(understudy.CaptureError, match=complaint):
        understudy.explain(path)


def test_a_folder_is_no_capture(tmp_path, understudy_program):
    done = understudy_program("explain", tmp_path)
    assert (done.returncode, done.stderr) == (2, f"{tmp_path}: error: is a directory\n")


def test_a_truncated_file_is_explained_as_far_as_it_goes(stopped, understudy_program):
    stopped.write_bytes(stopped.read_bytes()[:-7])
    done = understudy_program("explain", stopped)
    assert done.returncode == 0
    assert done.stderr.startswith(f"{stopped}: error: packet 6: ")
    assert "graceful_shutdown" in done.stdout
    assert understudy_program("explain", stopped, "--strict").returncode == 1


def test_one_bad_file_among_good_ones(stopped, tmp_path, understudy_program):
    done = understudy_program("explain", tmp_path / "missing.pcap", stopped)
    assert done.returncode == 0
    assert "missing.pcap: error: No such file or directory" in done.stderr
    assert "graceful_shutdown" in done.stdout


def test_bad_usage(understudy_program):
    assert understudy_program("explain").returncode == 2
    assert understudy_program("explain", "--no-such-option", "a.pcap").returncode == 2


def test_packets_cut_when_captured_are_not_called_broken(tmp_path, stopped):
    subprocess.run(["editcap", "-s", "40", stopped, tmp_path / "cut.pcap"], check=True, capture_output=True)
    explanation = understudy.explain(tmp_path / "cut.pcap")
    assert explanation.findings == []
    assert explanation.warnings == [f"{tmp_path / 'cut.pcap'}: 6 adverts cut when captured (snaplen), not judged"]


def test_pcapng(tmp_path, stopped):
    subprocess.run(["editcap", "-F", "pcapng", stopped, tmp_path / "stopped.pcapng"], check=True, capture_output=True)
    assert understudy.explain(tmp_path / "stopped.pcapng").transitions == understudy.explain(stopped).transitions
