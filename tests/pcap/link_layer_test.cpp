#include "pcap/link_layer.h"

#include <gtest/gtest.h>
#include <pcap/dlt.h>

#include "tests/pcap/crafted.h"

namespace understudy::capture {
namespace {

const MacAddress kMac = *parse_mac_address("02:00:00:00:00:01");

Bytes ip_bytes() { return crafted_ip("192.0.2.1", 100).serialize(); }

/// The IP packet found in `frame`, empty when there is none.
Bytes found(int link_type, const Bytes& frame) {
  LinkLayer link_layer(link_type);
  const auto packet = link_layer.find(frame);
  return packet ? Bytes(packet->bytes.begin(), packet->bytes.end()) : Bytes{};
}

Bytes joined(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

TEST(LinkLayer, EthernetWithoutItsPadding) {
  LinkLayer link_layer(DLT_EN10MB);
  Bytes frame = crafted_frame("192.0.2.1", 100);
  frame.resize(60);
  const auto packet = link_layer.find(frame);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(std::ranges::equal(packet->bytes, ip_bytes()));
  EXPECT_EQ(packet->mac, kMac);
  EXPECT_EQ(packet->vlan, 0);
  EXPECT_FALSE(packet->cut);
}

TEST(LinkLayer, VlanTagsAreRead) {
  Tins::EthernetII frame = Tins::EthernetII("01:00:5e:00:00:12", "02:00:00:00:00:01") /
                           Tins::Dot1Q(42) / crafted_ip("192.0.2.1", 100);
  LinkLayer link_layer(DLT_EN10MB);
  const Bytes bytes = frame.serialize();
  const auto packet = link_layer.find(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->vlan, 42);
  EXPECT_TRUE(std::ranges::equal(packet->bytes, ip_bytes()));
}

TEST(LinkLayer, LinuxCookedCaptures) {
  const Bytes first = joined({0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, ip_bytes());
  const Bytes second =
      joined({8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1, 6, 2, 0, 0, 0, 0, 1, 0, 0}, ip_bytes());
  for (const auto& [link_type, frame] :
       {std::pair(DLT_LINUX_SLL, first), std::pair(DLT_LINUX_SLL2, second)}) {
    LinkLayer link_layer(link_type);
    const auto packet = link_layer.find(frame);
    ASSERT_TRUE(packet) << link_type;
    EXPECT_EQ(packet->mac, kMac);
    EXPECT_TRUE(std::ranges::equal(packet->bytes, ip_bytes()));
  }
}

TEST(LinkLayer, RawIpAndLoopback) {
  EXPECT_EQ(found(DLT_RAW, ip_bytes()), ip_bytes());
  EXPECT_EQ(found(DLT_NULL, joined({2, 0, 0, 0}, ip_bytes())), ip_bytes());
}

TEST(LinkLayer, RarerOnesThroughLibtins) {
  Tins::EthernetII mpls = Tins::EthernetII("01:00:5e:00:00:12", "02:00:00:00:00:01") /
                          Tins::MPLS() / crafted_ip("192.0.2.1", 100);
  EXPECT_EQ(found(DLT_EN10MB, mpls.serialize()), ip_bytes());
  Tins::Dot3 snap = Tins::Dot3("01:00:5e:00:00:12", "02:00:00:00:00:01") / Tins::LLC(0xaa, 0xaa) /
                    Tins::RawPDU(Bytes{3, 0, 0, 0, 8, 0});
  EXPECT_EQ(found(DLT_EN10MB, snap.serialize()), Bytes{});  // a header and no packet
  Tins::Dot11Data wifi("01:00:5e:00:00:12", "02:00:00:00:00:01");
  Tins::PDU* end = &wifi;
  Tins::SNAP logical_link;
  logical_link.inner_pdu(crafted_ip("192.0.2.1", 100));
  end->inner_pdu(logical_link);
  EXPECT_EQ(found(DLT_IEEE802_11, wifi.serialize()), ip_bytes());
}

TEST(LinkLayer, OtherFramesAreNoIpPackets) {
  Tins::EthernetII lldp =
      Tins::EthernetII("01:80:c2:00:00:0e", "02:00:00:00:00:01") / Tins::RawPDU(Bytes(40, 1));
  lldp.payload_type(0x88cc);
  EXPECT_EQ(found(DLT_EN10MB, lldp.serialize()), Bytes{});
  EXPECT_FALSE(LinkLayer(DLT_DOCSIS).supported());
}

TEST(LinkLayer, NoPrefixOfAFrameIsReadBeyondItsEnd) {
  Tins::EthernetII tagged = Tins::EthernetII("01:00:5e:00:00:12", "02:00:00:00:00:01") /
                            Tins::Dot1Q(42) / crafted_ip("192.0.2.1", 100);
  for (const auto& [frame, whole] :
       {std::pair(crafted_frame("192.0.2.1", 100), 54U), std::pair(tagged.serialize(), 58U)}) {
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const Bytes exact(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      for (const int link_type : {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL,
                                  DLT_IEEE802_11, DLT_IEEE802_11_RADIO, DLT_PPI}) {
        LinkLayer link_layer(link_type);
        const auto packet = link_layer.find(exact);
        EXPECT_TRUE(link_type != DLT_EN10MB || !packet || packet->cut == (size < whole)) << size;
      }
    }
  }
}

TEST(LinkLayer, DeepNestingDoesNotExhaustTheStack) {
  Bytes frame(262144, 0);  // labels without a bottom of the stack
  frame[12] = 0x88;
  frame[13] = 0x47;
  EXPECT_EQ(found(DLT_EN10MB, frame), Bytes{});
}

}  // namespace
}  // namespace understudy::capture
