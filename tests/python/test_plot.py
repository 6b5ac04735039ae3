"""Pictures: they show what the numbers say."""

import io
import pathlib

import pytest

import understudy
from understudy import Scenario

pytest.importorskip("matplotlib").use("Agg")

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASE = "stop-daemon-on-master"


@pytest.fixture(scope="module")
def pair():
    return Scenario.load(ROOT / "scenarios/nginx-pair.yaml")


def pixels(figure):
    """The picture as rows of colours."""
    from matplotlib import image

    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    file.seek(0)
    return image.imread(file)


def colors(picture):
    return {tuple(round(float(part) * 255) for part in pixel[:3]) for row in picture[::4] for pixel in row[::4]}


def labels(figure):
    legend = figure.axes[0].get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def test_a_run_has_lanes_and_blackouts(pair):
    result = pair.run(CASE)
    figure = understudy.plot(result)
    axes = figure.axes[0]
    lanes = [label.get_text() for label in axes.get_yticklabels()]
    assert lanes == ["lb1\nVI_1", "lb2\nVI_1", *(probe.name for probe in result.probes)]
    assert {"MASTER", "BACKUP", "blackout"} <= set(labels(figure))
    assert axes.get_xlim() == (0, result.duration_s)
    assert axes.get_xlabel() == "time [s]"
    assert CASE in axes.get_title()
    picture = pixels(figure)
    assert picture.shape[1] == 1000
    assert {(0, 158, 115), (86, 180, 233), (204, 121, 167)} <= colors(picture)  # MASTER, BACKUP, blackout


def test_what_is_master_when(pair):
    result = pair.run(CASE)
    change = next(each for each in result.transitions if each.host == "lb2" and each.to == "MASTER")
    bars = [bar for bar in understudy.plot(result).axes[0].patches if bar.get_x() == change.t and bar.get_y() < 1 < bar.get_y() + 0.7]
    assert len(bars) == 1
    assert bars[0].get_facecolor()[:3] == pytest.approx((0, 158 / 255, 115 / 255))


def test_a_sweep_has_a_curve_a_point(pair):
    sweep = understudy.sweep(pair, 30, case=CASE)
    figure = understudy.plot(sweep, column=f"blackout({pair.run(CASE).probes[0].name})")
    axes = figure.axes[0]
    assert len(axes.lines) == 1
    values = axes.lines[0].get_xdata()
    assert len(values) == 31 and list(values) == sorted(values)
    assert axes.lines[0].get_ydata()[-1] == 1
    assert axes.get_xlabel().startswith("blackout(") and axes.get_xlabel().endswith("[s]")
    assert "30 runs" in axes.get_title()
    assert pixels(figure).shape[:2] == (500, 800)
    lossy = understudy.sweep(ROOT / "scenarios/loss-sweep.yaml", 20, grid={"loss": ["0%", "20%"]})
    figure = understudy.plot(lossy)
    assert labels(figure) == ["loss=0%", "loss=20%"]
    assert figure.axes[0].get_xlabel() == "spurious"


def test_wrong_use(pair):
    with pytest.raises(TypeError, match="can be drawn"):
        understudy.plot(7)
    with pytest.raises(ValueError, match="no columns"):
        understudy.plot(pair.run(CASE), column="x")
    with pytest.raises(ValueError, match="no column 'x'; there are"):
        understudy.plot(understudy.sweep(pair, 1, case=CASE), column="x")
