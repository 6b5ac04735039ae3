"""The daemon of a host: understudyd, or Debian's keepalived as its peer and yardstick."""

import os
import re
import signal
import time

from lab.host import LabError

CONFIG = "/run/keepalived.conf"
PID_FILE = "/run/keepalived.pid"
_STATE = re.compile(r"\((?P<instance>[^)]+)\) Entering (?P<state>[A-Z]+) STATE")

# What systemd does with these units, for scripts that say `systemctl start nginx` or `systemctl stop keepalived`.
_SYSTEMCTL = f"""\
#!/bin/sh
case "$1 $2" in
  "start nginx") exec /usr/local/sbin/start-nginx start ;;
  "stop keepalived") kill -TERM "$(cat {PID_FILE})" ;;
  *) echo "systemctl: $* is not known in this lab" >&2; exit 1 ;;
esac
"""


def command(kind, programs):
    """The command line of a daemon in the foreground that logs to its standard output."""
    if kind == "keepalived":
        return ["keepalived", "-P", "-n", "-l", "-D", "-f", CONFIG, "-p", PID_FILE, "-r", "/run/keepalived_vrrp.pid"]
    return [programs / "understudyd", "-f", CONFIG, "-p", PID_FILE, "-n", "-l", "-D"]


def prepare(host, config, check_script):
    """Lays a host out as the pair's description wants it: the config, check_ng.sh, systemctl, /etc/init.d/nginx."""
    host.write(CONFIG, config)
    host.write("/usr/local/sbin/check_ng.sh", check_script, 0o755)
    host.write("/usr/local/sbin/systemctl", _SYSTEMCTL, 0o755)
    for path, ours in (("/usr/bin/systemctl", "systemctl"), ("/etc/init.d/nginx", "start-nginx")):
        if (host.root / path.lstrip("/")).exists():
            host.run("mount", "--bind", f"/usr/local/sbin/{ours}", path)


class Daemon:
    def __init__(self, host, kind, programs, on_line=None):
        self._host = host
        self._programs = programs
        self._on_line = on_line
        self._process = None
        self._logs = []
        self.kind = kind

    @property
    def log(self):
        return self._process.log

    @property
    def pid(self):
        return self._process.pid

    def running(self):
        return self._process is not None and self._process.running()

    def start(self):
        """Starts it; returns the time of that, and does not wait until it is ready."""
        if self.running():
            raise LabError(f"{self._host.name}: the daemon is already running")
        at = time.monotonic_ns()
        self._process = self._host.spawn(*command(self.kind, self._programs), on_line=self._on_line)
        self._logs.append(self._process.log)
        return at

    def stop(self):
        """Asks it to stop (SIGTERM); returns the time of that."""
        at = time.monotonic_ns()
        self._process.signal(signal.SIGTERM)
        return at

    def kill(self):
        """kill -9; returns the time of that."""
        if self.kind == "understudyd":
            at = time.monotonic_ns()
            self._process.signal(signal.SIGKILL)
        else:
            # Two processes, and each acts when the other one dies: stopped first, neither can.
            at = self.pause()
            self._signal_all(signal.SIGKILL)
            self._process.signal(signal.SIGCONT)
        return at

    def pause(self):
        at = time.monotonic_ns()
        self._signal_all(signal.SIGSTOP)
        return at

    def resume(self):
        at = time.monotonic_ns()
        self._signal_all(signal.SIGCONT)
        return at

    def _signal_all(self, number):
        for pid in self._host.pids(self.kind):
            os.kill(pid, number)
        if number == signal.SIGCONT:
            self._process.signal(number)

    def wait(self, timeout):
        """Its exit status; None when it still runs."""
        return self._process.wait(timeout)

    def end(self):
        if self._process is not None:
            self._process.end()

    def lines(self, since=0):
        """(time, text) of what it logged, in earlier runs too."""
        return [line for log in self._logs for line in log.lines(since)]

    def states(self, since=0):
        """(time, instance, state) of each change that it logged."""
        return [(at, found["instance"], found["state"]) for at, text in self.lines(since)
                if (found := _STATE.search(text))]

    def wait_for_state(self, state, timeout, since=0):
        """When its log said so; None when it did not in time."""
        return self.log.wait_for(lambda text: f"Entering {state} STATE" in text, timeout, since)
