"""What `understudy explain` reads off a capture, held against what the daemons logged."""

import dataclasses
import datetime
import json
import re
import subprocess
import time

from lab.host import LabError
from lab.pair import ADDRESSES

# understudyd's lines carry its own time in microseconds; keepalived's are as late as Python reads them.
_NEAR_NS = {"understudyd": 10_000_000, "keepalived": 60_000_000}
_OWN_TIME = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_CHANGE = re.compile(r"Entering ([A-Z]+) STATE(?: \((\w+)\))?")
# The wire does not show that a master which nobody preceded has just started.
_SAME_REASON = {"startup": "first_seen"}
_HOSTS = {address: name for name, address in ADDRESSES.items()}


@dataclasses.dataclass(frozen=True)
class Change:
    """A daemon became or ceased to be master, by its log."""
    at: int  # ns since 1970
    host: str
    kind: str
    master: bool
    reason: str | None  # as logged; keepalived gives none


def explain(programs, capture):
    """The document of `explain --json`."""
    done = subprocess.run([programs / "understudy", "explain", capture, "--json", "-"], capture_output=True, text=True,
                          check=False, timeout=60)
    if done.returncode != 0:
        raise LabError(f"understudy explain ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def _time_of(line):
    """The daemon's own time where its line has one, else the time at which the line came; ns since 1970."""
    at, text = line
    own = _OWN_TIME.match(text)
    if own:
        moment = datetime.datetime.strptime(own.group(), "%Y-%m-%d %H:%M:%S.%f")
        return round(moment.timestamp() * 1e6) * 1000
    return at + time.clock_gettime_ns(time.CLOCK_REALTIME) - time.monotonic_ns()


def logged_changes(member):
    """Every time the member's daemon became master or, in the end, ceased to be it."""
    found = []
    master = False
    for line in member.daemon.lines():
        change = _CHANGE.search(line[1])
        if change and (change.group(1) == "MASTER" or master):
            master = change.group(1) == "MASTER"
            found.append(Change(_time_of(line), member.name, member.daemon.kind, master, change.group(2)))
        elif "Starting" in line[1]:
            master = False
    return found


def compare(document, pair):
    """What explain and the logs do not agree on, in words; and how many changes they agree on."""
    changes = logged_changes(pair.lb1) + logged_changes(pair.lb2)
    start = document["start_ns"]
    problems = []
    matched = set()
    for transition in document["transitions"]:
        at = start + round(transition["t"] * 1e9)
        near = [c for c in changes if abs(c.at - at) <= _NEAR_NS[c.kind]
                and (_HOSTS.get(transition["to"]) == c.host if c.master else _HOSTS.get(transition["from"]) == c.host)]
        matched.update(near)
        for change in near:
            if change.reason and _SAME_REASON.get(change.reason, change.reason) != transition["reason"]:
                problems.append(f"{change} has another reason than {transition}")
        if transition["to"] is not None and not near:
            problems.append(f"the logs know nothing of {transition}")
    for change in changes:
        if change.master and change not in matched:
            problems.append(f"explain knows nothing of {change} ({(change.at - start) / 1e9:.6f} s)")
    return problems, len(matched)
