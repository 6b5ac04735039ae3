// Defaults, and what keywords do to each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

VrrpInstance instance_of(const std::string& text) {
  auto result = parse(text, "test.conf");
  EXPECT_FALSE(has_errors(result.diagnostics)) << text;
  return result.config.instances.empty() ? VrrpInstance{} : result.config.instances[0];
}

struct Row {
  std::string text;
  std::vector<std::string> findings;
};

void expect_findings(const std::vector<Row>& rows) {
  for (const auto& row : rows) EXPECT_EQ(findings_of(row.text), row.findings) << row.text;
}

TEST(Instance, HasKeepalivedsDefaults) {
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
  expect_findings({
      {"vrrp_instance VI {\nvirtual_ipaddress {\n192.0.2.1\n}\n}",
       {"1:15 error missing-interface", "1:15 error missing-vrid"}},
      {"vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\n}", {"1:15 error no-address"}},
      {"vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n}\n}",
       {"1:15 error no-address"}},
      {"vrrp_instance {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n}\n}",
       {"1:1 error missing-value"}},
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
  expect_findings({
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
  expect_findings({
      {instance_with("nopreempt"), {}},
      {instance_with("nopreempt\nstate MASTER\npriority 9"), {"2:1 warning nopreempt-cleared"}},
      {instance_with("priority 255\nnopreempt"), {"3:1 warning nopreempt-cleared"}},
      {instance_with("preempt_delay 5"), {"2:1 error not-supported-yet"}},
      {instance_with("preempt_delay 5\nnopreempt"), {"2:1 warning preempt-delay-cleared"}},
      {instance_with("preempt_delay 5\nstate MASTER\npriority 9"),
       {"2:1 warning preempt-delay-cleared"}},
  });
  EXPECT_FALSE(instance_of(instance_with("nopreempt")).preempt);
  EXPECT_TRUE(instance_of(instance_with("nopreempt\nstate MASTER\npriority 9")).preempt);
  EXPECT_TRUE(instance_of(instance_with("nopreempt\npreempt")).preempt);
}

TEST(Instance, AdvertIntervalIsRoundedHalfUpToWholeSeconds) {
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
  expect_findings({
      {block("auth_type PASS\nauth_pass 12345678"), {}},
      {block("auth_type PASS\nauth_pass 123456789"), {"4:11 warning auth-pass-cut"}},
      {block("auth_type PASS\nauth_pass \"a b\""), {}},
      {block("auth_type PASS"), {"3:11 error auth-without-pass"}},
      {block("auth_pass x"), {"3:11 warning auth-without-type"}},
      {block("auth_type AH\nauth_pass x"), {"3:11 error not-supported-yet"}},
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

TEST(Instance, VersionThreeIsSaidOnceForAllThatRelyOnIt) {
  expect_findings({
      {instance_with("version 3"), {"2:9 error not-supported-yet"}},
      {globals_with("vrrp_version 3"), {"2:14 error not-supported-yet"}},
      {"global_defs {\nvrrp_version 3\n}\n" + instance_with("version 2"), {}},
  });
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
  expect_findings({
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

TEST(Addresses, AreReadWithTheirOptions) {
  const auto instance = instance_of(
      "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n"
      "192.0.2.2/24 dev eth1 label eth1:1 scope link brd 192.0.2.255\n192.0.3.3/24 brd +\n"
      "dev eth2 192.0.2.4/0 brd - scope 7\n192.0.2.5/31 brd +\n}\n}");
  ASSERT_EQ(instance.addresses.size(), 5U);
  const auto address = [&](std::size_t i) { return instance.addresses[i].address; };
  EXPECT_EQ(to_string(address(0)), "192.0.2.1/32");
  EXPECT_EQ(address(0).device, "");
  EXPECT_EQ(address(0).broadcast, std::nullopt);
  EXPECT_EQ(to_string(address(1)), "192.0.2.2/24");
  EXPECT_EQ(address(1).device, "eth1");
  EXPECT_EQ(address(1).label, "eth1:1");
  EXPECT_EQ(address(1).scope, 253);
  EXPECT_EQ(address(1).broadcast, parse_ipv4_address("192.0.2.255"));
  EXPECT_EQ(address(2).broadcast, parse_ipv4_address("192.0.3.255"));
  EXPECT_EQ(address(3).device, "eth2");
  EXPECT_EQ(address(3).prefix_length, 0);
  EXPECT_EQ(address(3).broadcast, std::nullopt);
  EXPECT_EQ(address(3).scope, 7);
  EXPECT_EQ(address(4).broadcast, std::nullopt);
}

TEST(Addresses, ThatAreNoneAreErrors) {
  const auto lines = [](const char* text) {
    return "vrrp_instance VI { interface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n" +
           std::string(text) + "\n}\n}";
  };
  expect_findings({
      {lines("VIP"), {"4:1 error bad-address"}},
      {lines("192.0.2.256"), {"4:1 error bad-address"}},
      {lines("192.0.2.1/33"), {"4:1 error out-of-range"}},
      {lines("192.0.2.1/-1"), {"4:1 error out-of-range"}},
      {lines("192.0.2.1/"), {"4:1 error out-of-range"}},
      {lines("0.0.0.0"), {"4:1 error bad-address"}},
      {lines("224.0.0.18"), {"4:1 error bad-address"}},
      {lines("255.255.255.255"), {"4:1 error bad-address"}},
      {lines("2001:db8::1/64"), {"4:1 error not-supported-yet"}},
      {lines("192.0.2.1 192.0.2.2"), {"4:11 error extra-words"}},
      {lines("192.0.2.1\n192.0.2.1/24"), {"5:1 error duplicate-address"}},
      {lines("192.0.2.1 dev"), {"4:11 error missing-value"}},
      {lines("192.0.2.1 dev averyverylongname"), {"4:15 error bad-value"}},
      {lines("192.0.2.1 label averyverylongname"), {"4:17 error bad-value"}},
      {lines("192.0.2.1 scope planet"), {"4:17 error bad-value"}},
      {lines("192.0.2.1 scope 256"), {"4:17 error bad-value"}},
      {lines("192.0.2.1 brd x"), {"4:15 error bad-address"}},
      {lines("192.0.2.1 use_vmac"), {"4:11 error not-supported-yet"}},
      {lines("192.0.2.1 peer 192.0.2.2"), {"4:11 error not-supported-yet"}},
      {lines("192.0.2.1 no_track"), {"4:11 warning not-supported-yet"}},
      {lines("192.0.2.1 preferred_lft 0 noprefixroute"),
       {"4:11 warning not-supported-yet", "4:27 warning not-supported-yet"}},
      {lines("192.0.2.1 lable x"),
       {"4:11 warning unknown-keyword", "4:17 warning unknown-keyword"}},
      {lines("dev eth0"), {"4:1 error bad-address"}},
  });
  std::string many;
  for (int i = 0; i < 256; ++i) many += "10.0.0." + std::to_string(i) + "\n";
  EXPECT_THAT(findings_of(lines(many.c_str())), ElementsAre("259:1 error too-many-addresses"));
}

TEST(Scripts, HaveKeepalivedsDefaults) {
  const auto script = parse(script_with(""), "x").config.scripts.at(0);
  EXPECT_THAT(script.command.argv, ElementsAre("/bin/true"));
  EXPECT_EQ(script.interval, 1s);
  EXPECT_EQ(script.timeout, 1s);
  EXPECT_EQ(script.weight, 0);
  EXPECT_FALSE(script.weight_reverse);
  EXPECT_EQ(script.rise, 1U);
  EXPECT_EQ(script.fall, 1U);
  EXPECT_FALSE(script.init_fail);
  EXPECT_EQ(script.user, ScriptUser{});
}

TEST(Scripts, AreReadWhole) {
  const auto result = parse(script_with("interval 0.25\ntimeout 2\nweight -20 reverse\nrise 2\n"
                                        "fall 3\nuser www :web\ninit_fail"),
                            "x");
  EXPECT_THAT(findings_of(result), IsEmpty());
  const auto& script = result.config.scripts.at(0);
  EXPECT_EQ(script.interval, 250ms);
  EXPECT_EQ(script.timeout, 2s);
  EXPECT_EQ(script.weight, -20);
  EXPECT_TRUE(script.weight_reverse);
  EXPECT_EQ(script.rise, 2U);
  EXPECT_EQ(script.fall, 3U);
  EXPECT_EQ(script.user, (ScriptUser{"www", "web"}));
  EXPECT_TRUE(script.init_fail);
  EXPECT_EQ(parse(script_with("timeout 2\ninterval 5"), "x").config.scripts.at(0).timeout, 2s);
  EXPECT_EQ(parse(script_with("interval 5"), "x").config.scripts.at(0).timeout, 5s);
}

TEST(Scripts, ThatCannotBeMeantAreNamed) {
  const std::string good = "vrrp_script chk {\nscript /bin/true\n}\n";
  const std::string other = "vrrp_script chk {\nscript /bin/false\n}\n";
  const auto tracking = instance_with("track_script {\nchk\n}");
  expect_findings({
      {"vrrp_script chk {\n}\n" + tracking, {"1:13 error missing-script"}},
      {good + instance_with(""), {"1:13 warning unused-script"}},
      {good + good + tracking, {"4:13 warning duplicate-script"}},
      {good + other + tracking, {"4:13 error duplicate-script"}},
      {tracking + good, {"3:1 warning script-defined-later"}},
      {instance_with("track_script {\nchk\n}"), {"3:1 error unknown-script"}},
      {script_with("script /bin/echo a"), {"2:1 warning extra-words"}},
      {script_with("script \"/bin/echo a > /b\""), {"2:8 warning no-shell"}},
      {script_with("script \"/bin/sh -c 'a > /b'\""), {}},
      {script_with("script \"/bin/echo 'a\""), {"2:8 error bad-command"}},
      {script_with("script \"\""), {"2:8 error bad-command"}},
  });
  EXPECT_EQ(parse(good + instance_with("track_script {\nchx\n}"), "x").diagnostics[1].hint,
            "did you mean 'chk'?");
  EXPECT_EQ(parse(tracking + good, "x").config.instances.at(0).track_scripts.size(), 1U);
  EXPECT_THAT(parse(good + good + tracking, "x").config.scripts.at(0).command.argv,
              ElementsAre("/bin/true"));
}

TEST(TrackedScripts, MayHaveAWeightOfTheirOwn) {
  const auto tracked = [](const char* line) {
    return "vrrp_script chk {\nscript /bin/true\nweight 3\n}\n" +
           instance_with("track_script {\n" + std::string(line) + "\n}");
  };
  expect_findings({
      {tracked("chk weight -253"), {}},
      {tracked("chk weight 253 reverse"), {}},
      {tracked("chk weight 254"), {"7:12 error out-of-range"}},
      {tracked("chk weight"), {"7:5 error missing-value"}},
      {tracked("chk wieght 5"), {"7:5 error bad-value"}},
      {tracked("chk\nchk weight 7"), {"8:1 warning tracked-twice"}},
      {tracked("chk\n}\npriority 255\ntrack_script {"), {"7:1 warning owner-weight"}},
      {tracked("chk weight 0\n}\npriority 255\ntrack_script {"), {}},
  });
  const auto entry = instance_of(tracked("chk weight -5 noreverse")).track_scripts.at(0);
  EXPECT_EQ(entry.weight, -5);
  EXPECT_EQ(entry.weight_reverse, false);
  EXPECT_EQ(instance_of(tracked("chk")).track_scripts.at(0).weight, std::nullopt);
  EXPECT_THAT(instance_of(tracked("chk\n}\npriority 255\ntrack_script {")).track_scripts,
              IsEmpty());
}

TEST(TrackedInterfaces, OnlyTheOwnOneIsPassedOver) {
  expect_findings({
      {instance_with("track_interface {\neth0\n}"), {"3:1 warning own-interface-tracked"}},
      {instance_with("track_interface {\neth1\n}"), {"3:1 error not-supported-yet"}},
      {instance_with("track_interface {\neth1 weight 5\n}"), {"3:1 error not-supported-yet"}},
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
  expect_findings({
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
