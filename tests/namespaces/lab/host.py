"""A host: namespaces of its own for network, mounts, processes and name.

Nothing has a name outside: the first process of a host lives as long as a pipe to us, and the kernel ends every process
of the host and removes its interfaces when the first one goes. So nothing is left behind on any way out, kill -9
included.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/root"}
TOOLS = ("unshare", "nsenter", "mount", "ip", "iptables", "tcpdump", "nginx", "ps", "bash")

# Children are reaped by the kernel (SIGCHLD ignored): a dead daemon must not stay visible to `ps` as a zombie.
_FIRST_PROCESS = """
hostname "$1" && mount -t tmpfs lab /run && mount -t tmpfs lab /var/log && mount -t tmpfs lab /usr/local/sbin &&
ip link set lo up && echo ready && exec env --ignore-signal=CHLD cat
"""


class LabError(Exception):
    """The lab could not be set up, or something in it did not happen in time."""


def why_not():
    """Why no lab can be made here, in one line; None when it can."""
    if os.geteuid() != 0:
        return "needs root rights (network namespaces)"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=PATH) is None]
    if missing:
        return "missing: " + ", ".join(missing)
    try:
        with Host("trial"):
            return None
    except LabError as error:
        return str(error)


class Log:
    """Lines of a process with the time (CLOCK_MONOTONIC, ns) at which they came."""

    def __init__(self, stream, on_line=None):
        self._lines = []
        self._news = threading.Condition()
        self._on_line = on_line
        self._thread = threading.Thread(target=self._pump, args=(stream,), daemon=True)
        self._thread.start()

    def _pump(self, stream):
        for raw in stream:
            line = (time.monotonic_ns(), raw.decode(errors="replace").rstrip())
            with self._news:
                self._lines.append(line)
                self._news.notify_all()
            if self._on_line:
                self._on_line(*line)

    def lines(self, since=0):
        with self._news:
            return [line for line in self._lines if line[0] >= since]

    def wait_for(self, matches, timeout, since=0):
        """The time of the first line since then for which matches(text) holds; None when none came in time."""
        deadline = time.monotonic() + timeout
        seen = 0
        with self._news:
            while True:
                for at, text in self._lines[seen:]:
                    if at >= since and matches(text):
                        return at
                seen = len(self._lines)
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._news.wait(left)

    def text(self, since=0):
        return "\n".join(text for _, text in self.lines(since))

    def drain(self, timeout=2.0):
        """Waits until the process has closed its end."""
        self._thread.join(timeout)


class Process:
    """A process inside a host, started and signalled from outside."""

    def __init__(self, entry, log):
        self._entry = entry  # nsenter, the parent of the process itself
        self.entry = entry.pid
        self.log = log
        self.stdin = entry.stdin
        self.pid = self._child_of(entry)

    @staticmethod
    def _child_of(entry):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            children = children_of(entry.pid)
            if children:
                return children[0]
            if entry.poll() is not None:
                return None  # it has already ended
            time.sleep(0.001)
        raise LabError("a process did not start in its namespace")

    def signal(self, number):
        # nsenter stops itself together with its child, and must go on to see its end.
        pids = [self.pid, self._entry.pid] if number == signal.SIGCONT else [self.pid]
        for pid in pids:
            if pid is not None and self.running():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)

    def running(self):
        return self._entry.poll() is None

    def wait(self, timeout):
        """The exit status as a shell gives it; None when the process still runs."""
        try:
            status = self._entry.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        self.log.drain()
        return status if status >= 0 else 128 - status

    def end(self):
        """Ends it whatever it takes."""
        if self.running():
            self.signal(signal.SIGKILL)
            self.signal(signal.SIGCONT)
            if self.wait(2) is None:
                self._entry.kill()
                self._entry.wait()


def children_of(pid):
    """The direct children of a process, as this machine numbers them."""
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def descendants_of(pid):
    """A process's children, their children and so on, parents first."""
    found = []
    for child in children_of(pid):
        found += [child, *descendants_of(child)]
    return found


class Host:
    def __init__(self, name):
        self.name = name
        command = ["unshare", "--net", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "--",
                   "sh", "-c", _FIRST_PROCESS, "sh", name]
        # A session of its own: an interrupt at the terminal ends the lab in order, not its parts at random.
        self._keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=ENVIRONMENT, start_new_session=True)
        self._processes = []
        if self._keeper.stdout.readline() != b"ready\n":
            reason = self._keeper.stderr.read().decode(errors="replace").strip().replace("\n", "; ")
            self.close()
            raise LabError("no namespaces here: " + (reason or "unshare failed"))
        self.pid = children_of(self._keeper.pid)[0]
        self.root = pathlib.Path(f"/proc/{self.pid}/root")  # the host's files as it sees them itself

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in self._processes:
            process.end()
        if self._keeper.stdin and not self._keeper.stdin.closed:
            self._keeper.stdin.close()  # the first process ends, and with it all that lives here
        try:
            self._keeper.wait(2)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()

    def _inside(self, command):
        return ["nsenter", "-t", str(self.pid), "-n", "-m", "-p", "-u", "--", *map(str, command)]

    def run(self, *command, check=True, timeout=20):
        """Runs a short command to its end; its output as text."""
        done = subprocess.run(self._inside(command), env=ENVIRONMENT, timeout=timeout, text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and done.returncode != 0:
            raise LabError(f"{self.name}: {' '.join(map(str, command))}: {done.stdout.strip()}")
        return done.stdout

    def plug_into(self, other, port, interface, mac):
        """A cable: `interface` here, `port` in the other host."""
        # Entering its network only: process numbers must mean what they mean outside.
        done = subprocess.run(["nsenter", "-t", str(other.pid), "-n", "--", "ip", "link", "add", port, "type", "veth",
                               "peer", "name", interface, "address", mac, "netns", str(self.pid)],
                              env=ENVIRONMENT, text=True, check=False, capture_output=True)
        if done.returncode != 0:
            raise LabError(f"no cable between {self.name} and {other.name}: {done.stderr.strip()}")

    def status_of(self, *command, timeout=20):
        """Runs a command to its end; its exit status and output."""
        done = subprocess.run(self._inside(command), env=ENVIRONMENT, timeout=timeout, text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def spawn(self, *command, on_line=None):
        """Starts a long-lived process; its output goes into its log."""
        entry = subprocess.Popen(self._inside(command), env=ENVIRONMENT, start_new_session=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        process = Process(entry, Log(entry.stdout, on_line))
        self._processes.append(process)
        return process

    def write(self, path, text, mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def read(self, path):
        """The text of a file of the host; empty when there is none."""
        try:
            return (self.root / path.lstrip("/")).read_text()
        except FileNotFoundError:
            return ""

    def pids(self, name):
        """Processes of this host with that name, as this machine numbers them."""
        found = []
        pids = descendants_of(self._keeper.pid)
        for process in self._processes:
            pids += descendants_of(process.entry)
        for pid in pids:
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    found.append(pid)
            except (FileNotFoundError, ProcessLookupError):
                pass
        return sorted(set(found))

    def holds(self, address):
        return f"inet {address}/" in self.run("ip", "-4", "addr", "show")
