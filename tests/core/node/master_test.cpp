// MASTER: RFC 9568, section 6.4.3, and RFC 3768's; profile rfc unless said otherwise. Priority 100
// becomes master 3.609375 s after the start.
#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

using Masters = OneRouter;

TEST_F(Masters, ShutdownSendsOnePriorityZeroAndNothingMore) {
  RecordProperty("covers", "V3-6.4.3-07 V2-6.4.3-03 V2-5.3.4-02 V3-5.2.4-02");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    become_master();
    sent_.clear();
    EXPECT_EQ(give(4s, Shutdown{}), "advert(0) remove MASTER->INIT(shutdown) notify(INIT)");
    EXPECT_EQ(sent_.size(), 1U);
    EXPECT_EQ(due(), std::nullopt);
    EXPECT_EQ(give(4s, Shutdown{}), "");
  }
}

TEST_F(Masters, AdvertisesOnExactMultiplesWithoutDrift) {
  RecordProperty("covers", "V3-6.4.3-08 V2-6.4.3-04 V3-5.2.4-02");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    become_master();
    for (int i = 1; i <= 10; ++i) {
      EXPECT_EQ(due(), kMasterAt + i * 1s);
      EXPECT_EQ(deadline(kMasterAt + i * 1s + i * 5ms), "advert(100)") << "handled late";
    }
  }
}

TEST_F(Masters, PriorityZeroIsAnsweredAtOnceAndRestartsTheTimer) {
  RecordProperty("covers", "V3-6.4.3-09 V2-6.4.3-05");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    for (const std::uint8_t version : kBothVersions) {
      profile_ = profile;
      use(version);
      become_master();
      EXPECT_EQ(hear(kMasterAt + 400ms, 0), profile == Profile::rfc
                                                ? "resigned advert(100)"
                                                : "resigned advert(100) announce(5)");
      EXPECT_EQ(due(), kMasterAt + 1400ms);
    }
  }
}

TEST_F(Masters, HigherPriorityWinsInSilence) {
  RecordProperty("covers", "V3-6.4.3-10 V3-6.1-03");
  use(3);
  become_master();
  sent_.clear();
  hear(4s, {.priority = 101, .interval = 3s});
  EXPECT_EQ(state(), State::backup);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(count<RemoveAddresses>(), 1);
  EXPECT_EQ(due(), 4s + 10828125us);
}

TEST_F(Masters, HigherPriorityWinsInVersion2WithTheLocalInterval) {
  RecordProperty("covers", "V2-6.4.3-06");
  become_master();
  EXPECT_EQ(hear(4s, 101), "higher(101) remove MASTER->BACKUP(preempted) notify(BACKUP)");
  EXPECT_EQ(due(), 4s + 3609375us);
}

TEST_F(Masters, PreemptHasNoPartInYielding) {
  RecordProperty("covers", "V3-6.4.3-16");
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    instance_.preempt = false;
    become_master();
    hear(4s, 101);
    EXPECT_EQ(state(), State::backup);
  }
}

// Who wins a tie, by network byte order.
TEST_F(Masters, EqualPriorityIsSettledByTheGreaterAddress) {
  RecordProperty("covers", "V3-6.4.3-11 V3-6.4.3-12 V2-6.4.3-06");
  struct Row {
    Family family;
    const char* ours;
    const char* theirs;
    State after;
  };
  const Row rows[] = {
      {Family::ipv4, "192.0.2.2", "192.0.2.3", State::backup},
      {Family::ipv4, "192.0.2.2", "192.0.2.1", State::master},
      {Family::ipv4, "9.0.0.1", "192.0.0.1", State::backup},
      {Family::ipv4, "192.0.0.1", "9.0.0.1", State::master},
      {Family::ipv4, "127.0.0.1", "128.0.0.1", State::backup},
      {Family::ipv4, "128.0.0.1", "127.255.255.255", State::master},
      {Family::ipv4, "1.0.0.2", "2.0.0.1", State::backup},
      {Family::ipv6, "fe80::2", "fe80::1:0", State::backup},
      {Family::ipv6, "fe80::2", "fe80::1", State::master},
      {Family::ipv6, "fe80::2", "fe80:0:0:1::", State::backup},
      {Family::ipv6, "fe80::2", "fe80::8000:0:0:0", State::backup},
  };
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    for (const auto& row : rows) {
      profile_ = profile;
      use(3, row.family);
      if (row.family == Family::ipv4) own_ = row.ours;
      become_master();
      hear(4s, {.priority = 100, .source = row.theirs});
      EXPECT_EQ(state(), row.after) << row.ours << " hears " << row.theirs;
    }
  }
}

TEST_F(Masters, LowerPriorityIsAnsweredAtOnceInVersion3) {
  RecordProperty("covers", "V3-6.4.3-13");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    profile_ = profile;
    use(3);
    instance_.priority = 200;
    become_master();
    const auto since = *due() - 1s;
    sent_.clear();
    hear(since + 400ms, 100);
    EXPECT_EQ(sent_.size(), 1U);
    EXPECT_EQ(last_sent().advert.priority, 200);
    EXPECT_EQ(state(), State::master);
    hear(since + 500ms, {.priority = 200, .source = "192.0.2.1"});
    EXPECT_EQ(sent_.size(), 2U) << "equal, from a smaller address";
  }
}

TEST_F(Masters, TheAnswerCountsAsTheNextAdvertInProfileKeepalivedAlone) {
  RecordProperty("covers", "V3-6.4.3-14");
  use(3);
  become_master();
  hear(kMasterAt + 400ms, 50);
  EXPECT_EQ(due(), kMasterAt + 1s) << "RFC 9568 does not restart Adver_Timer";
  EXPECT_EQ(deadline(kMasterAt + 1s), "advert(100)");
  profile_ = Profile::keepalived;
  become_master();
  hear(kMasterAt + 400ms, 50);
  EXPECT_EQ(due(), kMasterAt + 1400ms);
}

TEST_F(Masters, LowerPriorityIsIgnoredInVersion2) {
  RecordProperty("covers", "V2-6.4.3-07");
  instance_.priority = 200;
  become_master();
  const auto since = *due() - 1s;
  EXPECT_EQ(hear(since + 400ms, 100), "lower(100)");
  EXPECT_EQ(hear(since + 500ms, {.priority = 200, .source = "192.0.2.1"}), "lower(200)");
  EXPECT_EQ(due(), since + 1s);
}

TEST_F(Masters, ItsOwnAdvertHeardBackIsToldOfAndNotAnswered) {
  RecordProperty("covers", "V3-6.4.3-15 V3-8.3.2-02");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    for (const std::uint8_t version : kBothVersions) {
      profile_ = profile;
      use(version);
      become_master();
      const auto own = sent_.back().packet;
      sent_.clear();
      EXPECT_EQ(hear_packet(4s, own), "own_address");
      EXPECT_TRUE(sent_.empty());
      EXPECT_EQ(due(), kMasterAt + 1s);
    }
  }
}

TEST_F(Masters, OfTwoOwnersTheSmallerAddressYields) {
  RecordProperty("covers", "V3-6.4.3-17 V3-7.1-11 V3-8.3.2-01");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    profile_ = profile;
    use(3);
    instance_.priority = 255;
    start();
    hear(400ms, {.priority = 255, .source = "192.0.2.1"});
    EXPECT_EQ(count_reports<OwnerConflict>(), 1);
    EXPECT_EQ(state(), State::master);
    hear(500ms, {.priority = 255, .source = "192.0.2.3"});
    EXPECT_EQ(count_reports<OwnerConflict>(), 1);
    EXPECT_EQ(state(), State::backup);
    EXPECT_EQ(due(), 500ms + 3003906250ns);
  }
}

// owner x Accept_Mode -> accept, accept, accept, refuse. The filter itself, with Neighbour
// Discovery and ARP left out of it, is AddAddresses.
TEST_F(Masters, AcceptsAsOwnerOrWhenToldTo) {
  RecordProperty("covers", "V3-6.4.3-06 V3-6.1-06 V2-6.4.3-02");
  profile_ = Profile::keepalived;
  for (const std::uint8_t priority : std::initializer_list<std::uint8_t>{255, 100}) {
    for (const bool accept : {true, false}) {
      use(3);
      instance_.priority = priority;
      instance_.accept = accept;
      make();
      EXPECT_EQ(router().config().accepts(), priority == 255 || accept);
    }
  }
  profile_ = Profile::rfc;
  for (const std::uint8_t version : kBothVersions) {
    use(version);
    make();
    EXPECT_FALSE(router().config().accepts()) << "False by default; version 2 knows no other";
    instance_.priority = 255;
    make();
    EXPECT_TRUE(router().config().accepts());
  }
}

TEST_F(Masters, AFaultResignsOnceAndRecoveryIsAFullDownInterval) {
  RecordProperty("covers", "KA-ST-12 KA-RX-04");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    profile_ = profile;
    use(2);
    become_master();
    EXPECT_EQ(give(4s, LinkChanged{0, false}),
              "link_down advert(0) remove MASTER->FAULT(fault) notify(FAULT)");
    EXPECT_EQ(due(), std::nullopt);
    EXPECT_EQ(hear(5s, 200), "") << "deaf in FAULT";
    EXPECT_EQ(give(6s, LinkChanged{0, true}), "link_up FAULT->BACKUP(recovered) notify(BACKUP)");
    EXPECT_EQ(due(), 6s + 3609375us);
  }
}

}  // namespace
}  // namespace understudy
