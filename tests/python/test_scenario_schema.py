"""The JSON Schema of scenario files against the parser: both accept and both refuse the same files."""

import copy
import json

import jsonschema
import pytest
import yaml

CONFIG = """vrrp_script chk {
    script "/bin/true"
}
track_file drain {
    file /run/drain
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority %d
    virtual_ipaddress {
        192.168.56.100/24
    }
    track_script {
        chk
    }
    track_file {
        drain
    }
}
"""

BASE = {
    "understudy": 1,
    "name": "both",
    "duration": "60s",
    "segments": {"lan": {"kind": "switch", "igmp_snooping": "on"}},
    "hosts": {
        "lb1": {
            "config": CONFIG % 100,
            "nics": {"eth0": {"segment": "lan", "ip": "192.168.56.130/24"}},
            "services": {"nginx": {"listen": [80]}},
            "checks": {"chk": {"runtime": "15ms..40ms"}},
        },
        "lb2": {"config": CONFIG % 90, "nics": {"eth0": {"segment": "lan", "ip": "192.168.56.132/24"}}},
        "client": {"nics": {"eth0": {"segment": "lan", "ip": "192.168.56.10/24"}}},
    },
    "probes": {"web": {"from": "client", "get": "http://192.168.56.100/", "every": "10ms"}},
    "timeline": [{"id": "drop", "at": "10s", "firewall": "lb1", "rule": "OUTPUT -p vrrp -j DROP", "for": "20s"}],
    "expect": [{"that": "masters(VI_1) == 1"}],
}

GONE = object()
FAULT = ("timeline", 0)
EXPECT = ("expect", 0)
LINK = ("segments", "lan", "link")
LB1 = ("hosts", "lb1")
CHECK = (*LB1, "checks", "chk")
PROBE = ("probes", "web")
AT = {"at": "10s"}

GOOD = {
    "as it is": [],
    "all keys of a link": [
        (
            LINK,
            {
                "delay": "50us",
                "jitter": "20us",
                "loss": "0.5%",
                "loss_burst": 2.5,
                "loss_mask": "0101",
                "duplicate": "1%",
                "reorder": "2%",
                "reorder_delay": "3ms",
                "corrupt": "0.1%",
                "rate": "100Mbit",
                "queue": 50,
                "match": ["vrrp", "arp"],
            },
        )
    ],
    "one kind of traffic": [(LINK, {"match": "nd"})],
    "a hub": [(("segments", "lan"), {"kind": "hub"})],
    "portfast": [(("segments", "lan", "stp"), "portfast")],
    "listening": [(("segments", "lan", "stp"), "30s")],
    "ageing": [(("segments", "lan", "mac_aging"), "5min")],
    "links": [(("links",), {"lb1.eth0 -> lan": {"loss": "5%"}, "lan <-> lb2.eth0": {"delay": "1ms"}})],
    "a daemon": [((*LB1, "daemon"), {"started": False, "wakeup": "0..2ms", "phase": "1s", "profile": "rfc"})],
    "a service manager": [((*LB1, "daemon"), {"restart_after": "5s"})],
    "a stack": [(("hosts", "client", "stack"), "cisco"), (("hosts", "client", "ignores_garp"), True)],
    "a boot": [((*LB1, "boot"), {"interfaces": "2s", "addresses": "5s", "services": "6s", "daemon": "7s"})],
    "a clock": [((*LB1, "clock"), {"drift": "-20ppm", "offset": "-2s"})],
    "a packet filter": [((*LB1, "firewall"), ["INPUT -p vrrp -j DROP"])],
    "files and processes": [((*LB1, "files"), {"/run/drain": -1}), ((*LB1, "processes"), {"haproxy": 2})],
    "IPv6 addresses": [((*LB1, "nics", "eth0"), {"segment": "lan", "addresses": ["2001:db8::1/64"]})],
    "a MAC": [((*LB1, "nics", "eth0", "mac"), "02:00:00:00:00:07")],
    "a check that hangs": [(CHECK, {"hangs_when": "service(lb1, nginx) == hung", "prints_instead": True})],
    "a check that restarts": [(CHECK, {"restarts": "nginx", "stops_daemon_when": "service(lb1, nginx) != up"})],
    "a check's exit": [(CHECK, {"exit": 2})],
    "a ping": [(PROBE, {"from": "client", "ping": "192.168.56.100", "timeout": "1s", "start": "5s"})],
    "a tcp probe": [(PROBE, {"from": "client", "tcp": "192.168.56.100:22"})],
    "service": [(FAULT, {**AT, "service": "lb1/nginx", "do": "break", "for": "1s"})],
    "daemon": [(FAULT, {**AT, "daemon": "lb1", "do": "reload", "config": CONFIG % 80})],
    "host": [(FAULT, {**AT, "host": "lb1", "do": "reboot"})],
    "pause": [(FAULT, {**AT, "pause": "lb1", "what": "vm", "clocks": "stand", "for": "1s"})],
    "nic": [(FAULT, {**AT, "nic": "lb1.eth0", "do": "flap", "every": "5s", "until": "30s"})],
    "link": [(FAULT, {**AT, "link": "lb1.eth0 -> lan", "set": {"loss": "30%"}, "for": "1s"})],
    "partition": [(FAULT, {**AT, "partition": {"from": ["lb1"], "to": "lb2", "both_ways": False, "match": "vrrp"}})],
    "file": [(FAULT, {**AT, "file": "lb1", "path": "/run/drain", "value": "none"})],
    "process": [(FAULT, {**AT, "process": "lb1/haproxy", "count": 0})],
    "clock steps": [(FAULT, {**AT, "clock": "lb1", "step": "-5s"})],
    "clock drifts": [(FAULT, {**AT, "clock": "lb1", "drift": "200ppm"})],
    "arp": [(FAULT, {**AT, "arp": "client", "do": "pin", "for": "5s"})],
    "switch": [(FAULT, {**AT, "switch": "lan", "do": "querier_lost"})],
    "inject an advert": [(FAULT, {**AT, "inject": {"from": "lb1.eth0", "advert": {"vrid": 51, "priority": 255}}})],
    "inject bytes": [(FAULT, {**AT, "inject": {"from": "lb1.eth0", "hex": "ff" * 14}})],
    "note": [(FAULT, {**AT, "note": "look here"})],
    "a drawn moment": [((*FAULT, "at"), "10s + uniform(0s, 1s)")],
    "at": [(EXPECT, {"at": "drop + 1s", "that": "masters(VI_1) == 1"})],
    "within": [(EXPECT, {"within": "3.8s", "after": "drop", "stays": "1s", "that": "masters(VI_1) == 2"})],
    "always": [(EXPECT, {"always": "true", "during": "drop", "longer_than": "1s"})],
    "never": [(EXPECT, {"never": "masters(VI_1) == 2", "from": "1s", "before": "9s"})],
    "eventually": [(EXPECT, {"eventually": "masters(VI_1) == 2", "after": "drop.end"})],
    "sometimes": [(EXPECT, {"sometimes": "adverts(lb1, priority == 0) > 0"})],
    "count": [(EXPECT, {"count": "flaps(VI_1)", "at_least": 1, "at_most": 3})],
    "a waiver": [(("waive",), {"one_master": "two are what this shows"}), (("oracles_from",), "20s")],
    "cases": [(("cases",), {"one": {"duration": "50s"}, "two": None})],
    "params": [(("params",), {"length": "61s"}), (("duration",), "${length}")],
    "draws": [
        (
            ("randomize",),
            {"phase": {"lb1": "uniform(0s, 1s)"}, "clock": {"lb2": "normal(0ppm, 20ppm)"}},
        )
    ],
    "a sweep": [
        (("params",), {"loss": "5%"}),
        (("sweep",), {"grid": {"loss": ["0%", "5%"]}, "seeds": "1..100"}),
        (("measure",), {"outage": "blackout(web)"}),
        (
            ("verdict",),
            [
                {"where": {"loss": "5%"}, "quantile": 0.99, "of": "outage", "at_most": "4s", "confidence": 0.95},
                {"probability": "outage > 1s", "at_most": "2%"},
            ],
        ),
    ],
}

BAD = {
    "no version": [(("understudy",), GONE)],
    "a later version": [(("understudy",), 2)],
    "no name": [(("name",), GONE)],
    "no duration": [(("duration",), GONE)],
    "no unit": [(("duration",), "60")],
    "no time at all": [(("duration",), "0s")],
    "a number": [(("duration",), 60)],
    "an unknown key": [(("probess",), {})],
    "a negative seed": [(("seed",), -1)],
    "no segments": [(("segments",), GONE)],
    "an unknown kind": [(("segments", "lan", "kind"), "bridge")],
    "an unknown snooping": [(("segments", "lan", "igmp_snooping"), "maybe")],
    "a bare loss": [(LINK, {"loss": "5"})],
    "too much loss": [(LINK, {"loss": "101%"})],
    "an unknown rate": [(LINK, {"rate": "100Mbps"})],
    "a mask of twos": [(LINK, {"loss_mask": "0120"})],
    "a queue of nothing": [(LINK, {"queue": 0})],
    "unknown traffic": [(LINK, {"match": "smtp"})],
    "no hosts": [(("hosts",), {})],
    "a host without NICs": [(("hosts", "client", "nics"), GONE)],
    "a NIC without address": [(("hosts", "client", "nics", "eth0", "ip"), GONE)],
    "an address without length": [(("hosts", "client", "nics", "eth0", "ip"), "192.168.56.10")],
    "a MAC of names": [(("hosts", "client", "nics", "eth0", "mac"), "mine")],
    "a daemon without config": [(("hosts", "client", "daemon"), {"started": True})],
    "an unknown stack": [(("hosts", "client", "stack"), "bsd")],
    "a drift without unit": [(("hosts", "client", "clock"), {"drift": "20"})],
    "port 0": [((*LB1, "services", "nginx", "listen"), [0])],
    "a service without ports": [((*LB1, "services", "nginx"), {})],
    "yes is a string": [((*LB1, "daemon"), {"started": "yes"})],
    "two ends of a check": [(CHECK, {"exit": 1, "passes_when": "service(lb1, nginx) == up"})],
    "exit 256": [(CHECK, {"exit": 256})],
    "a probe of nothing": [((*PROBE, "get"), GONE)],
    "a probe of two": [((*PROBE, "tcp"), "192.168.56.100:80")],
    "a fault without time": [((*FAULT, "at"), GONE)],
    "a fault with two times": [((*FAULT, "after"), "drop")],
    "a fault without verb": [(FAULT, {"id": "drop", "at": "10s"})],
    "a fault with two verbs": [((*FAULT, "note"), "both")],
    "until alone": [((*FAULT, "until"), "30s")],
    "for ever nothing": [((*FAULT, "for"), "0s")],
    "an unknown deed": [(FAULT, {**AT, "daemon": "lb1", "do": "crash"})],
    "a set of nothing": [(FAULT, {**AT, "link": "lb1.eth0 -> lan", "set": {}})],
    "a clock that stays": [(FAULT, {**AT, "clock": "lb1"})],
    "an advert without priority": [(FAULT, {**AT, "inject": {"from": "lb1.eth0", "advert": {"vrid": 51}}})],
    "odd bytes": [(FAULT, {**AT, "inject": {"from": "lb1.eth0", "hex": "fff"}})],
    "a note that lasts": [(FAULT, {**AT, "note": "x", "for": "1s"})],
    "no condition": [(EXPECT, {"at": "9s"})],
    "two forms": [(EXPECT, {"at": "9s", "within": "1s", "that": "true"})],
    "stays alone": [(EXPECT, {"stays": "1s", "that": "true"})],
    "a count of nothing": [(EXPECT, {"count": "flaps(VI_1)"})],
    "a waiver without reason": [(("waive",), {"one_master": " "})],
    "an unknown oracle": [(("waive",), {"one_mastr": "because"})],
    "a verdict without bound": [
        (("measure",), {"outage": "blackout(web)"}),
        (("verdict",), [{"quantile": 0.9, "of": "outage"}]),
    ],
    "no distribution": [(("randomize",), {"phase": {"lb1": "1s"}})],
    "seeds without number": [(("sweep",), {"seeds": "all"})],
    "no cases": [(("cases",), {})],
}


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema: on, off, yes and no are strings."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def changed(changes):
    document = copy.deepcopy(BASE)
    for path, value in changes:
        place = document
        for key in path[:-1]:
            place = place[key]
        if value is GONE:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    return document


@pytest.fixture(scope="module")
def validator(root):
    schema = json.loads((root / "scenarios/scenario.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def accepted(understudy_program, path):
    process = understudy_program("sim", "--resolve", path)
    assert process.returncode in (0, 2), process.stderr
    assert (process.returncode == 0) == (process.stdout != ""), process.stderr
    return process.returncode == 0, process.stderr


def test_there_are_a_hundred_files():
    assert len(GOOD) + len(BAD) >= 100


@pytest.mark.parametrize("name", GOOD)
def test_both_accept(name, understudy_program, validator, tmp_path):
    document = changed(GOOD[name])
    assert [error.message for error in validator.iter_errors(document)] == []
    path = tmp_path / "scenario.yaml"
    path.write_text(json.dumps(document))
    good, errors = accepted(understudy_program, path)
    assert good, errors


@pytest.mark.parametrize("name", BAD)
def test_both_refuse(name, understudy_program, validator, tmp_path):
    document = changed(BAD[name])
    assert not validator.is_valid(document)
    path = tmp_path / "scenario.yaml"
    path.write_text(json.dumps(document))
    good, errors = accepted(understudy_program, path)
    assert not good
    assert "error:" in errors


def test_the_library_fits_the_schema(root, validator):
    files = sorted((root / "scenarios").glob("*.yaml"))
    assert files
    for path in files:
        document = yaml.load(path.read_text(), CoreLoader)  # noqa: S506
        assert [(path.name, error.message) for error in validator.iter_errors(document)] == []


def test_what_resolve_prints_is_the_scenario(understudy_program, root, tmp_path):
    pair = root / "scenarios/nginx-pair.yaml"
    case = "stop-daemon-on-master"
    text = understudy_program("sim", pair, "--case", case, "--standalone").stdout
    again = tmp_path / "again.yaml"
    again.write_text(text)
    digests = []
    for arguments in ((pair, "--case", case), (again,)):
        process = understudy_program("sim", *arguments, "--json", "-")
        assert process.returncode == 0, process.stderr
        digests.append(json.loads(process.stdout)["digest"])
    assert digests[0] == digests[1]
    assert understudy_program("sim", again, "--standalone").stdout == text.split("\n", 1)[1]


def test_the_whole_library_is_written_as_it_is_read(understudy_program, root, tmp_path):
    again = tmp_path / "again.yaml"
    for path in sorted((root / "scenarios").glob("*.yaml")):
        for text in understudy_program("sim", path, "--standalone").stdout.split("---\n"):
            body = "".join(line + "\n" for line in text.splitlines() if not line.startswith("# case "))
            again.write_text(body)
            process = understudy_program("sim", again, "--standalone")
            assert process.returncode == 0, (path.name, process.stderr)
            assert process.stdout == body, path.name
