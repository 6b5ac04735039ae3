"""A silent cut, and whether the client still sends to the one who yielded after it.

The master is cut off for five seconds; the client is on the other side, where the next router takes over and tells
it. When the cut ends both are masters, and whose advert comes first depends on the moment: where it is the old
master's, the other one yields, and the old master, which never heard a rival, has no reason to announce itself.
keepalived with itself leaves the client without service then until its neighbour entry is probed.
"""

import dataclasses
import time

from cluster.drill import ALLOWANCE, Ended, Story
from cluster.segment import Segment
from cluster.settings import Settings

CUT = 5.0
REFRESH = 3  # garp_master_refresh, s, for those whose rival yields without a word
WATCHED = REFRESH + 2.0  # how long the client is watched after healing
OURS = "understudyd"


@dataclasses.dataclass(frozen=True)
class Run:
    winner: str
    loser: str
    phase: float  # when the cut ends, in the old master's advert intervals: 0.9 is shortly before its advert
    smoke: bool = False

    @property
    def name(self):
        return f"{self.winner} > {self.loser}, phase {self.phase:g}"

    @property
    def most(self):
        """The longest silence that the client may see after healing, in seconds."""
        return ALLOWANCE if self.loser == OURS else REFRESH + ALLOWANCE

    def __call__(self):
        refresh = (f"garp_master_refresh {REFRESH}",) if self.loser != OURS else ()
        with Segment((self.winner, self.loser), Settings(only_ours=refresh)) as segment:
            story = Story(segment, "cut")
            try:
                self._perform(story, segment)
            except Ended:
                pass  # noted as a failure
            return story.result

    def _perform(self, story, segment):
        high, low = segment.routers
        story.starts(high)
        low.start()
        story.client_follows(high)
        heard = segment.wait_for_advert(high, 2 + ALLOWANCE, time.monotonic_ns() + 1_000_000_000)
        time.sleep(0.1)
        cut = segment.cut(high)
        taken = segment.wait_for_advert(low, CUT, cut)
        story.client_follows(low)
        # A whole number of the old master's intervals after its last advert, and the phase.
        until = heard + int((CUT + self.phase) * 1e9)
        time.sleep(max(0, (until - time.monotonic_ns()) / 1e9))
        healed = segment.heal(high)
        time.sleep(WATCHED)
        result = story.result
        result.fact(f"{low} took over behind the cut", taken is not None)
        first = min((a.at, a.source) for a in segment.wire.adverts(healed))[1]
        result.first = "old master" if first == high.address else "new master"
        result.silence = segment.client.longest_silence(healed)
        result.bound(f"the client's silence after healing, the {result.first} speaking first", result.silence, 0,
                     self.most)
        story.one_master(high)
        story.client_follows(high)


RUNS = ([Run(OURS, OURS, phase, smoke=phase == 0.9) for phase in (0.05, 0.25, 0.5, 0.65, 0.8, 0.9)]
        + [Run(OURS, "keepalived", phase) for phase in (0.2, 0.7, 1.7, 2.7)]  # a whole round of the refresh
        + [Run("keepalived", OURS, phase) for phase in (0.2, 0.7, 0.9)])
