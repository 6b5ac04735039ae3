"""Pictures of runs and sweeps. Needs matplotlib."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Optional, Union

from .extras import installed
from .records import Result
from .sweeps import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which the colour-blind tell apart.
_COLORS = {"MASTER": "#009e73", "BACKUP": "#56b4e9", "FAULT": "#d55e00", "INIT": "#bbbbbb"}
_LOST = "#cc79a7"
_CURVES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#000000"]
_MOST_CURVES = 28  # four ways to draw each colour


def plot(result: Union[Result, Sweep], *, column: Optional[str] = None) -> Figure:
    """A run: a lane for each virtual router of a host, coloured by its state, above one for each probe with its
    blackouts. A sweep: for each point of the grid, which share of the runs stays at or below a value of `column` (None:
    the first measure, else the first probe's longest blackout).

    The figure belongs to no window: notebooks show it, `figure.savefig("run.png")` writes it. Raises ImportError without
    matplotlib, ValueError when there is no such column or nothing to draw.
    """
    if not isinstance(result, (Result, Sweep)):
        raise TypeError(f"a Result or a Sweep can be drawn, not a {type(result).__name__}")
    figure_class = installed("matplotlib.figure", "plot").Figure
    if isinstance(result, Sweep):
        return _sweep_figure(figure_class, result, column)
    if column is not None:
        raise ValueError("a run has no columns")
    return _run_figure(figure_class, result)


def _title(document: Any) -> str:
    return " / ".join(part for part in (document["scenario"], document["case"]) if part) + f": {document['verdict']}"


def _lanes(result: Result) -> dict[tuple[str, str], list[tuple[float, float, str]]]:
    """By instance and host: from when to when, in which state."""
    lanes: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
    changes = sorted(result.transitions, key=lambda change: (change["instance"], change["host"]))
    for lane, group in itertools.groupby(changes, key=lambda change: (change["instance"], change["host"])):
        start, state = 0.0, None
        spans = []
        for change in group:
            spans.append((start, change["t"], state or change["from"]))
            start, state = change["t"], change["to"]
        spans.append((start, result.duration_s, state or ""))
        lanes[lane] = [span for span in spans if span[1] > span[0]]
    return lanes


def _run_figure(figure_class: Any, result: Result) -> Figure:
    lanes = _lanes(result)
    names = [f"{host}\n{instance}" for instance, host in lanes] + [probe["name"] for probe in result.probes]
    if not names:
        raise ValueError("there is nothing to draw: no virtual router changed its state, and there is no probe")
    figure: Figure = figure_class(figsize=(10, 1.4 + 0.55 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    seen = {}
    for row, spans in enumerate(lanes.values()):
        for start, end, state in spans:
            seen[state] = axes.barh(row, end - start, left=start, height=0.7, color=_COLORS.get(state, "#eeeeee"))
    for row, probe in enumerate(result.probes, len(lanes)):
        axes.barh(row, result.duration_s, height=0.7, color="#f2f2f2")
        for blackout in probe["blackouts"]:
            start, end = blackout["start_s"], blackout["end_s"]
            end = result.duration_s if end is None else end
            seen["blackout"] = axes.barh(row, end - start, left=start, height=0.7, color=_LOST)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, result.duration_s)
    axes.set_xlabel("time [s]")
    axes.set_title(f"{_title(result)}, seed {result.seed}")
    axes.legend(list(seen.values()), list(seen), loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def _sweep_figure(figure_class: Any, sweep: Sweep, column: Optional[str]) -> Figure:
    units = dict(sweep._result.columns)
    name = next(iter(units)) if column is None else column
    if name not in units:
        raise ValueError(f"there is no column {name!r}; there are: {', '.join(units)}")
    curves = {}
    for point, rows in itertools.groupby(sweep.rows, key=lambda row: row.params):
        values = sorted(value for row in rows if (value := row.values[name]) is not None)
        if values:
            curves[", ".join(f"{param}={value}" for param, value in point.items())] = values
    if not curves:
        raise ValueError(f"there is nothing to draw: no run has a value of {name}")
    if len(curves) > _MOST_CURVES:
        raise ValueError(f"{len(curves)} curves cannot be told apart: at most {_MOST_CURVES} points are drawn")
    figure: Figure = figure_class(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for number, (label, values) in enumerate(curves.items()):
        shares = [(place + 1) / len(values) for place in range(len(values))]
        axes.step(
            [values[0], *values],
            [0.0, *shares],
            where="post",
            label=label or None,
            color=_CURVES[number % len(_CURVES)],
            linestyle=("-", "--", ":", "-.")[number // len(_CURVES)],
        )
    axes.set_xlabel(f"{name} [s]" if units[name] == "s" else name)
    axes.set_ylabel("share of runs at or below")
    axes.set_ylim(0, 1.02)
    axes.grid(alpha=0.3)
    axes.set_title(f"{_title(sweep.document)}, {sweep.document['runs']} runs")
    if sweep.params:
        axes.legend(frameon=False)
    return figure
