"""The matrix as text: one row a setting, one column a role; what is not "pass" has a footnote."""

import dataclasses

from cluster import matrix

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
    return _Table(("peer", "version", "family", "transport", "auth", *matrix.COLUMNS),
                  [row for row in rows if any(cell != "-" for cell in row[5:])])


def lines(colour=False):
    """The whole report; empty when nothing was run."""
    if not _OUTCOMES:
        return []
    notes = _Notes()
    paint = _painter(colour)
    found = list(_matrix(notes).lines(paint))
    return found + [""] + [f"[{number}] {text}" for number, text in enumerate(notes.texts, start=1)]


def write(path, colour=False):
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines(colour)) + "\n")
