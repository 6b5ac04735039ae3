"""Scenario files: loaded, run, judged. And configurations, checked."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import glob
import ipaddress
import json
import os
import shlex
from collections.abc import Mapping
from typing import Any, Optional

from . import _understudy, arguments
from .durations import duration_text
from .records import Path, Result, result_of
from .traces import Trace


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """What there is to say about a place in a file. Lines and columns count from 1; 0: the file as a whole."""

    file: str
    line: int
    column: int
    severity: str  # note, warning, error
    code: str
    message: str
    hint: str
    text: str  # all of it, with the line and a caret below

    def __str__(self) -> str:
        return self.text


class ScenarioError(ValueError):
    """A scenario file with errors. The first one's place stands in `file`, `line` and `column`."""

    def __init__(self, diagnostics: list[Diagnostic], note: str = "") -> None:
        errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
        super().__init__("\n" + "".join(error.text for error in errors) + note)
        self.diagnostics = diagnostics
        first = errors[0]
        self.file, self.line, self.column = first.file, first.line, first.column
        self.code, self.message = first.code, first.message


def diagnostics_of(items: list[dict[str, Any]]) -> list[Diagnostic]:
    return [Diagnostic(**item) for item in items]


@dataclasses.dataclass(frozen=True)
class Report:
    """A run as people read it: `text` as a terminal shows it, `html` a page that stands alone (empty when the
    module was built without the charting library)."""

    text: str
    html: str

    def __str__(self) -> str:
        return self.text


class Scenario:
    """The cases of one scenario file. Made by load(), from_text() and from_dict()."""

    def __init__(
        self, loaded: _understudy.LoadedScenario, path: str, params: dict[str, str], text: Optional[str] = None
    ) -> None:
        self._loaded = loaded
        self._text = text
        self.path = path
        self.params = params

    @classmethod
    def load(cls, path: Path, params: Optional[Mapping[str, object]] = None) -> Scenario:
        """Reads a scenario file and the configurations it names. `params` replace those of the file: their
        text is what stands for `${NAME}`, so `{"loss": "5%"}`.

        Raises OSError when it cannot be opened, ScenarioError when it has errors.
        """
        name = os.fsdecode(path)
        with open(name, "rb"):
            pass
        return cls._load(name, params, None)

    @classmethod
    def from_text(cls, text: str, path: Path = "scenario.yaml", params: Optional[Mapping[str, object]] = None) -> Scenario:
        """A scenario file's text. `path` is its name in messages; what it names is relative to that one's folder.

        Raises ScenarioError.
        """
        arguments.encoded(text, "the text of a scenario")
        return cls._load(os.fsdecode(path), params, text)

    @classmethod
    def from_dict(
        cls, document: Mapping[str, Any], path: Path = "scenario.yaml", params: Optional[Mapping[str, object]] = None
    ) -> Scenario:
        """A scenario file as a dictionary: the keys of scenarios/README.md. A timedelta may stand for a duration, and
        objects of ipaddress, paths and enums for their text.

        Raises TypeError for what no file can hold, ScenarioError with places in the text that it makes of it.
        """
        if not isinstance(document, Mapping):
            raise TypeError(f"a scenario is a dictionary, not {type(document).__name__}")
        try:
            plain = _plain(document, "the scenario")
        except RecursionError:
            raise ValueError("the scenario holds itself, or goes too deep") from None
        # JSON is YAML of one style.
        return cls.from_text(json.dumps(plain, indent=1, ensure_ascii=False), path, params)

    @classmethod
    def _load(cls, path: str, params: Optional[Mapping[str, object]], text: Optional[str]) -> Scenario:
        given = arguments.params(params)
        loaded, items = _understudy.load_scenario(
            os.fsencode(path),
            arguments.encoded_params(given),
            None if text is None else arguments.encoded(text, "the text of a scenario"),
        )
        if loaded is None:
            raise ScenarioError(diagnostics_of(items))
        return cls(loaded, path, given, text)

    def to_yaml(self, case: Optional[str] = None, *, inline_configs: bool = True) -> str:
        """One case as the text of a scenario file of its own: every value written out, params in their places. The
        configurations stand in it, or are named by their paths.

        Raises ValueError as run() does.
        """
        return self._loaded.yaml(self._index(case), inline_configs).decode(errors="surrogateescape")

    @property
    def name(self) -> str:
        return self._loaded.name

    @property
    def about(self) -> str:
        return self._loaded.about

    @property
    def cases(self) -> list[str]:
        """Names of the cases, in the file's order; empty when the file is a single one without a name."""
        names = self._loaded.cases
        return [] if names == [""] else names

    @property
    def warnings(self) -> list[Diagnostic]:
        return diagnostics_of(self._loaded.diagnostics)

    def run(
        self, case: Optional[str] = None, seed: Optional[int] = None, pcap: Optional[Path] = None, *, trace: bool = False
    ) -> Result:
        """Runs one case. The file's own seed counts unless another is given; `pcap` is a folder for captures; with `trace`
        the result has its frames, adverts, transitions and requests as arrays, in `Result.trace`. Other threads run
        meanwhile; Ctrl-C ends it.

        Raises ValueError when there is no such case, or several and none is named, or for a seed outside of 0 to 2^64 - 1;
        OSError when captures cannot be written.
        """
        return self._run(self._index(case), seed, pcap, trace)

    def run_all(self, seed: Optional[int] = None, pcap: Optional[Path] = None, *, trace: bool = False) -> list[Result]:
        """Runs every case, in the file's order."""
        return [self._run(index, seed, pcap, trace) for index in range(len(self._loaded.cases))]

    def explain(self, case: Optional[str] = None, seed: Optional[int] = None, pcap: Optional[Path] = None) -> Report:
        """Runs one case for people: timeline, blackouts, causes of what failed, and a page with pictures.

        Raises ValueError as run() does.
        """
        index = self._index(case)
        command = os.fsencode(self._command(case, seed))
        text, html = self._loaded.explain(index, arguments.seed(seed), command, arguments.folder(pcap))
        return Report(text.decode(), html.decode())

    def _index(self, case: Optional[str]) -> int:
        names = self._loaded.cases
        if case is None:
            if len(names) > 1:
                raise ValueError(f"{self.name} has several cases, name one: {', '.join(names)}")
            return 0
        if case in names:
            return names.index(case)
        raise ValueError(f"{self.name} has no case {case!r}; it has: {', '.join(self.cases) or 'no named ones'}")

    def _command(self, case: Optional[str], seed: Optional[int]) -> str:
        """What replays a run on the command line."""
        words = ["understudy", "sim", self.path]
        words += ["--case", case] if case else []
        words += ["--seed", str(seed)] if seed is not None else []
        for name, value in self.params.items():
            words += ["--param", f"{name}={value}"]
        return shlex.join(words)

    def _run(self, index: int, seed: Optional[int], pcap: Optional[Path], trace: bool) -> Result:
        document, rows = self._loaded.run(index, arguments.seed(seed), arguments.folder(pcap), bool(trace))
        return result_of(document, None if rows is None else Trace._of_run(rows))

    def __repr__(self) -> str:
        return f"<Scenario {self.name} from {self.path}: {', '.join(self.cases) or 'one case'}>"


def _plain(value: Any, place: str) -> Any:
    """As JSON has it."""
    if isinstance(value, enum.Enum):
        value = value.value
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if value - value != 0:
            raise ValueError(f"{place}: {value!r} is no number that a scenario can hold")
        return value
    if isinstance(value, datetime.timedelta):
        return duration_text(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, _ADDRESSES):
        return str(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, (str, int)):
                raise TypeError(f"{place}: a key is text, not {type(key).__name__}")
        return {str(key): _plain(item, f"{place}, {key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}, item {number}") for number, item in enumerate(value, 1)]
    raise TypeError(f"{place}: a scenario cannot hold a {type(value).__name__}")


_ADDRESSES = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)


def _read_includes(pattern: bytes, including_file: bytes) -> list[tuple[bytes, bytes]]:
    folder = os.path.dirname(including_file)
    files = []
    for name in sorted(glob.glob(os.path.join(folder, pattern))):
        with open(name, "rb") as file:
            files.append((name, file.read()))
    return files


def check(*paths: Path) -> list[Diagnostic]:
    """What there is to say about keepalived.conf files. Raises OSError when one cannot be read."""
    if not paths:
        raise TypeError("check needs a configuration")
    found = []
    for name in map(os.fsencode, paths):
        with open(name, "rb") as file:
            text = file.read()
        found += diagnostics_of(_understudy.check(text, name, _read_includes))
    return found
