"""The client: one new connection every 5 ms, and the blackouts it sees."""

import dataclasses
import threading

EVERY_MS = 5
TIMEOUT_MS = 500


@dataclasses.dataclass(frozen=True)
class Request:
    sent: int  # CLOCK_MONOTONIC, ns
    done: int
    outcome: str  # the host that answered, or "!reason"

    @property
    def answered(self):
        return not self.outcome.startswith("!")


@dataclasses.dataclass(frozen=True)
class Blackout:
    """From the first unanswered request to the next answered one (or the last one, when it stays dark)."""
    start: int
    end: int
    lost: int  # requests in a row; times EVERY_MS it is what a client that is never late would have seen

    @property
    def seconds(self):
        return (self.end - self.start) / 1e9


def blackouts(requests):
    """Blackouts in requests ordered by the time they were sent."""
    found = []
    lost = []
    for request in requests:
        if not request.answered:
            lost.append(request.sent)
        elif lost:
            found.append(Blackout(lost[0], request.sent, len(lost)))
            lost = []
    if lost:
        found.append(Blackout(lost[0], requests[-1].sent, len(lost)))
    return found


class Client:
    def __init__(self, host, program, address, on_request=None, every_ms=EVERY_MS):
        self._requests = []
        self._lock = threading.Lock()
        self._on_request = on_request
        self._process = host.spawn(program, address, 80, every_ms, TIMEOUT_MS, on_line=self._take)

    def _take(self, _, line):
        sent, done, outcome = line.split(" ", 2)
        request = Request(int(sent), int(done), outcome)
        with self._lock:
            self._requests.append(request)
        if self._on_request:
            self._on_request(request)

    def requests(self, since=0, until=None):
        """The requests that have ended, in the order in which they were sent."""
        with self._lock:
            found = [r for r in self._requests if r.sent >= since and (until is None or r.sent <= until)]
        return sorted(found, key=lambda request: request.sent)

    def longest_blackout(self, since, until):
        """The longest one that began in that time; an empty one when there was none."""
        found = [b for b in blackouts(self.requests(since)) if b.start <= until]
        return max(found, key=lambda blackout: blackout.seconds, default=Blackout(since, since, 0))

    def answers(self, since, until=None):
        """Who answered, and how often."""
        counts = {}
        for request in self.requests(since, until):
            if request.answered:
                counts[request.outcome] = counts.get(request.outcome, 0) + 1
        return counts

    def first_answer(self, since):
        """When the first answer since then arrived; None without one."""
        return min((r.done for r in self.requests(since) if r.answered), default=None)

    def widest_step(self, since, until):
        """The longest time between two requests, in seconds: how late this machine was at worst."""
        sent = [r.sent for r in self.requests(since, until)]
        return max((b - a for a, b in zip(sent, sent[1:])), default=0) / 1e9

    def stop(self):
        """Sends nothing more; returns when the last request has ended."""
        self._process.stdin.close()
        self._process.wait(TIMEOUT_MS / 1000 + 2)
