#!/usr/bin/python3
"""The nginx pair and its four tests, performed: two understudyd, two nginx and a client on network namespaces.

Run as root, by `./dev demo --real`. Exit status: 0 when all four pass, 1 when one does not, 2 when it can't be run.
"""

import argparse
import pathlib
import re
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from lab import drills  # noqa: E402
from lab.client import EVERY_MS  # noqa: E402
from lab.host import LabError, why_not  # noqa: E402
from lab.pair import ADDRESSES, VIP, Pair, find_programs  # noqa: E402

# Of the daemons' logs, what tells the story.
_STORY = ("Entering ", "priority 0", "0 priority", "send advert error", "can be sent again", "forcing new election",
          "VRRP_Script", "higher priority", "Stopping")
_OWN_TIME = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ |\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}: )")

_TESTS = [
    ("stop nginx", "nginx on lb1 stops and can't be started again; check_ng.sh gives up and stops the daemon",
     drills.nginx_dies),
    ("drop adverts", "iptables -I OUTPUT -p vrrp -j DROP on lb1, and 2 s after the takeover the rule goes",
     drills.adverts_dropped),
    ("stop daemon", "understudyd on lb1 is stopped", drills.daemon_stops),
    ("start daemon", "understudyd on lb1 starts again", drills.daemon_back),
]


class Screen:
    """Lines with the time since the start; colour on a terminal only."""

    def __init__(self):
        self._colour = sys.stdout.isatty()
        self._began = time.monotonic_ns()
        self._lock = threading.Lock()  # several logs tell at once
        self._answers_from = None
        self._finished = False

    def paint(self, code, text):
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def line(self, text=""):
        with self._lock:
            print(text, flush=True)

    def event(self, at, who, text):
        self.line(f"  {(at - self._began) / 1e9:7.3f} s  {who:<6} {text}")

    def heading(self, number, text):
        self.line()
        self.line(self.paint("1", f"{number}  {text}"))

    def tell(self, host, at, text):
        """What was done to a host, or a line of its daemon's log without the daemon's own time."""
        if text.startswith("> "):
            self.event(at, host, self.paint("1", text[2:]))
        elif any(word in text for word in _STORY) and not self._finished:
            self.event(at, host, _OWN_TIME.sub("", text))

    def finish(self):
        """No more events: the hosts are being taken down."""
        self._finished = True

    def answered(self, request):
        if not self._finished and request.answered and request.outcome != self._answers_from:
            self._answers_from = request.outcome
            self.event(request.done, "client", f"{request.outcome} answers")

    def verdict(self, result):
        word = self.paint("32;1", "pass") if result.passed else self.paint("31;1", "FAIL")
        self.line(f"  {word}  client's blackout {result.blackout:.3f} s")
        for check in result.checks:
            if check.passed and check.seconds is not None:
                self.line(f"        {check}, margin {check.margin:.3f} s")
            elif not check.passed:
                self.line(f"        {self.paint('31', str(check))}")


def _perform(screen, folder, programs):
    results = []
    with Pair(folder, programs, tell=screen.tell) as pair:
        screen.line(f"lb1 {ADDRESSES['lb1']} (priority 100) and lb2 {ADDRESSES['lb2']} (priority 90) share {VIP}; "
                    f"a client asks it every {EVERY_MS} ms")
        screen.heading(0, "both start")
        pair.on_request = screen.answered
        start = drills.start_both(pair)
        screen.verdict(start)
        for number, (name, text, drill) in enumerate(_TESTS, start=1):
            screen.heading(number, f"{name}: {text}")
            results.append(drill(pair))
            screen.verdict(results[-1])
            if name == "stop nginx":
                screen.line("     nginx is repaired, and it and understudyd start again")
                drills.daemon_back(pair)
        screen.finish()
    return [start, *results]


def _table(screen, results):
    screen.line()
    screen.line(f"   {'test':<14}{'blackout':>10}{'margin':>11}")
    for number, result in enumerate(results):
        word = screen.paint("32", "pass") if result.passed else screen.paint("31", "FAIL")
        screen.line(f"{number}  {result.drill:<14}{result.blackout:>8.3f} s{result.margin or 0:>9.3f} s   {word}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = HERE.parents[1]
    parser.add_argument("--programs", default=root / "build/release/bin", type=pathlib.Path,
                        help="the folder with understudyd and probe_client")
    parser.add_argument("--folder", default=root / "build/demo-real", type=pathlib.Path,
                        help="where the capture of the bridge goes")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        reason = why_not()
        if reason:
            raise LabError(reason)
        programs = find_programs(arguments.programs)
        arguments.folder.mkdir(parents=True, exist_ok=True)
        screen = Screen()
        results = _perform(screen, arguments.folder, programs)
    except KeyboardInterrupt:
        return 130
    except (LabError, OSError) as error:
        print(f"demo --real: {error}", file=sys.stderr)
        return 2
    _table(screen, results)
    screen.line(f"\ncapture: {arguments.folder / 'bridge.pcap'} (understudy explain tells what happened in it)")
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
