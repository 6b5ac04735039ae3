"""Three hosts that fail one after the other: who serves, and who never speaks. `pytest test_three_nodes.py`"""

import pathlib

import pytest

SCENARIO = pathlib.Path(__file__).parents[2] / "scenarios/three-nodes.yaml"


@pytest.fixture
def result(scenario):
    """`scenario` comes with the plugin: it loads a file beside the test, or wherever the path says."""
    return scenario(SCENARIO).run("one-after-the-other")


def test_each_steps_in_when_its_turn_comes(result):
    assert [change.host for change in result.transitions if change.to == "MASTER"] == ["lb1", "lb2", "lb3", "lb1"]


def test_two_masters_last_as_long_as_an_advert_travels(result):
    """lb1 takes over from lb3, which is master until it hears of that."""
    assert 0 < result.dual_master_s["VI_1"] < 0.001


def test_the_third_keeps_quiet_while_the_second_is_there(scenario):
    result = scenario(SCENARIO).run("first-loses-power", trace=True)
    trace = result.trace
    assert trace.hosts.index("lb3") not in trace.adverts["host"]
