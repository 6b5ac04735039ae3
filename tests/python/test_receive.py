"""understudy.receive: every golden packet under the settings it is meant for."""

import json
import pathlib

import pytest

import understudy

VECTORS = json.loads((pathlib.Path(__file__).parents[1] / "conformance/vectors.json").read_text())["vectors"]


def judge(vector, profile):
    config = vector["config"]
    return understudy.receive(
        bytes.fromhex(vector["packet_hex"]),
        version=config["version"],
        vrid=config["vrid"],
        addresses=config["addresses"],
        interval_s=config["interval"] if config["version"] == 2 else config["interval"] / 100,
        owner=config["owner"],
        unicast=config["unicast"],
        auth_type=config["auth"]["type"],
        auth_key=bytes.fromhex(config["auth"]["key_hex"]),
        profile=profile,
        checksum=config["v3_ipv4_checksum"],
    )


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector["config"]["version"] == 2 and vector["config"]["auth"]["type"] != 2],
    ids=lambda vector: vector["name"],
)
def test_version_2_verdicts(vector):
    expected = None if vector["expect"] == "ok" else vector["error"].replace("-", "_")
    assert judge(vector, "rfc") == expected
    assert (judge(vector, "keepalived") is None) == (vector["keepalived"] == "accept")


def test_settings_out_of_range_are_refused():
    for wrong in ({"profile": "cisco"}, {"interval_s": -1.0}, {"auth_type": 3}, {"auth_key": b"123456789"},
                  {"checksum": "none"}):
        with pytest.raises(ValueError):
            understudy.receive(b"", version=2, vrid=1, addresses=["10.0.0.1"], **wrong)
    with pytest.raises(ValueError):
        understudy.receive(b"", version=2, vrid=1, addresses=["10.0.0.1", "fe80::1"])
