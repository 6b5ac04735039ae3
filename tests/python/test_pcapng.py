"""`understudy sim --pcapng`: all NICs in one file, a comment on each frame; tshark and capinfos read it so."""

import shutil
import subprocess

import pytest

CASE = "drop-adverts-on-master"


def run(*arguments):
    program = shutil.which(arguments[0])
    if program is None:
        pytest.skip(f"there is no {arguments[0]} here")
    return subprocess.run([program, *map(str, arguments[1:])], capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.fixture
def capture(understudy_program, root, tmp_path):
    target = tmp_path / "run.pcapng"
    pcap = tmp_path / "pcap"
    process = understudy_program(
        "sim", "-q", root / "scenarios/nginx-pair.yaml", "--case", CASE, "--pcapng", target, "--pcap", pcap
    )
    assert process.returncode == 0, process.stderr
    return target


def fields(capture, *names, display=None):
    chosen = [word for name in names for word in ("-e", name)]
    output = run("tshark", "-r", capture, *(["-Y", display] if display else []), "-T", "fields", *chosen)
    return [line.split("\t") for line in output.splitlines()]


def test_capinfos_agrees(capture):
    text = run("capinfos", "-M", capture)
    assert "pcapng" in text.split("File type:")[1].splitlines()[0]
    assert "nanoseconds" in text
    assert text.count("Interface #") == 3
    for name in ("lb1.eth0", "lb2.eth0", "client.eth0"):
        assert f"Name = {name}" in text


def test_it_holds_what_the_files_of_the_nics_hold(capture):
    every = fields(capture, "frame.interface_name", "frame.time_epoch")
    assert [float(time) for _, time in every] == sorted(float(time) for _, time in every)
    for nic in ("lb1.eth0", "lb2.eth0", "client.eth0"):
        alone = fields(capture.parent / "pcap" / CASE / f"{nic}.pcap", "frame.time_epoch")
        assert [time for name, time in every if name == nic] == [time for (time,) in alone]


def test_every_frame_says_what_became_of_it(capture):
    comments = [comment for (comment,) in fields(capture, "frame.comment")]
    assert all(comments)
    adverts = fields(capture, "frame.interface_name", "frame.comment", "vrrp.prio", display="vrrp")
    sent = [(name, comment) for name, comment, _ in adverts if "from " not in comment.split(";")[0]]
    assert sent
    for name, comment in sent:
        assert "VI_1: advert, priority" in comment
        assert "delivered to " in comment, comment
        assert " us" in comment
    heard = [comment for _, comment, _ in adverts if comment.startswith("from lb1, ")]
    assert heard and all("on the way" in comment for comment in heard)


def test_lost_frames_say_why(understudy_program, root, tmp_path):
    text = (root / "scenarios/nginx-pair.yaml").read_text().replace("nginx-pair/", f"{root}/scenarios/nginx-pair/")
    text = text.replace("jitter: 20us }", "jitter: 20us, loss: 30% }")
    scenario = tmp_path / "lossy.yaml"
    scenario.write_text(text)
    target = tmp_path / "run.pcapng"
    understudy_program("sim", "-q", scenario, "--case", "stop-daemon-on-master", "--pcapng", target)
    comments = [comment for (comment,) in fields(target, "frame.comment")]
    lost = [comment for comment in comments if "lost on " in comment]
    assert len(lost) > 100
    assert any("lost on lb1.eth0 -> lan: the link loses frames" in comment for comment in lost)
    assert any("lost on lan -> lb2.eth0: the link loses frames" in comment for comment in lost)
    assert not any(comment.endswith("nobody took it") and "lost" in comment for comment in comments)


def test_of_several_cases_each_has_its_file(understudy_program, root, tmp_path):
    process = understudy_program("sim", "-q", root / "scenarios/nginx-pair.yaml", "--pcapng", tmp_path / "run.pcapng")
    assert process.returncode == 0, process.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "run.drop-adverts-on-master.pcapng",
        "run.start-daemon-on-master.pcapng",
        "run.stop-daemon-on-master.pcapng",
        "run.stop-nginx-on-master.pcapng",
    ]
