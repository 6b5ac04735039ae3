#!/usr/bin/python3
"""How much faster than `tshark -T fields` is `understudy explain` on the same 200,000 adverts? And does it read
10 million packets (1 GB) in 10 s of one core and 50 MB? Prints every figure; exit status 1 when a goal is missed.

Processor time counts, the least of several runs, so that others at work on the machine matter little.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
TSHARK_FIELDS = ["frame.time_epoch", "ip.src", "vrrp.virt_rtr_id", "vrrp.prio"]


def run(command):
    """Processor time in seconds, and the most memory in MB."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit status {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def best(command, runs):
    return min(run(command) for _ in range(runs))


def judge(text, good):
    print(f"{text}: {'met' if good else 'MISSED'}", flush=True)
    return good


def make(folder, programs, name, packets, adverts_in_1000=1000):
    path = folder / name
    subprocess.run([programs / "make_capture", path, str(packets), str(adverts_in_1000)], check=True)
    return path


def against_tshark(folder, programs, packets):
    capture = make(folder, programs, "adverts.pcap", packets)
    fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
    ours, _ = best([programs / "understudy", "explain", capture], 7)
    theirs, _ = best(["tshark", "-r", capture, "-T", "fields", *fields], 3)
    return judge(f"{packets} adverts: explain {ours * 1000:.0f} ms, tshark -T fields {theirs * 1000:.0f} ms, "
                 f"{theirs / ours:.0f} times faster (goal: 50)", theirs >= 50 * ours)


def long_captures(folder, programs, packets):
    good = True
    for name, adverts_in_1000 in (("all.pcap", 1000), ("all.pcapng", 1000), ("mixed.pcap", 100)):
        capture = make(folder, programs, name, packets, adverts_in_1000)
        seconds, megabytes = best([programs / "understudy", "explain", capture], 2)
        good &= judge(f"{packets} packets, {adverts_in_1000 // 10}% adverts, {capture.stat().st_size / 1e6:.0f} MB of "
                      f"{capture.suffix[1:]}: {seconds:.2f} s, {megabytes:.0f} MB of memory (goals: 10 s, 50 MB)",
                      seconds < 10 and megabytes < 50)
        capture.unlink()
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--adverts", type=int, default=200_000)
    parser.add_argument("--packets", type=int, default=10_000_000, help="of the long captures; 0: leave them out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        good = against_tshark(folder, arguments.programs.resolve(), arguments.adverts)
        if arguments.packets:
            good &= long_captures(folder, arguments.programs.resolve(), arguments.packets)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
