"""What happened in a run as numpy arrays, and as pandas frames."""

from __future__ import annotations

import functools
import ipaddress
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Union

from . import _understudy
from .extras import installed

if TYPE_CHECKING:
    import numpy
    import pandas

Table = Literal["frames", "adverts", "transitions", "requests"]

_LAYOUTS: dict[str, dict[str, Any]] = _understudy.trace_layouts()
WORDS: dict[str, list[str]] = _understudy.trace_words()
"""What the numbers of a column mean: `kind`, `frame_fate`, `request_fate`, `cause`, `state`, `reason`."""

_NAMES = ("hosts", "nics", "instances", "probes")
_MEANING = {  # of a column: the names or words that it counts through
    "host": "hosts",
    "by": "hosts",
    "nic": "nics",
    "instance": "instances",
    "probe": "probes",
    "kind": "kind",
    "cause": "cause",
    "from": "state",
    "to": "state",
    "reason": "reason",
}
_ADDRESSES = ("source", "destination")


class Trace:
    """All frames, adverts, transitions and requests of a run: `pair.run(trace=True).trace`.

    Structured numpy arrays, a row for each in the order of time. They lie in the simulator's own memory, nothing is copied, and
    they can't be written to; the memory stays as long as one of them does. Columns of times are timedelta64[ns] since the
    beginning: `frames["t"] / numpy.timedelta64(1, "s")` are seconds. Numbers of hosts, NICs, instances and probes are places in `hosts`,
    `nics`, `instances`, `probes` (2**32 - 1: none); those of kinds, fates, causes, states and reasons in `TRACE_WORDS`.

    `cut`: there were more than 20 million of a kind, and the rest is missing.
    """

    def __init__(self, names: Mapping[str, Sequence[str]], tables: Mapping[str, Any], cut: bool) -> None:
        self.hosts, self.nics, self.instances, self.probes = (list(names[name]) for name in _NAMES)
        self.cut = cut
        self._tables = dict(tables)

    @classmethod
    def _of_run(cls, rows: _understudy.RunTrace) -> Trace:
        if rows.cut:
            warnings.warn("the run was too long to keep all of it: its trace is cut", stacklevel=4)
        names = {name: getattr(rows, name) for name in _NAMES}
        return cls(names, {name: rows.table(name) for name in _LAYOUTS}, rows.cut)

    @functools.cached_property
    def frames(self) -> numpy.ndarray[Any, Any]:
        """A row for each sending, arrival and loss. Columns: `t`, `frame` (the number of the sending, the same for all its
        arrivals), `host` and `nic` (who sent or got it, or should have), `size` in bytes without FCS, `kind`, `fate` (TRACE_WORDS["frame_fate"]) and
        `cause` of a loss (0: none)."""
        return self._array("frames")

    @functools.cached_property
    def adverts(self) -> numpy.ndarray[Any, Any]:
        """A row for each advert that a NIC sent. Columns: `t`, `frame` (as in `frames`, where its arrivals are), `host`, `nic`,
        `advert_interval`, `version`, `vrid`, `priority`, `family` (4 or 6), `address_count`, and `source` and `destination` as
        16 bytes, of which IPv4 has the first four."""
        return self._array("adverts")

    @functools.cached_property
    def transitions(self) -> numpy.ndarray[Any, Any]:
        """The transitions of `Result.transitions`. Columns: `t`, `host`, `instance`, `from`, `to`, `reason`."""
        return self._array("transitions")

    @functools.cached_property
    def requests(self) -> numpy.ndarray[Any, Any]:
        """A row for each request of each probe. Columns: `t` (sent), `took` (until it was answered, or NaT), `probe`, `by` (the host that answered),
        `fate` (TRACE_WORDS["request_fate"]; 0: the run ended before it was known)."""
        return self._array("requests")

    def _array(self, table: str) -> numpy.ndarray[Any, Any]:
        np = installed("numpy", f"Trace.{table}")
        dtype = np.dtype(_LAYOUTS[table])
        array: numpy.ndarray[Any, Any] = np.frombuffer(self._tables[table], dtype)
        return array

    def to_pandas(self, table: Table) -> pandas.DataFrame:
        """One of the tables as a data frame: `t` and other times as timedeltas, names and words as categories, addresses
        as text. This one is a copy.

        Raises KeyError for other tables, ImportError without pandas.
        """
        if table not in _LAYOUTS:
            raise KeyError(f"there is no table {table!r}; there are: {', '.join(_LAYOUTS)}")
        pd = installed("pandas", "Trace.to_pandas")
        array = getattr(self, table)
        columns = {name: self._column(pd, table, name, array[name]) for name in array.dtype.names}
        frame: pandas.DataFrame = pd.DataFrame(columns)
        return frame

    def _column(self, pd: Any, table: str, name: str, values: Any) -> Any:
        if name in _ADDRESSES:
            return pd.Series([_address(*pair) for pair in zip(self.adverts["family"], values)], dtype="category")
        meaning = f"{table.removesuffix('s')}_fate" if name == "fate" else _MEANING.get(name)
        if meaning is None:
            return values
        words: list[str] = getattr(self, meaning) if meaning in _NAMES else WORDS[meaning]
        codes = values.astype("i8")
        codes[codes >= len(words)] = -1  # nobody
        return pd.Categorical.from_codes(codes, words)

    def __len__(self) -> int:
        """How many rows there are in all tables."""
        return sum(len(memoryview(self._tables[name])) // layout["itemsize"] for name, layout in _LAYOUTS.items())

    def __reduce__(self) -> tuple[Any, ...]:
        # What travels to another process is a copy.
        names = {name: getattr(self, name) for name in _NAMES}
        return Trace, (names, {name: bytes(table) for name, table in self._tables.items()}, self.cut)

    def __repr__(self) -> str:
        sizes = (f"{len(memoryview(self._tables[name])) // layout['itemsize']} {name}" for name, layout in _LAYOUTS.items())
        return f"<Trace: {', '.join(sizes)}{', cut' if self.cut else ''}>"


@functools.lru_cache(4096)
def _text(octets: bytes) -> str:
    return str(ipaddress.ip_address(octets))


def _address(family: int, octets: Union[bytes, Any]) -> str:
    raw = bytes(octets)
    return _text(raw[:4] if family == 4 else raw)
