// The small rules beside a virtual router's state judge as the whole ones do.
#include "core/vrrp/plain_rules.h"

#include <gtest/gtest.h>

#include "core/vrrp/advert_writer.h"

namespace understudy {
namespace {

VirtualRouterConfig router(std::uint8_t version, std::size_t addresses) {
  VirtualRouterConfig made;
  made.rules.version = version;
  made.rules.vrid = 51;
  if (version == 2) {
    made.rules.auth_type = AuthType::pass;
    made.rules.auth_data = {'1', '1', '1', '1'};
  }
  for (std::size_t i = 0; i < addresses; ++i) {
    const auto last = static_cast<std::uint8_t>(100 + i);
    for (const std::uint8_t byte : {std::uint8_t{192}, std::uint8_t{168}, std::uint8_t{56}, last})
      made.rules.addresses.push_back(byte);
  }
  made.destinations = {IpAddress{kVrrpGroup4}};
  return made;
}

std::vector<std::uint8_t> advert(const VirtualRouterConfig& from) {
  std::vector<std::uint8_t> packet(advert_packet_size(from));
  write_advert(from, {.priority = 100}, Ipv4Address{0xc0a83882}, from.destinations.front(), packet);
  return packet;
}

// Four addresses fit beside the state, five do not.
TEST(PlainRules, ListsOfAnyLengthAreCompared) {
  for (const std::uint8_t version : {std::uint8_t{2}, std::uint8_t{3}}) {
    for (const std::size_t count : {0U, 1U, 4U, 5U, 255U}) {
      const auto ours = router(version, count);
      const PlainRules rules{ours.rules};
      EXPECT_EQ(rules.addresses().size(), count * 4);
      const auto same = advert(ours);
      const auto received = receive_plain(same, rules);
      ASSERT_TRUE(received) << count;
      EXPECT_FALSE(received->address_list_differs) << count;
      if (count == 0) continue;
      auto theirs = ours;
      theirs.rules.addresses.back() ^= 1;
      const auto other = advert(theirs);
      const auto differing = receive_plain(other, rules);
      ASSERT_TRUE(differing) << count;
      EXPECT_TRUE(differing->address_list_differs) << count;
    }
  }
}

TEST(PlainRules, EveryFlippedBitIsJudgedAlike) {
  for (const std::uint8_t version : {std::uint8_t{2}, std::uint8_t{3}}) {
    const auto ours = router(version, 2);
    const PlainRules rules{ours.rules};
    const auto packet = advert(ours);
    for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
      auto flipped = packet;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
      const auto whole = receive(flipped, ours.rules);
      const auto small = receive_plain(flipped, rules);
      ASSERT_EQ(whole.has_value(), small.has_value()) << bit;
      if (!whole) {
        EXPECT_EQ(whole.error(), small.error()) << bit;
      }
    }
  }
}

TEST(PlainRules, ACopyStandsForItself) {
  const auto ours = router(2, 1);
  auto first = std::make_unique<PlainRules>(ours.rules);
  const PlainRules second = *first;
  first.reset();
  const auto received = receive_plain(advert(ours), second);
  ASSERT_TRUE(received);
  EXPECT_FALSE(received->address_list_differs);
}

}  // namespace
}  // namespace understudy
