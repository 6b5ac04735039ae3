#!/usr/bin/env python3
"""How long a client is without service when the master's link is cut, with adverts every 10 ms (version 3, priority 254).

    measure_fast_failover.py [--programs DIR] [--cuts N] [--json FILE]

A new connection every millisecond; a blackout is the time from the first unanswered request to the next answered one.
Prints each cut's figure, the median, how much is left to the promise, how late the client itself was, and how often a
backup took over although nothing had been cut. Ends with 1 when the median breaks the promise.
"""

import argparse
import dataclasses
import json
import pathlib
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from lab.client import Client, blackouts  # noqa: E402
from lab.host import LabError, why_not  # noqa: E402
from lab.pair import ADDRESSES, VIP, find_programs  # noqa: E402
from lab.variant import Variant, instance, master_down  # noqa: E402

INTERVAL = 0.01
PRIORITY = 254
PROMISE = 0.060
EVERY_MS = 1
HEIRS = {"lb1": "lb2", "lb2": "lb1"}
QUIET = 1.0  # seconds without a cut before each cut, and as many after it


@dataclasses.dataclass
class Cut:
    seconds: float  # the blackout, 0 when the client saw none
    election: float  # from the old master's last advert to the new one's first, on the wire
    client_late: float  # the client's widest step beyond its own


@dataclasses.dataclass
class Measured:
    cuts: list
    spurious: list  # takeovers while no link was cut: for how long nobody else had been heard on the wire, in seconds
    watched: float  # seconds in which one could have happened

    @property
    def median(self):
        return statistics.median(cut.seconds for cut in self.cuts)

    def lines(self):
        down = master_down(PRIORITY, INTERVAL)
        yield f"adverts every {INTERVAL * 1000:.0f} ms, priority {PRIORITY}: a backup waits " \
              f"{down * 1000:.2f} ms after the last advert it heard"
        for number, cut in enumerate(self.cuts, start=1):
            yield f"cut {number}: without service for {cut.seconds * 1000:6.1f} ms; the backup was " \
                  f"{(cut.election - down) * 1000:.2f} ms late, the client up to {cut.client_late * 1000:.1f} ms"
        yield f"median of {len(self.cuts)}: {self.median * 1000:.1f} ms, {(PROMISE - self.median) * 1000:.1f} ms below the " \
              f"promised {PROMISE * 1000:.0f} ms; longest {max(cut.seconds for cut in self.cuts) * 1000:.1f} ms"
        silences = sorted(round(silence * 1000) for silence in self.spurious)
        yield f"spurious takeovers: {len(silences)} in {self.watched:.1f} s without a cut" + (
            f", after silences of {', '.join(map(str, silences))} ms on the wire" if silences else "")


def _config(_):
    return instance(PRIORITY, [f"{VIP}/24"], interval=INTERVAL)


def _masters(variant):
    """(time, host) of every takeover so far."""
    return [(at, member.name) for member in variant.members for at, _, state in member.daemon.states() if state == "MASTER"]


def _is_master(variant, name, at):
    """Whether that host's log said so last before that time."""
    said = [state for when, _, state in variant.member(name).daemon.states() if when <= at]
    return said[-1:] == ["MASTER"]


def _only_master(variant, timeout=5):
    """Who is master now. One that took over without need may yield again: then it was the last to say MASTER, and is not."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        masters = [name for name in HEIRS if _is_master(variant, name, time.monotonic_ns())]
        if len(masters) == 1:
            return masters[0]
        time.sleep(INTERVAL)
    raise LabError("no single master:\n" + "\n".join(member.daemon.log.text() for member in variant.members))


def _cut(variant, client, master):
    """Cuts the master's link and plugs it in again; the figure, and when the cut began and ended.

    No figure when the other one took over without need in the very moment of the cut.
    """
    heir = HEIRS[master]
    cut = variant.cable(master, plugged=False)
    if _is_master(variant, heir, cut):
        time.sleep(QUIET)
        variant.becomes(master, "BACKUP", variant.cable(master, plugged=True), 5)
        return None, cut, time.monotonic_ns()
    variant.becomes(heir, "MASTER", cut, 3)
    time.sleep(QUIET)
    late = client.widest_step(cut - 200_000_000, time.monotonic_ns()) - EVERY_MS / 1000
    plugged = variant.cable(master, plugged=True)
    variant.becomes(master, "BACKUP", plugged, 5)
    healed = time.monotonic_ns()
    adverts = variant.frames("advert", cut - 500_000_000)
    first = next(advert.at for advert in adverts if advert.at > cut and advert.source == ADDRESSES[heir])
    last = [advert.at for advert in adverts if advert.at < first and advert.source == ADDRESSES[master]][-1]
    # A cut that begins with requests under way may lose some that were sent just before it.
    found = [b for b in blackouts(client.requests(cut - 20_000_000)) if b.start <= cut + 200_000_000]
    longest = max((b.seconds for b in found), default=0.0)
    return Cut(longest, (first - last) / 1e9, late), cut, healed


def _silence(variant, at, host):
    """How long the other one had not been heard when that host took over; the master sent late, or the network was."""
    adverts = variant.frames("advert", at - 1_000_000_000)
    first = [advert.at for advert in adverts if advert.source == ADDRESSES[host] and advert.at > at - 20_000_000]
    others = [advert.at for advert in adverts if advert.source != ADDRESSES[host] and first and advert.at < first[0]]
    return (first[0] - others[-1]) / 1e9 if others else 0.0


def measure(programs, folder, cuts):
    """Cuts the link of whoever is master, again and again."""
    with Variant(folder, programs) as variant:
        for member in variant.members:
            member.nginx.start()
        variant.start_both(_config)
        variant.client = client = Client(variant.client_host, programs / "probe_client", VIP, every_ms=EVERY_MS)
        began = time.monotonic_ns()
        found, disturbed = [], []
        for number in range(2 * cuts):
            time.sleep(QUIET + number / cuts * INTERVAL)
            cut, since, until = _cut(variant, client, _only_master(variant))
            disturbed.append((since, until))
            if cut:
                found.append(cut)
            if len(found) == cuts:
                break
        else:
            raise LabError(f"only {len(found)} of {2 * cuts} cuts took the address from somebody")
        ended = time.monotonic_ns()
        spurious = [_silence(variant, at, host) for at, host in _masters(variant)
                    if at > began and not any(since <= at <= until for since, until in disturbed)]
        watched = (ended - began - sum(until - since for since, until in disturbed)) / 1e9
        return Measured(found, spurious, watched)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", default=HERE.parents[1] / "build/release/bin", type=pathlib.Path)
    parser.add_argument("--cuts", type=int, default=9)
    parser.add_argument("--json", type=pathlib.Path, help="writes the figures there, too")
    options = parser.parse_args()
    if reason := why_not():
        print(f"measure_fast_failover: {reason}", file=sys.stderr)
        return 2
    try:
        programs = find_programs(options.programs.resolve())
        with tempfile.TemporaryDirectory() as folder:
            measured = measure(programs, pathlib.Path(folder), options.cuts)
    except LabError as error:
        print(f"measure_fast_failover: {error}", file=sys.stderr)
        return 2
    print("\n".join(measured.lines()))
    if options.json:
        options.json.write_text(json.dumps({"median_s": measured.median, "promise_s": PROMISE,
                                            "margin_s": PROMISE - measured.median, "spurious": measured.spurious,
                                            "watched_s": measured.watched,
                                            "cuts": [dataclasses.asdict(cut) for cut in measured.cuts]}, indent=1) + "\n")
    return 0 if measured.median < PROMISE else 1


if __name__ == "__main__":
    sys.exit(main())
