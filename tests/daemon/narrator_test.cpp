#include "daemon/narrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace understudy::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class Words : public testing::Test {
 protected:
  Words() {
    config_.interfaces = {"eth0"};
    VirtualRouterConfig router;
    router.name = "VI_1";
    config_.virtual_routers = {router};
    config::Script script;
    script.name = "chk_nginx";
    config_.scripts = {script};
    config_.groups = {{"G", {0}, {}}};
    config_.files.resize(1);
    config_.files[0].name = "health";
    config_.processes.resize(1);
    config_.processes[0].name = "nginx";
  }
  std::vector<std::string> tell(const Report& report, Duration at = {}) {
    lines_.clear();
    narrator().tell(report, Instant{at}, lines_);
    return texts();
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& line : lines_) all.push_back(line.text);
    return all;
  }
  Narrator& narrator() {
    if (!narrator_) narrator_.emplace(config_, NarratorOptions{detail_, unknown_vrids_});
    return *narrator_;
  }

  NodeConfig config_;
  bool detail_ = false;
  bool unknown_vrids_ = false;
  std::optional<Narrator> narrator_;
  std::vector<LogLine> lines_;
  const IpAddress peer_{Ipv4Address{0xc0a83884}};  // 192.168.56.132
};

TEST_F(Words, TransitionsAreKeepalivedsWithTheReason) {
  EXPECT_THAT(tell(StateChanged{0, State::backup, State::master, Reason::master_silent}),
              ElementsAre("(VI_1) Entering MASTER STATE (master_silent)"));
  EXPECT_THAT(tell(StateChanged{0, State::master, State::backup, Reason::preempted}),
              ElementsAre("(VI_1) Entering BACKUP STATE (preempted)"));
}

TEST_F(Words, DetailTellsOfTheTimeout) {
  detail_ = true;
  EXPECT_THAT(tell(StateChanged{0, State::backup, State::master, Reason::startup}),
              ElementsAre("(VI_1) Receive advertisement timeout",
                          "(VI_1) Entering MASTER STATE (startup)"));
}

TEST_F(Words, ARefusalIsToldOncePerCauseAndSource) {
  RecordProperty("covers", "V3-7.1-08 V2-7.1-09");
  const AdvertRefused refused{0, 0, 51, DecodeError::auth_failed, peer_};
  EXPECT_THAT(tell(refused), ElementsAre("(VI_1) Refused an advert from 192.168.56.132: "
                                         "auth_failed (the password differs)"));
  for (int i = 0; i < 20'000; ++i) ASSERT_THAT(tell(refused, milliseconds{i}), IsEmpty());
  lines_.clear();
  narrator().sum_up(Instant{minutes{1}}, lines_);
  EXPECT_THAT(texts(), ElementsAre("(VI_1) Refused 20000 more from 192.168.56.132: auth_failed"));
  tell(refused);
  lines_.clear();
  narrator().finish(lines_);
  EXPECT_THAT(texts(), ElementsAre("(VI_1) Refused 1 more from 192.168.56.132: auth_failed"));
}

TEST_F(Words, AForeignVridIsNotTold) {
  RecordProperty("covers", "KA-RX-05");
  EXPECT_THAT(tell(AdvertRefused{kNoVirtualRouter, 0, 77, DecodeError::unknown_vrid, peer_}),
              IsEmpty());
  EXPECT_THAT(tell(AdvertRefused{kNoVirtualRouter, 0, 0, DecodeError::length_short, peer_}),
              testing::SizeIs(1));
}

TEST_F(Words, AForeignVridNamesTheInterfaceWhenAsked) {
  RecordProperty("covers", "KA-RX-05");
  unknown_vrids_ = true;
  EXPECT_THAT(tell(AdvertRefused{kNoVirtualRouter, 0, 77, DecodeError::unknown_vrid, peer_}),
              ElementsAre("eth0: ignored a packet from 192.168.56.132, VRID 77: unknown_vrid (no "
                          "virtual router with this VRID on the interface)"));
}

TEST_F(Words, AQuarrelIsToldAgainAfterATransition) {
  const LowerPriorityHeard heard{0, State::master, 90, 100, peer_};
  EXPECT_THAT(tell(heard), ElementsAre("(VI_1) Received advert from 192.168.56.132 with lower "
                                       "priority 90, ours 100, forcing new election"));
  EXPECT_THAT(tell(heard), IsEmpty());
  tell(StateChanged{0, State::backup, State::master, Reason::preempted});
  EXPECT_THAT(tell(heard), testing::SizeIs(1));
}

TEST_F(Words, AFailedSendIsToldOncePerErrorAndItsEndToo) {
  EXPECT_THAT(tell(AdvertNotSent{0, EPERM}),
              ElementsAre("(VI_1) send advert error 1 (Operation not permitted)"));
  EXPECT_THAT(tell(AdvertNotSent{0, EPERM}), IsEmpty());
  EXPECT_THAT(tell(AdvertNotSent{0, ENETDOWN}),
              ElementsAre("(VI_1) send advert error 100 (Network is down)"));
  narrator().tell_sent(0, lines_);
  EXPECT_EQ(texts().back(), "(VI_1) adverts can be sent again (1 more had failed)");
  lines_.clear();
  narrator().tell_sent(0, lines_);
  EXPECT_THAT(texts(), IsEmpty());
  EXPECT_THAT(tell(AdvertNotSent{0, EPERM}), testing::SizeIs(1));
}

TEST_F(Words, ScriptsAsKeepalivedTellsThem) {
  EXPECT_THAT(tell(ScriptResult{0, true, false, 0}), IsEmpty());
  EXPECT_THAT(tell(ScriptChanged{0, ScriptStatus::unknown, ScriptStatus::up}),
              ElementsAre("VRRP_Script(chk_nginx) succeeded"));
  EXPECT_THAT(tell(ScriptResult{0, false, false, 1}),
              ElementsAre("Script `chk_nginx` now returning 1"));
  EXPECT_THAT(tell(ScriptChanged{0, ScriptStatus::up, ScriptStatus::down}),
              ElementsAre("VRRP_Script(chk_nginx) failed (exited with status 1)"));
  tell(ScriptResult{0, false, true, 143});
  EXPECT_THAT(tell(ScriptChanged{0, ScriptStatus::up, ScriptStatus::down}),
              ElementsAre("VRRP_Script(chk_nginx) timed_out (due to signal 15)"));
}

TEST_F(Words, PrioritiesAndInterfaces) {
  EXPECT_THAT(tell(PriorityChanged{0, 100, 80}),
              ElementsAre("(VI_1) Changing effective priority from 100 to 80"));
  EXPECT_THAT(tell(InterfaceChanged{0, false}), ElementsAre("Netlink reports eth0 down"));
}

TEST_F(Words, SummariesOfManySourcesAreAddedUp) {
  for (std::uint32_t source = 0; source < 100; ++source)
    for (int i = 0; i < 3; ++i)
      tell(AdvertRefused{0, 0, 51, DecodeError::bad_ttl, Ipv4Address{0x0a000000 + source}});
  lines_.clear();
  narrator().sum_up(Instant{minutes{1}}, lines_);
  EXPECT_EQ(lines_.size(), 17U);
  EXPECT_EQ(texts().back(), "and 168 more of other causes and sources");
}

TEST_F(Words, AnotherIntervalIsToldOnceAMasterAndValue) {
  RecordProperty("covers", "V3-7.1-12");
  const IntervalLearnt half{0, milliseconds{500}, seconds{1}, peer_};
  const IntervalLearnt own{0, seconds{1}, seconds{1}, peer_};
  EXPECT_THAT(tell(half),
              ElementsAre("(VI_1) advertisement interval mismatch, the master's counts: mine=1.00 "
                          "sec rcved=0.50 sec from 192.168.56.132"));
  EXPECT_THAT(tell(half), IsEmpty());
  EXPECT_THAT(tell(own), ElementsAre("(VI_1) advertisement interval agrees again: mine=1.00 sec "
                                     "rcved=1.00 sec from 192.168.56.132"));
  lines_.clear();
  narrator().finish(lines_);
  EXPECT_THAT(texts(), ElementsAre("(VI_1) learnt the interval 0.50 sec of 192.168.56.132 1 more "
                                   "times"));
}

TEST_F(Words, TheOwnerNoticesOthers) {
  RecordProperty("covers", "V3-7.1-11");
  EXPECT_THAT(tell(OwnerConflict{0, 255, peer_}),
              ElementsAre("(VI_1) 192.168.56.132 sends adverts of priority 255, but this host is "
                          "the address owner"));
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(tell(OwnerConflict{0, 255, peer_}), IsEmpty());
}

TEST_F(Words, GroupsAndDelays) {
  EXPECT_THAT(tell(PreemptionDelayed{0, seconds{10}}),
              ElementsAre("(VI_1) start preempt delay (10.000000)"));
  EXPECT_THAT(tell(GroupWaits{0, 0}),
              ElementsAre("(VI_1) would be MASTER, but waits for the rest of VRRP_Group(G)"));
  EXPECT_THAT(tell(GroupWaits{0, 0}), IsEmpty());
  EXPECT_THAT(tell(GroupChanged{0, State::backup, State::master}),
              ElementsAre("VRRP_Group(G) Syncing instances to MASTER state"));
  EXPECT_THAT(tell(GroupWaits{0, 0}), testing::SizeIs(1)) << "another story";
  EXPECT_THAT(tell(StartupDelayed{milliseconds{1500}}),
              ElementsAre("Delaying startup for 1.500 s"));
}

TEST_F(Words, AClockThatDiffersSaysWhichWay) {
  EXPECT_THAT(tell(ClockSkewHeard{0, 4, 5, peer_}),
              ElementsAre("(VI_1) auth_hmac: the clock of 192.168.56.132 is 4 s behind ours, and "
                          "5 s is where its adverts are refused"));
  EXPECT_THAT(tell(ClockSkewHeard{0, -4, 5, peer_}), IsEmpty());
}

TEST_F(Words, TrackedFilesAndProcesses) {
  EXPECT_THAT(tell(FileValueChanged{0, 0, -20}), ElementsAre("Track file `health` now -20, was 0"));
  EXPECT_THAT(tell(ProcessStatusChanged{0, false, 1}),
              ElementsAre("Track process `nginx` lost its quorum (1 running)"));
  EXPECT_THAT(tell(ProcessStatusChanged{0, true, 2}, seconds{1}),
              ElementsAre("Track process `nginx` has quorum (2 running)"));
}

TEST_F(Words, AFileThatIsWrittenAThousandTimesIsSummedUp) {
  int told = 0;
  for (int i = 0; i < 1000; ++i)
    told += static_cast<int>(tell(FileValueChanged{0, i, i + 1}, milliseconds{i}).size());
  EXPECT_EQ(told, 1);
  lines_.clear();
  narrator().finish(lines_);
  EXPECT_THAT(texts(), ElementsAre("Track file `health` changed 999 more times"));
}

class Flapping : public Words {
 protected:
  // A takeover after silence that lasts that long; how many lines say that it flaps.
  std::size_t take_over(Duration at, Duration reign) {
    tell(StateChanged{0, State::backup, State::master, Reason::master_silent}, at);
    const auto lines =
        tell(StateChanged{0, State::master, State::backup, Reason::preempted}, at + reign);
    return lines.size() - 1;
  }
};

TEST_F(Flapping, LateAdvertsAtSmallIntervalsAreToldOnce) {
  RecordProperty("covers", "V3-2.5-01");
  config_.virtual_routers[0].rules.advert_interval = milliseconds{10};
  std::size_t told = 0;
  for (int i = 0; i < 300; ++i) told += take_over(milliseconds{i * 100}, milliseconds{15});
  EXPECT_EQ(told, 1U);
  lines_.clear();
  narrator().finish(lines_);
  EXPECT_THAT(texts(), ElementsAre("(VI_1) flapped on, 99 more times"));
}

TEST_F(Flapping, TakeoversThatLastAreNone) {
  config_.virtual_routers[0].rules.advert_interval = milliseconds{10};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take_over(seconds{i}, milliseconds{500}), 0U);
}

TEST_F(Flapping, TwoWithinAMinuteAreNone) {
  config_.virtual_routers[0].rules.advert_interval = milliseconds{10};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take_over(seconds{i * 40}, milliseconds{15}), 0U);
}

}  // namespace
}  // namespace understudy::daemon
