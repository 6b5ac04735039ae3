// Why a case failed: the lines lead from the fault to what the client saw, with their places.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "sim/cause_finder.h"
#include "sim/story.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

RunResult explained(const Scenario& scenario) {
  RunOptions options;
  options.causes = options.story = true;
  return play(scenario, options);
}

/// The first line whose text holds `what`; null: none does.
const Cause* find(const RunResult& result, std::string_view what) {
  const auto found = std::find_if(result.causes.begin(), result.causes.end(), [&](const auto& one) {
    return one.what.find(what) != std::string::npos;
  });
  return found == result.causes.end() ? nullptr : &*found;
}

std::string text_of(const RunResult& result) {
  std::string text = result.explained + "\n";
  for (const auto& one : result.causes)
    text += std::to_string(one.at.time_since_epoch().count()) + " " + one.host + " " + one.what +
            " [" + one.config + ":" + std::to_string(one.line) + " " + one.keyword + "] " +
            std::to_string(one.frame) + " " + one.rfc + "\n";
  return text;
}

TEST(Causes, AreKeptWithoutChangingTheRun) {
  auto scenario = pair_with_checks();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_});
  EXPECT_EQ(explained(scenario).digest, play(scenario).digest);
}

TEST(Causes, OfACaseThatPassesThereAreNone) {
  auto scenario = pair();
  add_expectation(scenario, ExpectationForm::at, 50s, "master(VI_1) == lb1");
  const auto result = explained(scenario);
  ASSERT_EQ(result.verdict, Verdict::pass);
  EXPECT_TRUE(result.causes.empty());
  EXPECT_TRUE(result.explained.empty());
}

TEST(Causes, LeadFromABrokenServiceToTheNewMaster) {
  auto scenario = pair_with_checks();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_});
  add_expectation(scenario, ExpectationForm::at, 50s, "master(VI_1) == lb1");
  const auto result = explained(scenario);
  ASSERT_EQ(result.verdict, Verdict::fail);
  const auto text = text_of(result);
  EXPECT_LE(result.causes.size(), kCausesMost);
  const char* order[] = {"nginx is down",      "gives up and stops the daemon", "MASTER -> INIT",
                         "advert, priority 0", "Skew_Time 166/256 s",           "BACKUP -> MASTER"};
  std::size_t from = 0;
  for (const auto* what : order) {
    const auto at = text.find(what, from);
    EXPECT_NE(at, std::string::npos) << what << " in\n" << text;
    if (at != std::string::npos) from = at;
  }
  const auto* resignation = find(result, "advert, priority 0");
  ASSERT_NE(resignation, nullptr);
  EXPECT_EQ(resignation->host, "lb1");
  EXPECT_EQ(resignation->capture, "lb1.eth0");
  EXPECT_GT(resignation->frame, 0U);
  EXPECT_GT(resignation->frame_of_all, resignation->frame);
  EXPECT_EQ(resignation->rfc, "RFC 3768, 6.4.3");
  const auto* timer = find(result, "Skew_Time");
  ASSERT_NE(timer, nullptr);
  EXPECT_EQ(timer->host, "lb2");
  EXPECT_EQ(timer->keyword, "priority");
  EXPECT_GT(timer->line, 0U);
}

TEST(Causes, ASilenceIsThatOfTheMasterWhoseAdvertsAreFiltered) {
  auto scenario = pair();
  FirewallRule rule;
  rule.protocol = std::uint8_t{112};
  add_fault(scenario, 10s, FirewallFault{kLb1, rule});
  add_expectation(scenario, ExpectationForm::at, 50s, "masters(VI_1) == 1");
  const auto result = explained(scenario);
  ASSERT_EQ(result.verdict, Verdict::fail);
  const auto text = text_of(result);
  ASSERT_NE(find(result, "EPERM"), nullptr) << text;
  const auto* timer = find(result, "166/256");
  ASSERT_NE(timer, nullptr) << text;
  // 3 s and (256 - 90)/256 s after the last advert.
  EXPECT_NE(timer->what.find("3 x 1 s + 166/256 s = 3.6484375 s"), std::string::npos) << text;
  EXPECT_EQ(timer->keyword, "advert_int");
  ASSERT_NE(find(result, "master_silent"), nullptr) << text;
}

TEST(Causes, AKilledMachineIsTheCauseOfTheSilence) {
  auto scenario = pair();
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off});
  add_expectation(scenario, ExpectationForm::that, {}, "blackout(web) <= 1s");
  const auto result = explained(scenario);
  ASSERT_EQ(result.verdict, Verdict::fail);
  const auto text = text_of(result);
  ASSERT_FALSE(result.causes.empty());
  EXPECT_EQ(result.causes.front().at, at(10s)) << text;
  EXPECT_NE(find(result, "no answer"), nullptr) << text;
  EXPECT_NE(find(result, "master_down_interval"), nullptr) << text;
  EXPECT_NE(find(result, "announces 192.168.56.100"), nullptr) << text;
  EXPECT_NE(find(result, "takes 192.168.56.100 to be at"), nullptr) << text;
  EXPECT_NE(find(result, "answered again"), nullptr) << text;
  EXPECT_LE(result.causes.size(), kCausesMost);
}

TEST(Causes, EveryHappeningComesAfterItsCause) {
  auto scenario = pair_with_checks();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_}, 10s);
  add_fault(scenario, 30s, NicFault{kLb2, 0, false}, 5s);
  const auto result = explained(scenario);
  ASSERT_TRUE(result.story);
  const auto& all = result.story->happenings;
  ASSERT_GT(all.size(), 60U);
  for (std::uint32_t i = 0; i < all.size(); ++i)
    EXPECT_TRUE(all[i].parent == Happening::kNone || all[i].parent < i) << all[i].text;
  EXPECT_FALSE(result.story->cut);
}

/// The parts of every blackout add up, whatever broke.
TEST(Causes, PartsOfBlackoutsAddUp) {
  const std::vector<Verb> verbs = {ServiceFault{kLb1, 0, ServiceVerb::stop},
                                   ServiceFault{kLb1, 0, ServiceVerb::hang},
                                   DaemonFault{kLb1, DaemonVerb::stop, {}},
                                   DaemonFault{kLb1, DaemonVerb::kill, {}},
                                   HostFault{kLb1, HostVerb::power_off},
                                   HostFault{kLb1, HostVerb::reboot},
                                   PauseFault{kLb1, PauseWhat::vm},
                                   PauseFault{kLb1, PauseWhat::daemon},
                                   NicFault{kLb1, 0, false},
                                   NicFault{kClient, 0, false}};
  std::size_t blackouts = 0;
  for (const auto& verb : verbs)
    for (const Duration lasts : {Duration{200ms}, Duration{3s}, Duration{8s}}) {
      auto scenario = pair_with_checks();
      add_fault(scenario, 10'007ms, verb, lasts);
      for (const auto& probe : play(scenario).probes)
        for (const auto& one : probe.blackouts) {
          ++blackouts;
          EXPECT_EQ(one.detect + one.elect + one.announce + one.relearn + one.probe,
                    one.end - one.start);
          for (const auto part : {one.detect, one.elect, one.announce, one.relearn, one.probe})
            EXPECT_GE(part, Duration{});
        }
    }
  EXPECT_GT(blackouts, 15U);
}

}  // namespace
}  // namespace understudy::sim::test
