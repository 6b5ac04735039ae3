// One row per state, input, expected effects and deadline. Numbers are worked by hand:
// priority 100: skew 156/256 s = 0.609375 s, down 3.609375 s; priority 90: skew 0.6484375 s,
// down 3.6484375 s.
#include "core/vrrp/virtual_router.h"

#include <gtest/gtest.h>

#include "tests/core/effects_text.h"

namespace understudy {
namespace {

Instant at(std::int64_t microseconds) { return Instant{std::chrono::microseconds{microseconds}}; }

constexpr Ipv4Address kSelf{0xc0a83882};   // 192.168.56.130
constexpr Ipv4Address kPeer{0xc0a83884};   // 192.168.56.132
constexpr Ipv4Address kLower{0xc0a83801};  // 192.168.56.1

VirtualRouterConfig make_config(std::uint8_t priority) {
  VirtualRouterConfig config;
  config.name = "VI_1";
  config.priority = priority;
  config.rules.vrid = 51;
  config.rules.owner = priority == 255;
  config.rules.addresses = {192, 168, 56, 100};
  return config;
}

class Router : public testing::Test {
 protected:
  void start(std::uint8_t priority) {
    config_ = make_config(priority);
    begin();
  }
  void begin() {
    router_.emplace(config_);
    router_->handle(at(0), SourceAddressChanged{kSelf}, effects_);
    router_->handle(at(0), Startup{}, effects_);
  }
  std::string hear(std::int64_t now_us, std::uint8_t priority, Ipv4Address source = kPeer,
                   std::optional<std::int64_t> received_us = {}) {
    ReceivedAdvert received;
    received.advert.vrid = 51;
    received.advert.priority = priority;
    received.source = source;
    effects_.clear();
    router_->handle(at(now_us), AdvertReceived{received, at(received_us.value_or(now_us))},
                    effects_);
    return text_of(effects_);
  }
  std::string deadline(std::int64_t now_us) { return give(now_us, DeadlineReached{}); }
  template <typename T>
  std::string give(std::int64_t now_us, const T& input) {
    effects_.clear();
    router_->handle(at(now_us), input, effects_);
    return text_of(effects_);
  }

  VirtualRouterConfig config_;
  std::optional<VirtualRouter> router_;
  Effects effects_;
};

// RFC 3768, section 6.4.1; keepalived: priority below 255 always starts in BACKUP.
TEST_F(Router, StartupOfNonOwnerGoesToBackupWithTheFullDownInterval) {
  start(100);
  EXPECT_EQ(text_of(effects_), "INIT->BACKUP(startup) notify(BACKUP)");
  EXPECT_EQ(router_->next_deadline(), at(3'609'375));
}

TEST_F(Router, StartupOfOwnerGoesToMasterAtOnce) {
  start(255);
  EXPECT_EQ(text_of(effects_), "advert(255) add announce(5) INIT->MASTER(startup) notify(MASTER)");
  EXPECT_EQ(router_->next_deadline(), at(1'000'000));
}

TEST_F(Router, InitHearsNothingAndWantsNoDeadline) {
  config_ = make_config(100);
  router_.emplace(config_);
  EXPECT_EQ(hear(0, 200), "");
  EXPECT_EQ(router_->state(), State::init);
  EXPECT_EQ(router_->next_deadline(), std::nullopt);
}

TEST_F(Router, MasterDownAtItsExactNanosecondAndNotBefore) {
  start(90);
  EXPECT_EQ(router_->next_deadline(), Instant{std::chrono::nanoseconds{3'648'437'500}});
  effects_.clear();
  router_->handle(Instant{std::chrono::nanoseconds{3'648'437'499}}, DeadlineReached{}, effects_);
  EXPECT_EQ(text_of(effects_), "");
  router_->handle(Instant{std::chrono::nanoseconds{3'648'437'500}}, DeadlineReached{}, effects_);
  EXPECT_EQ(text_of(effects_), "advert(90) add announce(5) BACKUP->MASTER(startup) notify(MASTER)");
}

TEST_F(Router, BackupAcceptsEqualAndHigherAndRestartsItsTimer) {
  start(100);
  EXPECT_EQ(hear(500'000, 101), "");
  EXPECT_EQ(router_->next_deadline(), at(4'109'375));
  EXPECT_EQ(hear(900'000, 100, kLower), "");  // no comparison of addresses in BACKUP
  EXPECT_EQ(router_->next_deadline(), at(4'509'375));
  EXPECT_EQ(router_->master_address(), IpAddress{kLower});
}

TEST_F(Router, SilentMasterIsReplacedAfterTheDownInterval) {
  start(90);
  hear(1'000'000, 100);
  EXPECT_EQ(deadline(4'648'437), "");
  EXPECT_EQ(deadline(4'648'438),
            "advert(90) add announce(5) BACKUP->MASTER(master_silent) notify(MASTER)");
}

TEST_F(Router, LowerPriorityIsDiscardedAndTheTimerRunsOn) {
  start(100);
  EXPECT_EQ(hear(1'000'000, 90), "lower(90)");
  EXPECT_EQ(router_->next_deadline(), at(3'609'375));
  EXPECT_EQ(deadline(3'609'375),
            "advert(100) add announce(5) BACKUP->MASTER(preempted) notify(MASTER)");
}

TEST_F(Router, NopreemptAcceptsLowerPriority) {
  config_ = make_config(100);
  config_.preempt = false;
  begin();
  EXPECT_EQ(hear(1'000'000, 90), "");
  EXPECT_EQ(router_->next_deadline(), at(4'609'375));
}

TEST_F(Router, ResignationArmsTheSkew) {
  start(90);
  hear(1'000'000, 100);
  EXPECT_EQ(hear(1'500'000, 0), "resigned");
  EXPECT_EQ(router_->next_deadline(), Instant{std::chrono::nanoseconds{2'148'437'500}});
  EXPECT_EQ(deadline(2'148'438),
            "advert(90) add announce(5) BACKUP->MASTER(graceful_shutdown) notify(MASTER)");
}

TEST_F(Router, AdvertsThatPiledUpCountFromWhenTheyCame) {
  start(90);
  // Stopped from 1 s to 10 s: nine adverts wait; the last came at 9.5 s.
  for (std::int64_t second = 1; second < 10; ++second)
    EXPECT_EQ(hear(10'000'000, 100, kPeer, second * 1'000'000 + 500'000), "");
  EXPECT_EQ(router_->next_deadline(), Instant{std::chrono::nanoseconds{13'148'437'500}});
  EXPECT_EQ(deadline(10'000'000), "");
}

TEST_F(Router, MasterSendsOnExactMultiplesWithoutDrift) {
  config_ = make_config(100);
  config_.garp_master_delay = Duration{};  // no second burst among the deadlines
  begin();
  deadline(3'609'375 + 40'000);  // handled 40 ms late
  for (std::int64_t i = 1; i <= 10; ++i) {
    EXPECT_EQ(router_->next_deadline(), at(3'609'375 + i * 1'000'000));
    const auto text = deadline(3'609'375 + i * 1'000'000 + i * 7'000);
    EXPECT_EQ(text, "advert(100)");
  }
}

TEST_F(Router, ALongSleepGivesOneAdvertNotABurst) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(deadline(60'000'000), "late advert(100) announce(5)");
  EXPECT_EQ(router_->next_deadline(), at(61'000'000));
}

TEST_F(Router, SecondAnnouncementComesFiveSecondsAfterTheFirst) {
  start(100);
  deadline(3'609'375);
  for (int i = 1; i < 5; ++i) EXPECT_EQ(deadline(3'609'375 + i * 1'000'000), "advert(100)");
  EXPECT_EQ(deadline(8'609'375), "advert(100) announce(5)");
  EXPECT_EQ(deadline(9'609'375), "advert(100)");
}

// Who resigns was master: clients may still have its MAC.
TEST_F(Router, MasterAnswersResignationAtOnceAndAnnouncesAgain) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 0), "resigned advert(100) announce(5)");
  EXPECT_EQ(router_->next_deadline(), at(5'000'000));
}

TEST_F(Router, ResignationOfBeforeItLastSpokeStillMakesAMasterAnnounce) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(hear(3'700'000, 0, kPeer, 3'600'000), "resigned announce(5)");
}

TEST_F(Router, RfcProfileAndThoseToldSoAnswerResignationByAnAdvertAlone) {
  config_ = make_config(100);
  config_.rules.profile = Profile::rfc;
  begin();
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 0), "resigned advert(100)");

  config_ = make_config(100);
  config_.garp_lower_prio_repeat = 0;
  begin();
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 0), "resigned advert(100)");
}

TEST_F(Router, MasterYieldsToHigherPriorityWithALastWord) {
  start(90);
  deadline(3'648'438);
  EXPECT_EQ(hear(4'000'000, 100),
            "higher(100) advert(90) remove MASTER->BACKUP(preempted) notify(BACKUP)");
  EXPECT_EQ(router_->next_deadline(), Instant{std::chrono::nanoseconds{7'648'437'500}});
}

TEST_F(Router, ALastWordThatCouldNotBeSentIsSaidToTheNextAdvert) {
  start(90);
  deadline(3'648'438);
  hear(4'000'000, 100);
  const auto failed = give(4'000'000, SendFailed{1});
  EXPECT_EQ(hear(5'000'000, 100), "advert(90)");
  EXPECT_EQ(give(5'000'000, SendFailed{1}), failed);
  EXPECT_EQ(hear(6'000'000, 100), "advert(90)");
  EXPECT_EQ(hear(7'000'000, 100), "");
  EXPECT_EQ(router_->next_deadline(), Instant{std::chrono::nanoseconds{10'648'437'500}});

  config_ = make_config(90);
  config_.higher_prio_send_advert = false;
  begin();
  deadline(3'648'438);
  hear(4'000'000, 100);
  give(4'000'000, SendFailed{1});
  EXPECT_EQ(hear(5'000'000, 100), "");
}

TEST_F(Router, YieldsSilentlyWhenToldTo) {
  config_ = make_config(90);
  config_.higher_prio_send_advert = false;
  begin();
  deadline(3'648'438);
  EXPECT_EQ(hear(4'000'000, 100), "higher(100) remove MASTER->BACKUP(preempted) notify(BACKUP)");
}

TEST_F(Router, RfcProfileYieldsSilentlyAndIgnoresLowerPriority) {
  config_ = make_config(90);
  config_.rules.profile = Profile::rfc;
  begin();
  deadline(3'648'438);
  EXPECT_EQ(hear(3'900'000, 80), "lower(80)");  // RFC 3768, section 6.4.3: discard, send nothing
  EXPECT_EQ(hear(4'000'000, 100), "higher(100) remove MASTER->BACKUP(preempted) notify(BACKUP)");
}

TEST_F(Router, EqualPriorityIsSettledByTheGreaterAddress) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 100, kLower), "lower(100) advert(100) announce(5)");
  EXPECT_EQ(hear(4'100'000, 100, kPeer),
            "higher(100) advert(100) remove MASTER->BACKUP(tie_break) notify(BACKUP)");
}

TEST_F(Router, AddressesCompareAsUnsignedNumbers) {
  config_ = make_config(100);
  router_.emplace(config_);
  router_->handle(at(0), SourceAddressChanged{Ipv4Address{0x7f000001}}, effects_);  // 127.0.0.1
  router_->handle(at(0), Startup{}, effects_);
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 100, Ipv4Address{0x09000001}), "lower(100) advert(100) announce(5)");
  hear(4'100'000, 100, Ipv4Address{0x80000001});  // 128.0.0.1
  EXPECT_EQ(router_->state(), State::backup);
}

TEST_F(Router, OwnAdvertHeardBackIsReportedAndNotAnswered) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 100, kSelf), "own_address");
  EXPECT_EQ(router_->next_deadline(), at(4'609'375));
}

// keepalived: "forcing new election": advert and gratuitous ARPs at once, ARPs again after 5 s.
TEST_F(Router, LowerPriorityInMasterIsAnsweredAndAnnouncedAgain) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 90), "lower(90) advert(100) announce(5)");
  EXPECT_EQ(router_->next_deadline(), at(5'000'000));
}

TEST_F(Router, PiledUpRivalsGetOneAnswer) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(hear(20'000'000, 90, kPeer, 15'000'000), "lower(90) advert(100) announce(5)");
  EXPECT_EQ(hear(20'000'000, 90, kPeer, 16'000'000), "lower(90)");
  EXPECT_EQ(hear(20'000'000, 90, kPeer, 17'000'000), "lower(90)");
  EXPECT_EQ(hear(20'400'000, 90, kPeer, 20'300'000), "lower(90) advert(100) announce(5)");
}

TEST_F(Router, LowerPrioNoAdvertAnnouncesOnly) {
  config_ = make_config(100);
  config_.lower_prio_no_advert = true;
  begin();
  deadline(3'609'375);
  EXPECT_EQ(hear(4'000'000, 90), "lower(90) announce(5)");
  EXPECT_EQ(router_->next_deadline(), at(4'609'375));
}

TEST_F(Router, ShutdownInMasterResignsOnce) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(give(4'000'000, Shutdown{}), "advert(0) remove MASTER->INIT(shutdown) notify(INIT)");
  EXPECT_EQ(router_->next_deadline(), std::nullopt);
  EXPECT_EQ(give(4'000'001, Shutdown{}), "");
}

TEST_F(Router, ShutdownInBackupSendsNothing) {
  start(100);
  EXPECT_EQ(give(1'000'000, Shutdown{}), "BACKUP->INIT(shutdown) notify(INIT)");
}

TEST_F(Router, FaultInMasterResignsOnceAndRecoveryIsAFullDownInterval) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(give(4'000'000, FaultRaised{}), "advert(0) remove MASTER->FAULT(fault) notify(FAULT)");
  EXPECT_EQ(router_->next_deadline(), std::nullopt);
  EXPECT_EQ(hear(4'500'000, 200), "");
  EXPECT_EQ(give(5'000'000, FaultRaised{}), "");
  EXPECT_EQ(give(6'000'000, FaultCleared{}), "FAULT->BACKUP(recovered) notify(BACKUP)");
  EXPECT_EQ(router_->next_deadline(), at(9'609'375));
  EXPECT_EQ(deadline(9'609'375),
            "advert(100) add announce(5) BACKUP->MASTER(recovered) notify(MASTER)");
}

TEST_F(Router, FaultBeforeStartupLeadsToFault) {
  config_ = make_config(100);
  router_.emplace(config_);
  EXPECT_EQ(give(0, FaultRaised{}), "");
  EXPECT_EQ(give(0, Startup{}), "INIT->FAULT(fault) notify(FAULT)");
  EXPECT_EQ(give(1, FaultCleared{}), "FAULT->BACKUP(recovered) notify(BACKUP)");
}

// keepalived moves the running timer by the difference of the down intervals.
TEST_F(Router, EffectivePriorityMovesTheRunningTimer) {
  start(100);
  EXPECT_EQ(give(1'000'000, EffectivePriorityChanged{90}), "priority(100->90)");
  EXPECT_EQ(router_->next_deadline(), Instant{std::chrono::nanoseconds{3'648'437'500}});
  EXPECT_EQ(give(1'500'000, EffectivePriorityChanged{90}), "");
  give(2'000'000, EffectivePriorityChanged{100});
  EXPECT_EQ(router_->next_deadline(), at(3'609'375));
}

TEST_F(Router, EffectivePriorityInMasterIsInTheNextAdvert) {
  start(100);
  deadline(3'609'375);
  EXPECT_EQ(give(4'000'000, EffectivePriorityChanged{80}), "priority(100->80)");
  EXPECT_EQ(deadline(4'609'375), "advert(80)");
}

TEST_F(Router, AFailedSendIsReportedAndChangesNothing) {
  start(100);
  deadline(3'609'375);
  const auto before = router_->digest();
  EXPECT_EQ(give(3'609'375, SendFailed{1}), "not_sent");
  EXPECT_EQ(router_->digest(), before);
  EXPECT_EQ(router_->counters().adverts_not_sent, 1U);
}

TEST_F(Router, CopiesAreSnapshots) {
  start(100);
  deadline(3'609'375);
  auto copy = *router_;
  EXPECT_EQ(copy, *router_);
  EXPECT_EQ(copy.digest(), router_->digest());
  hear(4'000'000, 200);
  EXPECT_FALSE(copy == *router_);
  EXPECT_EQ(copy.state(), State::master);
}

TEST_F(Router, AdvertsCarryTtlTosAndCountingIdentification) {
  start(100);
  deadline(3'609'375);
  const auto first = std::get<SendAdvert>(effects_.list()[0]);
  const auto packet = effects_.packet(first);
  EXPECT_EQ(packet[1], 0xc0);
  EXPECT_EQ(packet[8], 255);
  EXPECT_EQ(packet[9], 112);
  EXPECT_EQ(packet[5], 1);
  deadline(4'609'375);
  EXPECT_EQ(effects_.packet(std::get<SendAdvert>(effects_.list()[0]))[5], 2);
}

using RouterDeathTest = Router;
TEST_F(RouterDeathTest, TimeNeverGoesBackwards) {
  start(100);
  deadline(1'000'000);
  EXPECT_DEATH(deadline(999'999), "");
}

}  // namespace
}  // namespace understudy
