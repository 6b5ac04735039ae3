"""The same accident in the simulator, at the same phase of the master's adverts as it had on the real hosts."""

import functools
import json
import pathlib
import subprocess

from lab import client
from lab.host import LabError
from lab.pair import ADDRESSES, FILES, INSTANCE, INTERFACES, VIP

_SECOND = 1_000_000_000
_ADVERTS_BEFORE = 6  # adverts between mastership and the fault, so that everything has settled

# By drill: who is master before it, and the fault.
_DRILLS = {
    "daemon_stops": ("lb1", "daemon: lb1, do: stop"),
    "daemon_back": ("lb2", "daemon: lb1, do: start"),
    "power_off": ("lb1", "host: lb1, do: power_off"),
}

_HOST = """\
  {name}:
    config: {files}/{name}.conf
    daemon: {{ started: {started} }}
    nics: {{ {interface}: {{ segment: lan, ip: {address}/24 }} }}
    services: {{ nginx: {{ listen: [80] }} }}
    checks: {{ chk_nginx: {{ runtime: 20ms }} }}
"""

_SCENARIO = """\
understudy: 1
name: {name}
duration: {duration}ns
segments:
  lan: {{ kind: switch }}
hosts:
{hosts}  client: {{ nics: {{ eth0: {{ segment: lan, ip: {client}/24 }} }}, stack: linux }}
probes:
  web: {{ from: client, get: "http://{vip}/", every: {every}ms, timeout: {timeout}ms, start: 5s }}
{timeline}expect:
  - {{ that: "masters({instance}) == 1" }}
"""


def _scenario(name, duration, lb1_started, timeline=""):
    hosts = "".join(
        _HOST.format(name=host, files=FILES, started=str(started).lower(), interface=INTERFACES[host],
                     address=ADDRESSES[host])
        for host, started in (("lb1", lb1_started), ("lb2", True)))
    return _SCENARIO.format(name=name, duration=duration, hosts=hosts, client=ADDRESSES["client"], vip=VIP,
                            every=client.EVERY_MS, timeout=client.TIMEOUT_MS, timeline=timeline, instance=INSTANCE)


def _run(folder, programs, name, text):
    if not (programs / "understudy").is_file():
        raise LabError(f"{programs}: no understudy (run ./dev build)")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(text)
    done = subprocess.run([programs / "understudy", "sim", file, "--json", "-"], capture_output=True, text=True,
                          check=False, timeout=60)
    if done.returncode != 0:
        raise LabError(f"the simulator ended with {done.returncode}: {done.stderr.strip()}\n{text}")
    return json.loads(done.stdout)


@functools.cache
def _master_at(folder, programs, lb1_started):
    """When the first master of an undisturbed run takes over, in nanoseconds."""
    result = _run(folder, programs, "undisturbed", _scenario("undisturbed", 8 * _SECOND, lb1_started))
    return round(next(t["t"] for t in result["transitions"] if t["to"] == "MASTER") * _SECOND)


def blackout(folder, programs, drill, phase):
    """The client's longest blackout, in seconds, when the fault comes `phase` seconds after an advert of the master."""
    master, verb = _DRILLS[drill]
    folder, programs = pathlib.Path(folder), pathlib.Path(programs)
    lb1_started = master == "lb1"
    at = _master_at(folder, programs, lb1_started) + _ADVERTS_BEFORE * _SECOND + round(phase * _SECOND)
    timeline = f"timeline:\n  - {{ id: fault, at: {at}ns, {verb} }}\n"
    result = _run(folder, programs, drill, _scenario(drill, at + 10 * _SECOND, lb1_started, timeline))
    return result["probes"][0]["longest_blackout_s"]
