"""A daemon that can't run says why in one clear line, with the right exit status, and leaves nothing behind."""

import pytest
from lab import daemon as daemons
from lab import nginx
from lab.host import Host
from lab.pair import FILES

BAD_CONFIG, UNREADABLE, CANNOT_RUN = 1, 2, 3

GOOD = """\
vrrp_instance VI_1 {
    interface ens33
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.168.56.100/24
    }
}
"""


@pytest.fixture(scope="module")
def host(programs):
    """One host with an interface, and understudyd where nobody's rights suffice to run it."""
    with Host("alone") as alone:
        alone.run("ip", "link", "add", "ens33", "type", "veth", "peer", "name", "elsewhere")
        alone.run("ip", "link", "set", "elsewhere", "up")
        alone.run("ip", "addr", "add", "192.168.56.130/24", "dev", "ens33")
        alone.run("ip", "link", "set", "ens33", "up")
        nginx.Nginx(alone)
        daemons.prepare(alone, GOOD, (FILES / "lb1.check_ng.sh").read_text())
        program = alone.root / "run/understudyd"
        program.write_bytes((programs / "understudyd").read_bytes())
        program.chmod(0o755)
        alone.run("chmod", "755", "/run")
        yield alone


def _start(host, *before, options=("-n", "-l")):
    status, output = host.status_of(*before, "/run/understudyd", "-f", daemons.CONFIG, "-p", "/run/u.pid", *options,
                                    timeout=5)
    return status, [line for line in output.splitlines() if line.strip()]


def _config(host, text):
    host.write(daemons.CONFIG, text)


@pytest.mark.parametrize("before", [
    ("setpriv", "--reuid", "65534", "--clear-groups", "--"),
    ("setpriv", "--bounding-set", "-net_raw,-net_admin", "--inh-caps", "-net_raw,-net_admin", "--"),
], ids=["as-nobody", "without-capabilities"])
def test_without_rights(host, before):
    _config(host, GOOD)
    status, lines = _start(host, *before)
    assert status == CANNOT_RUN
    assert len(lines) == 1 and "CAP_NET_RAW" in lines[0], lines


def test_missing_interface(host):
    _config(host, GOOD.replace("ens33", "eth7"))
    status, lines = _start(host)
    assert status == BAD_CONFIG
    assert lines[0].startswith(f"{daemons.CONFIG}:2:15: error: ") and "eth7" in lines[0], lines
    assert sum("error" in line for line in lines) == 1, lines


def test_bad_config(host):
    _config(host, GOOD.replace("virtual_router_id 51", "virtual_router_id 510"))
    status, lines = _start(host)
    assert status == BAD_CONFIG
    assert lines[0].startswith(f"{daemons.CONFIG}:3:") and "error: " in lines[0] and "510" in lines[0], lines
    assert sum("error" in line for line in lines) == 1, lines


def test_missing_config(host):
    (host.root / daemons.CONFIG.lstrip("/")).unlink()
    status, lines = _start(host)
    assert status == UNREADABLE
    assert len(lines) == 1 and daemons.CONFIG in lines[0], lines


def test_unknown_option(host):
    status, lines = _start(host, options=("--no-such-option",))
    assert status == UNREADABLE
    assert "--no-such-option" in lines[0], lines


def test_second_daemon_with_the_same_pid_file(host):
    _config(host, GOOD)
    first = host.spawn("/run/understudyd", "-f", daemons.CONFIG, "-p", "/run/u.pid", "-n", "-l")
    try:
        assert first.log.wait_for(lambda text: "Entering BACKUP STATE" in text, 2), first.log.text()
        status, lines = _start(host)
        assert status == CANNOT_RUN
        assert len(lines) == 1 and "already running" in lines[0], lines
        assert first.running()
    finally:
        first.end()


def test_a_stale_pid_file_is_no_obstacle(host):
    _config(host, GOOD)
    host.write("/run/u.pid", "1\n")
    process = host.spawn("/run/understudyd", "-f", daemons.CONFIG, "-p", "/run/u.pid", "-n", "-l")
    try:
        assert process.log.wait_for(lambda text: "Entering BACKUP STATE" in text, 2), process.log.text()
    finally:
        process.end()


def test_config_test_says_what_is_wrong_and_runs_nothing(host):
    _config(host, (FILES / "lb1.conf").read_text())
    status, lines = _start(host, options=("-t",))
    assert status == 0
    assert lines[0].startswith(f"{daemons.CONFIG}:24:19: warning: "), lines
    assert not host.pids("understudyd")
