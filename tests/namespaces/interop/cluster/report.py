"""The matrix as text: one row a setting, one column a role; what is not "pass" has a footnote."""

import dataclasses

from cluster import matrix, mismatch, refusal, stale

_GREEN, _RED, _YELLOW = "32", "31;1", "33"
_MOST_FAILURES = 3  # of one run; the rest mostly follows from them
_OUTCOMES = {}  # by run, in the order in which the tests ended


def record(run, result):
    _OUTCOMES[run] = result


@dataclasses.dataclass
class _Table:
    head: tuple
    rows: list

    def lines(self, paint):
        widths = [max(len(row[i]) for row in [self.head, *self.rows]) for i in range(len(self.head))]
        yield "  ".join(text.ljust(width) for text, width in zip(self.head, widths)).rstrip()
        for row in self.rows:
            yield "  ".join(paint(text.ljust(width)) for text, width in zip(row, widths)).rstrip()


def _painter(colour):
    def paint(text):
        word = text.split(" ")[0]
        code = {"pass": _GREEN, "FAIL": _RED, "refused": _YELLOW}.get(word)
        return text if not colour or code is None else text.replace(word, f"\x1b[{code}m{word}\x1b[0m", 1)

    return paint


class _Notes:
    def __init__(self):
        self.texts = []

    def mark(self, text):
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.texts.index(text) + 1}]"


def _cell(row, column, notes):
    runs = [run for run in matrix.RUNS if run.row == row and run.column == column]
    done = [run for run in runs if run in _OUTCOMES]
    failures = [f"{run.name}: {failure}" for run in done for failure in _OUTCOMES[run].failures()[:_MOST_FAILURES]]
    if failures:
        return "FAIL " + notes.mark("\n    ".join(failures))
    if not done:
        return "-"
    return "pass" if len(done) == len(runs) else f"pass ({len(done)} of {len(runs)})"


def _matrix(notes):
    rows = [(*row.key, *(_cell(row, column, notes) for column in matrix.COLUMNS)) for row in matrix.ROWS]
    for run in refusal.RUNS:
        if run in _OUTCOMES:
            result = _OUTCOMES[run]
            word = "refused" if result.passed else "FAIL"
            note = notes.mark(result.refusal or "; ".join(result.failures()))
            rows.append((*run.key, *[f"{word} {note}"] * len(matrix.COLUMNS)))
    rows.sort(key=lambda row: [make.peer for make in matrix.ROWS].index(row[0]))  # stable: refusals come last
    return _Table(("peer", "version", "family", "transport", "auth", *matrix.COLUMNS),
                  [row for row in rows if any(cell != "-" for cell in row[5:])])


def _disagreement(entry, higher, notes):
    run = mismatch.Run(entry, higher)
    if run not in _OUTCOMES:
        return "-", "", ""
    result = _OUTCOMES[run]
    if not result.passed:
        return "FAIL " + notes.mark(f"{run.name}: " + "\n    ".join(result.failures()[:_MOST_FAILURES])), "", ""
    they = f"{result.they_say[0]} ({len(result.they_say)} times)" if result.they_say else ""
    return result.masters, result.we_say, they


def _mismatches(notes):
    rows = []
    for entry in mismatch.MISMATCHES:
        both = [_disagreement(entry, higher, notes) for higher in (True, False)]
        said = next(("; ".join(filter(None, (f"we: {we}" if we else "", f"they: {they}" if they else "")))
                     for _, we, they in both if we or they), "")
        if any(cell != "-" for cell, _, _ in both):
            rows.append((entry.peer, entry.what, both[0][0], both[1][0], notes.mark(said) if said else "nobody"))
    return _Table(("peer", "what differs (ours / theirs)", "masters, ours higher", "ours lower", "who says so"), rows)


def _stale(notes):
    rows = []
    for run in stale.RUNS:
        if run not in _OUTCOMES:
            continue
        result = _OUTCOMES[run]
        word = "pass" if result.passed else "FAIL " + notes.mark("; ".join(result.failures()))
        rows.append((run.winner, run.loser, f"{run.phase:g}", getattr(result, "first", "-"),
                     f"{getattr(result, 'silence', 0):.2f} s", f"{run.most:g} s", word))
    return _Table(("old master", "new master", "phase", "first to speak", "client's silence", "at most", ""), rows)


def lines(colour=False):
    """The whole report; empty when nothing was run."""
    if not _OUTCOMES:
        return []
    notes = _Notes()
    paint = _painter(colour)
    found = []
    for table in (_matrix(notes), _mismatches(notes), _stale(notes)):
        if table.rows:
            found += [*table.lines(paint), ""]
    return found + [f"[{number}] {text}" for number, text in enumerate(notes.texts, start=1)]


def write(path, colour=False):
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines(colour)) + "\n")
