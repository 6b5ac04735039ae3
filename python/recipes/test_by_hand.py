"""The four tests that everybody does by hand, one command after the other, with `lab` of the plugin. `pytest test_by_hand.py`"""

import pytest

# All tests of this file play this scenario, which lies beside it.
pytestmark = pytest.mark.understudy("by_hand.yaml")


@pytest.fixture
def pair(lab):
    lab.run_until("9s")
    assert lab.masters("VI_1") == ["lb1"]
    return lab


def test_nginx_breaks(pair):
    pair.break_service("lb1", "nginx")
    assert pair.wait_for("master(VI_1) == lb2", within="3.8s") < 3.8


def test_adverts_are_dropped_for_a_while(pair):
    with pair.firewall("lb1", "OUTPUT -p vrrp -j DROP"):
        pair.wait_for("masters(VI_1) == 2", within="3.7s")
        assert sorted(pair.masters("VI_1")) == ["lb1", "lb2"]
    pair.wait_for("masters(VI_1) == 1", within="1.1s")


def test_the_daemon_is_stopped_and_started(pair):
    pair.stop_daemon("lb1")
    pair.wait_for("master(VI_1) == lb2", within="700ms")
    pair.run_for("20s")
    pair.start_daemon("lb1")
    pair.wait_for("master(VI_1) == lb1", within="4s")


def test_one_moment_two_futures(pair):
    before = pair.snapshot()
    cut, slow = before.fork(), before.fork()
    cut.nic_down("lb1.eth0")
    slow.set_link("lb1.eth0 -> lan", {"delay": "20ms"})
    for each in (cut, slow):
        each.run_for("5s")
    assert (cut.master("VI_1"), slow.master("VI_1")) == ("lb2", "lb1")
