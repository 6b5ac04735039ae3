"""One virtual router, an input at a time."""

import pytest

from understudy import Advert, ScenarioError, VirtualRouter, decode, encode_packet

CONFIG = """\
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress { 192.168.56.100 }
}
"""


def router(**options):
    return VirtualRouter(CONFIG, source="192.168.56.132", **options)


def rival(priority):
    return encode_packet(Advert(vrid=51, priority=priority, addresses=["192.168.56.100"], source="192.168.56.130"))


def kinds(effects):
    return [effect.effect for effect in effects]


def test_it_waits_three_intervals_and_its_skew():
    one = router()
    assert one.state == "INIT" and one.next_deadline is None
    one.start()
    assert one.state == "BACKUP"
    # RFC 3768, section 6.1: 3 * 1 s + (256 - 100) / 256 s
    assert one.next_deadline == 3.609375
    assert one.run_until("3609ms") == []
    effects = one.run_until("3609375us")
    assert one.state == "MASTER"
    assert "add_addresses" in kinds(effects)
    sent = decode(next(effect.packet for effect in effects if effect.effect == "send_advert"))
    assert (sent.vrid, sent.priority, str(sent.source)) == (51, 100, "192.168.56.132")
    assert next(effect for effect in effects if effect.effect == "state_changed").to == "MASTER"


def test_a_master_yields_and_a_copy_goes_its_own_way():
    one = router()
    one.start()
    one.run_until(10)
    other = one.copy()
    effects = one.receive(rival(150), at=10.2)
    assert one.state == "BACKUP" and str(one.master) == "192.168.56.130"
    assert "remove_addresses" in kinds(effects)
    assert other.state == "MASTER" and other.now == 10
    assert decode(other.shut_down()[0].packet).priority == 0 and other.state == "INIT"


def test_a_second_of_a_master_has_one_advert():
    one = router()
    one.start()
    one.run_until(10)
    assert kinds(one.run_until("20s")).count("send_advert") == 10


def test_faults_priorities_and_refusals():
    one = router()
    one.start()
    (refused,) = one.receive(b"\x45" + bytes(30))
    assert refused.effect == "advert_refused" and refused.reason
    one.set_priority(120)
    assert one.priority == 120
    one.raise_fault(1)
    assert one.state == "FAULT" and one.receive(rival(200)) == []
    one.clear_fault(2)
    assert one.state == "BACKUP"


def test_wrong_use():
    with pytest.raises(ScenarioError) as caught:
        VirtualRouter("vrrp_instance X {\n  virtual_router_id 900\n}\n", source="10.0.0.1")
    assert caught.value.file == "keepalived.conf" and caught.value.line > 0
    with pytest.raises(ValueError, match="name one of the virtual routers: VI_1"):
        router(name="VI_2")
    with pytest.raises(ValueError, match="profile"):
        router(profile="cisco")
    with pytest.raises(ValueError, match="another family"):
        VirtualRouter(CONFIG, source="fe80::1")
    with pytest.raises(TypeError):
        VirtualRouter(b"", source="10.0.0.1")
    one = router()
    one.start(5)
    for at in (4, "1e9h", -1, float("inf"), "9999999h", 2**80):
        with pytest.raises(ValueError):
            one.run_until(at)
    with pytest.raises(TypeError):
        one.receive("text")
    with pytest.raises(ValueError, match="1 to 254"):
        one.set_priority(255)
