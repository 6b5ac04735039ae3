"""A pair made in Python: no scenario file, the configurations stand here. `pytest test_pair.py`"""

import pytest

from understudy import Scenario

CONF = """
vrrp_instance VI_1 {{
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority {priority}
    advert_int 1
    virtual_ipaddress {{
        192.168.56.100/24
    }}
}}
"""


def host(priority, address):
    return {
        "config": CONF.format(priority=priority),  # or the path of a file
        "nics": {"eth0": {"segment": "lan", "ip": f"{address}/24"}},
        "services": {"nginx": {"listen": [80]}},
    }


@pytest.fixture
def pair():
    return {
        "understudy": 1,
        "name": "pair",
        "duration": "30s",
        "segments": {"lan": {"link": {"delay": "50us"}}},
        "hosts": {
            "lb1": host(100, "192.168.56.130"),
            "lb2": host(90, "192.168.56.132"),
            "client": {"nics": {"eth0": {"segment": "lan", "ip": "192.168.56.10/24"}}},
        },
        "probes": {"web": {"from": "client", "get": "http://192.168.56.100/", "every": "10ms", "start": "5s"}},
    }


# Three adverts missed and a skew of (256 - 90) / 256 s; a daemon that is stopped resigns, and the skew is all.
@pytest.mark.parametrize(
    "fault, at_most",
    [({"host": "lb1", "do": "power_off"}, 3.66), ({"daemon": "lb1", "do": "stop"}, 0.66)],
    ids=["loses power", "daemon stopped"],
)
def test_the_backup_takes_over(pair, fault, at_most):
    scenario = Scenario.from_dict({**pair, "timeline": [{"at": "10s", **fault}]})
    for seed in range(1, 6):
        result = scenario.run(seed=seed)
        assert result.passed, result.oracles
        assert result.transitions[-1].host == "lb2"
        assert 0 < result.probe("web").longest_blackout_s <= at_most
