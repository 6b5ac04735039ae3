"""A rival that was master unheard: the true master announces again, or clients keep the rival's MAC."""

import time

import pytest
from lab.bounds import ALLOWANCE
from lab.pair import ADDRESSES, VIP
from lab.variant import MACS, PRIORITIES, Variant, instance, master_down, ping_forever

INTERVAL = 0.2
BURST = 5  # garp_lower_prio_repeat
# Adverts of any priority but 0 (RFC 9568, section 5.2: the third byte behind the IP header).
RESIGNATIONS_ONLY = "add table ip test; add chain ip test input { type filter hook input priority 0; };" \
                    "add rule ip test input ip protocol 112 @th,16,8 != 0 drop"


@pytest.fixture
def variant(programs, tmp_path):
    with Variant(tmp_path, programs) as running:
        running.start_both(lambda name: instance(PRIORITIES[name], [f"{VIP}/24"], interval=INTERVAL))
        # Its entry is in use, and never asked for again meanwhile.
        ping = ping_forever(running.client_host, VIP)
        yield running
        ping.end()


def _filter(variant, name, chain, add):
    variant.member(name).host.run("iptables", "-A" if add else "-D", chain, "-p", "vrrp", "-j", "DROP")


def _announced(variant, since):
    return [arp for arp in variant.frames("arp", since)
            if arp.gratuitous and arp.source == VIP and arp.source_mac == MACS["lb1"]]


def _becomes_master_unheard(variant):
    """lb2 hears nothing any more, and tells everybody that the address is its own."""
    deaf = time.monotonic_ns()
    _filter(variant, "lb2", "INPUT", True)
    variant.becomes("lb2", "MASTER", deaf, master_down(PRIORITIES["lb2"], INTERVAL) + 1 + ALLOWANCE)
    time.sleep(0.1)
    assert variant.neighbour_of_client(VIP) == MACS["lb2"]


def _is_told_of_lb1(variant, since):
    """Within the time of an advert or two lb1 has announced, and the client believes it."""
    time.sleep(2 * INTERVAL + ALLOWANCE)
    assert len(_announced(variant, since)) >= BURST
    assert variant.neighbour_of_client(VIP) == MACS["lb1"]
    assert not [at for at, _, state in variant.lb1.daemon.states(since) if state != "MASTER"]


def test_a_rival_that_resigns(variant):
    variant.lb1.host.run("nft", RESIGNATIONS_ONLY)
    _becomes_master_unheard(variant)
    resigned = time.monotonic_ns()
    assert variant.stop("lb2") == 0
    _is_told_of_lb1(variant, resigned)
    priorities = {advert.priority for advert in variant.frames("advert", resigned) if advert.source == ADDRESSES["lb2"]}
    assert 0 in priorities


def test_a_loser_whose_last_word_was_kept_back_says_it_later(variant):
    _filter(variant, "lb2", "OUTPUT", True)
    _becomes_master_unheard(variant)
    yields = time.monotonic_ns()
    _filter(variant, "lb2", "INPUT", False)
    variant.becomes("lb2", "BACKUP", yields, INTERVAL + 1)
    time.sleep(INTERVAL + 0.1)
    assert variant.neighbour_of_client(VIP) == MACS["lb2"], "and lb1 cannot know"
    heard_again = time.monotonic_ns()
    _filter(variant, "lb2", "OUTPUT", False)
    _is_told_of_lb1(variant, heard_again)
    words = [advert.priority for advert in variant.frames("advert", heard_again) if advert.source == ADDRESSES["lb2"]]
    assert words == [PRIORITIES["lb2"]]
