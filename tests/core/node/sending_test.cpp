// What leaves: headers, fields, sources and destinations of adverts (RFC 9568, sections 5 and 7.2).
#include "core/net/byte_order.h"
#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

using Sending = OneRouter;

TEST_F(Sending, Ipv4HeaderOfAnAdvert) {
  RecordProperty("covers",
                 "V3-5.1.1-01 V3-5.1.1-02 V3-5.1.1-04 V3-5.1.1-06 V2-5.2-01 V2-5.2-02 V2-5.2-03 "
                 "V2-5.2-04 V2-7.2-01 KA-IP-01");
  for (const auto version : kBothVersions) {
    use(version);
    sent_.clear();
    become_master();
    deadline(4609375us);
    ASSERT_EQ(sent_.size(), 2U);
    const auto& packet = sent_[1].packet;
    EXPECT_EQ(packet[0], 0x45) << "no options";
    EXPECT_EQ(packet[1], 0xc0) << "TOS";
    EXPECT_EQ(load_be16(&sent_[0].packet[4]), 1) << "identification";
    EXPECT_EQ(load_be16(&packet[4]), 2);
    EXPECT_EQ(packet[8], 255) << "TTL";
    EXPECT_EQ(packet[9], 112) << "protocol";
    EXPECT_EQ(last_sent().source, address("192.0.2.2")) << "the primary, never a virtual address";
    EXPECT_EQ(last_sent().destination, address("224.0.0.18"));
    EXPECT_EQ(sent_[1].destination, address("224.0.0.18"));
    EXPECT_EQ(packet[20], version << 4 | 1);
  }
}

TEST_F(Sending, IdentificationSkipsZero) {
  RecordProperty("covers", "KA-IP-01");
  instance_.advert_interval = 1s;
  become_master();
  auto now = kMasterAt;
  for (int i = 1; i < 65535; ++i) deadline(now += 1s);
  EXPECT_EQ(load_be16(&sent_.back().packet[4]), 65535);
  deadline(now += 1s);
  EXPECT_EQ(load_be16(&sent_.back().packet[4]), 1);
}

TEST_F(Sending, Ipv6HeaderOfAnAdvert) {
  RecordProperty("covers", "V3-5.1.2-01 V3-5.1.2-03 V3-5.1.2-04 V3-5.1.2-06");
  use(3, Family::ipv6);
  become_master();
  const auto& packet = sent_.back().packet;
  EXPECT_EQ(packet[0] >> 4, 6);
  EXPECT_EQ(packet[6], 112) << "next header: no extension headers";
  EXPECT_EQ(packet[7], 255) << "hop limit";
  EXPECT_EQ(packet.size(), 40U + 8 + 16);
  EXPECT_EQ(last_sent().source, address("fe80::2"));
  EXPECT_EQ(last_sent().destination, address("ff02::12"));
}

TEST_F(Sending, WithoutALinkLocalAddressNothingIsSentOverIpv6) {
  RecordProperty("covers", "V3-5.1.2-01");
  use(3, Family::ipv6);
  instance_.priority = 255;
  config::Config config;
  config.instances = {instance_};
  node_.emplace(make_node_config(config, profile_));
  give(0s, LinkChanged{0, true});
  give(0s, AddressesChanged{0, address("192.0.2.2"), IpAddress{}, {address("2001:db8::2")}});
  EXPECT_EQ(give(0s, Startup{}), "INIT->FAULT(fault) notify(FAULT)") << "and it is told of";
  EXPECT_TRUE(sent_.empty());
}

// The address may stand on another interface, of which the node knows nothing.
TEST_F(Sending, ASourceThatIsConfiguredNeedsNoAddressOfTheInterface) {
  instance_.priority = 255;
  instance_.source = address("192.0.2.7");
  config::Config config;
  config.instances = {instance_};
  node_.emplace(make_node_config(config, profile_));
  give(0s, LinkChanged{0, true});
  give(0s, AddressesChanged{0, {}, {}, {}});
  give(0s, Startup{});
  EXPECT_EQ(state(), State::master);
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(last_sent().source, address("192.0.2.7"));
}

TEST_F(Sending, FieldsOfVersion3) {
  RecordProperty("covers",
                 "V3-5.2-01 V3-5.2.1-01 V3-5.2.5-01 V3-5.2.6-01 V3-5.2.7-01 V3-5.2.9-03 "
                 "V3-6.1-08 V3-5.2.8-01");
  use(3);
  instance_.advert_interval = 40950ms;
  hold({"192.0.2.102", "192.0.2.100", "192.0.2.101"});
  become_master();
  const auto& packet = sent_.back().packet;
  EXPECT_EQ(packet[20], 0x31);
  EXPECT_EQ(packet[21], 10);
  EXPECT_EQ(packet[22], 100);
  EXPECT_EQ(packet[23], 3);
  EXPECT_EQ(load_be16(&packet[24]), 0x0fff) << "reserved bits are zero";
  EXPECT_EQ(packet.size(), 20U + 8 + 12);
  EXPECT_EQ(to_string(last_sent().advert.address(0)), "192.0.2.102") << "the configured order";
  EXPECT_EQ(to_string(last_sent().advert.address(1)), "192.0.2.100");
}

TEST_F(Sending, FirstIpv6AddressIsTheConfiguredLinkLocalOne) {
  RecordProperty("covers", "V3-5.2.9-02");
  use(3, Family::ipv6);
  hold({"fe80::100", "2001:db8::100"});
  become_master();
  EXPECT_EQ(to_string(last_sent().advert.address(0)), "fe80::100");
  EXPECT_EQ(to_string(last_sent().advert.address(1)), "2001:db8::100");
}

// Excluded addresses are not in it.
TEST_F(Sending, CarriesTheAdvertisedAddressesAlone) {
  config::VirtualAddress excluded;
  excluded.address.address = address("192.0.2.200");
  instance_.excluded_addresses = {excluded};
  become_master();
  EXPECT_EQ(last_sent().advert.address_count(), 1U);
  EXPECT_EQ(router().config().address_count(), 2U);
}

TEST_F(Sending, EveryAdvertIsMadeOfTheCurrentState) {
  RecordProperty("covers", "V3-7.2-01 V2-7.2-01");
  config::Config config;
  config::Script script;
  script.name = "chk";
  script.weight = -30;
  instance_.track_scripts = {{.name = "chk", .weight = {}, .weight_reverse = {}, .at = {}}};
  config.scripts = {script};
  config.instances = {instance_};
  node_.emplace(make_node_config(config, profile_));
  give(0s, LinkChanged{0, true});
  give(0s, AddressesChanged{0, address("192.0.2.2"), address("fe80::2"), {}});
  give(0s, Startup{});
  give(10ms, ScriptExited{0, 1, 0});
  while (state() != State::master) run_until(*due());
  const auto since = *due();
  give(since - 1ms, AddressesChanged{0, address("192.0.2.9"), address("fe80::2"), {}});
  give(since - 1ms, ScriptExited{0, node_->scripts()[0].running() ? 2U : 1U, 1});
  sent_.clear();
  run_until(since + 3s);
  ASSERT_FALSE(sent_.empty());
  EXPECT_EQ(last_sent().source, address("192.0.2.9"));
  const auto before = last_sent().advert.checksum;
  EXPECT_NE(before, 0) << "decode_packet verified it";
}

TEST_F(Sending, ProfileRfcSumsTheMessageAloneProfileKeepalivedThePseudoHeaderToo) {
  RecordProperty("covers", "V3-5.2.8-02 KA-CSUM-01 KA-CSUM-02 KA-UNI-02");
  const auto verifies = [&](ChecksumForm form) {
    const auto sent = last_sent();
    return verify_checksum(std::span{sent_.back().packet}.subspan(20), 3, sent.source,
                           sent.destination, form);
  };
  use(3);
  become_master();
  EXPECT_TRUE(verifies(ChecksumForm::message));
  profile_ = Profile::keepalived;
  become_master();
  EXPECT_TRUE(verifies(ChecksumForm::pseudo_header));
  EXPECT_FALSE(verifies(ChecksumForm::message));
  instance_.checksum_without_pseudo_header = true;
  become_master();
  EXPECT_TRUE(verifies(ChecksumForm::message));
  instance_.checksum_without_pseudo_header = false;
  instance_.unicast_peers = {{address("192.0.2.3")}};
  become_master();
  EXPECT_EQ(last_sent().destination, address("192.0.2.3"));
  EXPECT_TRUE(verifies(ChecksumForm::pseudo_header)) << "of the real destination";
}

TEST_F(Sending, UnicastGoesToEachPeerInOrder) {
  RecordProperty("covers", "KA-UNI-01");
  profile_ = Profile::keepalived;
  instance_.unicast_peers = {{address("192.0.2.5")}, {address("192.0.2.3")}};
  instance_.unicast_ttl = 64;
  become_master();
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[0].destination, address("192.0.2.5"));
  EXPECT_EQ(sent_[1].destination, address("192.0.2.3"));
  EXPECT_EQ(sent_[0].packet[8], 64);
  EXPECT_EQ(router().counters().adverts_sent, 1U) << "one advert, two copies";
}

// A change of configuration: the master stays master and announces what it has now.
TEST_F(Sending, AnAddressThatAMasterIsGivenIsAnnounced) {
  RecordProperty("covers", "V3-8.1.2-04 V3-7.2-01");
  become_master();
  hold({"192.0.2.100", "192.0.2.101"});
  config::Config changed;
  changed.instances = {instance_};
  Node next(make_node_config(changed, profile_));
  effects_.clear();
  node_->retire(at(4s), next.config(), effects_);
  next.adopt(at(4s), *node_, effects_);
  EXPECT_EQ(next.virtual_routers()[0].state(), State::master);
  EXPECT_EQ(text_of(effects_), "advert(100) add announce(1)");
  const auto& sent = std::get<SendAdvert>(effects_.list()[0]);
  EXPECT_EQ(decode_packet(effects_.packet(sent))->advert.address_count(), 2U);
}

TEST_F(Sending, VirtualMacInProfileRfcAlwaysInProfileKeepalivedWhenAskedFor) {
  RecordProperty("covers", "V3-7.2-02 V3-7.3-01 V3-7.3-02 KA-MAC-01");
  use(3);
  make();
  ASSERT_TRUE(router().config().virtual_mac);
  EXPECT_EQ(to_string(router().config().virtual_mac->mac), "00:00:5e:00:01:0a");
  use(3, Family::ipv6);
  make();
  ASSERT_TRUE(router().config().virtual_mac);
  EXPECT_EQ(to_string(router().config().virtual_mac->mac), "00:00:5e:00:02:0a");
  profile_ = Profile::keepalived;
  make();
  EXPECT_FALSE(router().config().virtual_mac);
  instance_.virtual_mac.emplace();
  make();
  ASSERT_TRUE(router().config().virtual_mac);
  EXPECT_EQ(router().config().virtual_mac->interface, "vrrp6.10");
}

}  // namespace
}  // namespace understudy
