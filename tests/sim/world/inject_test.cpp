// Frames of nobody: put on a wire as if a host had sent them.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/net/arp.h"
#include "core/net/checksum.h"
#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "sim/frame_pool.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

constexpr Ipv4Address kStranger{0xc0a838fe};
constexpr MacAddress kStrangerMac{{2, 0, 0, 0, 0x99, 0}};

/// A version 2 advert for VRID 51, with the pair's address and password.
std::vector<std::uint8_t> advert_frame(std::uint8_t priority, Ipv4Address source = kStranger) {
  std::vector<std::uint8_t> message = {0x21, 51,  priority, 1,   1,   1,   0,   0,   192, 168,
                                       56,   100, 'r',      'e', 'h', 'e', 'a', 'r', 's', 'e'};
  ChecksumSum sum;
  sum.add(message);
  sum.store(message.data() + 6);
  std::vector<std::uint8_t> frame(kEthernetHeaderSize + kIpv4HeaderSize);
  encode_ethernet({multicast_mac(kVrrpGroup4), kStrangerMac, kEtherTypeIpv4}, frame);
  Ipv4Header ip;
  ip.total_length = static_cast<std::uint16_t>(kIpv4HeaderSize + message.size());
  ip.ttl = 255;
  ip.protocol = kProtocolVrrp;
  ip.source = source;
  ip.destination = kVrrpGroup4;
  encode_ipv4(ip, std::span{frame}.subspan(kEthernetHeaderSize));
  frame.insert(frame.end(), message.begin(), message.end());
  return frame;
}

InjectFault adverts(std::size_t host, std::uint8_t priority, int count, Duration every) {
  InjectFault fault{host, 0, {}};
  for (int i = 0; i < count; ++i) fault.frames.push_back({every * i, advert_frame(priority)});
  return fault;
}

/// Of a protocol that nobody speaks.
InjectFault murmurs(int count, Duration every) {
  std::vector<std::uint8_t> frame(60);
  encode_ethernet({kBroadcastMac, kStrangerMac, 0x88b5}, frame);
  InjectFault fault{kClient, 0, {}};
  for (int i = 0; i < count; ++i) fault.frames.push_back({every * i, frame});
  return fault;
}

TEST(Injection, AStrangersAdvertsDeposeTheMaster) {
  auto scenario = pair();
  for (const char* oracle : {"one_master", "some_master", "holder_is_master", "true_arp"})
    waive(scenario, oracle);
  add_fault(scenario, 10s, adverts(kClient, 200, 10, 1s));
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::backup, 5s), at(10s + 100us));
  // 3.609 s after the last one.
  const auto back = entered(result, kLb1, State::master, 11s);
  EXPECT_GE(back, at(19s + 3600ms));
  EXPECT_LE(back, at(19s + 3620ms));
  EXPECT_EQ(oracle(result, "valid_adverts").verdict, Verdict::pass)
      << "the daemons sent none of it";
}

TEST(Injection, EveryFrameLeavesInItsTimeAndIsCounted) {
  auto scenario = pair();
  scenario.probes.clear();
  const auto before = play(scenario).frames.sent;
  add_fault(scenario, 10s, murmurs(5, 2s));
  const auto result = play(scenario);
  EXPECT_EQ(result.frames.sent, before + 5);
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(Injection, EndsWithItsFault) {
  auto scenario = pair();
  scenario.probes.clear();
  const auto before = play(scenario).frames.sent;
  add_fault(scenario, 10s, murmurs(10, 1s), 2500ms);
  EXPECT_EQ(play(scenario).frames.sent, before + 3) << "at 10, 11 and 12 s";
}

TEST(Injection, NeedsANicThatSends) {
  auto scenario = pair();
  scenario.probes.clear();
  add_fault(scenario, 5s, NicFault{kClient, 0, false});
  const auto before = play(scenario).frames.sent;
  add_fault(scenario, 10s, adverts(kClient, 200, 3, 1s));
  const auto result = play(scenario);
  EXPECT_EQ(result.frames.sent, before);
  EXPECT_EQ(std::count_if(result.timeline.begin(), result.timeline.end(),
                          [](const auto& entry) {
                            return entry.text == "a frame is not injected: its NIC does not send";
                          }),
            3);
}

// One after the other with its own checksum: what is wrong is refused, and changes nothing.
TEST(Injection, EveryFlippedBitOfAnAdvertIsRefused) {
  const auto whole = advert_frame(200);
  InjectFault fault{kClient, 0, {}};
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    // The source MAC is nobody's concern; all the rest is.
    if (bit / 8 >= 6 && bit / 8 < 12) continue;
    auto damaged = whole;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    fault.frames.push_back({Duration{1ms} * static_cast<int>(bit), damaged});
  }
  auto scenario = pair();
  add_fault(scenario, 10s, fault);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::backup, 5s), Instant::max());
  EXPECT_EQ(entered(result, kLb2, State::master, 5s), Instant::max());
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(Injection, AForgedAnnouncementMakesTheClientStale) {
  auto scenario = pair();
  waive(scenario, "true_arp");
  std::vector<std::uint8_t> garp(kArpFrameSize);
  encode_gratuitous_arp(kStrangerMac, {0xc0a83864}, GarpTarget::broadcast, garp);
  add_fault(scenario, 10s, InjectFault{kClient, 0, {{Duration{}, garp}}});
  const auto own = play(scenario);
  EXPECT_EQ(own.probes.at(0).sent, own.probes.at(0).answered)
      << "one's own frames do not come back";
  scenario.timeline.clear();
  add_fault(scenario, 10s, InjectFault{kLb2, 0, {{Duration{}, garp}}});
  const auto result = play(scenario);
  EXPECT_EQ(result.probes.at(0).blackouts.size(), 1U);
  EXPECT_GE(result.probes.at(0).longest_blackout, 5s) << "until Linux has probed";
}

TEST(Injection, FramesOfTheWrongSizeAreNotSent) {
  auto scenario = pair();
  scenario.probes.clear();
  const auto before = play(scenario).frames.sent;
  add_fault(scenario, 10s,
            InjectFault{kClient,
                        0,
                        {{Duration{}, {}},
                         {1ms, std::vector<std::uint8_t>(13)},
                         {2ms, std::vector<std::uint8_t>(14)},
                         {3ms, std::vector<std::uint8_t>(kFrameSizeMax)},
                         {4ms, std::vector<std::uint8_t>(kFrameSizeMax + 1)}}});
  EXPECT_EQ(play(scenario).frames.sent, before + 2);
}

// A storm of broadcasts on a link of 10 Mbit/s fills its queue, and the adverts are dropped with
// the rest of what does not fit: the backup takes over.
TEST(Storm, AFullQueueDropsAdverts) {
  auto scenario = pair();
  scenario.duration = 30s;
  scenario.probes.clear();
  for (const char* oracle : {"one_master", "holder_is_master", "true_arp"}) waive(scenario, oracle);
  LinkSettings narrow = scenario.segments[0].link;
  narrow.rate = 1'000'000;
  narrow.queue = 20;
  scenario.hosts[kLb2].nics[0].from_segment = narrow;
  std::vector<std::uint8_t> broadcast(1000);
  encode_ethernet({kBroadcastMac, kStrangerMac, 0x88b5}, broadcast);
  InjectFault storm{kClient, 0, {}};
  // 8 ms each on the link: 5 ms apart they are more than it carries.
  for (int i = 0; i < 2000; ++i) storm.frames.push_back({i * 5ms, broadcast});
  add_fault(scenario, 10s, storm);
  const auto result = play(scenario);
  EXPECT_GT(result.frames.lost, 600U);
  const auto split = entered(result, kLb2, State::master, 5s);
  EXPECT_GT(split, at(12s));
  EXPECT_LT(split, at(20s));
  EXPECT_LT(entered(result, kLb2, State::backup, 15s), at(23s));
}

}  // namespace
}  // namespace understudy::sim::test
