// A packet that many hear is judged as each of them alone would judge it.
#include "core/vrrp/judgement_memo.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "core/vrrp/advert_writer.h"
#include "tests/support/golden_file.h"

namespace understudy {
namespace {

using Judgement = tl::expected<ReceivedAdvert, DecodeError>;

/// All that a judgement says; of what it borrows, where that lies.
void expect_same(const Judgement& left, const Judgement& right) {
  ASSERT_EQ(left.has_value(), right.has_value());
  if (!left) {
    EXPECT_EQ(left.error(), right.error());
    return;
  }
  EXPECT_EQ(golden::fields_of(*left), golden::fields_of(*right));
  EXPECT_EQ(golden::warnings_of(*left), golden::warnings_of(*right));
  EXPECT_EQ(left->source, right->source);
  EXPECT_EQ(left->ttl, right->ttl);
  EXPECT_EQ(left->local_owner, right->local_owner);
  EXPECT_EQ(left->advert.addresses.data(), right->advert.addresses.data());
  EXPECT_EQ(left->advert.addresses.size(), right->advert.addresses.size());
}

std::vector<ReceiveRules> all_plain_rules() {
  std::vector<ReceiveRules> all;
  for (const auto& vector : golden::file().vectors)
    for (const auto profile : {Profile::rfc, Profile::keepalived})
      if (vector.rules.plain()) all.push_back(vector.rules_for(profile));
  return all;
}

// Every golden packet, asked of by the rules of all others in turns.
TEST(JudgementMemo, SaysWhatEachRuleAloneWouldSay) {
  const auto all = all_plain_rules();
  ASSERT_GT(all.size(), 200U);
  std::vector<PlainRules> small(all.begin(), all.end());
  std::uint32_t random = 1;
  JudgementMemo memo;
  for (const auto& vector : golden::file().vectors) {
    memo.forget();
    for (std::size_t turn = 0; turn < all.size(); ++turn) {
      random = random * 1664525 + 1013904223;
      const auto& rules = small[(random >> 8) % small.size()];
      for (int again = 0; again < 2; ++again) {
        const auto& said = memo.judge(vector.packet, rules);
        ASSERT_NO_FATAL_FAILURE(expect_same(said, receive_plain(vector.packet, rules)))
            << vector.name;
      }
    }
  }
}

ReceiveRules some_rules() {
  ReceiveRules rules;
  rules.version = 2;
  rules.vrid = 51;
  rules.addresses = {192, 168, 56, 100};
  return rules;
}

// What is different in one thing alone is judged anew.
TEST(JudgementMemo, NoDemandIsOverlooked) {
  const std::vector<std::function<void(ReceiveRules&)>> changes = {
      [](auto& rules) { rules.profile = Profile::rfc; },
      [](auto& rules) { rules.family = Family::ipv6; },
      [](auto& rules) { rules.version = 3; },
      [](auto& rules) { rules.vrid = 52; },
      [](auto& rules) { rules.owner = true; },
      [](auto& rules) { rules.unicast = true; },
      [](auto& rules) { rules.auth_type = AuthType::pass; },
      [](auto& rules) { rules.checksum_form = ChecksumForm::either; },
      [](auto& rules) { rules.auth_data[7] = 1; },
      [](auto& rules) { rules.advert_interval += Duration{1}; },
      [](auto& rules) { rules.addresses.back() = 101; },
      [](auto& rules) { rules.addresses.clear(); },
      [](auto& rules) {
        rules.addresses.insert(rules.addresses.end(), {0, 0, 0, 0});
      }};
  const auto usual = some_rules();
  EXPECT_TRUE(PlainRules{usual}.surely_same(PlainRules{ReceiveRules{usual}}));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto other = usual;
    changes[i](other);
    ASSERT_FALSE(other == usual) << i;
    EXPECT_FALSE(PlainRules{usual}.surely_same(PlainRules{other})) << i;
    EXPECT_FALSE(PlainRules{other}.surely_same(PlainRules{usual})) << i;
  }
}

// Their bytes lie elsewhere, and may have gone.
TEST(JudgementMemo, LongListsAreNeverTakenForTheSame) {
  auto rules = some_rules();
  rules.addresses.assign(16, 7);
  EXPECT_TRUE(PlainRules{rules}.surely_same(PlainRules{rules}));
  rules.addresses.assign(20, 7);
  EXPECT_FALSE(PlainRules{rules}.surely_same(PlainRules{rules}));
}

std::vector<std::uint8_t> advert(std::uint8_t priority) {
  VirtualRouterConfig from;
  from.rules = some_rules();
  from.destinations = {IpAddress{kVrrpGroup4}};
  std::vector<std::uint8_t> packet(advert_packet_size(from));
  write_advert(from, {.priority = priority}, Ipv4Address{0xc0a83882}, from.destinations.front(),
               packet);
  return packet;
}

TEST(JudgementMemo, AfterForgettingThePacketMayBeAnother) {
  const auto first = advert(100), second = advert(200);
  const PlainRules rules{some_rules()};
  auto packet = first;
  JudgementMemo memo;
  EXPECT_EQ(memo.judge(packet, rules)->advert.priority, 100);
  packet = second;
  EXPECT_EQ(memo.judge(packet, rules)->advert.priority, 100) << "it was told nothing";
  memo.forget();
  EXPECT_EQ(memo.judge(packet, rules)->advert.priority, 200);
}

TEST(JudgementMemo, ACopyKnowsNothing) {
  const auto first = advert(100), second = advert(200);
  const PlainRules rules{some_rules()};
  JudgementMemo memo, other;
  memo.judge(first, rules);
  const auto copy = std::make_unique<JudgementMemo>(memo);
  EXPECT_EQ(copy->judge(second, rules)->advert.priority, 200);
  other.judge(first, rules);
  other = memo;
  EXPECT_EQ(other.judge(second, rules)->advert.priority, 200);
}

}  // namespace
}  // namespace understudy
