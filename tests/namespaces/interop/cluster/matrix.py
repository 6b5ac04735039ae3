"""The matrix of routers that agree: which makes are paired over what, and what came of it."""

import dataclasses

from cluster import drill
from cluster.segment import Segment
from cluster.settings import FAST, HMAC, VIRTUAL_MAC, Settings

COLUMNS = ("ours higher", "ours lower", "triple")


@dataclasses.dataclass(frozen=True)
class Row:
    peer: str
    settings: Settings
    note: str = ""  # what is special about it
    theirs: Settings | None = None  # where the peer is told something else

    @property
    def key(self):
        s = self.settings
        return (self.peer, f"v{s.version}", f"IPv{s.family}", "unicast" if s.unicast else "multicast",
                " ".join(filter(None, (s.auth, self.note))))

    def settings_of(self, kind):
        return self.theirs if self.theirs and kind == self.peer else self.settings


def _rows():
    def fast(family, **more):
        return Settings(version=3, family=family, interval=FAST, **more)

    def keepalived(settings, **more):
        return Row("keepalived", settings, **more)

    rows = [keepalived(Settings(auth=auth, unicast=unicast)) for auth in ("none", "PASS", "AH")
            for unicast in (False, True)]
    # What goes on the wire is eight bytes.
    rows.insert(4, keepalived(Settings(auth="PASS", password="abclinux>com"), note="alike in 8 bytes",
                              theirs=Settings(auth="PASS", password="abclinux.net")))
    rows += [keepalived(fast(family, unicast=unicast)) for family in (4, 6) for unicast in (False, True)]
    rows += [keepalived(fast(family, extra=(VIRTUAL_MAC,)), note=VIRTUAL_MAC) for family in (4, 6)]
    rows += [Row("frr", settings) for settings in (Settings(), fast(4), fast(6))]
    rows += [Row("frr", fast(family, only_ours=(VIRTUAL_MAC,)), note=VIRTUAL_MAC) for family in (4, 6)]
    rows += [Row("understudyd", fast(family, auth="hmac", extra=(HMAC,))) for family in (4, 6)]
    return rows


ROWS = _rows()

# Run by every `./dev test`: each make, version, family, transport and kind of authentication once.
_SMOKE = {("keepalived v2 IPv4 multicast PASS", "ours higher"), ("keepalived v2 IPv4 multicast AH", "ours lower"),
          ("keepalived v3 IPv4 unicast none", "ours lower"), ("keepalived v3 IPv6 multicast none", "ours higher"),
          ("frr v3 IPv4 multicast none", "triple"), ("frr v3 IPv6 multicast none", "ours lower")}


@dataclasses.dataclass(frozen=True)
class Run:
    """One cell of the table, or one of the orders of a triple. Of three alike one order is enough."""
    row: Row
    column: str
    kinds: tuple  # highest priority first

    @property
    def name(self):
        return " ".join(self.row.key) + ": " + " > ".join(self.kinds)

    @property
    def smoke(self):
        return (" ".join(self.row.key), self.column) in _SMOKE

    def __call__(self):
        with Segment(self.kinds, [self.row.settings_of(kind) for kind in self.kinds]) as segment:
            return drill.perform(segment)


def _orders(row):
    ours, peer = "understudyd", row.peer
    yield COLUMNS[0], (ours, peer)
    yield COLUMNS[1], (peer, ours)
    if peer != "frr":
        triples = [(ours, ours, peer), (ours, peer, ours), (peer, ours, ours)]
    else:
        triples = [(ours, "keepalived", peer), ("keepalived", peer, ours), (peer, ours, "keepalived")]
    for kinds in triples:
        yield COLUMNS[2], kinds


RUNS = list(dict.fromkeys(Run(row, column, kinds) for row in ROWS for column, kinds in _orders(row)))
