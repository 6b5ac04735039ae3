#include "core/config/cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/hosts.h"

namespace understudy::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Cluster, OfTheFoundingPairIsFine) {
  EXPECT_THAT(Hosts({founding_text("lb1"), founding_text("lb2")}).findings(), IsEmpty());
  EXPECT_THAT(Hosts({founding_text("lb1")}).findings(), IsEmpty());
  EXPECT_THAT(Hosts({}).findings(), IsEmpty());
}

TEST(Cluster, OfHostsThatWouldRefuseEachOtherIsNone) {
  const auto lb1 = founding_text("lb1");
  const auto lb2 = founding_text("lb2");
  struct Row {
    const char* from;
    const char* to;
    const char* finding;
  };
  for (const auto& [from, to, finding] : std::vector<Row>{
           {"advert_int 1", "advert_int 2", "lb2:16 error advert-int-differs"},
           {"abclinux>com", "other", "lb2:16 error auth-differs"},
           {"192.168.188.100", "192.168.188.101", "lb2:16 error addresses-differ"},
           {"192.168.188.100", "192.168.188.100\n192.168.188.101", "lb2:16 error addresses-differ"},
           {"priority 90", "priority 100", "lb2:16 note equal-priorities"}})
    EXPECT_THAT(Hosts({lb1, replaced(lb2, from, to)}).findings(), ElementsAre(finding)) << to;
  // Only the first eight bytes of a password count, and the order of addresses does not.
  EXPECT_THAT(Hosts({lb1, replaced(lb2, "abclinux>com", "abclinux-net")}).findings(), IsEmpty());
  EXPECT_THAT(Hosts({replaced(lb1, "192.168.188.100", "192.0.2.1\n192.0.2.2"),
                     replaced(lb2, "192.168.188.100", "192.0.2.2/24\n192.0.2.1")})
                  .findings(),
              IsEmpty());
}

TEST(Cluster, WarnsOfALoserThatYieldsWithoutAWord) {
  const auto lb1 = founding_text("lb1");
  const auto lb2 = founding_text("lb2");
  const auto silent = replaced(lb2, "priority 90", "priority 90\nhigher_prio_send_advert off");
  EXPECT_THAT(Hosts({lb1, silent}).findings(), ElementsAre("lb1:16 warning silent-yield"));
  const auto refreshing = replaced(lb1, "priority 100", "priority 100\ngarp_master_refresh 10");
  EXPECT_THAT(Hosts({refreshing, silent}).findings(), IsEmpty());
  // The higher priority does not yield.
  EXPECT_THAT(
      Hosts({replaced(lb1, "priority 100", "priority 100\nhigher_prio_send_advert off"), lb2})
          .findings(),
      IsEmpty());
  // keepalived says nothing unless it is told to.
  Hosts mixed({lb1, lb2});
  mixed.keepalived_from = 1;
  EXPECT_THAT(mixed.findings(), ElementsAre("lb1:16 warning silent-yield"));
}

TEST(Cluster, NamesBothPlaces) {
  const auto found =
      Hosts({founding_text("lb1"), replaced(founding_text("lb2"), "advert_int 1", "advert_int 2")})
          .check();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].position, (SourcePosition{16, 15}));
  EXPECT_EQ(found[0].source_line, "vrrp_instance VI_1 {");
  EXPECT_THAT(found[0].message, HasSubstr("2 s here and 1 s at lb1:16"));
}

TEST(Cluster, FindsAMistypedVirtualRouterId) {
  EXPECT_THAT(Hosts({founding_text("lb1"), replaced(founding_text("lb2"), "51", "52")}).findings(),
              ElementsAre("lb1:16 note single-speaker", "lb2:16 note single-speaker",
                          "lb2:16 error address-in-two-routers"));
}

TEST(Cluster, ComparesARouterIdOfSeveralInterfacesByInterface) {
  const auto host = [](int priority) {
    std::string text;
    for (const auto* interface : {"eth0", "eth1"})
      text += "vrrp_instance " + std::string(interface) + " {\ninterface " + interface +
              "\npriority " + std::to_string(priority) +
              "\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2." + interface[3] + "\n}\n}\n";
    return text;
  };
  EXPECT_THAT(Hosts({host(100), host(90)}).findings(), IsEmpty());
}

TEST(Cluster, WithDifferentInterfaceNamesIsFine) {
  EXPECT_THAT(
      Hosts({founding_text("lb1"), replaced(founding_text("lb2"), "ens33", "eth0")}).findings(),
      IsEmpty());
}

TEST(Cluster, OfThreeIsComparedWithTheFirst) {
  const auto lb2 = founding_text("lb2");
  EXPECT_THAT(Hosts({founding_text("lb1"), lb2,
                     replaced(replaced(lb2, "advert_int 1", "advert_int 3"), "90", "80")})
                  .findings(),
              ElementsAre("lb3:16 error advert-int-differs"));
}

}  // namespace
}  // namespace understudy::config
