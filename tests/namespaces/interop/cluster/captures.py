"""Small captures of the makes at work, for tests of programs that read captures."""

import dataclasses
import time

from cluster.drill import Ended, Story
from cluster.segment import Segment
from cluster.settings import Settings

MOST_BYTES = 10_000
_V3 = Settings(version=3, interval=0.5)
_V6 = dataclasses.replace(_V3, family=6)


@dataclasses.dataclass(frozen=True)
class Run:
    """Start, takeover after priority 0, preemption; or, where the two disagree, two masters."""
    name: str
    kinds: tuple
    settings: tuple  # one for all, or one for each
    agree: bool = True
    smoke = True
    folder = None  # where the files go

    def __call__(self):
        with Segment(self.kinds, self.settings if len(self.settings) > 1 else self.settings[0]) as segment:
            story = Story(segment, "capture")
            try:
                (self._take_over if self.agree else self._disagree)(story, segment)
            except Ended:
                return story.result
            path = self.folder / f"{self.name}.pcap"
            segment.wire.write(path)
            story.result.fact(f"{path.name} is small ({path.stat().st_size} bytes)",
                              1000 < path.stat().st_size <= MOST_BYTES)
            return story.result

    @staticmethod
    def _take_over(story, segment):
        high, successor = segment.routers[:2]
        for router in segment.routers[1:]:
            router.start()
        story.starts(high)
        story.client_follows(high)
        time.sleep(2 * high.settings.interval)
        story.stops(high, successor)
        story.client_follows(successor)
        story.has_stopped(high)
        story.starts(high, "preempts after its start")
        time.sleep(2 * high.settings.interval)

    @staticmethod
    def _disagree(story, segment):
        for router in segment.routers:
            router.start()
        time.sleep(9)
        sources = {advert.source for advert in segment.wire.adverts()}
        story.result.fact("both are masters", sources == {router.address for router in segment.routers})


RUNS = [
    Run("keepalived-v2-pass", ("keepalived", "keepalived"), (Settings(auth="PASS"),)),
    Run("keepalived-v2-ah", ("keepalived", "keepalived"), (Settings(auth="AH"),)),
    Run("keepalived-v2-unicast", ("keepalived", "keepalived"), (Settings(unicast=True),)),
    Run("keepalived-v3-ipv6", ("keepalived", "keepalived"), (_V6,)),
    Run("keepalived-v2-wrong-password", ("keepalived", "keepalived"),
        (Settings(auth="PASS"), Settings(auth="PASS", password="other")), agree=False),
    Run("frr-v3-ipv4", ("frr", "frr"), (_V3,)),
    Run("frr-v3-ipv6", ("frr", "frr"), (_V6,)),
    Run("mixed-v3-ipv4", ("understudyd", "keepalived", "frr"), (_V3,)),
    Run("mixed-v3-ipv6", ("keepalived", "understudyd", "frr"), (_V6,)),
]
