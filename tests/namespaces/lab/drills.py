"""What is done to the pair, one function a drill; each leaves the pair as it found it unless it says otherwise."""

import os
import signal
import time

from lab import bounds
from lab.host import LabError
from lab.pair import ADDRESSES, VIP
from lab.result import Result

DROP_RULE = ("OUTPUT", "-p", "vrrp", "-j", "DROP")


class Drill:
    """The measuring that all drills share."""

    def __init__(self, pair, name):
        self.pair = pair
        self.result = Result(name, pair.kinds)
        self.began = time.monotonic_ns()

    def advert_of(self, name, since, timeout, priority=None):
        """When that host was first heard since then; None when it was not in time."""
        found = self.pair.capture.wait_for_advert(timeout, ADDRESSES[name], since, priority)
        return found.at if found else None

    def last_advert_of(self, name, until):
        """When that host was last heard before then, adverts of priority 0 apart."""
        found = [a for a in self.pair.capture.adverts(ADDRESSES[name], until=until) if a.priority > 0]
        return found[-1].at if found else None

    def takeover_by(self, name, since, timeout):
        """Waits until that host is heard as master; the time of its first advert."""
        return self.advert_of(name, since, timeout)

    def finish(self, since, until=None):
        """Waits for the requests under way and takes the blackout that began between the two moments."""
        until = until or time.monotonic_ns()
        self.pair.wait_until_quiet()
        blackout = self.pair.client.longest_blackout(since, until)
        self.result.blackout = blackout.seconds
        self.result.lost = blackout.lost
        self.result.widest_step = self.pair.client.widest_step(since, until)
        return self.result


def _seconds(start, end):
    return None if start is None or end is None else (end - start) / 1e9


def _wait(condition, timeout):
    """The time at which the condition became true; None when it did not."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return None
        time.sleep(0.01)
    return time.monotonic_ns()


def is_healthy(pair):
    """Both daemons and both nginx run, and in the last 1.1 s lb1 alone was heard."""
    lately = pair.capture.adverts(since=time.monotonic_ns() - 1_100_000_000)
    return ({advert.source for advert in lately} == {ADDRESSES["lb1"]} and lately[-1].priority > 0
            and all(member.daemon.running() and member.nginx.running() for member in pair.members)
            and pair.lb1.holds_vip() and not pair.lb2.holds_vip())


def heal(pair):
    """Brings a pair back to health that an earlier, failed drill left ill; does nothing to a healthy one."""
    if is_healthy(pair):
        return
    for member in pair.members:
        pair.cable(member.name, plugged=True)
        member.host.run("iptables", "-F")
        member.nginx.repair()
        member.nginx.start()
        if member.daemon.running():
            member.daemon.resume()
        else:
            member.daemon.start()
    if _wait(lambda: is_healthy(pair), 15) is None:
        raise LabError("the pair does not come back to health")


def start_both(pair):
    """The hosts start, the client asks from the start: it is answered when lb1 has waited its master-down time."""
    drill = Drill(pair, "start")
    for member in pair.members:
        member.nginx.start()
    pair.start_client()
    time.sleep(0.1)
    pair.does("lb1", "the daemons start")
    started = pair.lb1.daemon.start()
    time.sleep(bounds.ALLOWANCE)  # lb2 would win with a head start of 39 ms
    pair.lb2.daemon.start()
    master = drill.takeover_by("lb1", started, 8)
    time.sleep(0.2)
    result = drill.finish(started, master)
    down = bounds.MASTER_DOWN["lb1"]
    # Requests of the last half second wait in the client's ARP queue and are answered late, so what counts is when the
    # first answer came, not when its request was sent.
    first = pair.client.first_answer(started)
    result.blackout = _seconds(started, first) or float("inf")
    result.bound("first answer", _seconds(started, first), down, down + bounds.SCRIPT_RUN + bounds.ALLOWANCE)
    result.fact("lb2 was never master", not pair.capture.adverts(ADDRESSES["lb2"], started))
    result.fact("only lb1 holds the address", pair.lb1.holds_vip() and not pair.lb2.holds_vip())
    return result


def nginx_dies(pair):
    """nginx on the master dies and can't be started: its check_ng.sh stops the daemon. Leaves lb1's daemon stopped."""
    drill = Drill(pair, "stop nginx")
    died = pair.does("lb1", "nginx stops and can't be started")
    pair.lb1.nginx.break_down()
    resigned = drill.advert_of("lb1", died, bounds.SCRIPT_INTERVAL + 3, priority=0)
    took = drill.takeover_by("lb2", died, 5)
    status = pair.lb1.daemon.wait(3)
    result = drill.finish(died)
    skew = bounds.SKEW["lb2"]
    noticed = bounds.SCRIPT_INTERVAL + bounds.SCRIPT_RUN
    result.bound("the script stops the daemon", _seconds(died, resigned), 0, noticed + bounds.ALLOWANCE)
    _takes_over_after_priority_0(result, resigned, took)
    result.bound("blackout", result.blackout, skew - 2 * bounds.PROBE, noticed + skew + bounds.ALLOWANCE)
    result.fact("the script says why", "keepalived will stop" in pair.lb1.host.read("/var/log/check_ng.log"))
    result.fact("the daemon ended well", status == 0)
    result.fact("only lb2 holds the address", pair.lb2.holds_vip() and not pair.lb1.holds_vip())
    return result


def daemon_back(pair):
    """The daemon on lb1 starts again (nginx too, where it was broken): it takes the address back."""
    drill = Drill(pair, "start daemon")
    pair.lb1.nginx.repair()
    pair.lb1.nginx.start()
    pair.does("lb1", "the daemon starts")
    started = pair.lb1.daemon.start()
    result = _takes_back(drill, started)
    result.figures["phase"] = _seconds(drill.last_advert_of("lb2", started), started)
    return result


def _takes_back(drill, since):
    """lb1 takes the address back from lb2: master-down time, and hardly a request lost."""
    pair = drill.pair
    master = drill.takeover_by("lb1", since, 8)
    yielded = pair.lb2.daemon.wait_for_state("BACKUP", 2, since)
    time.sleep(0.3)
    result = drill.finish(since)
    down = bounds.MASTER_DOWN["lb1"]
    result.bound("lb1 takes over", _seconds(since, master), down, down + bounds.SCRIPT_RUN + bounds.ALLOWANCE)
    result.bound("lb2 yields", _seconds(master, yielded), -bounds.ALLOWANCE, bounds.ALLOWANCE)
    _hardly_a_request_lost(result)
    result.fact("only lb1 holds the address", pair.lb1.holds_vip() and not pair.lb2.holds_vip())
    result.fact("lb1 answers", set(pair.client.answers(time.monotonic_ns() - 200_000_000)) == {"lb1"})
    result.figures["takes_back"] = _seconds(since, master)
    return result


def daemon_stops(pair):
    """The daemon on the master is stopped. Leaves it stopped."""
    drill = Drill(pair, "stop daemon")
    pair.does("lb1", "the daemon is stopped")
    stopped = pair.lb1.daemon.stop()
    status = pair.lb1.daemon.wait(3)
    ended = time.monotonic_ns()
    resigned = drill.advert_of("lb1", stopped, 3, priority=0)
    took = drill.takeover_by("lb2", stopped, 5)
    result = drill.finish(stopped)
    skew = bounds.SKEW["lb2"]
    _takes_over_after_priority_0(result, resigned, took)
    result.bound("blackout", result.blackout, skew - 2 * bounds.PROBE, skew + bounds.ALLOWANCE)
    result.fact("the daemon ended well", status == 0)
    result.bound("the daemon is gone", _seconds(stopped, ended), 0, bounds.STOP[pair.lb1.daemon.kind])
    result.fact("only lb2 holds the address", pair.lb2.holds_vip() and not pair.lb1.holds_vip())
    result.figures["phase"] = _seconds(drill.last_advert_of("lb1", stopped), stopped)
    return result


def adverts_dropped(pair, hold=2.0):
    """A firewall rule on the master eats its adverts: two masters, both answer, until the rule goes."""
    drill = Drill(pair, "drop adverts")
    dropped = pair.does("lb1", f"iptables -I {' '.join(DROP_RULE)}")
    pair.lb1.host.run("iptables", "-I", *DROP_RULE)
    last = drill.last_advert_of("lb1", time.monotonic_ns())
    took = drill.takeover_by("lb2", dropped, 6)
    time.sleep(hold)
    both_hold = pair.lb1.holds_vip() and pair.lb2.holds_vip()
    result = drill.result
    _takes_over_after_silence(result, last, took)
    result.fact("both hold the address while the rule stands", both_hold)
    result.fact("lb1 reports the other master",
                "lower priority" in pair.lb1.daemon.log.text(dropped))
    told = {state for _, _, state in pair.lb2.daemon.states(dropped)}
    result.fact("lb2 reports that it is master", "MASTER" in told)
    undone = pair.does("lb1", f"iptables -D {' '.join(DROP_RULE)}")
    pair.lb1.host.run("iptables", "-D", *DROP_RULE)
    yielded = pair.lb2.daemon.wait_for_state("BACKUP", 3, undone)
    time.sleep(0.3)
    drill.finish(dropped)
    result.bound("one master after the rule goes", _seconds(undone, yielded), 0, bounds.ONE_AGAIN)
    _hardly_a_request_lost(result)
    result.fact("only lb1 holds the address", pair.lb1.holds_vip() and not pair.lb2.holds_vip())
    return result


def nginx_restartable(pair):
    """nginx on the master stops but can be started: check_ng.sh starts it, and nothing moves."""
    drill = Drill(pair, "restart nginx")
    stopped = pair.does("lb1", "nginx stops")
    pair.lb1.nginx.stop()
    back = _wait(pair.lb1.nginx.running, bounds.SCRIPT_INTERVAL + 3)
    time.sleep(0.3)
    result = drill.finish(stopped)
    noticed = bounds.SCRIPT_INTERVAL + bounds.SCRIPT_RUN + bounds.ALLOWANCE
    result.bound("check_ng.sh starts nginx", _seconds(stopped, back), 0, noticed)
    result.bound("blackout", result.blackout, 0, noticed)
    result.fact("lb1 stayed master", not pair.capture.adverts(ADDRESSES["lb2"], stopped) and pair.lb1.holds_vip())
    result.fact("lb1 answers", set(pair.client.answers(time.monotonic_ns() - 200_000_000)) == {"lb1"})
    return result


def cable_pulled(pair):
    """The master's cable is pulled: FAULT there, silence here. Leaves it pulled."""
    drill = Drill(pair, "pull cable")
    pulled = pair.cable("lb1", plugged=False)
    last = drill.last_advert_of("lb1", time.monotonic_ns())
    took = drill.takeover_by("lb2", pulled, 6)
    fault = pair.lb1.daemon.wait_for_state("FAULT", 0.5, pulled)
    time.sleep(0.2)
    result = drill.finish(pulled)
    _silence(result, pulled, last, took)
    result.bound("lb1 says FAULT", _seconds(pulled, fault), 0, bounds.ALLOWANCE)
    result.fact("only lb2 holds the address", pair.lb2.holds_vip() and not pair.lb1.holds_vip())
    return result


def cable_plugged(pair):
    """The cable is plugged in again: lb1 takes the address back."""
    drill = Drill(pair, "plug cable")
    return _takes_back(drill, pair.cable("lb1", plugged=True))


def _takes_over_after_priority_0(result, resigned, took):
    """lb2 heard a resignation and waits one skew."""
    skew = bounds.SKEW["lb2"]
    seconds = result.figures["after_priority_0"] = _seconds(resigned, took)
    result.bound("lb2 takes over after priority 0", seconds, skew - bounds.EXACT, skew + bounds.ALLOWANCE)


def _takes_over_after_silence(result, last, took):
    """lb2 heard nothing any more and waits its master-down time from the last advert."""
    down = bounds.MASTER_DOWN["lb2"]
    seconds = result.figures["after_silence"] = _seconds(last, took)
    result.bound("lb2 takes over after the last advert heard", seconds, down - bounds.EXACT, down + bounds.ALLOWANCE)


def _hardly_a_request_lost(result):
    """The address moves, or has two holders, and the client hardly notices.

    Requests lost in a row are counted, so that a client which was itself late does not look like a blackout.
    """
    most = max(bounds.HANDOVER[kind] for kind in result.kinds)
    result.bound("requests lost in a row, times 5 ms", result.lost * bounds.PROBE, 0, most)


def _silence(result, since, last, took):
    """A master fell silent: the backup waits its master-down time from the last advert it heard."""
    down = bounds.MASTER_DOWN["lb2"]
    _takes_over_after_silence(result, last, took)
    result.bound("blackout", result.blackout, down - bounds.ADVERT - 2 * bounds.PROBE, down + bounds.ALLOWANCE)
    result.figures["phase"] = _seconds(last, since)


def power_off(pair):
    """The master loses power: daemon and nginx are gone and the link is down. Leaves it off."""
    drill = Drill(pair, "power off")
    nginx = pair.lb1.nginx.pids()
    pair.does("lb1", "the power goes off")
    off = pair.lb1.daemon.kill()
    for pid in nginx:
        os.kill(pid, signal.SIGKILL)
    pair.cable("lb1", plugged=False)
    last = drill.last_advert_of("lb1", time.monotonic_ns())
    took = drill.takeover_by("lb2", off, 6)
    time.sleep(0.2)
    result = drill.finish(off)
    _silence(result, off, last, took)
    result.fact("lb2 holds the address", pair.lb2.holds_vip())
    return result


def power_on(pair):
    """The host boots: no address is left, nginx and then the daemon start; lb1 takes the address back."""
    drill = Drill(pair, "power on")
    pair.lb1.daemon.wait(2)
    pair.lb1.host.run("ip", "addr", "del", f"{VIP}/24", "dev", "ens33", check=False)
    pair.lb1.nginx.start()
    pair.cable("lb1", plugged=True)
    return _takes_back(drill, pair.lb1.daemon.start())


def daemon_killed(pair):
    """kill -9 on the master's daemon: the address stays there, so both hold it. Leaves the daemon dead."""
    drill = Drill(pair, "kill -9")
    pair.does("lb1", "kill -9 of the daemon")
    killed = pair.lb1.daemon.kill()
    last = drill.last_advert_of("lb1", time.monotonic_ns())
    left = _wait(lambda: not pair.lb1.host.pids(pair.lb1.daemon.kind), 1)
    took = drill.takeover_by("lb2", killed, 6)
    time.sleep(1)
    result = drill.finish(killed)
    _takes_over_after_silence(result, last, took)
    _hardly_a_request_lost(result)
    result.fact("no process of the daemon is left", left is not None)
    result.fact("both hold the address", pair.lb1.holds_vip() and pair.lb2.holds_vip())
    return result


def daemon_back_after_kill(pair):
    """The daemon starts again on the host that still holds the address: it is removed first, then taken back."""
    drill = Drill(pair, "start after kill -9")
    started = pair.lb1.daemon.start()
    removed = _wait(lambda: not pair.lb1.holds_vip(), 2)
    result = _takes_back(drill, started)
    result.bound("the old address is removed", _seconds(started, removed), 0, 2 * bounds.ALLOWANCE)
    return result


def daemon_paused(pair, hold=1.5):
    """The master's daemon is stopped (SIGSTOP) until lb2 has taken over, and goes on (SIGCONT)."""
    drill = Drill(pair, "SIGSTOP, SIGCONT")
    pair.does("lb1", "SIGSTOP")
    paused = pair.lb1.daemon.pause()
    last = drill.last_advert_of("lb1", time.monotonic_ns())
    took = drill.takeover_by("lb2", paused, 6)
    time.sleep(hold)
    both = pair.lb1.holds_vip() and pair.lb2.holds_vip()
    pair.does("lb1", "SIGCONT")
    resumed = pair.lb1.daemon.resume()
    yielded = pair.lb2.daemon.wait_for_state("BACKUP", 3, resumed)
    time.sleep(0.5)
    result = drill.finish(paused)
    _takes_over_after_silence(result, last, took)
    result.fact("both hold the address meanwhile", both)
    result.bound("one master after it goes on", _seconds(resumed, yielded), 0, bounds.ONE_AGAIN)
    _hardly_a_request_lost(result)
    result.fact("only lb1 holds the address", pair.lb1.holds_vip() and not pair.lb2.holds_vip())
    return result
