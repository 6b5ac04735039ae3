// IGMP and MLD, byte by byte, and what a lost querier does to a pair.
#include <gtest/gtest.h>

#include "core/net/checksum.h"
#include "sim/group_message.h"
#include "sim/group_reporter.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

IpAddress ip(std::string_view text) { return *parse_ip_address(text); }

// ---- bytes

// As Linux 6.1 sends it when a socket joins 224.0.0.18.
TEST(GroupMessages, AReportOfIgmp) {
  const GroupRecord record{GroupRecordType::becomes_exclude, kVrrpGroup4};
  EXPECT_EQ(
      make_group_report(ip("192.168.56.130"), std::span{&record, 1}),
      (Bytes{0x46, 0xc0, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x01, 0x02, 0x0a, 0xcf, 0xc0, 0xa8,
             0x38, 0x82, 0xe0, 0x00, 0x00, 0x16, 0x94, 0x04, 0x00, 0x00, 0x22, 0x00, 0xf9, 0xeb,
             0x00, 0x00, 0x00, 0x01, 0x04, 0x00, 0x00, 0x00, 0xe0, 0x00, 0x00, 0x12}));
}

TEST(GroupMessages, WhatIsMadeCanBeRead) {
  const std::vector<GroupRecord> records4 = {{GroupRecordType::becomes_exclude, kVrrpGroup4},
                                             {GroupRecordType::becomes_include, ip("239.1.2.3")}};
  const std::vector<GroupRecord> records6 = {{GroupRecordType::is_exclude, ip("ff02::12")},
                                             {GroupRecordType::becomes_include, ip("ff05::1")}};
  for (const auto& [source, records] :
       {std::pair{ip("10.0.0.1"), records4}, {ip("fe80::1"), records6}}) {
    const auto message = read_group_message(make_group_report(source, records));
    ASSERT_TRUE(message);
    EXPECT_FALSE(message->query);
    ASSERT_EQ(message->records.size(), 2U);
    EXPECT_EQ(message->records[0].group, records[0].group);
    EXPECT_EQ(message->records[0].type, GroupRecordType::is_exclude) << "in";
    EXPECT_EQ(message->records[1].group, records[1].group);
    EXPECT_EQ(message->records[1].type, GroupRecordType::becomes_include) << "out";
  }
  for (const auto& source : {IpAddress{}, ip("fe80::1")}) {
    const auto query = read_group_message(make_group_query(source));
    ASSERT_TRUE(query);
    EXPECT_TRUE(query->query);
    EXPECT_EQ(query->response_time, 10s);
  }
}

TEST(GroupMessages, ReadsVersion2) {
  Bytes report = {0x45, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02,
                  0x00, 0x00, 0xc0, 0xa8, 0x38, 0x82, 0xe0, 0x00, 0x00, 0x12,
                  0x16, 0x00, 0x09, 0xed, 0xe0, 0x00, 0x00, 0x12};
  ChecksumSum sum;
  sum.add(std::span{report}.first(20));
  sum.store(report.data() + 10);
  auto message = read_group_message(report);
  ASSERT_TRUE(message);
  ASSERT_EQ(message->records.size(), 1U);
  EXPECT_EQ(message->records[0].group, IpAddress{kVrrpGroup4});
  EXPECT_EQ(message->records[0].type, GroupRecordType::is_exclude);
  report[20] = 0x17;  // leave
  report[22] = 0x08;
  message = read_group_message(report);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->records[0].type, GroupRecordType::becomes_include);
}

TEST(GroupMessages, RefuseDamageAndEveryCut) {
  const GroupRecord record{GroupRecordType::becomes_exclude, ip("ff02::12")};
  const GroupRecord record4{GroupRecordType::becomes_exclude, kVrrpGroup4};
  for (const auto& whole : {make_group_report(ip("fe80::1"), std::span{&record, 1}),
                            make_group_report(ip("10.0.0.1"), std::span{&record4, 1}),
                            make_group_query(ip("fe80::1")), make_group_query(IpAddress{})}) {
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(read_group_message(std::span{whole}.first(size))) << size;
    const std::size_t message_at = whole[0] >> 4 == 6 ? 48 : 24;
    for (std::size_t bit = message_at * 8; bit < whole.size() * 8; ++bit) {
      auto damaged = whole;
      damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      EXPECT_FALSE(read_group_message(damaged)) << bit;
    }
  }
}

// ---- the host's side

class Reporter : public testing::Test, public GroupLink {
 protected:
  Reporter() : reporter(*this, {true, false}, 0, "lb1") {}

  IpAddress report_source(std::uint32_t, Family family) const override {
    return family == Family::ipv4 ? ip("192.168.56.130") : ip("fe80::1");
  }
  void send_report(std::uint32_t, std::span<const std::uint8_t> packet) override {
    reports.push_back(*read_group_message(packet));
  }
  void wake_reports_at(Instant at) override { wakes.push_back(at); }

  GroupReporter reporter;
  std::vector<GroupMessage> reports;
  std::vector<Instant> wakes;
};

TEST_F(Reporter, SaysTwiceThatItJoins) {
  reporter.join(Instant{}, 0, kVrrpGroup4);
  ASSERT_EQ(reports.size(), 1U);
  ASSERT_EQ(wakes.size(), 1U);
  EXPECT_GT(wakes[0], Instant{});
  EXPECT_LE(wakes[0], Instant{1s});
  reporter.join(Instant{}, 0, kVrrpGroup4);
  reporter.reach_deadline(wakes[0]);
  EXPECT_EQ(reports.size(), 2U);
  reporter.reach_deadline(Instant{1h});
  EXPECT_EQ(reports.size(), 2U);
}

TEST_F(Reporter, SaysNothingWhereNobodySnoops) {
  reporter.join(Instant{}, 1, kVrrpGroup4);
  reporter.hear(Instant{}, 1, make_group_query(IpAddress{}));
  EXPECT_TRUE(reports.empty() && wakes.empty());
}

TEST_F(Reporter, AnswersAQueryOfItsFamilyWithinTheTime) {
  reporter.join(Instant{}, 0, kVrrpGroup4);
  reporter.join(Instant{}, 0, ip("239.1.2.3"));
  reporter.reach_deadline(Instant{1s});
  reports.clear();
  wakes.clear();
  reporter.hear(Instant{10s}, 0, make_group_query(ip("fe80::2")));
  EXPECT_TRUE(wakes.empty());
  reporter.hear(Instant{10s}, 0, make_group_query(IpAddress{}));
  ASSERT_EQ(wakes.size(), 1U);
  EXPECT_GE(wakes[0], Instant{10s});
  EXPECT_LE(wakes[0], Instant{20s});
  reporter.reach_deadline(wakes[0]);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].records.size(), 2U);
}

TEST_F(Reporter, ALeaveUnsaysTheJoin) {
  reporter.join(Instant{}, 0, kVrrpGroup4);
  reporter.leave_all(Instant{1ms});
  reporter.reach_deadline(Instant{2s});
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].records[0].type, GroupRecordType::is_exclude);
  EXPECT_EQ(reports[1].records[0].type, GroupRecordType::becomes_include);
  EXPECT_EQ(reports[2].records[0].type, GroupRecordType::becomes_include);
  reporter.hear(Instant{3s}, 0, make_group_query(IpAddress{}));
  reporter.reach_deadline(Instant{20s});
  EXPECT_EQ(reports.size(), 3U);
}

// ---- stories

Scenario snooped_pair(IgmpSnooping snooping, Duration duration) {
  auto scenario = pair();
  scenario.duration = duration;
  scenario.segments[0].igmp_snooping = snooping;
  scenario.probes.clear();
  return scenario;
}

TEST(SnoopedPair, WithAQuerierNothingHappens) {
  const auto result = play(snooped_pair(IgmpSnooping::on, 30min));
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(entered(result, kLb2, State::master, 5s), Instant::max());
}

// The joins end 260 s after the last report (at most 1 s after the start); the backup takes over
// 3.609 or 3.648 s after the last advert that it heard.
TEST(SnoopedPair, WithoutAQuerierBothAreMastersAfter260Seconds) {
  auto scenario = snooped_pair(IgmpSnooping::on_no_querier, 10min);
  waive(scenario, "one_master");
  waive(scenario, "holder_is_master");
  waive(scenario, "true_arp");
  const auto result = play(scenario);
  const auto split = entered(result, kLb2, State::master, 5s);
  EXPECT_GE(split, at(260s));
  EXPECT_LE(split, at(265s));
  EXPECT_EQ(entered(result, kLb1, State::backup, 5s), Instant::max()) << "two masters";
  EXPECT_GT(result.dual_master.at("VI_1"), 300s);
}

TEST(SnoopedPair, ALostQuerierSplitsItLaterAndHealsItWhenItIsBack) {
  auto scenario = snooped_pair(IgmpSnooping::on, 15min);
  waive(scenario, "one_master");
  waive(scenario, "holder_is_master");
  waive(scenario, "true_arp");
  // Queries at 250 and 375 s; the answers to the last that was heard come within 10 s.
  add_fault(scenario, 300s, SwitchFault{0, SwitchVerb::querier_lost}, 400s);
  const auto result = play(scenario);
  const auto split = entered(result, kLb2, State::master, 5s);
  EXPECT_GE(split, at(250s + 260s));
  EXPECT_LE(split, at(260s + 260s + 4s));
  const auto healed = entered(result, kLb2, State::backup, 600s);
  EXPECT_GE(healed, at(700s));
  EXPECT_LE(healed, at(700s + 10s + 1s + 1ms)) << "the answer to the query, then an advert";
}

TEST(SnoopedPair, OverIpv6Too) {
  auto scenario = pair6();
  scenario.duration = 10min;
  scenario.probes.clear();
  scenario.segments[0].igmp_snooping = IgmpSnooping::on_no_querier;
  waive(scenario, "one_master");
  waive(scenario, "holder_is_master");
  waive(scenario, "true_arp");
  const auto split = entered(play(scenario), kLb2, State::master, 5s);
  EXPECT_GE(split, at(260s));
  EXPECT_LE(split, at(265s));
}

}  // namespace
}  // namespace understudy::sim::test
