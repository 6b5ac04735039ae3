// INIT and the way out of it: RFC 9568, section 6.4.1, and RFC 3768's; profile rfc.
#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

using Startups = OneRouter;

TEST_F(Startups, OwnerAdvertisesFirstThenAnnouncesEachAddress) {
  RecordProperty("covers", "V3-6.4.1-01 V3-6.4.1-02 V3-6.4.1-04 V3-5.2.4-01");
  use(3);
  instance_.priority = 255;
  hold({"192.0.2.100", "192.0.2.101", "192.0.2.102"});
  EXPECT_EQ(start(), "advert(255) add announce(1) INIT->MASTER(startup) notify(MASTER)");
  EXPECT_EQ(last_sent().advert.priority, 255);
  const auto& announce = std::get<AnnounceAddresses>(effects_.list()[2]);
  EXPECT_EQ(announce, (AnnounceAddresses{0, 1})) << "all of them, once, in the list's order";
  EXPECT_EQ(to_string(router().config().held_address(2)), "192.0.2.102/32");
  EXPECT_EQ(due(), 1s) << "the next advert, and nothing before it";
  EXPECT_EQ(deadline(1s), "advert(255)");
}

TEST_F(Startups, OwnerOfVersion2DoesTheSame) {
  RecordProperty("covers", "V2-6.4.1-01 V2-5.3.4-01");
  instance_.priority = 255;
  EXPECT_EQ(start(), "advert(255) add announce(1) INIT->MASTER(startup) notify(MASTER)");
  EXPECT_EQ(due(), 1s);
}

TEST_F(Startups, OwnerOverIpv6AnnouncesByNeighbourAdvertisements) {
  RecordProperty("covers", "V3-6.4.1-03");
  use(3, Family::ipv6);
  instance_.priority = 255;
  hold({"fe80::100", "2001:db8::100"});
  EXPECT_EQ(start(), "advert(255) add announce(1) INIT->MASTER(startup) notify(MASTER)");
  EXPECT_EQ(last_sent().advert.family, Family::ipv6);
  EXPECT_EQ(router().config().address_count(), 2U);
}

TEST_F(Startups, OthersGoToBackupAndSendNothing) {
  RecordProperty("covers", "V3-6.4.1-05 V2-6.4.1-02");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    EXPECT_EQ(start(), "INIT->BACKUP(startup) notify(BACKUP)");
    EXPECT_TRUE(sent_.empty());
    EXPECT_EQ(due(), 3609375us);
  }
}

TEST_F(Startups, InitHearsNothingAndNoTimerRuns) {
  RecordProperty("covers", "V3-6.4.1-06 KA-RX-04");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    make();
    for (const std::uint8_t priority : std::initializer_list<std::uint8_t>{0, 1, 100, 255})
      EXPECT_EQ(hear(1s, priority), "");
    EXPECT_EQ(state(), State::init);
    EXPECT_EQ(due(), std::nullopt);
  }
}

// Only Startup leads out; afterwards the same adverts count.
TEST_F(Startups, StartupAfterAdvertsBeginsAnew) {
  use(3);
  make();
  hear(1s, {.priority = 200, .interval = 3s});
  give(2s, Startup{});
  EXPECT_EQ(due(), 2s + 3609375us);
  EXPECT_EQ(router().master_interval(), 1s);
}

TEST_F(Startups, ExactlyTheRightTimerIsArmedInEveryState) {
  RecordProperty("covers", "V3-6.1-09");
  use(3);
  make();
  EXPECT_EQ(due(), std::nullopt) << "INIT";
  give(0s, Startup{});
  EXPECT_EQ(due(), 3609375us) << "BACKUP: Active_Down_Timer";
  deadline(3609375us);
  EXPECT_EQ(due(), 4609375us) << "MASTER: Adver_Timer";
  hear(4s, 101);
  EXPECT_EQ(due(), 7609375us) << "BACKUP again";
  give(5s, LinkChanged{0, false});
  EXPECT_EQ(due(), std::nullopt) << "FAULT";
  give(6s, LinkChanged{0, true});
  EXPECT_EQ(due(), 9609375us);
  give(7s, Shutdown{});
  EXPECT_EQ(due(), std::nullopt) << "INIT";
}

TEST_F(Startups, AnExpiryOfATimerThatWasSetAnewDoesNothing) {
  RecordProperty("covers", "V3-6.2-01");
  start();
  EXPECT_EQ(hear(3s, 100), "");
  EXPECT_EQ(deadline(3609375us), "") << "the first deadline";
  EXPECT_EQ(state(), State::backup);
  EXPECT_EQ(deadline(6609375us - 1ns), "");
  deadline(6609375us);
  EXPECT_EQ(state(), State::master);
}

// keepalived 2.2.7 was seen to need 3.6 s; so do we.
TEST_F(Startups, StateMasterBelow255GivesNoHeadStart) {
  RecordProperty("covers", "KA-ST-07");
  profile_ = Profile::keepalived;
  instance_.starts_as_master = true;
  EXPECT_EQ(start(), "INIT->BACKUP(startup) notify(BACKUP)");
  EXPECT_EQ(due(), 3609375us);
}

// keepalived sends the advert, then puts the addresses on, then announces.
TEST_F(Startups, KeepalivedsOwnerKeepsTheSameOrder) {
  RecordProperty("covers", "KA-ST-01 KA-ARP-02");
  profile_ = Profile::keepalived;
  instance_.priority = 255;
  EXPECT_EQ(start(), "advert(255) add announce(5) INIT->MASTER(startup) notify(MASTER)");
  const auto log = run_until(10s);
  int announced = 0;
  for (const auto& [when, what] : log) {
    if (what.find("announce") == std::string::npos) continue;
    EXPECT_EQ(when, 5s);
    EXPECT_EQ(what, "advert(255) announce(5)");
    ++announced;
  }
  EXPECT_EQ(announced, 1) << "garp_master_refresh is off by default";
}

// Frames wait until there is something to send from; then they go out.
TEST_F(Startups, WaitsForLinkAndAddressBeforeItSpeaks) {
  RecordProperty("covers", "V3-8.1.2-03 V3-8.2.2-03 V2-8.2-02");
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    use(3, family);
    instance_.priority = 255;
    sent_.clear();
    config::Config config;
    config.instances = {instance_};
    node_.emplace(make_node_config(config, profile_));
    EXPECT_EQ(give(0s, Startup{}), "INIT->FAULT(fault) notify(FAULT)");
    EXPECT_EQ(give(1s, LinkChanged{0, true}), "link_up");
    EXPECT_TRUE(sent_.empty());
    EXPECT_EQ(give(2s, AddressesChanged{0, address("192.0.2.2"), address("fe80::2"), {}}),
              "advert(255) add announce(1) FAULT->MASTER(recovered) notify(MASTER)");
  }
}

}  // namespace
}  // namespace understudy
