// What the observer remembers of a speaker: changed settings, late and missing adverts.
#include <gtest/gtest.h>

#include <array>

#include "core/vrrp/observer.h"

namespace understudy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const IpAddress kSource = *parse_ip_address("192.0.2.1");

/// One speaker, version 3, an advert each second.
class OneSpeaker : public testing::Test {
 protected:
  void put(Duration time) {
    Advert advert;
    advert.version = version_;
    advert.vrid = 51;
    advert.priority = priority_;
    advert.advert_interval = seconds{1};
    advert.auth_type = version_ == 2 ? 1 : 0;
    advert.auth_data = {password_};
    advert.addresses = addresses_;
    std::array<std::uint8_t, 128> packet{};
    const auto size =
        encode_packet(advert, kSource, IpAddress{kVrrpGroup4}, form_, {}, packet).value();
    observer_.observe({Instant{time}, std::span(packet).first(size), mac_, 0, {0, ++packets_}});
  }
  Speaker seen() {
    observation_ = observer_.finish(Instant{seconds{1000}});
    return observation_.routers.at(0).speakers.at(0);
  }

  std::uint8_t version_ = 3, priority_ = 100, password_ = 'a';
  std::vector<std::uint8_t> addresses_{192, 0, 2, 100};
  ChecksumForm form_ = ChecksumForm::pseudo_header;
  std::optional<MacAddress> mac_;
  std::uint64_t packets_ = 0;
  Observer observer_;
  Observation observation_;
};

void expect_change(const SettingChange& change, Setting setting, const char* from, const char* to,
                   std::uint64_t packet) {
  EXPECT_EQ(to_string(change.setting), to_string(setting));
  EXPECT_EQ(change.from, from);
  EXPECT_EQ(change.to, to);
  EXPECT_EQ(change.packet.number, packet);
}

TEST_F(OneSpeaker, EachSettingThatChangesIsKeptWithItsPacket) {
  put(seconds{0});
  priority_ = 80;
  put(seconds{1});
  addresses_.insert(addresses_.end(), {192, 0, 2, 101});
  put(seconds{2});
  form_ = ChecksumForm::message;
  put(seconds{3});
  mac_ = MacAddress{{2, 0, 0, 0, 0, 1}};
  put(seconds{4});
  version_ = 2;
  put(seconds{5});
  password_ = 'b';
  put(seconds{6});
  const auto changes = seen().changes;
  ASSERT_EQ(changes.size(), 7U);
  expect_change(changes[0], Setting::priority, "100", "80", 2);
  expect_change(changes[1], Setting::addresses, "192.0.2.100", "192.0.2.100, 192.0.2.101", 3);
  expect_change(changes[2], Setting::checksum_form, "with pseudo header", "without pseudo header",
                4);
  expect_change(changes[3], Setting::mac, "none", "02:00:00:00:00:01", 5);
  expect_change(changes[4], Setting::version, "3", "2", 6);
  expect_change(changes[5], Setting::authentication, "none", "PASS", 6);
  expect_change(changes[6], Setting::authentication, "PASS", "PASS, another password", 7);
}

TEST_F(OneSpeaker, ARestlessPriorityIsKeptUpToABound) {
  for (int i = 0; i < 200; ++i) {
    priority_ = static_cast<std::uint8_t>(100 + i % 2);
    put(seconds{i});
  }
  EXPECT_EQ(seen().changes.size(), Observer::kMostSettingChanges);
  EXPECT_EQ(seen().changes_left_out, 199 - Observer::kMostSettingChanges);
}

TEST_F(OneSpeaker, AResignationChangesNoPriority) {
  put(seconds{0});
  priority_ = 0;
  put(seconds{1});
  EXPECT_EQ(seen().priority, 100);
  EXPECT_EQ(seen().resignations, 1U);
  EXPECT_TRUE(seen().changes.empty());
}

struct Gap {
  milliseconds length;
  std::uint64_t lost;
  bool late;
};

class Gaps : public OneSpeaker, public testing::WithParamInterface<Gap> {};

TEST_P(Gaps, AreMissingAdvertsOrALateOneOrNothing) {
  for (int i = 0; i < 5; ++i) put(seconds{i});
  for (int i = 0; i < 5; ++i) put(seconds{4 + i} + GetParam().length);
  EXPECT_EQ(seen().lost, GetParam().lost);
  std::string codes;
  for (const Finding& finding : observation_.findings) codes += to_string(finding.code);
  EXPECT_EQ(codes, GetParam().lost != 0 ? "lost_adverts" : GetParam().late ? "late_advert" : "");
  EXPECT_EQ(seen().lateness.worst,
            GetParam().lost != 0 ? GetParam().length % seconds{1} : GetParam().length - seconds{1});
}

INSTANTIATE_TEST_SUITE_P(
    Each, Gaps,
    testing::Values(Gap{milliseconds{1000}, 0, false}, Gap{milliseconds{1125}, 0, false},
                    Gap{milliseconds{1126}, 0, true}, Gap{milliseconds{1949}, 0, true},
                    Gap{milliseconds{2000}, 1, false}, Gap{milliseconds{2050}, 1, false},
                    Gap{milliseconds{2051}, 0, true}, Gap{milliseconds{3040}, 2, false}));

}  // namespace
}  // namespace understudy
