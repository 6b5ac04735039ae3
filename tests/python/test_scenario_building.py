"""Scenarios that are made in Python, and written."""

import datetime
import ipaddress
import pathlib

import pytest

from understudy import Advert, Scenario, ScenarioError
from understudy.durations import duration_text, to_timedelta

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAIR = ROOT / "scenarios/nginx-pair.yaml"
CASE = "stop-daemon-on-master"


def quiet(**changes):
    return {
        "understudy": 1,
        "name": "quiet",
        "duration": datetime.timedelta(seconds=2, milliseconds=500),
        "segments": {"lan": {"kind": "switch"}},
        "hosts": {"client": {"nics": {"eth0": {"segment": "lan", "ip": ipaddress.ip_interface("10.0.0.1/24")}}}},
        **changes,
    }


def test_a_dictionary_is_a_scenario():
    assert Scenario.from_dict(quiet()).run().duration_s == 2.5


def test_a_dictionary_names_configurations_beside_its_path():
    yaml = pytest.importorskip("yaml")
    made = Scenario.from_dict(yaml.safe_load(PAIR.read_text()), path=PAIR)
    assert made.run(CASE, seed=5).digest == Scenario.load(PAIR).run(CASE, seed=5).digest


def test_text_is_a_scenario_and_its_errors_have_places():
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_text("understudy: 1\nname: x\nduration: 2\n", path="mine.yaml")
    assert (caught.value.file, caught.value.line, caught.value.column) == ("mine.yaml", 3, 11)


def test_a_dictionary_with_errors_shows_where():
    with pytest.raises(ScenarioError, match="durations?") as caught:
        Scenario.from_dict(quiet(duration="2 parsecs"), path="made.yaml")
    assert caught.value.file == "made.yaml"
    assert caught.value.line == 4


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object(), 1j])
def test_what_a_scenario_cannot_hold(value):
    with pytest.raises(TypeError, match="the scenario, about: a scenario cannot hold a"):
        Scenario.from_dict(quiet(about=value))


def test_other_wrong_use():
    with pytest.raises(TypeError, match="dictionary"):
        Scenario.from_dict([1])
    with pytest.raises(TypeError, match="str"):
        Scenario.from_text(b"understudy: 1")
    with pytest.raises(ValueError, match="no number"):
        Scenario.from_dict(quiet(duration=float("nan")))
    with pytest.raises(ValueError, match="negative"):
        Scenario.from_dict(quiet(duration=datetime.timedelta(-1)))
    with pytest.raises(TypeError, match="a key is text"):
        Scenario.from_dict(quiet(hosts={None: 1}))


@pytest.mark.parametrize("inline", [True, False])
def test_what_is_written_runs_alike(inline, tmp_path):
    pair = Scenario.load(PAIR)
    path = tmp_path / "alone.yaml" if inline else PAIR
    again = Scenario.from_text(pair.to_yaml(CASE, inline_configs=inline), path=path)
    assert again.run(seed=9).digest == pair.run(CASE, seed=9).digest
    with pytest.raises(ValueError, match="several cases"):
        pair.to_yaml()


@pytest.mark.parametrize(
    "given, seconds",
    [("10ms", 0.01), ("1.5s", 1.5), ("4h", 14400), (" 2 min ", 120), (3, 3), (0.25, 0.25), (datetime.timedelta(1), 86400)],
)
def test_durations(given, seconds):
    assert to_timedelta(given) == datetime.timedelta(seconds=seconds)
    assert to_timedelta(duration_text(to_timedelta(given))) == to_timedelta(given)


@pytest.mark.parametrize("given", ["10", "ms", "-1s", "1 year", "", -1, float("nan"), float("inf"), 1e300, "9" * 40 + "h"])
def test_no_durations(given):
    with pytest.raises(ValueError, match="duration"):
        to_timedelta(given)


def test_durations_of_other_types():
    for given in (None, True, b"1s", [1]):
        with pytest.raises(TypeError, match="duration"):
            to_timedelta(given)


def test_an_advert_takes_any_of_them():
    for given in ("250ms", 0.25, datetime.timedelta(milliseconds=250)):
        assert Advert(vrid=1, advert_interval=given).advert_interval == datetime.timedelta(milliseconds=250)
