"""Routers that do not agree: who refuses whose adverts, who is master in the end, and what our log says of it."""

import dataclasses
import re
import time

from cluster.routers import OWN_TIME
from cluster.segment import Segment
from cluster.settings import Settings
from lab.result import Result

_FAST = {"version": 3, "interval": 0.2}
_KEY = 'auth_hmac {\n        key 1 "0123456789abcdef0123456789abcdef"\n        active_key 1\n    }'


@dataclasses.dataclass(frozen=True)
class Mismatch:
    what: str
    peer: str
    ours: Settings
    theirs: Settings
    # Who holds the virtual address in the end when ours is the higher one, and when it is the lower one.
    higher: str  # "ours", "theirs", "both"
    lower: str
    we_say: str | None  # the reason in our log, in the order where we refuse; None when we refuse nothing
    they_say: str | None = None  # in the peer's log; None when it is silent about it
    we_say_when: str = "both"  # in which order: "higher", "lower", "both"


def _mismatches():
    def k(what, ours, theirs, *outcome, **more):
        return Mismatch(what, "keepalived", ours, theirs, *outcome, **more)

    def f(what, ours, theirs, *outcome, **more):
        return Mismatch(what, "frr", ours, theirs, *outcome, **more)

    plain, secret, header = Settings(), Settings(auth="PASS"), Settings(auth="AH")
    fast, fast6 = Settings(**_FAST), Settings(family=6, **_FAST)
    slow = dataclasses.replace(fast, interval=0.4)
    two = ("10.56.0.100", "10.56.0.101")
    return [
        k("v2 interval 1 s / 2 s", plain, Settings(interval=2), "both", "both", "interval_mismatch",
          "advertisement interval mismatch"),
        k("v3 interval 0.2 s / 0.4 s", fast, slow, "ours", "theirs", None),
    ]


MISMATCHES = _mismatches()
