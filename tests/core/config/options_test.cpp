// Options that instances share with global_defs, and blocks about interfaces.
#include <gmock/gmock.h>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(SharedOptions, CountInTheInstanceOrForAll) {
  const auto check = [](const VrrpInstance& instance) {
    EXPECT_EQ(instance.garp_master_refresh, 60s);
    EXPECT_EQ(instance.garp_master_refresh_repeat, 2U);
    EXPECT_EQ(instance.garp_extra, 30s);
    EXPECT_TRUE(instance.garp_extra_all);
    EXPECT_EQ(instance.down_timer_adverts, 4U);
    EXPECT_TRUE(instance.owner_ignores_adverts);
    EXPECT_TRUE(instance.skip_check_adv_addr);
  };
  const std::string own =
      "garp_master_refresh 60\ngarp_master_refresh_repeat 2\ngarp_extra_if all 30\n"
      "down_timer_adverts 4\nowner_ignore_adverts\nskip_check_adv_addr\npriority 255\n";
  check(instance_of(instance_with(own)));
  check(instance_of(
      "global_defs {\nvrrp_garp_master_refresh 60\nvrrp_garp_master_refresh_repeat 2\n"
      "vrrp_vmac_garp_intvl all 30\nvrrp_down_timer_adverts 4\nvrrp_owner_ignore_adverts on\n"
      "vrrp_skip_check_adv_addr on\n}\n" +
      instance_with("priority 255")));
  check(
      instance_of("global_defs {\nvrrp_garp_master_refresh 9\nvrrp_garp_extra_if 9\n"
                  "vrrp_down_timer_adverts 9\nvrrp_skip_check_adv_addr off\n}\n" +
                  instance_with(own)));
  const auto plain = instance_of(instance_with(""));
  EXPECT_EQ(plain.garp_master_refresh, 0s);
  EXPECT_EQ(plain.garp_master_refresh_repeat, 1U);
  EXPECT_EQ(plain.garp_extra, 0s);
  EXPECT_FALSE(plain.garp_extra_all);
  EXPECT_EQ(plain.down_timer_adverts, 3U);
  EXPECT_FALSE(plain.skip_check_adv_addr);
  EXPECT_FALSE(instance_of(instance_with("garp_extra_if 30")).garp_extra_all);
}

TEST(SharedOptions, ThatAreOffAreOff) {
  // With keepalived `skip_check_adv_addr off` sets it, too.
  EXPECT_FALSE(instance_of("global_defs {\nvrrp_skip_check_adv_addr\n}\n" +
                           instance_with("skip_check_adv_addr off"))
                   .skip_check_adv_addr);
  EXPECT_TRUE(instance_of(globals_with("vrrp_skip_check_adv_addr")).skip_check_adv_addr);
}

TEST(SharedOptions, OfOwnersAreForOwners) {
  expect_rows({
      {instance_with("owner_ignore_adverts"), {"2:1 warning no-effect"}},
      {instance_with("owner_ignore_adverts off"), {}},
      {globals_with("vrrp_owner_ignore_adverts"), {}},
  });
  EXPECT_FALSE(instance_of(globals_with("vrrp_owner_ignore_adverts")).owner_ignores_adverts);
}

TEST(Preemption, MayBeDelayed) {
  EXPECT_EQ(instance_of(instance_with("preempt_delay 1000")).preempt_delay, 1000s);
  EXPECT_EQ(instance_of(instance_with("preempt_delay 0.5")).preempt_delay, 500ms);
  EXPECT_EQ(instance_of(instance_with("preempt_delay 5\nnopreempt")).preempt_delay, 0s);
  EXPECT_EQ(instance_of(instance_with("preempt_delay 5\npriority 255")).preempt_delay, 0s);
}

TEST(TimerExpiredBackup, NeedsNopreempt) {
  EXPECT_EQ(instance_of(instance_with("nopreempt\ntimer_expired_backup")).timer_expired_backup,
            254);
  EXPECT_EQ(instance_of(instance_with("nopreempt\nthread_timer_expired 7")).timer_expired_backup,
            7);
  EXPECT_EQ(instance_of(instance_with("nopreempt")).timer_expired_backup, std::nullopt);
  expect_rows({
      {instance_with("timer_expired_backup"), {"2:1 warning no-effect"}},
      {instance_with("thread_timer_expired"), {"2:1 warning no-effect"}},
      {instance_with("nopreempt\ntimer_expired_backup 255"), {"3:22 error out-of-range"}},
      {instance_with("nopreempt\ntimer_expired_backup 0"), {"3:22 error out-of-range"}},
  });
  EXPECT_EQ(instance_of(instance_with("timer_expired_backup")).timer_expired_backup, std::nullopt);
}

TEST(GlobalDefs, MayHoldAllBack) {
  const auto config = parse(
      globals_with("vrrp_startup_delay 2.5\nvrrp_delay_after_boot 90\nlog_unknown_vrids"), "x");
  EXPECT_THAT(findings_of(config), IsEmpty());
  EXPECT_EQ(config.config.global.startup_delay, 2500ms);
  EXPECT_EQ(config.config.global.delay_after_boot, 90s);
  EXPECT_TRUE(config.config.global.log_unknown_vrids);
  expect_rows({{globals_with("vrrp_startup_delay 0"), {"2:20 error out-of-range"}}});
}

TEST(Spacing, OfAnnouncementsIsGlobalOrOfAGroup) {
  const auto global = instance_of(globals_with("vrrp_garp_interval 0.000001\nvrrp_gna_interval 2"));
  EXPECT_EQ(global.garp_interval, 1us);
  EXPECT_EQ(global.gna_interval, 2s);
  const std::string group =
      "garp_group {\ngarp_interval 0.1\ngna_interval 0.2\ninterface eth0\n}\n";
  const auto grouped = instance_of(group + globals_with("vrrp_garp_interval 3"));
  EXPECT_EQ(grouped.garp_interval, 100ms);
  EXPECT_EQ(grouped.gna_interval, 200ms);
  EXPECT_EQ(instance_of("garp_group {\ngarp_interval 1\ninterface eth1\n}\n" + instance_with(""))
                .garp_interval,
            0s);
  expect_rows({
      // What keepalived's own sample file says.
      {globals_with("vrrp_garp_interval 0\nvrrp_gna_interval 0"),
       {"2:20 warning zero-interval", "3:19 warning zero-interval"}},
      {globals_with("vrrp_garp_interval 4294.967295"), {}},
      {globals_with("vrrp_garp_interval 4294.967296"), {"2:20 error out-of-range"}},
      {"garp_group {\ninterface eth0\n}\n" + instance_with(""), {"1:1 warning empty-block"}},
      {"garp_group {\ngarp_interval 1\n}\n" + instance_with(""), {"1:1 warning empty-block"}},
      {"garp_group {\ngarp_interval 1\ninterfaces {\neth0\neth1\n}\n}\n" + instance_with(""),
       {"1:1 warning garp-group-shared"}},
      {group + group + instance_with(""), {"9:11 warning tracked-twice"}},
      {"garp_group {\ngarp_interval 1\ninterface averyverylongname\n}\n" + instance_with(""),
       {"1:1 warning empty-block", "3:11 error bad-value"}},
  });
}

TEST(InterfaceDelays, AreShorterThanAMasterIsMissed) {
  const auto text = [](const char* line, const char* more = "") {
    return "interface_up_down_delays {\n" + std::string(line) + "\n}\n" + instance_with(more);
  };
  const auto delays = parse(text("eth0 1.5 3\neth9 255"), "x").config.interface_delays;
  ASSERT_EQ(delays.size(), 2U);
  EXPECT_EQ(delays[0].interface, "eth0");
  EXPECT_EQ(delays[0].down, 1500ms);
  EXPECT_EQ(delays[0].up, 3s);
  EXPECT_EQ(delays[0].at, (SourcePosition{2, 1}));
  EXPECT_EQ(delays[1].down, 255s) << "no instance is there";
  EXPECT_EQ(delays[1].up, 0s);
  expect_rows({
      {text("eth0 1.9"), {}},
      {text("eth0 2"), {"2:1 warning delay-reduced"}},
      {text("eth0 2", "advert_int 2"), {}},
      {text("eth0 2", "down_timer_adverts 4"), {}},
      {text("eth0 0", "down_timer_adverts 1"), {}},
      {text("eth0"), {"2:1 error missing-value"}},
      {text("eth0 256"), {"2:6 error out-of-range"}},
      {text("eth0 1 x"), {"2:8 error bad-number"}},
      {text("eth0 1\neth0 1"), {"3:1 warning tracked-twice"}},
      {text("averyverylongname 1"), {"2:1 error bad-value"}},
  });
  EXPECT_EQ(parse(text("eth0 2"), "x").config.interface_delays.at(0).down, 1999999us);
}

TEST(NotifyScripts, MayTellOfRivals) {
  EXPECT_THAT(
      instance_of(instance_with("notify_master_rx_lower_pri \"/x y\"")).notify.lower_priority.argv,
      ElementsAre("/x", "y"));
}

}  // namespace
}  // namespace understudy::config
