// One capture a NIC, complete and right: read back by tshark where there is one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

namespace fs = std::filesystem;

class Captures : public testing::Test {
 protected:
  Captures() : folder_(fs::temp_directory_path() / ("understudy-captures-" + unique())) {}
  ~Captures() override { fs::remove_all(folder_); }

  static std::string unique() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    return std::string(test->name()) + "-" + std::to_string(::getpid());
  }
  static std::string output_of(const std::string& command) {
    std::string text;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return text;
    std::array<char, 4096> buffer{};
    while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe))
      text.append(buffer.data(), size);
    ::pclose(pipe);
    return text;
  }
  static bool have_tshark() { return std::system("command -v tshark >/dev/null 2>&1") == 0; }
  std::string tshark(const std::string& file, const std::string& rest) const {
    return output_of("tshark -r '" + (folder_ / file).string() +
                     "' -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE " + rest +
                     " 2>/dev/null");
  }

  fs::path folder_;
};

Scenario short_pair() {
  auto scenario = pair();
  scenario.case_name = "stop";
  scenario.duration = 12s;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  return scenario;
}

TEST_F(Captures, OneFileANicAndNothingElse) {
  const auto result = run(short_pair(), {.pcap_directory = folder_.string()});
  ASSERT_TRUE(result);
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_regular_file()) names.push_back(fs::relative(entry, folder_).string());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"stop/client.eth0.pcap", "stop/lb1.eth0.pcap",
                                             "stop/lb2.eth0.pcap"}));
}

TEST_F(Captures, NamesDoNotLeadOutOfTheDirectory) {
  auto scenario = short_pair();
  scenario.case_name = "../../etc/x";
  ASSERT_TRUE(run(scenario, {.pcap_directory = folder_.string()}));
  EXPECT_TRUE(fs::exists(folder_ / "_.._.._etc_x" / "lb1.eth0.pcap"));
}

TEST_F(Captures, WhatCannotBeWrittenFailsWithItsName) {
  std::ofstream(folder_.string()) << "a file, no folder";
  const auto result = run(short_pair(), {.pcap_directory = (folder_ / "x").string()});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().find(folder_.string()), std::string::npos) << result.error();
}

TEST_F(Captures, TsharkReadsThemWithoutAComplaint) {
  if (!have_tshark()) GTEST_SKIP() << "tshark is not installed";
  const auto result = run(short_pair(), {.pcap_directory = folder_.string()});
  ASSERT_TRUE(result);
  for (const char* file : {"stop/client.eth0.pcap", "stop/lb1.eth0.pcap", "stop/lb2.eth0.pcap"}) {
    EXPECT_EQ(tshark(file,
                     "-Y '_ws.malformed || ip.checksum.status == 0 || "
                     "tcp.checksum.status == 0 || vrrp.checksum.status == 0'"),
              "")
        << file;
    // SYNs that nobody answers and an address that moves are what this case shows; nothing else
    // may be worth a warning.
    EXPECT_EQ(tshark(file,
                     "-Y '_ws.expert.severity >= 0x00600000 && !tcp.analysis.flags && "
                     "!arp.duplicate-address-frame'"),
              "")
        << file;
  }
  // The advert of priority 0, as it left and as it came.
  const auto resigned = "-Y 'vrrp.prio == 0' -T fields -e frame.time_epoch -e ip.ttl";
  EXPECT_EQ(tshark("stop/lb1.eth0.pcap", resigned), "10.000000000\t255\n");
  EXPECT_EQ(tshark("stop/lb2.eth0.pcap", resigned), "10.000100000\t255\n");
  // Times only grow.
  const auto deltas = tshark("stop/client.eth0.pcap", "-T fields -e frame.time_delta");
  EXPECT_EQ(deltas.find('-'), std::string::npos);
  EXPECT_GT(deltas.size(), 1000U);
}

TEST_F(Captures, TsharkReadsIpv6WithoutAComplaint) {
  if (!have_tshark()) GTEST_SKIP() << "tshark is not installed";
  auto scenario = pair6();
  scenario.case_name = "wide";
  scenario.duration = 12s;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  ASSERT_TRUE(run(scenario, {.pcap_directory = folder_.string()}));
  for (const char* file : {"wide/client.eth0.pcap", "wide/lb1.eth0.pcap", "wide/lb2.eth0.pcap"})
    EXPECT_EQ(
        tshark(file,
               "-Y '_ws.malformed || tcp.checksum.status == 0 || vrrp.checksum.status == 0 || "
               "icmpv6.checksum.status == 0 || "
               "(_ws.expert.severity >= 0x00600000 && !tcp.analysis.flags)'"),
        "")
        << file;
  // From the link-local address of lb1's MAC, 02:00:00:00:01:00, to the group and its MAC.
  EXPECT_EQ(tshark("wide/lb2.eth0.pcap",
                   "-Y 'vrrp.prio == 0' -T fields -e frame.time_epoch -e ipv6.hlim -e ipv6.src "
                   "-e ipv6.dst -e eth.dst -e vrrp.version"),
            "10.000100000\t255\tfe80::ff:fe00:100\tff02::12\t33:33:00:00:00:12\t3\n");
  // Unsolicited advertisements: override set, router and solicited clear.
  EXPECT_EQ(tshark("wide/client.eth0.pcap",
                   "-Y 'ipv6.dst == ff02::1 && frame.time_epoch > 10.5 && "
                   "icmpv6.nd.na.target_address == 2001:db8::100' -T fields "
                   "-e icmpv6.nd.na.flag.o -e icmpv6.nd.na.flag.r -e icmpv6.nd.na.flag.s")
                .substr(0, 6),
            "1\t0\t0\n");
}

}  // namespace
}  // namespace understudy::sim::test
