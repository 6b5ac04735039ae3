// What two hosts' files say about one virtual router, in version 3, unicast, signed or in groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/expect_rows.h"
#include "tests/core/config/hosts.h"

namespace understudy::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::string prioritized(const std::string& more, int priority) {
  return instance_with(more + "\npriority " + std::to_string(priority));
}

std::vector<std::string> findings_between(const std::string& first, const std::string& second) {
  return Hosts({prioritized(first, 100), prioritized(second, 90)}).findings();
}

TEST(ClusterPair, OfOneKindIsFine) {
  for (const auto* both : {"", "version 3", "version 3\nadvert_int 0.05", "use_vmac",
                           "mcast_dst_ip 224.0.0.99", "version 3\nv3_checksum_as_v2", "nopreempt",
                           "authentication {\nauth_type AH\nauth_pass x\n}"})
    EXPECT_THAT(findings_between(both, both), IsEmpty()) << both;
}

TEST(ClusterPair, ThatDiffersIsNamed) {
  struct Row {
    const char* first;
    const char* second;
    const char* finding;
  };
  for (const auto& [first, second, finding] : std::vector<Row>{
           {"version 3", "", "lb2:1 error version-differs"},
           {"version 3", "version 3\nadvert_int 0.5", "lb2:1 note advert-int-differs"},
           {"version 3", "version 3\nv3_checksum_as_v2", "lb2:1 note checksum-differs"},
           {"", "mcast_dst_ip 224.0.0.99", "lb2:1 error group-differs"},
           {"", "unicast_peer {\n192.0.2.11\n}", "lb2:1 error transport-differs"},
           {"authentication {\nauth_type PASS\nauth_pass x\n}",
            "authentication {\nauth_type AH\nauth_pass x\n}", "lb2:1 error auth-differs"},
           {"", "authentication {\nauth_type AH\nauth_pass x\n}", "lb2:1 error auth-differs"},
           {"mcast_src_ip 192.0.2.11", "mcast_src_ip 192.0.2.11", "lb2:1 error source-twice"},
           {"", "virtual_ipaddress_excluded {\n192.0.2.7\n}",
            "lb2:1 warning excluded-addresses-differ"},
           {"nopreempt", "", "lb2:1 note preempt-differs"},
           {"", "nopreempt", "lb2:1 note preempt-differs"}})
    EXPECT_THAT(findings_between(first, second), ElementsAre(finding)) << first << second;
}

TEST(ClusterPair, MayHaveOneOwnerOnly) {
  EXPECT_THAT(Hosts({prioritized("", 255), prioritized("", 255)}).findings(),
              ElementsAre("lb2:1 warning two-owners"));
}

std::string unicast(int host, const std::vector<int>& peers, const std::string& options = "",
                    const std::string& more = "") {
  auto text = "unicast_src_ip 192.0.2.1" + std::to_string(host) + "\nunicast_peer {\n";
  for (const int peer : peers) text += "192.0.2.1" + std::to_string(peer) + " " + options + "\n";
  return prioritized(text + "}\n" + more, 100 - host);
}

TEST(ClusterPair, OfUnicastHostsMustNameEachOther) {
  EXPECT_THAT(Hosts({unicast(1, {2}), unicast(2, {1})}).findings(), IsEmpty());
  EXPECT_THAT(Hosts({unicast(1, {2}), unicast(2, {3})}).findings(),
              ElementsAre("lb2:1 error peer-missing"));
  EXPECT_THAT(Hosts({unicast(1, {3}), unicast(2, {3})}).findings(),
              UnorderedElementsAre("lb1:1 error peer-missing", "lb2:1 error peer-missing"));
  EXPECT_THAT(Hosts({unicast(1, {2, 3}), unicast(2, {1, 3}), unicast(3, {1, 2})}).findings(),
              IsEmpty());
  EXPECT_THAT(Hosts({unicast(1, {2, 3}), unicast(2, {1}), unicast(3, {1, 2})}).findings(),
              ElementsAre("lb2:1 error peer-missing"))
      << "any two of three";
  const auto found = Hosts({unicast(1, {2}), unicast(2, {3})}).check();
  EXPECT_THAT(found.at(0).message, HasSubstr("192.0.2.11, the source address at lb1:1"));
}

TEST(ClusterPair, MustAcceptEachOthersTtl) {
  EXPECT_THAT(Hosts({unicast(1, {2}, "min_ttl 254"), unicast(2, {1})}).findings(), IsEmpty());
  EXPECT_THAT(
      Hosts({unicast(1, {2}, "min_ttl 254"), unicast(2, {1}, "", "unicast_ttl 64")}).findings(),
      ElementsAre("lb1:1 error ttl-refused"));
}

// ---- auth_hmac: who hears whom

std::string signing(const std::string& mode, const std::string& key = "1 " + std::string(32, 'k'),
                    int active = 1) {
  return "auth_hmac {\nkey " + key + "\nactive_key " + std::to_string(active) + "\nmode " + mode +
         "\n}";
}

TEST(ClusterPair, OfSigningHostsHearsEachOtherAsKeepalivedsDo) {
  // "lb1:1" refuses what lb2 sends; rows and columns as in keepalived's documentation.
  const std::string none;
  const auto receive_only = signing("receive-only");
  const auto permissive = signing("permissive");
  const auto enforce = signing("enforce");
  const std::string lb1 = "lb1:1 error hmac-differs";
  const std::string lb2 = "lb2:1 error hmac-differs";
  struct Row {
    std::string first;
    std::string second;
    std::vector<std::string> findings;
  };
  for (const auto& [first, second, findings] : std::vector<Row>{{none, receive_only, {}},
                                                                {none, permissive, {lb1}},
                                                                {none, enforce, {lb2, lb1}},
                                                                {receive_only, none, {}},
                                                                {receive_only, permissive, {}},
                                                                {receive_only, enforce, {lb2}},
                                                                {permissive, receive_only, {}},
                                                                {permissive, permissive, {}},
                                                                {permissive, enforce, {}},
                                                                {enforce, none, {lb2, lb1}},
                                                                {enforce, receive_only, {lb1}},
                                                                {enforce, permissive, {}},
                                                                {enforce, enforce, {}}})
    EXPECT_EQ(findings_between(first, second), findings) << first << " / " << second;
}

TEST(ClusterPair, OfSigningHostsMustKnowEachOthersActiveKeys) {
  const std::string k(32, 'k');
  const std::string m(32, 'm');
  const auto with = [&](const std::string& keys, int active) {
    return signing("enforce", keys, active);
  };
  const auto both = "1 " + k + "\nkey 2 " + m;
  EXPECT_THAT(findings_between(with(both, 1), with(both, 2)), IsEmpty()) << "a roll-over";
  EXPECT_THAT(findings_between(with(both, 1), with("1 " + k, 1)), IsEmpty());
  EXPECT_THAT(findings_between(with(both, 2), with("1 " + k, 1)),
              ElementsAre("lb2:1 error hmac-differs"));
  EXPECT_THAT(findings_between(with("1 " + k, 1), with("1 " + m, 1)),
              ElementsAre("lb2:1 error hmac-differs", "lb1:1 error hmac-differs"));
  // Keys are secret.
  for (const auto& diagnostic :
       Hosts({prioritized(with("1 " + k, 1), 9), prioritized(with("1 " + m, 1), 8)}).check()) {
    EXPECT_THAT(format(diagnostic), Not(HasSubstr(k)));
    EXPECT_THAT(format(diagnostic), Not(HasSubstr(m)));
  }
}

// ---- several virtual routers

std::string pair_of_families(int priority, const char* group) {
  const auto line = "priority " + std::to_string(priority);
  return instance_with(line) + "vrrp_instance VI6" + ipv6_with(line).substr(16) + group;
}

TEST(Cluster, ComparesEachFamilyOfAnId) {
  EXPECT_THAT(Hosts({pair_of_families(100, ""), pair_of_families(90, "")}).findings(), IsEmpty());
  const auto found = Hosts({pair_of_families(100, ""), prioritized("", 90)});
  EXPECT_THAT(found.findings(), ElementsAre("lb1:6 note single-speaker"));
  EXPECT_THAT(found.check().at(0).message, HasSubstr("virtual_router_id 51 over IPv6"));
}

TEST(Cluster, ComparesWhoFailsOverTogether) {
  const char* group = "vrrp_sync_group G {\ngroup {\nVI\nVI6\n}\n}\n";
  const char* renamed = "vrrp_sync_group H {\ngroup {\nVI6\nVI\n}\n}\n";
  EXPECT_THAT(Hosts({pair_of_families(100, group), pair_of_families(90, renamed)}).findings(),
              IsEmpty());
  EXPECT_THAT(Hosts({pair_of_families(100, group), pair_of_families(90, "")}).findings(),
              ElementsAre("lb2:1 warning sync-group-differs", "lb2:6 warning sync-group-differs"));
}

}  // namespace
}  // namespace understudy::config
