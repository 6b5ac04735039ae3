#include <gtest/gtest.h>

#include "sim/scenario/expression_parser.h"
#include "tests/sim/fake_world.h"
#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLb1 = 0, kLb2 = 1;

class Expressions : public testing::Test {
 protected:
  Expressions() {
    LoadResult loaded = load_pair(kPair);
    EXPECT_EQ(printed(loaded), "");
    scenario_ = loaded.cases.at(0);
    for (std::size_t fault = 0; fault < scenario_.timeline.size(); ++fault)
      for (const bool end : {false, true})
        world_.event_times[{fault, end}] = Instant{event_time(scenario_, {fault, end, {}})};
  }

  bool holds(const std::string& text) {
    const auto expression = parse_condition(text, scenario_);
    if (!expression) {
      ADD_FAILURE() << text << ": " << expression.error().message;
      return false;
    }
    return expression->holds(world_);
  }

  Scenario scenario_;
  FakeWorld world_;
};

TEST_F(Expressions, ComparesHosts) {
  world_.only_master = kLb1;
  EXPECT_TRUE(holds("master(VI_1) == lb1"));
  EXPECT_TRUE(holds("lb1 == master(VI_1)"));
  EXPECT_FALSE(holds("master(VI_1) == lb2"));
  EXPECT_TRUE(holds("master(VI_1) != lb2"));
  EXPECT_TRUE(holds("master(VI_1) == 'lb1'"));
}

TEST_F(Expressions, NullEqualsNothing) {
  EXPECT_FALSE(holds("master(VI_1) == lb1"));
  EXPECT_TRUE(holds("master(VI_1) != lb1"));
  EXPECT_FALSE(holds("master(VI_1) == master(VI_1)"));
  EXPECT_TRUE(holds("master(VI_1) == null"));
  EXPECT_FALSE(holds("master(VI_1) != null"));
  EXPECT_FALSE(holds("priority(lb1, VI_1) >= 0"));
  EXPECT_FALSE(holds("priority(lb1, VI_1) + 1 == 1"));
  EXPECT_TRUE(holds("state(lb1, VI_1) == null"));
  EXPECT_TRUE(holds("arp(client, 192.168.56.100) == null"));
}

TEST_F(Expressions, ReadsEveryAtom) {
  world_.states[kLb2] = State::backup;
  world_.master_count = 2;
  world_.holder_count = 1;
  world_.arp_entry = MacAddress{{2, 0, 0, 0, 0, 1}};
  world_.service_status = ServiceStatus::hung;
  world_.priority_value = std::uint8_t{90};
  world_.longest_blackout = 650ms;
  world_.lost_count = 3;
  world_.flap_count = 4;
  world_.transition_count = 5;
  world_.advert_count = 6;
  world_.garp_count = 7;
  EXPECT_TRUE(holds("state(lb2, VI_1) == BACKUP"));
  EXPECT_TRUE(holds("masters(VI_1) == 2"));
  EXPECT_TRUE(holds("holders(192.168.56.100) == 1"));
  EXPECT_TRUE(holds("arp(client, 192.168.56.100) == mac(lb2)"));
  EXPECT_TRUE(holds("arp(client, 192.168.56.100) == 02:00:00:00:00:01"));
  EXPECT_TRUE(holds("service(lb1, nginx) == hung"));
  EXPECT_TRUE(holds("priority(lb1, VI_1) == 90"));
  EXPECT_TRUE(holds("blackout(web) == 650ms"));
  EXPECT_TRUE(holds("lost(web) == 3"));
  EXPECT_TRUE(holds("flaps(VI_1) == 4"));
  EXPECT_TRUE(holds("transitions(VI_1, lb1, MASTER) == 5"));
  EXPECT_TRUE(holds("adverts(lb1) == 6"));
  EXPECT_TRUE(holds("garps(lb1, 192.168.56.100) == 7"));
}

TEST_F(Expressions, BindAsWritten) {
  EXPECT_TRUE(holds("true or false and false"));
  EXPECT_FALSE(holds("(true or false) and false"));
  EXPECT_TRUE(holds("not masters(VI_1) == 1"));
  EXPECT_TRUE(holds("not false and true"));
  EXPECT_TRUE(holds("1 + 2 - 3 == 0"));
  EXPECT_TRUE(holds("10s - 2s - 3s == 5s"));
  EXPECT_TRUE(holds("1s + 500ms == 1.5s"));
  EXPECT_TRUE(holds("1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 != 2"));
  EXPECT_TRUE(holds("(masters(VI_1) == 0) == true"));
}

TEST_F(Expressions, BlackoutTakesMomentsOfTheTimeline) {
  world_.time = Instant{40s};
  EXPECT_TRUE(holds("blackout(web) == 0s"));
  EXPECT_EQ(world_.asked_from, Instant{});
  EXPECT_EQ(world_.asked_to, Instant{40s});
  EXPECT_TRUE(holds("blackout(web, from=drop) == 0s"));
  EXPECT_EQ(world_.asked_from, Instant{10s});
  EXPECT_TRUE(holds("blackout(web, from=drop + 1s, to=drop.end) == 0s"));
  EXPECT_EQ(world_.asked_from, Instant{11s});
  EXPECT_EQ(world_.asked_to, Instant{30s});
  EXPECT_TRUE(holds("blackout(web, 5s, dies) == 0s"));  // 10 s + 20 s + 2 s
  EXPECT_EQ(world_.asked_from, Instant{5s});
  EXPECT_EQ(world_.asked_to, Instant{32s});
  EXPECT_TRUE(holds("blackout(web, to=dies) == 0s"));
  EXPECT_EQ(world_.asked_from, Instant{});
}

TEST_F(Expressions, SlackIsTheDistanceToTheBound) {
  world_.longest_blackout = 650ms;
  const auto slack = [&](const char* text) {
    return parse_condition(text, scenario_)->slack(world_);
  };
  EXPECT_EQ(slack("blackout(web) <= 800ms"), 150ms);
  EXPECT_EQ(slack("800ms > blackout(web)"), 150ms);
  EXPECT_EQ(slack("blackout(web) <= 600ms"), -50ms);
  EXPECT_EQ(slack("not blackout(web) > 800ms"), 150ms);
  EXPECT_EQ(slack("blackout(web) <= 800ms and blackout(web) >= 600ms"), 50ms);
  EXPECT_EQ(slack("blackout(web) <= 800ms or masters(VI_1) == 1"), 150ms);
  EXPECT_EQ(slack("masters(VI_1) == 1"), std::nullopt);
}

TEST_F(Expressions, SayWhatTheySaw) {
  world_.longest_blackout = 650ms;
  world_.only_master = kLb2;
  EXPECT_EQ(
      parse_condition("master(VI_1) == lb1 and blackout(web) < 1s", scenario_)->describe(world_),
      "master(VI_1) is lb2, blackout(web) is 650 ms");
  EXPECT_EQ(parse_condition("state(lb1, VI_1) == MASTER", scenario_)->describe(world_),
            "state(lb1, VI_1) is null");
}

TEST_F(Expressions, KnowTheCountersTheyRead) {
  const auto use = [&](std::string_view text) {
    return parse_condition(text, scenario_)->counters();
  };
  EXPECT_TRUE(use("lost(web) < 3").lost);
  EXPECT_TRUE(use("garps(lb1, 192.168.56.100) < 3").garps);
  EXPECT_TRUE(use("adverts(lb1) < 3").adverts);
  EXPECT_FALSE(use("adverts(lb1) < 3").advert_kinds);
  EXPECT_TRUE(use("adverts(lb1, priority == 0) < 3").advert_kinds);
  EXPECT_FALSE(use("blackout(web) < 3s").lost);
}

TEST_F(Expressions, WhatNoRunCanMakeTrueIsRefused) {
  for (const char* text :
       {"blackout(web) < 0s", "0s > blackout(web)", "lost(web) < 0", "priority(lb1, VI_1) > 255",
        "masters(VI_1) == 4", "holders(192.168.56.100) >= 4", "255 < priority(lb1, VI_1)",
        "adverts(lb1, priority == 256) == 1"})
    EXPECT_FALSE(parse_condition(text, scenario_)) << text;
  for (const char* text :
       {"blackout(web) <= 0s", "masters(VI_1) == 3", "priority(lb1, VI_1) >= 255"})
    EXPECT_TRUE(parse_condition(text, scenario_)) << text;
}

TEST_F(Expressions, CountAdvertsOfAKind) {
  world_.advert_kinds = {{"VI_1", 51, 2, 100, 7}, {"VI_1", 51, 2, 0, 1}};
  EXPECT_TRUE(holds("adverts(lb1, priority == 0) == 1"));
  EXPECT_TRUE(holds("adverts(lb1, vrid == 51 and instance == VI_1) == 8"));
  EXPECT_TRUE(holds("adverts(lb1, vrid == 52 or version == 3) == 0"));
  EXPECT_TRUE(holds("adverts(lb1, not priority == 0) == 7"));
  for (const char* text : {"adverts(lb1, priority) == 1", "adverts(lb1, lost(web) == 1) == 1",
                           "adverts(lb1, instance == VI_2) == 1", "adverts(lb1, prio == 1) == 1"})
    EXPECT_FALSE(parse_condition(text, scenario_)) << text;
}

TEST_F(Expressions, KnowWhenAnOpenBlackoutPassesABound) {
  const auto next = [&](std::string_view text) {
    return parse_condition(text, scenario_)->next_change(world_);
  };
  world_.time = Instant{11s};
  EXPECT_EQ(next("blackout(web) <= 3s"), std::nullopt);  // nothing is open
  world_.open_since = Instant{10s};
  world_.longest_blackout = 1s;
  EXPECT_EQ(next("blackout(web) <= 3s"), Instant{13s});
  world_.time = Instant{13s};
  world_.longest_blackout = 3s;
  EXPECT_EQ(next("blackout(web) <= 3s"), Instant{13s + 1ns});  // there it breaks
  world_.time = Instant{13s + 1ns};
  world_.longest_blackout = 3s + 1ns;
  EXPECT_EQ(next("blackout(web) <= 3s"), Instant::max());
  // An earlier, longer one hides the open one for a while.
  world_.time = Instant{11s};
  world_.longest_blackout = 5s;
  EXPECT_EQ(next("blackout(web) <= 6s"), Instant{15s});
  EXPECT_EQ(next("masters(VI_1) == 1"), std::nullopt);
}

TEST_F(Expressions, AreRefusedWhole) {
  for (const char* text : {"",
                           " ",
                           "(",
                           ")",
                           "()",
                           "and",
                           "not",
                           "master",
                           "master(",
                           "master()",
                           "master(VI_1",
                           "master(VI_1)",
                           "master(VI_1) ==",
                           "== lb1",
                           "1",
                           "1s",
                           "lb1 == lb2",
                           "null == null",
                           "null",
                           "master(VI_1) == null + 1",
                           "true true",
                           "true and",
                           "1 == 1s",
                           "1s + 1 == 2s",
                           "- 1 == 1",
                           "masters(VI_1) == -1",
                           "'",
                           "'lb1",
                           "master(VI_1) == lb1;",
                           "state(lb1)",
                           "state(lb1, VI_1, 3) == MASTER",
                           "true == 1",
                           "1 == 1 == 1",
                           "not 1",
                           "192.168.56.1 == 1",
                           "blackout(web, from=) < 1s",
                           "blackout(web, from=dies, to) < 1s",
                           "blackout(web, 1s, 2s, 3s) < 1s",
                           "blackout(web, 1s - 2s) < 1s",
                           "mac(lb1) < mac(lb2)",
                           "masters(VI_1) == 99999999999999999999",
                           "true && false",
                           "!true",
                           "1 = 1"})
    EXPECT_FALSE(parse_condition(text, scenario_)) << text;
}

TEST_F(Expressions, DeepAndLongOnesEnd) {
  EXPECT_FALSE(parse_condition(std::string(100'000, '('), scenario_));
  std::string nots, chain = "true";
  for (int i = 0; i < 10'000; ++i) {
    nots += "not ";
    chain += " and true";
  }
  EXPECT_FALSE(parse_condition(nots + "true", scenario_));
  EXPECT_FALSE(parse_condition(chain, scenario_));
}

TEST_F(Expressions, CountersAreAtomsAlone) {
  world_.flap_count = 4;
  const auto counter = parse_counter("flaps(VI_1)", scenario_);
  ASSERT_TRUE(counter);
  EXPECT_EQ(counter->count(world_), 4);
  EXPECT_FALSE(parse_counter("flaps(VI_1) + 1", scenario_));
  EXPECT_FALSE(parse_counter("masters(VI_1)", scenario_));
  EXPECT_FALSE(parse_counter("lb1", scenario_));
}

TEST_F(Expressions, NamesMayHoldDashesAndDots) {
  scenario_.hosts[kLb1].name = "lb-1";
  scenario_.hosts[kLb2].name = "lb.two";
  world_.only_master = kLb1;
  EXPECT_TRUE(holds("master(VI_1) == lb-1"));
  EXPECT_TRUE(holds("master(VI_1) != lb.two"));
}

}  // namespace
}  // namespace understudy::sim
