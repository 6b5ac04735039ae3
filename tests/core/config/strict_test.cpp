// vrrp_strict and strict_mode: what they force, and what they cannot be with.
#include <gmock/gmock.h>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string strict_with(std::string_view more) {
  return instance_with("strict_mode\nno_accept\n" + std::string(more));
}

TEST(StrictMode, ForcesWhatKeepalivedForces) {
  const auto instance = instance_of(strict_with("priority 9"));
  EXPECT_TRUE(instance.strict);
  EXPECT_EQ(instance.down_timer_adverts, 3U);
  EXPECT_EQ(instance.garp_lower_prio_repeat, 0U);
  EXPECT_EQ(instance.garp_lower_prio_delay, 0s);
  EXPECT_TRUE(instance.lower_prio_no_advert);
  EXPECT_FALSE(instance.higher_prio_send_advert);
  EXPECT_FALSE(instance.owner_ignores_adverts);
  EXPECT_FALSE(instance.accept);
  EXPECT_TRUE(instance.preempt);
  const auto owner = instance_of(instance_with("strict_mode\npriority 255"));
  EXPECT_TRUE(owner.owner_ignores_adverts);
  EXPECT_TRUE(owner.accept);
  EXPECT_TRUE(owner.starts_as_master);
  EXPECT_FALSE(instance_of(instance_with("")).strict);
}

TEST(StrictMode, SaysWhatItOverrides) {
  expect_rows({
      {strict_with(""), {}},
      {strict_with("state MASTER\npriority 9"), {"4:7 warning strict-state"}},
      {instance_with("strict_mode\nstate BACKUP\npriority 255"), {"3:7 warning strict-state"}},
      {strict_with("preempt_delay 5"), {"4:1 warning preempt-delay-cleared"}},
      {strict_with("down_timer_adverts 4"), {"4:1 warning strict-override"}},
      {strict_with("down_timer_adverts 3"), {}},
      {strict_with("garp_lower_prio_repeat 4"), {"4:1 warning strict-override"}},
      {strict_with("garp_lower_prio_delay 4"), {"4:1 warning strict-override"}},
      {strict_with("lower_prio_no_advert off"), {"4:1 warning strict-override"}},
      {strict_with("lower_prio_no_advert on"), {}},
      {strict_with("higher_prio_send_advert on"), {"4:1 warning strict-override"}},
      {strict_with("higher_prio_send_advert off"), {}},
      {instance_with("strict_mode\npriority 255\nowner_ignore_adverts off"),
       {"4:1 warning strict-override"}},
      {strict_with("use_vmac v 02:00:00:00:00:01"), {"4:12 warning strict-mac"}},
      {strict_with("nopreempt"), {}},
  });
  EXPECT_EQ(instance_of(strict_with("use_vmac v 02:00:00:00:00:01")).virtual_mac->mac,
            std::nullopt);
  EXPECT_FALSE(instance_of(strict_with("state MASTER\npriority 9")).starts_as_master);
}

TEST(StrictMode, IsAnErrorWhereTwoMastersWouldCome) {
  expect_rows({
      {strict_with("unicast_peer {\n192.0.2.12\n}"), {"4:1 error strict-unicast"}},
      {strict_with("authentication {\nauth_type PASS\nauth_pass x\n}"),
       {"5:11 error strict-authentication"}},
      {addresses_with("2001:db8::1", "strict_mode\nno_accept"), {"4:1 error first-not-link-local"}},
      {addresses_with("fe80::1", "strict_mode\nno_accept"), {}},
  });
}

TEST(StrictMode, SaysThatTheAddressesTakeNoTraffic) {
  RecordProperty("covers", "V2-6.1-04");
  // The classic: an address that does not answer a ping.
  const auto globals = [](std::string_view more) {
    return "global_defs {\nvrrp_strict\n}\n" + instance_with(more);
  };
  expect_rows({
      {globals(""), {"2:1 warning strict-no-accept"}},
      {globals("no_accept"), {}},
      {globals("priority 255"), {}},
      {globals("version 3\naccept"), {}},
      {globals("version 3"), {"2:1 warning strict-no-accept"}},
      {globals("accept"), {"2:1 warning strict-no-accept", "5:1 warning strict-override"}},
      {globals("strict_mode off"), {}},
  });
  EXPECT_TRUE(instance_of(globals("version 3\naccept")).accept);
  EXPECT_FALSE(instance_of(globals("accept")).accept);
  EXPECT_FALSE(instance_of(globals("strict_mode off")).strict);
  EXPECT_TRUE(instance_of(globals("strict_mode off")).accept);
  EXPECT_THAT(hint_of(globals(""), "strict-no-accept"), HasSubstr("version 3"));
  EXPECT_THAT(hint_of(globals("version 3"), "strict-no-accept"), Not(HasSubstr("version 3")));
}

TEST(StrictMode, TakesSignedAdvertsOnly) {
  const auto text = strict_with(
      "auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\nmode permissive\n}");
  EXPECT_THAT(findings_of(text), ElementsAre("7:6 warning strict-hmac-mode"));
  EXPECT_EQ(instance_of(text).auth_hmac->mode, AuthHmac::Mode::enforce);
}

TEST(Accept, IsKeepalivedsDefault) {
  EXPECT_TRUE(instance_of(instance_with("")).accept);
  EXPECT_TRUE(instance_of(instance_with("no_accept\naccept")).accept);
  EXPECT_FALSE(instance_of(instance_with("no_accept")).accept);
  expect_rows({{instance_with("no_accept\npriority 255"), {"2:1 warning no-effect"}}});
  EXPECT_TRUE(instance_of(instance_with("no_accept\npriority 255")).accept);
}

}  // namespace
}  // namespace understudy::config
