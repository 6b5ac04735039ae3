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
    if (!narrator_) narrator_.emplace(config_, detail_);
    return *narrator_;
  }

  NodeConfig config_;
  bool detail_ = false;
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

TEST_F(Words, AForeignVridNamesTheInterface) {
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

}  // namespace
}  // namespace understudy::daemon
