#!/usr/bin/python3
"""What does the Python module cost? An advert decoded as an object and as a row of an array, beside scapy on the same bytes in the
same run; 1,000 failovers by understudy.sweep() beside `understudy sweep`. Prints every figure; exit status 1 when a goal is missed.

Processor time counts, the least of several turns, so that others at work on the machine matter little.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("UNDERSTUDY_BUILD", ROOT / "build/release"))
sys.path.insert(0, str(BUILD / "python"))

CASE = "stop-daemon-on-master"
GOALS_NS = {"decode": 400, "decode_many": 30}
OVERHEAD = 1.1
SWEEP = "import sys, understudy; understudy.sweep(sys.argv[1], int(sys.argv[2]), case=sys.argv[3], jobs=int(sys.argv[4]))"


def judge(text, good):
    print(f"{text}: {'met' if good else 'MISSED'}", flush=True)
    return good


def least(work, items, turns):
    """Nanoseconds an item."""
    times = []
    for _ in range(turns):
        begin = time.process_time_ns()
        work()
        times.append(time.process_time_ns() - begin)
    return min(times) / items


def packets_of(understudy, count):
    """All different."""
    return [
        understudy.encode_packet(
            understudy.Advert(
                vrid=1 + number % 255,
                priority=number % 256,
                addresses=[f"192.168.{number % 256}.{number // 256 % 256}"],
                auth_pass="secret",
                source=f"10.0.{number // 256 % 256}.{number % 256}",
            ),
            identification=number % 65536,
        )
        for number in range(count)
    ]


def scapy_ns(packets, turns):
    """IP and VRRP layers; scapy takes fields apart when they are asked for, so the priority is."""
    try:
        import logging

        logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
        from scapy.layers.inet import IP
        from scapy.layers.vrrp import VRRP
    except ImportError:
        return None

    def work():
        for packet in packets:
            IP(packet)[VRRP].priority  # noqa: B018

    return least(work, len(packets), turns)


def decoding(turns):
    import understudy

    packets = packets_of(understudy, 20_000)

    def one_by_one():
        decode = understudy.decode
        for packet in packets:
            decode(packet)

    def with_fields():
        decode = understudy.decode
        for packet in packets:
            advert = decode(packet)
            advert.priority, advert.source, advert.addresses  # noqa: B018

    figures = {"decode": least(one_by_one, len(packets), turns), "decode, and addresses asked for": least(with_fields, len(packets), turns)}
    try:
        import numpy
    except ImportError:
        print("decode_many needs python3-numpy")
    else:
        bounds = numpy.cumsum([0, *map(len, packets)])
        data = b"".join(packets)
        rows = understudy.decode_many(data, bounds)
        assert (rows["reason"] == 0).all()
        figures["decode_many"] = least(lambda: understudy.decode_many(data, bounds), len(packets), 5 * turns)
    scapy = scapy_ns(packets[:2000], turns)
    good = True
    for name, figure in figures.items():
        text = f"{name}: {figure:.0f} ns a packet"
        if scapy is not None:
            text += f", scapy {scapy:.0f} ns, {scapy / figure:.0f} times as long"
        if name in GOALS_NS:
            good &= judge(f"{text} (goal: {GOALS_NS[name]} ns)", figure < GOALS_NS[name])
        else:
            print(text)
    if scapy is None:
        print("scapy is not installed (python3-scapy): nothing stands beside it")
    return good


def seconds_of(command):
    """Processor time of a program, and the clock's."""
    begin = time.monotonic()
    child = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(BUILD / "python")})
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{command}: exit status {child.returncode}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begin


def sweeping(seeds, turns):
    scenario = ROOT / "scenarios/nginx-pair.yaml"
    jobs = os.cpu_count()
    theirs = [BUILD / "bin/understudy", "sweep", scenario, "--case", CASE, "--seeds", f"1:{seeds}", "--jobs", jobs, "--full", "-q"]
    ours = [sys.executable, "-c", SWEEP, scenario, seeds, CASE, jobs]
    pairs = [(seconds_of(ours), seconds_of(theirs)) for _ in range(turns)]
    python, program = (min(pair[side][0] for pair in pairs) for side in (0, 1))
    by_clock = statistics.median(pair[0][1] / pair[1][1] for pair in pairs)
    return judge(
        f"{seeds} runs: sweep() of Python {python:.2f} s of processor time with all of the interpreter's, `understudy sweep` {program:.2f} s, "
        f"{python / program:.3f} times (goal: {OVERHEAD}); by the clock {by_clock:.3f} times",
        python <= OVERHEAD * program,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--runs", type=int, default=1000)
    given = parser.parse_args()
    good = decoding(given.turns)
    good &= sweeping(given.runs, max(given.turns // 2, 1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
