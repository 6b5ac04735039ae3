// BACKUP: RFC 9568, section 6.4.2, and RFC 3768's; profile rfc unless said otherwise. At priority
// 100 and 1 s the skew is 0.609375 s and the down interval 3.609375 s; at 3 s (version 3) 1.828125
// s and 10.828125 s.
#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

using Backups = OneRouter;

TEST_F(Backups, ShutdownCancelsTheTimerAndSendsNothing) {
  RecordProperty("covers", "V3-6.4.2-06 V2-6.4.2-02");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    start();
    EXPECT_EQ(give(1s, Shutdown{}), "BACKUP->INIT(shutdown) notify(INIT)");
    EXPECT_EQ(due(), std::nullopt);
    EXPECT_TRUE(sent_.empty());
  }
}

TEST_F(Backups, ExpirySendsTheAdvertFirstThenAddressesThenAnnouncement) {
  RecordProperty("covers", "V3-6.4.2-07 V3-6.4.2-08 V2-6.4.2-03 KA-ST-01");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    hold({"192.0.2.100", "192.0.2.101", "192.0.2.102"});
    start();
    EXPECT_EQ(deadline(3609375us),
              "advert(100) add announce(1) BACKUP->MASTER(startup) notify(MASTER)");
    EXPECT_EQ(last_sent().advert.address_count(), 3U);
    EXPECT_EQ(due(), 4609375us);
  }
}

// Putting an address on joins its solicited-node group: that is the kernel's part of AddAddresses.
TEST_F(Backups, ExpiryOverIpv6PutsAddressesOnBeforeItAnnouncesThem) {
  RecordProperty("covers", "V3-6.4.2-09 V3-6.4.3-02");
  use(3, Family::ipv6);
  hold({"fe80::100", "2001:db8::100"});
  start();
  EXPECT_EQ(deadline(3609375us),
            "advert(100) add announce(1) BACKUP->MASTER(startup) notify(MASTER)");
  hear(4s, 200);
  EXPECT_EQ(count<RemoveAddresses>(), 1);
}

TEST_F(Backups, ExpiryGoesOnWithTheLocalInterval) {
  RecordProperty("covers", "V3-6.4.2-10 V3-6.1-03 KA-ST-11");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    profile_ = profile;
    use(3);
    start();
    hear(1s, {.priority = 200, .interval = 3s});
    EXPECT_EQ(due(), 1s + 10828125us);
    deadline(1s + 10828125us);
    EXPECT_EQ(last_sent().advert.advert_interval, 1s);
    EXPECT_EQ(router().master_interval(), 1s);
    EXPECT_EQ(due(), 1s + 10828125us + 1s);
  }
}

TEST_F(Backups, ResignationSetsTheTimerToTheSkew) {
  RecordProperty("covers", "V3-6.4.2-11 V2-6.4.2-04 V3-5.2.4-02");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    start();
    hear(1s, 200);
    EXPECT_EQ(hear(2s, 0), "resigned");
    EXPECT_EQ(due(), 2609375us);
    EXPECT_EQ(deadline(2609375us),
              "advert(100) add announce(1) BACKUP->MASTER(graceful_shutdown) notify(MASTER)");
  }
  use(2);
  instance_.advert_interval = 3s;
  start();
  hear(2s, 0);
  EXPECT_EQ(due(), 2609375us) << "version 2: whatever the interval";
}

TEST_F(Backups, ResignationTeachesNoInterval) {
  RecordProperty("covers", "V3-6.4.2-12");
  use(3);
  start();
  hear(1s, {.priority = 200, .interval = 1s});
  hear(2s, {.priority = 0, .interval = 3s});
  EXPECT_EQ(due(), 2609375us);
  EXPECT_EQ(router().master_interval(), 1s);
  use(3);
  start();
  hear(1s, {.priority = 200, .interval = 3s});
  hear(2s, {.priority = 0, .interval = 1s});
  EXPECT_EQ(due(), 2s + 1828125us) << "the skew of the learnt 3 s";
}

TEST_F(Backups, HigherOrEqualPriorityTeachesTheIntervalAndRestartsTheTimer) {
  RecordProperty("covers", "V3-6.4.2-13 V3-6.4.2-16 V3-6.1-03");
  use(3);
  start();
  EXPECT_EQ(hear(1s, {.priority = 101}), "");
  EXPECT_EQ(due(), 4609375us);
  hear(2s, {.priority = 100, .source = "192.0.2.1", .interval = 3s});
  EXPECT_EQ(count_reports<IntervalLearnt>(), 1);
  EXPECT_EQ(due(), 2s + 10828125us) << "equal, from a smaller address: no comparison in BACKUP";
  EXPECT_EQ(router().master_interval(), 3s);
  EXPECT_EQ(router().master_address(), address("192.0.2.1"));
  hear(3s, {.priority = 101, .interval = 10ms});
  EXPECT_EQ(due(), 3s + 36093750ns) << "three times 10 ms and 156/256 of 10 ms";
}

TEST_F(Backups, Version2RestartsTheTimerWithTheLocalInterval) {
  RecordProperty("covers", "V2-6.4.2-05 V2-6.1-02");
  start();
  hear(1s, 100);
  EXPECT_EQ(due(), 4609375us);
  hear(2s, 101);
  EXPECT_EQ(due(), 5609375us);
  use(2);
  instance_.advert_interval = 3s;
  start();
  hear(1s, 101);
  EXPECT_EQ(due(), 10609375us);
}

TEST_F(Backups, WithoutPreemptionAnyPriorityButZeroIsObeyed) {
  RecordProperty("covers", "V3-6.4.2-14 V3-6.1-04 V2-6.4.2-05");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    instance_.priority = 200;
    instance_.preempt = false;
    start();
    EXPECT_EQ(hear(1s, 100), "");
    EXPECT_EQ(due(), 4218750us) << "3 s and 56/256 s later";
    hear(2s, 1);
    EXPECT_EQ(due(), 5218750us);
  }
}

TEST_F(Backups, LowerPriorityIsDiscardedAndTheTimerRunsOn) {
  RecordProperty("covers", "V3-6.4.2-15 V3-6.1-04 V2-6.4.2-06 V2-6.1-03");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    instance_.priority = 200;
    start();
    for (const auto now : {1s, 2s, 3s})
      EXPECT_EQ(hear(now, {.priority = 100, .interval = version == 3 ? 2s : 1s}), "lower(100)");
    EXPECT_EQ(router().master_interval(), 1s) << "nothing is learnt from it";
    EXPECT_EQ(due(), 3218750us);
    EXPECT_EQ(deadline(3218750us),
              "advert(200) add announce(1) BACKUP->MASTER(preempted) notify(MASTER)");
  }
}

TEST_F(Backups, TheOwnerTakesOverWhateverPreemptSays) {
  RecordProperty("covers", "V3-6.1-05 V2-6.1-03");
  use(3);
  instance_.priority = 255;
  instance_.preempt = false;
  make();
  hear(0s, 200);
  EXPECT_EQ(give(1s, Startup{}),
            "advert(255) add announce(1) INIT->MASTER(startup) notify(MASTER)");
}

// A backup holds none of the addresses: the kernel has nothing to answer ARP or Neighbour
// Solicitations for, and takes no packet for them as its own, whatever `accept` says.
TEST_F(Backups, HoldsNoAddressAndAnswersForNone) {
  RecordProperty("covers", "V3-6.4.2-01 V3-6.4.2-02 V3-6.4.2-05 V2-6.4.2-01");
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    for (const bool accept : {false, true}) {
      use(3, family);
      instance_.accept = accept;
      start();
      EXPECT_EQ(count<AddAddresses>(), 0);
      deadline(3609375us);
      EXPECT_EQ(count<AddAddresses>(), 1);
      hear(4s, 200);
      EXPECT_EQ(state(), State::backup);
      EXPECT_EQ(count<RemoveAddresses>(), 1);
    }
  }
}

TEST_F(Backups, AdvertsThatCameTooLateAreToldOf) {
  RecordProperty("covers", "V3-2.5-01");
  become_master();
  give(4609375us + 200ms, DeadlineReached{});
  EXPECT_EQ(count_reports<DeadlineLate>(), 1);
}

}  // namespace
}  // namespace understudy
