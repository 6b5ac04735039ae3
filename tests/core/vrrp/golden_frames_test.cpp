// The golden announcements: gratuitous ARP in both forms, unsolicited Neighbour Advertisements, and
// the virtual MACs they carry.
#include <gtest/gtest.h>

#include "core/net/arp.h"
#include "core/net/neighbour_discovery.h"
#include "tests/support/golden_file.h"

namespace understudy {
namespace {

golden::Bytes encoded(const golden::Frame& frame) {
  const auto mac = virtual_mac(frame.vrid, frame.address.family());
  golden::Bytes out(frame.bytes.size() + 4, 0xa5);
  const auto size =
      frame.kind == "garp"
          ? encode_gratuitous_arp(
                mac, frame.address.ipv4(),
                frame.detail == "broadcast" ? GarpTarget::broadcast : GarpTarget::sender, out)
          : encode_unsolicited_advertisement(mac, frame.address, true, out);
  EXPECT_TRUE(size) << frame.name;
  EXPECT_EQ(out[frame.bytes.size()], 0xa5) << "wrote past its size";
  out.resize(size.value_or(0));
  return out;
}

TEST(GoldenFrames, GratuitousArpInBothForms) {
  RecordProperty("covers", "V3-6.4.1-02 V2-6.4.1-01 KA-ARP-01");
  int count = 0;
  for (const auto& frame : golden::file().frames) {
    if (frame.kind != "garp") continue;
    EXPECT_EQ(golden::to_hex(encoded(frame)), golden::to_hex(frame.bytes)) << frame.name;
    ++count;
  }
  EXPECT_EQ(count, 4);
}

TEST(GoldenFrames, UnsolicitedNeighbourAdvertisements) {
  RecordProperty("covers", "V3-6.4.1-03 KA-ARP-03");
  int count = 0;
  for (const auto& frame : golden::file().frames) {
    if (frame.kind != "unsolicited-na") continue;
    EXPECT_EQ(golden::to_hex(encoded(frame)), golden::to_hex(frame.bytes)) << frame.name;
    EXPECT_EQ(to_string(solicited_node_address(frame.address)), frame.detail);
    ++count;
  }
  EXPECT_EQ(count, 3);
}

TEST(GoldenFrames, VirtualMacsEndInTheVrid) {
  RecordProperty("covers", "V3-7.3-01 V3-7.3-02 V2-7.3-01");
  EXPECT_EQ(to_string(virtual_mac(1, Family::ipv4)), "00:00:5e:00:01:01");
  EXPECT_EQ(to_string(virtual_mac(10, Family::ipv4)), "00:00:5e:00:01:0a");
  EXPECT_EQ(to_string(virtual_mac(255, Family::ipv4)), "00:00:5e:00:01:ff");
  EXPECT_EQ(to_string(virtual_mac(1, Family::ipv6)), "00:00:5e:00:02:01");
  EXPECT_EQ(to_string(virtual_mac(255, Family::ipv6)), "00:00:5e:00:02:ff");
}

TEST(GoldenFrames, GroupsHaveTheirMulticastMacs) {
  RecordProperty("covers", "V3-5.1.1-02 V3-5.1.2-03 V2-5.2-02");
  EXPECT_EQ(to_string(multicast_mac(IpAddress{kVrrpGroup4})), "01:00:5e:00:00:12");
  EXPECT_EQ(to_string(multicast_mac(IpAddress::from_bytes(kVrrpGroup6))), "33:33:00:00:00:12");
}

}  // namespace
}  // namespace understudy
