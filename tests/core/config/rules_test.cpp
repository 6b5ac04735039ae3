// Defaults, and what keywords do to each other.
#include <gmock/gmock.h>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Instance, HasKeepalivedsDefaults) {
  RecordProperty("covers", "V3-5.2.4-03 V3-6.1-04");
  const auto instance = instance_of(instance_with(""));
  EXPECT_EQ(instance.priority, 100);
  EXPECT_FALSE(instance.starts_as_master);
  EXPECT_EQ(instance.version, 2);
  EXPECT_EQ(instance.advert_interval, 1s);
  EXPECT_EQ(instance.authentication, Authentication{});
  EXPECT_TRUE(instance.preempt);
  EXPECT_EQ(instance.garp_master_repeat, 5U);
  EXPECT_EQ(instance.garp_master_delay, 5s);
  EXPECT_EQ(instance.garp_lower_prio_repeat, 5U);
  EXPECT_EQ(instance.garp_lower_prio_delay, 5s);
  EXPECT_FALSE(instance.lower_prio_no_advert);
  EXPECT_TRUE(instance.higher_prio_send_advert);
  EXPECT_EQ(instance.notify, NotifyScripts{});
}

TEST(Instance, NeedsInterfaceAndVirtualRouterId) {
  expect_rows({
      {"vrrp_instance VI {\nvirtual_ipaddress {\n192.0.2.1\n}\n}",
       {"1:15 error missing-interface", "1:15 error missing-vrid"}},
      {"vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\n}", {"1:15 error no-address"}},
      {"vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n}\n}",
       {"1:15 error no-address"}},
      {"vrrp_instance {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n}\n}",
       {"1:1 error missing-value"}},
      {instance_with("no_virtual_ipaddress"), {"2:1 error no-address"}},
      {instance_with("interface averyverylongname"), {"2:11 error bad-value"}},
      {instance_with("interface lo"), {"2:11 error bad-value"}},
  });
}

TEST(Instance, StateMasterWithoutPriorityIsTheOwner) {
  const auto text = instance_with("state MASTER");
  EXPECT_THAT(findings_of(text), ElementsAre("1:15 warning priority-from-state"));
  EXPECT_EQ(instance_of(text).priority, 255);
  EXPECT_TRUE(instance_of(text).starts_as_master);
  EXPECT_TRUE(instance_of(instance_with("priority 255")).starts_as_master);
  EXPECT_FALSE(instance_of(instance_with("priority 255\nstate BACKUP")).starts_as_master);
  EXPECT_FALSE(instance_of(instance_with("priority 254")).starts_as_master);
  EXPECT_EQ(instance_of(instance_with("priority 254\nstate MASTER")).priority, 254);
}

TEST(Instance, UnknownStatesAreBackup) {
  expect_rows({
      {instance_with("state Master"), {"2:7 warning unknown-state"}},
      {instance_with("state SLAVE"), {"2:7 warning unknown-state"}},
      {instance_with("priority 9\nstate MASTER\nstate BACKUP"), {"4:7 warning state-twice"}},
      {instance_with("priority 9\nstate BACKUP\nstate MASTER"), {}},
  });
  EXPECT_EQ(parse(instance_with("state Master"), "x").diagnostics[0].hint,
            "did you mean 'MASTER'?");
  EXPECT_FALSE(instance_of(instance_with("state SLAVE")).starts_as_master);
  EXPECT_TRUE(
      instance_of(instance_with("priority 9\nstate MASTER\nstate BACKUP")).starts_as_master);
}

TEST(Instance, NopreemptIsClearedByMasterAndOwner) {
  RecordProperty("covers", "KA-ST-06");
  expect_rows({
      {instance_with("nopreempt"), {}},
      {instance_with("nopreempt\nstate MASTER\npriority 9"), {"2:1 warning nopreempt-cleared"}},
      {instance_with("priority 255\nnopreempt"), {"3:1 warning nopreempt-cleared"}},
      {instance_with("preempt_delay 5"), {}},
      {instance_with("preempt_delay 5\nnopreempt"), {"2:1 warning preempt-delay-cleared"}},
      {instance_with("preempt_delay 5\nstate MASTER\npriority 9"),
       {"2:1 warning preempt-delay-cleared"}},
  });
  EXPECT_FALSE(instance_of(instance_with("nopreempt")).preempt);
  EXPECT_TRUE(instance_of(instance_with("nopreempt\nstate MASTER\npriority 9")).preempt);
  EXPECT_TRUE(instance_of(instance_with("nopreempt\npreempt")).preempt);
}

TEST(Instance, AdvertIntervalIsRoundedHalfUpToWholeSeconds) {
  RecordProperty("covers", "V2-5.3.7-01 KA-CFG-01");
  struct Interval {
    const char* text;
    std::chrono::seconds rounded;
  };
  for (const auto& [text, rounded] : {Interval{"0.01", 1s},
                                      {"0.4", 1s},
                                      {"0.5", 1s},
                                      {"1.4999", 1s},
                                      {"1.5", 2s},
                                      {"2.5", 3s},
                                      {"254.5", 255s}}) {
    const auto config = instance_with(std::string("advert_int ") + text);
    EXPECT_THAT(findings_of(config), ElementsAre("2:12 warning advert-int-rounded")) << text;
    EXPECT_EQ(instance_of(config).advert_interval, rounded) << text;
  }
}

TEST(Instance, AuthenticationTakesTypeAndPassword) {
  const auto block = [](const char* lines) {
    return instance_with("authentication {\n" + std::string(lines) + "\n}");
  };
  expect_rows({
      {block("auth_type PASS\nauth_pass 12345678"), {}},
      {block("auth_type PASS\nauth_pass 123456789"), {"4:11 warning auth-pass-cut"}},
      {block("auth_type PASS\nauth_pass \"a b\""), {}},
      {block("auth_type PASS"), {"3:11 error auth-without-pass"}},
      {block("auth_pass x"), {"3:11 warning auth-without-type"}},
      {block("auth_type AH\nauth_pass x"), {}},
      {block("auth_type pas\nauth_pass x"), {"3:11 error bad-value"}},
      {block("auth_type PASS\nauth_pass P@##D"), {"4:11 warning comment-in-word"}},
      {block("auth_type PASS\nauth_pass x # y"), {}},
      {block("auth_type PASS\nauth_pass \"P@##D\""), {}},
      {block("auth_type PASS\nauth_pass \"\""), {"4:11 error bad-value"}},
      {block("auth_type PASS\nauth_pass"), {"4:1 error missing-value"}},
  });
  const auto key = [&](const char* lines) { return instance_of(block(lines)).authentication; };
  EXPECT_EQ(key("auth_pass x").type, Authentication::Type::none);
  EXPECT_THAT(key("auth_type PASS\nauth_pass ab").key, ElementsAre('a', 'b', 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(key("auth_type PASS\nauth_pass abcdefgh\nauth_pass ab").key,
              ElementsAre('a', 'b', 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(key("auth_type PASS\nauth_pass \"a # b\"").key,
              ElementsAre('a', ' ', '#', ' ', 'b', 0, 0, 0));
  EXPECT_EQ(key("auth_type PASS\nauth_pass 123456789"), key("auth_type PASS\nauth_pass 12345678"));
}

TEST(Instance, TakesGlobalDefaultsWhereverTheyStand) {
  const std::string globals =
      "global_defs {\nvrrp_garp_master_delay 7\nvrrp_garp_lower_prio_repeat 9\n"
      "vrrp_higher_prio_send_advert off\nvrrp_lower_prio_no_advert\n}\n";
  for (const auto& text : {globals + instance_with("garp_master_repeat 2"),
                           instance_with("garp_master_repeat 2") + globals}) {
    const auto instance = instance_of(text);
    EXPECT_EQ(instance.garp_master_delay, 7s);
    EXPECT_EQ(instance.garp_master_repeat, 2U);
    EXPECT_EQ(instance.garp_lower_prio_delay, 7s);
    EXPECT_EQ(instance.garp_lower_prio_repeat, 9U);
    EXPECT_FALSE(instance.higher_prio_send_advert);
    EXPECT_TRUE(instance.lower_prio_no_advert);
  }
  const auto least = instance_of(globals_with("vrrp_min_garp"));
  EXPECT_EQ(least.garp_master_repeat, 1U);
  EXPECT_EQ(least.garp_master_delay, 0s);
  EXPECT_THAT(findings_of(instance_with("garp_master_repeat 0")),
              ElementsAre("2:20 warning zero-repeat"));
  EXPECT_EQ(instance_of(instance_with("garp_master_repeat 0")).garp_master_repeat, 1U);
}

TEST(Instance, NamesAndVirtualRouterIdsAreTakenOnce) {
  const std::string body = " {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n";
  expect_rows({
      {"vrrp_instance A" + body + "192.0.2.1\n}\n}\nvrrp_instance A" + body + "192.0.2.2\n}\n}",
       {"8:15 error duplicate-instance"}},
      {"vrrp_instance A" + body + "192.0.2.1\n}\n}\nvrrp_instance B" + body + "192.0.2.2\n}\n}",
       {"10:19 error duplicate-vrid"}},
      {"vrrp_instance A" + body +
           "192.0.2.1\n}\n}\nvrrp_instance B {\ninterface eth1\n"
           "virtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n}\n}",
       {"12:1 warning duplicate-address"}},
  });
}

TEST(NotifyScripts, AreReadWithTheirUser) {
  const auto instance = instance_of(
      instance_with("notify_master \"/x MASTER\" root :web\nnotify_backup /y root web\n"
                    "notify_fault /f root web\nnotify_stop /s root web\nnotify /n root web"));
  EXPECT_THAT(instance.notify.master.argv, ElementsAre("/x", "MASTER"));
  EXPECT_EQ(instance.notify.master.text, "/x MASTER");
  EXPECT_THAT(instance.notify.backup.argv, ElementsAre("/y"));
  EXPECT_THAT(instance.notify.fault.argv, ElementsAre("/f"));
  EXPECT_THAT(instance.notify.stop.argv, ElementsAre("/s"));
  EXPECT_THAT(instance.notify.any.argv, ElementsAre("/n"));
  EXPECT_EQ(instance.notify.user, (ScriptUser{"root", "web"}));
  expect_rows({
      {instance_with("notify_master /x\nnotify_master /y"), {"3:1 warning notify-twice"}},
      {instance_with("notify_master /x root\nnotify_backup /y"), {"3:1 error not-supported-yet"}},
      {instance_with("notify_master /x a b c"), {"2:1 warning extra-words"}},
  });
}

TEST(GlobalDefs, AreReadWhole) {
  const auto result =
      parse(globals_with("notification_email {\na@example.org b@example.org\nc@example.org\n}\n"
                         "notification_email_from d@example.org\nsmtp_server mail 587\n"
                         "smtp_connect_timeout 12\nrouter_id R\nscript_user www :web\n"
                         "enable_script_security"),
            "x");
  EXPECT_THAT(findings_of(result), IsEmpty());
  const auto& global = result.config.global;
  EXPECT_THAT(global.notification_email,
              ElementsAre("a@example.org", "b@example.org", "c@example.org"));
  EXPECT_EQ(global.notification_email_from, "d@example.org");
  EXPECT_EQ(global.smtp_server, "mail");
  EXPECT_EQ(global.smtp_port, 587);
  EXPECT_EQ(global.smtp_connect_timeout, 12s);
  EXPECT_EQ(global.router_id, "R");
  EXPECT_EQ(global.script_user, (ScriptUser{"www", "web"}));
  EXPECT_TRUE(global.enable_script_security);
  EXPECT_THAT(findings_of(globals_with("notification_email {\n}")),
              ElementsAre("2:1 warning empty-block"));
}

}  // namespace
}  // namespace understudy::config
