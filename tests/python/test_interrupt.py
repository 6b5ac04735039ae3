"""Ctrl-C ends what takes long, at once; other threads go on meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import BUILD, ROOT

import understudy
from understudy import Scenario

AT_ONCE = 2.0  # seconds; it takes 0.05, but the machine may be busy
MONTH = (ROOT / "scenarios/nginx-pair.yaml").read_text().replace("duration: 60s", "duration: 720h").replace("every: 10ms", "every: 1s")


@pytest.fixture(scope="module")
def month():
    """A pair that lives a month: minutes of work."""
    return Scenario.from_text(MONTH, ROOT / "scenarios/month.yaml")


@pytest.fixture
def ctrl_c():
    """Has the process interrupted in a moment; gives how long ago that was."""
    pressed = []

    def press():
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.3, press)
    yield lambda: timer.start() or (lambda: time.monotonic() - pressed[0])
    timer.cancel()


CASE = "stop-daemon-on-master"


@pytest.mark.parametrize(
    "work",
    [
        lambda month: month.run(CASE),
        lambda month: month.explain(CASE),
        lambda month: month.run_all(seed=3),
        lambda month: understudy.sweep(month, 4, case=CASE),
        lambda month: understudy.sweep(month, 4, case=CASE, jobs=1),
    ],
    ids=["run", "explain", "run_all", "sweep", "sweep of one thread"],
)
def test_ctrl_c_ends_a_long_run(month, ctrl_c, work):
    since = ctrl_c()
    with pytest.raises(KeyboardInterrupt):
        work(month)
    assert since() < AT_ONCE
    assert month.name == "nginx-pair"  # and all is as before


def test_ctrl_c_leaves_no_half_captures(month, ctrl_c, tmp_path):
    since = ctrl_c()
    with pytest.raises(KeyboardInterrupt):
        month.run(CASE, pcap=tmp_path)
    assert since() < AT_ONCE
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


PCAP_HEADER = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")


def pcap_record():
    """An advert as a capture file has it."""
    advert = understudy.encode_packet(understudy.Advert(vrid=51, addresses=["192.168.56.100"], source="192.168.56.130"))
    frame = bytes.fromhex("01005e00001200005e0001330800") + advert
    return b"".join(number.to_bytes(4, "little") for number in (1, 0, len(frame), len(frame))) + frame


def test_ctrl_c_ends_the_reading_of_a_long_capture(ctrl_c, tmp_path):
    path = tmp_path / "long.pcap"
    with open(path, "wb") as file:
        file.write(PCAP_HEADER)
        for _ in range(100):
            file.write(pcap_record() * 50_000)
    since = ctrl_c()
    with pytest.raises(KeyboardInterrupt):
        while True:
            understudy.explain(path)
    assert since() < AT_ONCE


@pytest.fixture(params=["nobody writes", "the writer is silent", "the writer begins"])
def silent_pipe(request, tmp_path):
    """A named pipe through which no capture comes."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = None if request.param == "nobody writes" else os.open(path, os.O_RDWR)
    if request.param == "the writer begins":
        os.write(writer, PCAP_HEADER)
    yield path
    if writer is not None:
        os.close(writer)


def test_ctrl_c_ends_the_wait_for_a_pipe(ctrl_c, silent_pipe):
    since = ctrl_c()
    with pytest.raises(KeyboardInterrupt):
        understudy.explain(silent_pipe)
    assert since() < AT_ONCE


def test_ctrl_c_ends_the_program_that_waits_for_a_pipe(understudy_binary, silent_pipe):
    running = subprocess.Popen([understudy_binary, "explain", silent_pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.3)
    assert running.poll() is None
    pressed = time.monotonic()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=20)
    assert running.returncode in (-signal.SIGINT, 130)
    assert time.monotonic() - pressed < AT_ONCE


def test_a_pipe_that_somebody_writes_to_later_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    timer = threading.Timer(0.3, lambda: (tmp_path / "pipe").write_bytes(PCAP_HEADER + pcap_record()))
    timer.start()
    assert understudy.explain(tmp_path / "pipe").adverts == 1
    timer.join()


def test_a_handler_that_raises_nothing_lets_it_go_on():
    pair = Scenario.load(ROOT / "scenarios/nginx-pair.yaml")
    heard = []
    former = signal.signal(signal.SIGALRM, lambda *_: heard.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        results = understudy.sweep(pair, 100, case=CASE, jobs=1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
    assert len(results.rows) == 100 and heard


def test_another_handler_ends_it_with_its_own_exception(month):
    class TooLong(Exception):
        pass

    def ring(*_):
        raise TooLong

    former = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TooLong):
            month.run(CASE)
    finally:
        signal.signal(signal.SIGALRM, former)


@pytest.mark.parametrize("work", ["run", "explain"])
def test_another_thread_counts_meanwhile(month, ctrl_c, work):
    count = 0
    over = threading.Event()

    def counting():
        nonlocal count
        while not over.wait(0.001):
            count += 1

    thread = threading.Thread(target=counting)
    thread.start()
    ctrl_c()
    try:
        with pytest.raises(KeyboardInterrupt):
            getattr(month, work)(CASE)
    finally:
        over.set()
        thread.join()
    assert count > 30  # in the 300 ms until Ctrl-C


PROGRAM = """
import sys, threading, understudy
month = understudy.Scenario.load(sys.argv[1])
print("begins", flush=True)
if sys.argv[2] == "main":
    month.run()
else:
    worker = threading.Thread(target=month.run, daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(0.05)
"""


@pytest.mark.parametrize("thread", ["main", "worker"])
def test_a_program_ends_as_any_other(thread, tmp_path):
    (tmp_path / "month.yaml").write_text(Scenario.from_text(MONTH, ROOT / "scenarios/month.yaml").to_yaml(CASE))
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "month.yaml"), thread],
        env={**os.environ, "PYTHONPATH": str(BUILD / "python")}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout.readline() == "begins\n"
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert running.returncode in (-signal.SIGINT, 130), said
    assert "KeyboardInterrupt" in said
