// What keepalived does where the RFCs leave room or differ, and its options: profile keepalived.
#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

class KeepalivedRules : public OneRouter {
 protected:
  KeepalivedRules() { profile_ = Profile::keepalived; }
};

TEST_F(KeepalivedRules, ALosingAdvertIsAnsweredAndAnnouncedAgainstInBothVersions) {
  RecordProperty("covers", "KA-ST-02");
  for (const auto version : kBothVersions) {
    use(version);
    instance_.garp_lower_prio_repeat = 3;
    become_master();
    EXPECT_EQ(hear(4s, 50), "lower(50) advert(100) announce(3)");
    EXPECT_EQ(due(), 5s);
    std::string later;
    for (const auto& [when, what] : run_until(20s))
      if (what.find("announce") != std::string::npos)
        later += what + " " + std::to_string(when / 1ms);
    EXPECT_EQ(later, "advert(100) announce(3) 9000") << "again after garp_lower_prio_delay";
  }
}

TEST_F(KeepalivedRules, LowerPrioNoAdvertAnnouncesAlone) {
  RecordProperty("covers", "KA-ST-02");
  instance_.lower_prio_no_advert = true;
  become_master();
  EXPECT_EQ(hear(4s, 50), "lower(50) announce(5)");
  EXPECT_EQ(due(), kMasterAt + 1s);
}

// vrrp_strict: neither advert nor announcement.
TEST_F(KeepalivedRules, StrictAnswersNothing) {
  RecordProperty("covers", "KA-ST-02");
  instance_.strict = true;
  instance_.lower_prio_no_advert = true;
  instance_.garp_lower_prio_repeat = 0;
  become_master();
  EXPECT_EQ(hear(4s, 50), "lower(50)");
  EXPECT_EQ(due(), kMasterAt + 1s);
}

// keepalived's default is false, ours is true: the winner learns of the contest and announces
// again.
TEST_F(KeepalivedRules, HigherPrioSendAdvertHasALastWord) {
  RecordProperty("covers", "KA-ST-03");
  become_master();
  sent_.clear();
  EXPECT_EQ(hear(4s, 101),
            "higher(101) advert(100) remove MASTER->BACKUP(preempted) notify(BACKUP)");
  instance_.higher_prio_send_advert = false;
  become_master();
  EXPECT_EQ(hear(4s, 101), "higher(101) remove MASTER->BACKUP(preempted) notify(BACKUP)");
}

// The rogue has two of our adverts and 1.2 intervals to give way.
TEST_F(KeepalivedRules, AnOwnerWhoseRivalDoesNotYieldCallsItself254) {
  RecordProperty("covers", "KA-ST-04 V3-8.3.2-01");
  for (const auto version : kBothVersions) {
    use(version);
    instance_.priority = 255;
    start();
    Duration lowered{};
    Duration heard{};
    // The rogue, smaller by address, advertises each second, half a second after us.
    for (int second = 0; second < 10 && lowered == Duration{}; ++second) {
      run_until(second * 1s + 499ms);
      heard = second * 1s + 500ms;
      hear(heard, {.priority = 255, .source = "192.0.2.1"});
      EXPECT_EQ(state(), State::master);
      if (router().effective_priority() == 254) lowered = heard;
    }
    ASSERT_GT(lowered, 2 * 1s + 1200ms) << "our answers go out in between";
    EXPECT_LT(lowered, 6s);
    // Now the normal rule applies: 255 beats 254.
    hear(lowered + 1s, {.priority = 255, .source = "192.0.2.1"});
    EXPECT_EQ(state(), State::backup);
    // Gone: it stops, and we are ourselves again.
    run_until(lowered + 10s);
    EXPECT_EQ(state(), State::master);
  }
}

TEST_F(KeepalivedRules, AnOwnerThatIgnoresAdvertsRefusesThemAll) {
  RecordProperty("covers", "KA-ST-04");
  for (const auto version : kBothVersions) {
    use(version);
    instance_.priority = 255;
    instance_.owner_ignores_adverts = true;
    start();
    EXPECT_EQ(hear(500ms, 255), "refused(local_owner)");
    EXPECT_EQ(state(), State::master);
  }
}

TEST_F(KeepalivedRules, PreemptDelayObeysLowerPrioritiesForAWhile) {
  RecordProperty("covers", "KA-ST-05");
  instance_.priority = 200;
  instance_.preempt_delay = 10s;
  start();
  Duration master_at{};
  for (int second = 1; second < 30 && master_at == Duration{}; ++second) {
    const auto log = run_until(second * 1s - 1ns);
    if (state() == State::master)
      master_at = log.back().first;
    else
      hear(second * 1s, 100);
  }
  // Heard first at 1 s, obeyed until before 11 s: the last one that counts came at 10 s.
  EXPECT_EQ(master_at, 10s + 3218750us);
}

TEST_F(KeepalivedRules, PreemptDelayEndsWithAHigherAdvertAndStartsAnew) {
  RecordProperty("covers", "KA-ST-05");
  instance_.priority = 200;
  instance_.preempt_delay = 10s;
  start();
  hear(1s, 100);
  hear(2s, 201);
  for (int second = 3; second <= 12; ++second)
    EXPECT_EQ(hear(second * 1s, 100).find("lower"), std::string::npos);
  EXPECT_NE(hear(13s, 100).find("lower"), std::string::npos) << "ten seconds after 3 s";
}

TEST_F(KeepalivedRules, PreemptDelayDoesNotDelayWhenNoMasterIsHeard) {
  RecordProperty("covers", "KA-ST-05");
  instance_.preempt_delay = 1000s;
  start();
  EXPECT_EQ(due(), kMasterAt);
  instance_.priority = 200;
  start();
  hear(1s, 100);
  hear(2s, 0);
  EXPECT_EQ(due(), 2s + 218750us) << "the master resigned";
}

TEST_F(KeepalivedRules, DownTimerAdvertsReplacesTheThree) {
  RecordProperty("covers", "KA-ST-08");
  instance_.down_timer_adverts = 5;
  start();
  EXPECT_EQ(due(), 5609375us);
  instance_.down_timer_adverts = 1;
  start();
  EXPECT_EQ(due(), 1609375us);
}

// Seen with keepalived 2.2.7: a refused packet restarts the advert timer. Not here.
TEST_F(KeepalivedRules, ARefusedPacketDoesNotDelayTheNextAdvert) {
  RecordProperty("covers", "KA-ST-10");
  become_master();
  auto packet = advert_of({.priority = 50});
  packet[27] ^= 1;
  EXPECT_EQ(hear_packet(kMasterAt + 700ms, packet), "refused(bad_checksum)");
  EXPECT_EQ(due(), kMasterAt + 1s);
}

TEST_F(KeepalivedRules, SourceMacsAreNoConcernOfTheEngine) {
  RecordProperty("covers", "V3-7.2-03");
  start();
  hear(1s, 200);
  EXPECT_EQ(router().counters().adverts_received, 1U) << "PacketReceived begins with the IP header";
}

TEST_F(KeepalivedRules, ADifferentAddressListIsToldOfAndObeyed) {
  RecordProperty("covers", "KA-RX-03");
  for (const auto version : kBothVersions) {
    use(version);
    start();
    const auto other = [&] {
      auto config = router().config();
      config.rules.addresses = {192, 0, 2, 101};
      std::vector<std::uint8_t> packet(advert_packet_size(config));
      write_advert(config, {.priority = 200}, address("192.0.2.3"), kVrrpGroup4, packet);
      return packet;
    }();
    EXPECT_EQ(hear_packet(1s, other), "list_differs");
    EXPECT_EQ(due(), 1s + 3609375us);
  }
}

TEST_F(KeepalivedRules, TheRunningTimerMovesWithTheEffectivePriority) {
  config::Config config;
  config::TrackFile file;
  file.name = "level";
  file.weight = 1;
  config.track_files = {file};
  instance_.track_files = {{.name = "level", .weight = {}, .weight_reverse = {}, .at = {}}};
  config.instances = {instance_};
  node_.emplace(make_node_config(config, profile_));
  give(0s, LinkChanged{0, true});
  give(0s, AddressesChanged{0, address("192.0.2.2"), address("fe80::2"), {}});
  give(0s, Startup{});
  EXPECT_EQ(due(), 3609375us);
  give(1s, FileChanged{0, -10});
  EXPECT_EQ(router().effective_priority(), 90);
  EXPECT_EQ(due(), 3648437500ns) << "166/256 s";
  give(2s, FileChanged{0, 100});
  EXPECT_EQ(due(), 3218750us);
}

// timer_expired_backup: whoever could not run for so long that another must be master by now gives
// way without a resignation.
TEST_F(KeepalivedRules, AHeldUpMasterGoesToBackupWithoutAResignation) {
  instance_.preempt = false;
  instance_.timer_expired_backup = 254;
  become_master();
  EXPECT_EQ(deadline(kMasterAt + 3007812500ns - 1ns).find("BACKUP"), std::string::npos);
  become_master();
  sent_.clear();
  EXPECT_EQ(deadline(kMasterAt + 3007812500ns), "remove MASTER->BACKUP(held_up) notify(BACKUP)");
  EXPECT_TRUE(sent_.empty());
}

TEST_F(KeepalivedRules, RefreshAnnouncesEachPeriodAfterTheSecondBurst) {
  instance_.garp_master_repeat = 2;
  instance_.garp_master_delay = 2s;
  instance_.garp_master_refresh = 10s;
  instance_.garp_master_refresh_repeat = 3;
  instance_.priority = 255;
  start();
  std::string log;
  for (const auto& [when, what] : run_until(33s))
    if (const auto at = what.find("announce"); at != std::string::npos)
      log += std::to_string(when / 1s) + " " + what.substr(at) + "; ";
  EXPECT_EQ(log, "2 announce(2); 12 announce(3); 22 announce(3); 32 announce(3); ");
}

TEST_F(KeepalivedRules, NoSecondBurstWithoutADelay) {
  instance_.garp_master_delay = 0s;
  instance_.priority = 255;
  start();
  for (const auto& [when, what] : run_until(20s)) EXPECT_EQ(what, "advert(255)");
}

}  // namespace
}  // namespace understudy
