// The two files of the founding document, as it writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(FoundingFiles, AreReadWithOneWarningForTheLongPassword) {
  for (const auto* host : {"lb1", "lb2"})
    EXPECT_THAT(findings_of(founding_text(host)), ElementsAre("24:19 warning auth-pass-cut"))
        << host;
}

TEST(FoundingFiles, MeanWhatTheySay) {
  const auto config = parse(founding_text("lb1"), "lb1.conf").config;
  EXPECT_THAT(config.global.notification_email, ElementsAre("abc@abclinux.com"));
  EXPECT_EQ(config.global.notification_email_from, "root@abclinux.com");
  EXPECT_EQ(config.global.smtp_server, "127.0.0.1");
  EXPECT_EQ(config.global.smtp_port, 25);
  EXPECT_EQ(config.global.smtp_connect_timeout, 30s);
  EXPECT_EQ(config.global.router_id, "LVS_DEVEL");

  ASSERT_EQ(config.scripts.size(), 1U);
  const auto& script = config.scripts[0];
  EXPECT_EQ(script.name, "chk_nginx");
  EXPECT_THAT(script.command.argv, ElementsAre("/usr/local/sbin/check_ng.sh"));
  EXPECT_EQ(script.interval, 3s);
  EXPECT_EQ(script.timeout, 3s);
  EXPECT_EQ(script.weight, 0);
  EXPECT_EQ(script.rise, 1U);
  EXPECT_EQ(script.fall, 1U);
  EXPECT_EQ(script.at, (SourcePosition{11, 13}));

  ASSERT_EQ(config.instances.size(), 1U);
  const auto& instance = config.instances[0];
  EXPECT_EQ(instance.name, "VI_1");
  EXPECT_TRUE(instance.starts_as_master);
  EXPECT_EQ(instance.interface, "ens33");
  EXPECT_EQ(instance.interface_at, (SourcePosition{18, 15}));
  EXPECT_EQ(instance.vrid, 51);
  EXPECT_EQ(instance.priority, 100);
  EXPECT_EQ(instance.version, 2);
  EXPECT_EQ(instance.advert_interval, 1s);
  EXPECT_EQ(instance.authentication.type, Authentication::Type::pass);
  EXPECT_THAT(instance.authentication.key, ElementsAre('a', 'b', 'c', 'l', 'i', 'n', 'u', 'x'));
  ASSERT_EQ(instance.addresses.size(), 1U);
  EXPECT_EQ(to_string(instance.addresses[0].address), "192.168.188.100/32");
  EXPECT_EQ(instance.addresses[0].at, (SourcePosition{27, 9}));
  ASSERT_EQ(instance.track_scripts.size(), 1U);
  EXPECT_EQ(instance.track_scripts[0].name, "chk_nginx");
  EXPECT_TRUE(instance.preempt);
  EXPECT_EQ(instance.garp_master_repeat, 5U);
  EXPECT_EQ(instance.garp_master_delay, 5s);
  EXPECT_TRUE(instance.higher_prio_send_advert);
}

TEST(FoundingFiles, DifferInStateAndPriorityAlone) {
  auto first = parse(founding_text("lb1"), "lb.conf").config;
  const auto second = parse(founding_text("lb2"), "lb.conf").config;
  EXPECT_NE(first, second);
  EXPECT_FALSE(second.instances[0].starts_as_master);
  EXPECT_EQ(second.instances[0].priority, 90);
  first.instances[0].starts_as_master = false;
  first.instances[0].priority = 90;
  EXPECT_EQ(first, second);
}

TEST(FoundingFiles, HaveTheirAddressOutsideTheHostsNetwork) {
  const auto text = founding_text("lb1");
  const auto config = parse(text, "lb1.conf").config;
  InterfaceSubnet subnet{"ens33", {}};
  subnet.address.address = *parse_ip_address("192.168.56.130");
  subnet.address.prefix_length = 24;
  const auto notes = check_subnets(config, text, {subnet});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(format(notes[0]),
            "lb1.conf:27:9: note: 192.168.188.100 lies in no subnet of ens33 (192.168.56.130/24): "
            "hosts of that network reach it only over a route\n"
            "          192.168.188.100\n"
            "          ^~~~~~~~~~~~~~~\n");
  EXPECT_EQ(notes[0].code, "vip-outside-subnets");

  subnet.address.address = *parse_ip_address("192.168.188.7");
  EXPECT_TRUE(check_subnets(config, text, {subnet}).empty());
  subnet.interface = "eth9";
  subnet.address.address = *parse_ip_address("10.0.0.1");
  EXPECT_TRUE(check_subnets(config, text, {subnet}).empty()) << "nothing is known of ens33";
}

}  // namespace
}  // namespace understudy::config
