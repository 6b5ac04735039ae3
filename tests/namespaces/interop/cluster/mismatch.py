"""Routers that do not agree: who refuses whose adverts, who is master in the end, and what the logs say of it."""

import dataclasses
import re
import time

from cluster.drill import ALLOWANCE, STARTUP
from cluster.routers import OWN_TIME
from cluster.segment import Segment
from cluster.settings import FAST, HMAC, Settings
from lab.result import Result

OURS, THEIRS, BOTH = "ours", "theirs", "both"
_V3 = {"version": 3, "interval": FAST}
_SLOW = 2 * FAST


@dataclasses.dataclass(frozen=True)
class Mismatch:
    """What differs, and what must come of it."""
    what: str  # ours / theirs
    peer: str
    ours: Settings
    theirs: Settings
    higher: str  # who holds the address in the end where we have the higher priority
    lower: str  # ... and where we have the lower one
    we_say: str  # in our log; empty: nothing
    they_say: str = ""  # in the peer's log; empty: nothing that would help
    we_say_higher: bool = True  # whether we have reason to say it where we are the higher one
    they_say_lower: bool = True  # the same of the peer


def _of_keepalived(plain, fast):
    def mismatch(*arguments, **more):
        return Mismatch(arguments[0], "keepalived", *arguments[1:], **more)

    secret, header = Settings(auth="PASS"), Settings(auth="AH")
    two = ("10.56.0.100", "10.56.0.101")
    count = "received an unexpected ip number count"
    return [
        mismatch("v2, interval 1 s / 2 s", plain, Settings(interval=2), BOTH, BOTH, "interval_mismatch",
                 "advertisement interval mismatch"),
        mismatch(f"v3, interval {FAST} s / {_SLOW} s", fast, Settings(version=3, interval=_SLOW), OURS, THEIRS,
                 "interval", "advertisement interval updated", we_say_higher=False, they_say_lower=False),
        mismatch("v2, addresses 2 / 1", Settings(vips=two), plain, BOTH, THEIRS, "lists other addresses", count,
                 they_say_lower=False),
        mismatch("v3, addresses 2 / 1", dataclasses.replace(fast, vips=two), fast, BOTH, THEIRS,
                 "lists other addresses", count, they_say_lower=False),
        mismatch("VRID 51 / 52", dataclasses.replace(fast, globals=("log_unknown_vrids",)),
                 dataclasses.replace(fast, vrid=52), BOTH, BOTH, "unknown_vrid"),
        mismatch("auth none / PASS", plain, secret, BOTH, BOTH, "auth_mismatch", "received a 0 auth, expecting 1"),
        mismatch("auth PASS / none", secret, plain, BOTH, BOTH, "auth_mismatch", "received a 1 auth, expecting 0"),
        mismatch("auth none / AH", plain, header, BOTH, BOTH, "ah_unexpected"),
        mismatch("auth AH / none", header, plain, BOTH, BOTH, "ah_missing"),
        mismatch("auth PASS / AH", secret, header, BOTH, BOTH, "ah_unexpected"),
        mismatch("PASS, another password", secret, Settings(auth="PASS", password="other"), BOTH, BOTH, "auth_failed",
                 "received an invalid passwd"),
        mismatch("AH, another key", header, Settings(auth="AH", password="other"), BOTH, BOTH, "ah_bad_icv",
                 "invalid IPSEC HMAC-MD5 value"),
        mismatch("version 2 / 3", plain, fast, BOTH, BOTH, "bad_version", "wrong version"),
        mismatch("unicast / multicast", dataclasses.replace(fast, unicast=True), fast, BOTH, BOTH, ""),
        mismatch("multicast / unicast", fast, dataclasses.replace(fast, unicast=True), BOTH, BOTH,
                 "bad_destination"),
        mismatch("v3_checksum_as_v2 / pseudo header", dataclasses.replace(fast, only_ours=("v3_checksum_as_v2",)), fast,
                 BOTH, THEIRS, "", "checksum", they_say_lower=False),
        mismatch("auth_hmac / none", dataclasses.replace(fast, only_ours=(HMAC,)), fast, BOTH, BOTH, "hmac",
                 "too long"),
    ]


def _of_frr(plain, fast):
    def mismatch(*arguments, **more):
        return Mismatch(arguments[0], "frr", *arguments[1:], **more)

    two = dataclasses.replace(fast, vips=("10.56.0.100", "10.56.0.101"))
    return [
        mismatch("v2, interval 1 s / 2 s", plain, Settings(interval=2), BOTH, BOTH, "interval_mismatch",
                 "Datagram invalid"),
        mismatch(f"v3, interval {FAST} s / {_SLOW} s", fast, Settings(version=3, interval=_SLOW), OURS, THEIRS,
                 "interval", we_say_higher=False),
        mismatch("v3, addresses 2 / 1", two, fast, OURS, THEIRS, "lists other addresses", we_say_higher=False),
        mismatch("version 2 / 3", plain, fast, BOTH, BOTH, "bad_version", "Datagram invalid"),
        mismatch("auth PASS / none", Settings(auth="PASS"), plain, BOTH, BOTH, "auth_mismatch", "Datagram invalid"),
        mismatch("auth AH / none", Settings(auth="AH"), plain, BOTH, BOTH, "ah_missing"),
        mismatch("unicast / multicast", dataclasses.replace(fast, unicast=True), fast, BOTH, BOTH, ""),
        mismatch("v3_checksum_as_v2 / pseudo header", dataclasses.replace(fast, only_ours=("v3_checksum_as_v2",)), fast,
                 BOTH, THEIRS, "", "Datagram invalid", they_say_lower=False),
        mismatch("auth_hmac / none", dataclasses.replace(fast, only_ours=(HMAC,)), fast, BOTH, BOTH, "hmac",
                 "Datagram invalid"),
    ]


MISMATCHES = [entry for entries in (_of_keepalived, _of_frr) for entry in entries(Settings(), Settings(**_V3))]

# Run by every `./dev test`.
_SMOKE = {"PASS, another password", "AH, another key", "v3, addresses 2 / 1"}


@dataclasses.dataclass(frozen=True)
class Run:
    mismatch: Mismatch
    ours_higher: bool

    @property
    def name(self):
        return f"{self.mismatch.peer}, {self.mismatch.what}: ours {'higher' if self.ours_higher else 'lower'}"

    @property
    def smoke(self):
        return self.ours_higher and self.mismatch.what in _SMOKE and self.mismatch.peer == "keepalived"

    @property
    def expected(self):
        return self.mismatch.higher if self.ours_higher else self.mismatch.lower

    def __call__(self):
        kinds = ("understudyd", self.mismatch.peer)
        settings = (self.mismatch.ours, self.mismatch.theirs)
        if not self.ours_higher:
            kinds, settings = kinds[::-1], settings[::-1]
        with Segment(kinds, settings) as segment:
            return self._perform(segment)

    def _perform(self, segment):
        result = Result("mismatch", tuple(router.kind for router in segment.routers))
        for router in segment.routers:  # the lower one finds the higher one at work
            since = router.start()
            down = router.settings.master_down(router.priority) + STARTUP[router.kind] + ALLOWANCE
            segment.wait_for_advert(router, down, since)
        time.sleep(2.5 * max(router.settings.interval for router in segment.routers))
        ended = [f"{router}: {'; '.join(_plain_lines(router, '')[-3:])}" for router in segment.routers
                 if not router.running()]
        result.masters, result.we_say, result.they_say = "nobody", "", []
        result.fact("all run" + "".join(f" ({text})" for text in ended), not ended)
        if ended:
            return result
        ours, theirs = segment.routers if self.ours_higher else segment.routers[::-1]
        result.masters = _who(ours, theirs)
        result.fact(f"masters: {result.masters} (expected: {self.expected})", result.masters == self.expected)
        self._read_logs(result, ours, theirs)
        return result

    def _read_logs(self, result, ours, theirs):
        found = _plain_lines(ours, self.mismatch.we_say) if self.mismatch.we_say else []
        found = [line for line in found if theirs.address in line]
        result.we_say = found[0] if found else ""
        if self.mismatch.we_say and (self.mismatch.we_say_higher or not self.ours_higher):
            result.fact(f"our log says {self.mismatch.we_say} once ({len(found)} times"
                        + ("" if len(found) == 1 else f"; {'; '.join(_plain_lines(ours, ''))}") + ")", len(found) == 1)
        if self.mismatch.they_say and (self.mismatch.they_say_lower or self.ours_higher):
            result.they_say = _plain_lines(theirs, self.mismatch.they_say)
            result.fact(f"the peer's log says {self.mismatch.they_say}"
                        + ("" if result.they_say else f" ({'; '.join(_plain_lines(theirs, '')[-12:])})"),
                        bool(result.they_say))


def _who(ours, theirs):
    holders = [name for name, router in ((OURS, ours), (THEIRS, theirs))
               if router.holds(router.settings.addresses[0])]
    return {2: BOTH, 0: "nobody"}.get(len(holders)) or holders[0]


def _plain_lines(router, word):
    """What it logged with that word in it, without the times."""
    return [re.sub(OWN_TIME, "", line) for line in router.lines() if word in line]


RUNS = [Run(mismatch, higher) for mismatch in MISMATCHES for higher in (True, False)]
