"""The arithmetic behind every bound, in seconds.

VRRP version 2, advert interval 1 s, priorities 100 and 90: skew is (256 - priority) / 256 s, and a backup takes over
three intervals and a skew after the last advert it heard, or one skew after an advert of priority 0.
"""

ADVERT = 1.0
SKEW = {"lb1": (256 - 100) / 256, "lb2": (256 - 90) / 256}  # 0.609, 0.648
MASTER_DOWN = {name: 3 * ADVERT + skew for name, skew in SKEW.items()}  # 3.609, 3.648

# A timer never fires early: this is for rounding and for the capture's time stamps.
EXACT = 0.001

SCRIPT_INTERVAL = 3.0
SCRIPT_RUN = 0.2  # check_ng.sh forks bash, date, ps, wc, and in a bad case nginx and systemctl: 20 .. 60 ms measured

PROBE = 0.005  # the client's step: each end of a blackout is that exact

# What two daemons, nginx, the client, tcpdump and Python may wait for one of two cores, all together.
ALLOWANCE = 0.25

# By daemon (a pair has the larger one): the client may lose the connections that are under way when the address moves,
# and no more. keepalived, without real-time priority, may wait for a core between its advert and its announcement.
HANDOVER = {"understudyd": 0.020, "keepalived": 0.050}

# A master whose adverts get through again is heard within one interval; the rest is for removing the rule.
ONE_AGAIN = ADVERT + 0.1

STOP = {"understudyd": 1.0, "keepalived": 2.0 + ALLOWANCE}  # keepalived waits a second for its own child processes
