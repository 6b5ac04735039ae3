// Captures with known faults: each is found, and nothing else is.
#include "tests/pcap/faulty_captures.h"

#include "core/vrrp/observer.h"

namespace understudy::capture {
namespace {

TEST_F(FaultyCaptures, AHealthyFailoverHasNone) {
  announce(milliseconds{1}, kMacOne);
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{20}, two());
  announce(milliseconds{6150}, kMacTwo);
  put_every(milliseconds{20200}, seconds{40}, one());
  announce(milliseconds{20201}, kMacOne);
  answer(seconds{30}, kMacOne);
  EXPECT_EQ(codes(), Codes{});
  ASSERT_EQ(explanation_.observation.announcements.size(), 2U);
  EXPECT_TRUE(explanation_.observation.announcements[0].judged);
  EXPECT_EQ(explanation_.observation.announcements[0].addresses.at(0).at,
            Instant{milliseconds{6150}});
}

TEST_F(FaultyCaptures, TwoMastersThatDoNotHearEachOther) {
  put_every(seconds{0}, seconds{20}, one());
  put_every(milliseconds{5300}, milliseconds{15300}, two());
  EXPECT_EQ(codes(), Codes{"dual_master"});
  const Finding& finding = explanation_.observation.findings.at(0);
  EXPECT_EQ(finding.severity, FindingSeverity::error);
  EXPECT_EQ(finding.packets.at(0).number, 7U);
  EXPECT_NE(finding.because.find("do not reach it"), std::string::npos) << finding.because;
  EXPECT_NE(finding.message.find(" for 10 s"), std::string::npos) << finding.message;
}

TEST_F(FaultyCaptures, AnotherPassword) {
  SendingRouter first = one(), second = two();
  first.auth_type = second.auth_type = 1;
  first.auth_data = {'s', 'e', 'c', 'r', 'e', 't'};
  second.auth_data = {'o', 't', 'h', 'e', 'r'};
  put_every(seconds{0}, seconds{10}, first);
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"auth_mismatch", "dual_master"}));
  const auto& findings = explanation_.observation.findings;
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.because.find("the passwords differ") != std::string::npos;
  }));
  EXPECT_EQ(json(explanation_).find("secret"), std::string::npos);
}

TEST_F(FaultyCaptures, AuthenticationOnOneSideOnly) {
  SendingRouter first = one();
  first.auth_type = 1;
  put_every(seconds{0}, seconds{5}, first);
  put(milliseconds{5500}, first, 0);
  put_every(milliseconds{6149}, seconds{10}, two());
  EXPECT_EQ(codes(), Codes{"auth_mismatch"});
}

TEST_F(FaultyCaptures, AnotherInterval) {
  SendingRouter second = two();
  second.interval = seconds{3};
  put_every(seconds{0}, seconds{12}, one());
  put_every(milliseconds{3700}, seconds{12}, second);
  EXPECT_EQ(codes(), (Codes{"dual_master", "interval_mismatch"}));
}

TEST_F(FaultyCaptures, AnotherListOfAddresses) {
  SendingRouter second = two();
  second.addresses = {192, 0, 2, 100, 192, 0, 2, 101};
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"address_list_mismatch"});
}

TEST_F(FaultyCaptures, AnotherClusterWithTheSameVrid) {
  SendingRouter second = two();
  second.addresses = {192, 0, 2, 200};
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"address_list_mismatch", "dual_master", "foreign_speaker"}));
}

TEST_F(FaultyCaptures, AMixOfVersions) {
  SendingRouter second = two();
  second.version = 3;
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"bad_version", "dual_master"}));
}

TEST_F(FaultyCaptures, TwoFormsOfTheVersion3Checksum) {
  SendingRouter first = one(), second = two();
  first.version = second.version = 3;
  second.form = ChecksumForm::message;
  put_every(seconds{0}, seconds{5}, first);
  put(milliseconds{5500}, first, 0);
  put_every(milliseconds{6149}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"checksum_form_mismatch"});
  const auto& speakers = explanation_.observation.routers.at(0).speakers;
  EXPECT_EQ(speakers.at(0).checksum_form, ChecksumForm::pseudo_header);
  EXPECT_EQ(speakers.at(1).checksum_form, ChecksumForm::message);
}

TEST_F(FaultyCaptures, EqualPriorities) {
  SendingRouter second = two();
  second.priority = 100;
  put_every(seconds{0}, seconds{5}, one());
  put_every(milliseconds{5500}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"priority_tie"});
}

TEST_F(FaultyCaptures, TwoOwners) {
  SendingRouter first = one(), second = two();
  first.priority = second.priority = 255;
  put_every(seconds{0}, seconds{5}, first);
  put_every(milliseconds{5500}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"owner_conflict"});
}

TEST_F(FaultyCaptures, AdvertsThatAreMissing) {
  for (int i = 0; i <= 30; ++i)
    if (i != 7 && i != 15 && i != 16) put(seconds{i}, one());
  EXPECT_EQ(codes(), Codes{"lost_adverts"});
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 3U);
  EXPECT_EQ(explanation_.observation.routers.at(0).speakers.at(0).lost, 3U);
}

TEST_F(FaultyCaptures, AdvertsThatAreLate) {
  Duration at{};
  for (int i = 0; i <= 30; ++i) {
    put(at, one());
    at += seconds{1} + (i % 5 == 0 ? milliseconds{400} : milliseconds{0});
  }
  EXPECT_EQ(codes(), Codes{"late_advert"});
  const auto& speaker = explanation_.observation.routers.at(0).speakers.at(0);
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 6U);
  EXPECT_EQ(speaker.lateness.adverts[6], 6U);
  EXPECT_EQ(speaker.lateness.adverts[1], 24U);
  EXPECT_EQ(speaker.lateness.worst, milliseconds{400});
}

TEST_F(FaultyCaptures, MastershipThatGoesToAndFro) {
  for (int i = 0; i < 4; ++i) {
    const Duration from = seconds{12 * i};
    put_every(from, from + seconds{5}, one());
    put(from + milliseconds{5500}, one(), 0);
    put_every(from + milliseconds{6149}, from + milliseconds{11149}, two());
  }
  EXPECT_EQ(codes(), Codes{"flapping"});
}

TEST_F(FaultyCaptures, ATakeoverThatIsNotAnnounced) {
  announce(milliseconds{1}, kMacOne);
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, two());
  EXPECT_EQ(codes(), Codes{"missing_garp"});
  EXPECT_EQ(explanation_.observation.findings.at(0).at, Instant{milliseconds{6149}});
}

TEST_F(FaultyCaptures, WithoutAnyArpNobodyCanMissAnAnnouncement) {
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, two());
  EXPECT_EQ(codes(), Codes{});
  EXPECT_FALSE(explanation_.observation.announcements.at(0).judged);
}

TEST_F(FaultyCaptures, AStrangerAnswersForTheAddress) {
  put_every(seconds{0}, seconds{10}, one());
  answer(milliseconds{4200}, kMacOne);
  answer(milliseconds{4201}, kMacElse);
  EXPECT_EQ(codes(), Codes{"address_conflict"});
  EXPECT_NE(explanation_.observation.findings.at(0).message.find("02:00:00:00:00:09"),
            std::string::npos);
}

TEST_F(FaultyCaptures, AFormerMasterKeepsTheAddress) {
  put_every(seconds{0}, seconds{5}, one());
  put_every(milliseconds{8649}, seconds{20}, two());
  announce(milliseconds{8650}, kMacTwo);
  answer(seconds{15}, kMacOne);
  EXPECT_EQ(codes(), Codes{"stale_holder"});
}

TEST_F(FaultyCaptures, AVirtualMacOnOneSideOnly) {
  SendingRouter second = two();
  second.mac = virtual_mac(51, Family::ipv4);
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"mac_mismatch"});
}

TEST_F(FaultyCaptures, UnicastOnOneSideOnly) {
  SendingRouter second = two();
  second.destination = kOne;
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"destination_mismatch", "dual_master"}));
}

TEST_F(FaultyCaptures, MoreSendersThanAnyRouterHas) {
  put_every(seconds{0}, seconds{2}, one());
  for (std::uint8_t i = 0; i < 60; ++i) {
    SendingRouter forged = two();
    forged.priority = 1;
    forged.source = IpAddress(Ipv4Address{0xc0000264U + i});
    put(seconds{3} + milliseconds{i}, forged);
  }
  EXPECT_TRUE(codes().contains("too_many_speakers"));
  EXPECT_EQ(explanation_.observation.routers.at(0).speakers.size(), Observer::kMostSpeakers);
}

TEST_F(FaultyCaptures, AMasterThatChangesItsPriorityIsListed) {
  put_every(seconds{0}, seconds{3}, one());
  SendingRouter weaker = one();
  weaker.priority = 80;
  put_every(seconds{4}, seconds{6}, weaker);
  EXPECT_EQ(codes(), Codes{});
  const auto& changes = explanation_.observation.routers.at(0).speakers.at(0).changes;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].setting, Setting::priority);
  EXPECT_EQ(changes[0].from, "100");
  EXPECT_EQ(changes[0].to, "80");
  EXPECT_EQ(changes[0].packet.number, 5U);
}

}  // namespace
}  // namespace understudy::capture
