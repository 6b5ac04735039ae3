"""What is done to routers that agree on everything, and the arithmetic that they must keep.

Times are taken from the wire, where every advert has the kernel's stamp. A router is early never (the makes that round
to hundredths of a second may be that much), and late by what a busy machine with two cores costs.
"""

import time

from lab.result import Result

ALLOWANCE = 0.25  # this machine is busy: many hosts on two cores
STARTUP = {"understudyd": 0.5, "keepalived": 1.0, "frr": 1.5}  # from the start of the process to its first timer
EARLY = {"understudyd": 0.001, "keepalived": 0.001, "frr": 0.010}  # vrrpd rounds its skew down to hundredths
# vrrpd's macvlan interface is down while it is no master, and for its first IPv6 advert it finds no address there: the
# next one, an interval later, is the first on the wire.
FIRST_ADVERT_LOST = {("frr", 6)}
STOP = 4.0  # keepalived waits a second or two for its own child


class Ended(Exception):
    """A daemon does not run: nothing more can be learnt."""


class Story:
    """What happens on a segment, and the checks on the way."""

    def __init__(self, segment, name):
        self._segment = segment
        self.result = Result(name, tuple(router.kind for router in segment.routers))
        segment.client.start()

    def _bound(self, text, router, since, at, expected, allowance=ALLOWANCE):
        seconds = None if at is None else (at - since) / 1e9
        if (router.kind, router.settings.family) in FIRST_ADVERT_LOST:
            allowance += router.settings.interval
        self.result.bound(f"{router} {text}", seconds, expected - EARLY[router.kind], expected + allowance)

    def _wait(self, router, since, expected, allowance=ALLOWANCE):
        at = self._segment.wait_for_advert(router, expected + allowance + router.settings.interval + 0.5, since)
        if at is None and not router.running():
            self.result.fact(f"{router} runs ({'; '.join(router.lines()[-3:])})", False)
            raise Ended
        return at

    def starts(self, router, text="is master after its start"):
        """Starts a router that becomes master in the end; returns when."""
        since = router.start()
        expected = router.settings.master_down(router.priority)
        at = self._wait(router, since, expected, STARTUP[router.kind])
        self._bound(text, router, since, at, expected, STARTUP[router.kind] + ALLOWANCE)
        time.sleep(ALLOWANCE)  # a rival yields, with a last word
        return at

    def starts_and_keeps_still(self, router):
        since = router.start()
        time.sleep(router.settings.master_down(router.priority) + STARTUP[router.kind])
        self.result.fact(f"{router} leaves the master alone",
                         router.running() and router not in self._segment.speakers(since))

    def stops(self, router, successor):
        """Stops the master; the next one takes over one skew after it resigned."""
        since = router.stop()
        resigned = self._segment.wait_for_advert(router, STOP, since, resigns=True)
        self.result.fact(f"{router} resigns with priority 0", resigned is not None)
        expected = successor.settings.skew(successor.priority)
        since = resigned or since
        self._bound("takes over after priority 0", successor, since, self._wait(successor, since, expected), expected)

    def falls_silent(self, router, successor):
        """Cuts the master off; the next one takes over when it has heard nothing for long enough."""
        cut = self._segment.cut(router)
        expected = successor.settings.master_down(successor.priority)
        at = self._wait(successor, cut, expected)
        heard = [a.at for a in self._segment.adverts_of(router, until=at) if a.priority > 0]
        self._bound("takes over after silence", successor, heard[-1] if heard else cut, at, expected)

    def is_heard_again(self, router, rival):
        """The cut ends: the lower one yields when it hears the higher one, which takes one interval."""
        since = self._segment.heal(router)
        latest = router.settings.interval + ALLOWANCE
        time.sleep(latest)
        last = [a.at for a in self._segment.adverts_of(rival, since)]
        self.result.fact(f"{rival} yields within an interval", not last or (last[-1] - since) / 1e9 <= latest)
        self.one_master(router)

    def one_master(self, router):
        """Exactly one speaks, it is the right one, and it alone holds the addresses."""
        since = time.monotonic_ns()
        at = self._segment.wait_for_advert(router, router.settings.interval + ALLOWANCE, since)
        speakers = self._segment.speakers(since)
        alone = at is not None and speakers == [router]
        self.result.fact(f"{router} alone is master" + ("" if alone else
                         f" ({', '.join(map(str, speakers)) or 'nobody'} speaks)"), alone)
        wrong = self._wrong_holders(router)
        deadline = time.monotonic() + 1
        while wrong and time.monotonic() < deadline:
            time.sleep(0.05)
            wrong = self._wrong_holders(router)
        self.result.fact(f"{router} alone holds the addresses" + (f" ({'; '.join(wrong)})" if wrong else ""), not wrong)

    def _wrong_holders(self, master):
        return [f"{router} {'has not' if router is master else 'has'} {address}"
                for router in self._segment.routers for address in router.settings.addresses
                if router.holds(address) != (router is master)]

    def client_follows(self, router):
        client, address = self._segment.client, self._segment.asked
        follows = client.wait_until_it_sends_to(address, router.mac, 1 + ALLOWANCE)
        self.result.fact(f"the client sends to {router}, {router.mac}" + ("" if follows else
                         f" (it sends to {client.sends_to(address)})"), follows)
        self.result.fact(f"{router} answers the client", client.answered_since(time.monotonic_ns(), 1 + ALLOWANCE))

    def has_stopped(self, router):
        self.result.fact(f"{router} ends", router.wait_until_stopped(STOP))


def _pair(story, high, low):
    story.starts(high)
    story.starts_and_keeps_still(low)
    story.one_master(high)
    story.client_follows(high)
    story.stops(high, low)
    story.client_follows(low)
    story.one_master(low)
    story.has_stopped(high)
    story.starts(high, "preempts after its start")
    story.client_follows(high)
    story.one_master(high)
    story.falls_silent(high, low)
    story.client_follows(low)
    story.is_heard_again(high, low)


def _triple(story, high, middle, low):
    for router in (low, middle):
        router.start()
    story.starts(high)
    story.one_master(high)
    story.client_follows(high)
    story.stops(high, middle)
    story.one_master(middle)
    story.client_follows(middle)
    story.stops(middle, low)
    story.one_master(low)
    story.client_follows(low)
    story.has_stopped(high)
    story.has_stopped(middle)
    story.starts(high, "preempts after its start")
    middle.start()
    story.one_master(high)
    story.client_follows(high)


def perform(segment):
    """What two or three routers, the highest priority first, go through; the checks.

    Two: both orders of starting, resigning, coming back, silence. Three: one after the other resigns, then all come
    back."""
    parts = {2: _pair, 3: _triple}
    story = Story(segment, parts[len(segment.routers)].__name__.strip("_"))
    try:
        parts[len(segment.routers)](story, *segment.routers)
    except Ended:
        pass  # noted as a failure
    return story.result
