#include "sim/scenario/loader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

std::string read_source(const std::string& path) {
  std::ifstream stream(std::string(UNDERSTUDY_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << stream.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

std::string replaced(std::string text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  return text.replace(at, before.size(), after);
}

TEST(Loader, UnderstandsThePair) {
  const LoadResult result = load_pair(kPair);
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 1U);
  const Scenario& scenario = result.cases[0];
  EXPECT_EQ(scenario.name, "pair");
  EXPECT_EQ(scenario.case_name, "");
  EXPECT_EQ(scenario.seed, 0U);
  EXPECT_EQ(scenario.duration, 60s);
  ASSERT_EQ(scenario.segments.size(), 1U);
  EXPECT_EQ(scenario.segments[0].mac_aging, 300s);
  EXPECT_EQ(scenario.segments[0].link.delay, 50us);
  EXPECT_EQ(scenario.segments[0].link.jitter, 20us);
  ASSERT_EQ(scenario.hosts.size(), 3U);
  const Host& lb1 = scenario.hosts[0];
  EXPECT_EQ(lb1.name, "lb1");
  ASSERT_TRUE(lb1.config);
  EXPECT_EQ(lb1.config->instances.at(0).priority, 100);
  EXPECT_TRUE(lb1.daemon_started);
  EXPECT_EQ(to_string(lb1.nics.at(0).address), "192.168.56.130/24");
  EXPECT_EQ(lb1.services.at(0).ports, std::vector<std::uint16_t>{80});
  EXPECT_EQ(lb1.checks.at(0).runtime.lowest, 15ms);
  EXPECT_EQ(lb1.checks.at(0).runtime.highest, 40ms);
  EXPECT_EQ(lb1.checks.at(0).restarts, 0U);
  EXPECT_FALSE(scenario.hosts[2].config);
  const Probe& probe = scenario.probes.at(0);
  EXPECT_EQ(probe.from, 2U);
  EXPECT_EQ(probe.kind, ProbeKind::get);
  EXPECT_EQ(to_string(probe.target), "192.168.56.100");
  EXPECT_EQ(probe.port, 80);
  EXPECT_EQ(probe.every, 10ms);
  EXPECT_EQ(probe.timeout, 500ms);
  EXPECT_EQ(probe.start, 5s);
}

TEST(Loader, UnderstandsTheTimeline) {
  const LoadResult result = load_pair(kPair);
  ASSERT_EQ(result.cases.size(), 1U);
  const auto& timeline = result.cases[0].timeline;
  ASSERT_EQ(timeline.size(), 2U);
  EXPECT_EQ(timeline[0].id, "drop");
  EXPECT_EQ(timeline[0].at, 10s);
  EXPECT_EQ(timeline[0].lasts, 20s);
  EXPECT_EQ(timeline[0].text, "firewall lb1: OUTPUT -p vrrp -j DROP");
  const auto& firewall = std::get<FirewallFault>(timeline[0].verb);
  EXPECT_EQ(firewall.host, 0U);
  EXPECT_EQ(firewall.rule.chain, FirewallChain::output);
  EXPECT_EQ(firewall.rule.protocol, 112);
  EXPECT_TRUE(firewall.rule.drop);
  EXPECT_EQ(timeline[1].after, 0U);
  EXPECT_TRUE(timeline[1].after_end);
  EXPECT_EQ(timeline[1].at, 2s);
  EXPECT_EQ(timeline[1].text, "service lb1/nginx: break");
  EXPECT_EQ(std::get<ServiceFault>(timeline[1].verb).verb, ServiceVerb::break_);
}

TEST(Loader, UnderstandsExpectations) {
  const LoadResult result = load_pair(kPair);
  ASSERT_EQ(result.cases.size(), 1U);
  const auto& expectations = result.cases[0].expectations;
  ASSERT_EQ(expectations.size(), 3U);
  EXPECT_EQ(expectations[0].form, ExpectationForm::at);
  EXPECT_EQ(expectations[0].text, "at 9s: master(VI_1) == lb1");
  EXPECT_EQ(expectations[1].form, ExpectationForm::within);
  EXPECT_EQ(expectations[1].within, 3800ms);
  EXPECT_EQ(expectations[1].after->fault, 1U);
  EXPECT_EQ(expectations[1].text, "within 3.8s after dies: master(VI_1) == lb2");
  EXPECT_EQ(expectations[2].form, ExpectationForm::that);
}

TEST(Loader, ReadsEveryVerb) {
  const std::string faults = R"(timeline:
  - { id: drop, at: 1s, firewall: lb1, rule: "iptables -I INPUT 1 -p 112 -s 192.168.56.132 -d 224.0.0.0/4 -i eth0 -j ACCEPT" }
  - { id: dies, at: 1s, service: lb2/nginx, do: hang, for: 1s }
  - { at: 2s, service: lb2/nginx, do: start }
  - { at: 2s, service: lb2/nginx, do: stop }
  - { at: 3s, daemon: lb1, do: kill }
  - { at: 3s, daemon: lb1, do: start }
  - { at: 4s, host: lb1, do: power_off, for: 3s }
  - { at: 4s, host: client, do: reboot }
  - { at: 5s, pause: lb2, what: vm, for: 1s }
  - { at: 5s, nic: client.eth0, do: up }
  - { at: 6s, note: "half way, done" }
)";
  std::string text = kPair;
  const std::size_t from = text.find("timeline:"), to = text.find("expect:");
  text.replace(from, to - from, faults);
  const LoadResult result = load_pair(text);
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 1U);
  const auto& timeline = result.cases[0].timeline;
  ASSERT_EQ(timeline.size(), 11U);
  const FirewallRule& rule = std::get<FirewallFault>(timeline[0].verb).rule;
  EXPECT_EQ(rule.chain, FirewallChain::input);
  EXPECT_EQ(to_string(*rule.source), "192.168.56.132/32");
  EXPECT_EQ(to_string(*rule.destination), "224.0.0.0/4");
  EXPECT_EQ(rule.interface, "eth0");
  EXPECT_FALSE(rule.drop);
  EXPECT_EQ(std::get<ServiceFault>(timeline[1].verb).host, 1U);
  EXPECT_EQ(std::get<DaemonFault>(timeline[4].verb).verb, DaemonVerb::kill);
  EXPECT_EQ(std::get<HostFault>(timeline[7].verb).verb, HostVerb::reboot);
  EXPECT_EQ(std::get<HostFault>(timeline[7].verb).host, 2U);
  EXPECT_EQ(std::get<PauseFault>(timeline[8].verb).what, PauseWhat::vm);
  EXPECT_TRUE(std::get<NicFault>(timeline[9].verb).up);
  EXPECT_EQ(timeline[9].id, "#10");
  EXPECT_EQ(timeline[10].text, "half way, done");
}

TEST(Loader, UnderstandsBothFamilies) {
  const auto result = load_pair(
      replaced(replaced(kPair, "ip: 192.168.56.130/24",
                        "ip: 192.168.56.130/24, addresses: [\"2001:db8::130/64\", 10.0.0.1/8]"),
               "http://192.168.56.100/", "http://[2001:db8::100]:8080/x"));
  const Scenario& scenario = result.cases.at(0);
  const Nic& nic = scenario.hosts[0].nics.at(0);
  EXPECT_EQ(to_string(nic.address), "192.168.56.130/24");
  ASSERT_EQ(nic.more_addresses.size(), 2U);
  EXPECT_EQ(to_string(nic.more_addresses[0]), "2001:db8::130/64");
  EXPECT_EQ(to_string(scenario.probes.at(0).target), "2001:db8::100");
  EXPECT_EQ(scenario.probes.at(0).port, 8080);
}

TEST(Loader, ReadsFilesProcessesAndClocks) {
  auto config = pair_config("100");
  config =
      replaced(config, "    track_script {", "    track_file {\n drain\n }\n    track_script {");
  config.insert(0, "vrrp_track_file drain {\n  file \"/run/drain\"\n}\n");
  MemoryFiles files({{"dir/lb1.conf", config}, {"dir/lb2.conf", pair_config("90")}});
  const auto text =
      replaced(replaced(kPair, "    services:",
                        "    files: { /run/drain: -3 }\n    processes: { haproxy: 2 }\n"
                        "    clock: { offset: -1.5s }\n    services:"),
               "timeline:\n",
               "timeline:\n  - { at: 1s, file: lb1, path: /run/drain, value: 7 }\n"
               "  - { at: 2s, file: lb1, path: /run/drain, value: none }\n"
               "  - { at: 3s, process: lb1/haproxy, count: 0 }\n"
               "  - { at: 4s, clock: lb2, step: -5s }\n"
               "  - { at: 5s, firewall: lb1, rule: \"ip6tables OUTPUT -p vrrp -j DROP\" }\n"
               "  - { at: 6s, firewall: lb1, rule: \"OUTPUT -d 2001:db8::/32 -j DROP\" }\n");
  const auto result = load(text, "dir/pair.yaml", files);
  EXPECT_EQ(printed(result), "");
  const Scenario& scenario = result.cases.at(0);
  const Host& lb1 = scenario.hosts.at(0);
  EXPECT_EQ(lb1.files.at(0).path, "/run/drain");
  EXPECT_EQ(lb1.files.at(0).value, -3);
  EXPECT_EQ(lb1.processes.at(0).count, 2U);
  EXPECT_EQ(lb1.clock_offset, -1500ms);
  const auto& timeline = scenario.timeline;
  EXPECT_EQ(std::get<FileFault>(timeline.at(0).verb).value, 7);
  EXPECT_EQ(std::get<FileFault>(timeline.at(1).verb).value, std::nullopt);
  EXPECT_EQ(std::get<ProcessFault>(timeline.at(2).verb).name, "haproxy");
  EXPECT_EQ(std::get<ClockFault>(timeline.at(3).verb).step, -5s);
  EXPECT_EQ(std::get<FirewallFault>(timeline.at(4).verb).rule.family, Family::ipv6);
  EXPECT_EQ(std::get<FirewallFault>(timeline.at(5).verb).rule.family, Family::ipv6);
  EXPECT_EQ(timeline.at(0).text, "file lb1: /run/drain = 7");
}

TEST(Cases, ArePatchesOverTheBase) {
  const LoadResult result = load_pair(kPair + R"(cases:
  as-it-is:
  later:
    duration: 90s
    seed: 7
    hosts: { lb1: { daemon: { started: false, phase: 300ms, wakeup: 0..2ms, profile: rfc } } }
    timeline: [ { id: only, at: 80s, daemon: lb2, do: stop } ]
    expect: [ { that: "masters(VI_1) == 0" } ]
)");
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 2U);
  EXPECT_EQ(result.cases[0].case_name, "as-it-is");
  EXPECT_EQ(result.cases[0].timeline.size(), 2U);
  const Scenario& later = result.cases[1];
  EXPECT_EQ(later.case_name, "later");
  EXPECT_EQ(later.duration, 90s);
  EXPECT_EQ(later.seed, 7U);
  EXPECT_FALSE(later.hosts[0].daemon_started);
  EXPECT_EQ(later.hosts[0].phase, 300ms);
  EXPECT_EQ(later.hosts[0].wakeup.highest, 2ms);
  EXPECT_EQ(later.hosts[0].profile, Profile::rfc);
  EXPECT_EQ(later.hosts[1].profile, Profile::keepalived);
  EXPECT_EQ(later.hosts[0].nics.size(), 1U);  // maps merge
  EXPECT_EQ(later.timeline.size(), 1U);       // lists are replaced
  EXPECT_EQ(later.expectations.size(), 1U);
}

TEST(Cases, ReportTheirBaseOnce) {
  const LoadResult result =
      load_pair(replaced(kPair, "delay: 50us", "dely: 50us") + "cases: { a: {}, b: {}, c: {} }\n");
  EXPECT_EQ(result.diagnostics.size(), 1U) << printed(result);
  EXPECT_TRUE(result.cases.empty());
}

TEST(Invariants, JoinTheExpectationsOfACase) {
  const LoadResult result =
      load_pair(kPair +
                "invariants: [ { never: \"masters(VI_1) == 2\", longer_than: 4s } ]\n"
                "cases: { a: { expect: [] } }\n");
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 1U);
  ASSERT_EQ(result.cases[0].expectations.size(), 1U);
  EXPECT_EQ(result.cases[0].expectations[0].text, "never masters(VI_1) == 2 longer than 4s");
}

TEST(CoreSchema, OnAndNoAreStrings) {
  const LoadResult result = load_pair(
      replaced(replaced(kPair, "name: pair", "name: no"), "kind: switch", "igmp_snooping: off"));
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 1U);
  EXPECT_EQ(result.cases[0].name, "no");
}

TEST(InlineConfig, IsReadAndItsFindingsStandInTheScenario) {
  const std::string config = R"(config: |
      vrrp_instance VI_1 {
          interface eth0
          virtual_router_id 300
          virtual_ipaddress {
              192.168.56.100/24
          }
      })";
  const LoadResult result = load_pair(replaced(kPair, "config: lb2.conf", config));
  ASSERT_FALSE(result.diagnostics.empty());
  const Diagnostic& first = result.diagnostics[0];
  EXPECT_EQ(first.file, "dir/pair.yaml");
  EXPECT_EQ(first.position.line, 16U) << printed(result);
  EXPECT_EQ(first.source_line, "          virtual_router_id 300");
  EXPECT_EQ(first.position.column, 29U) << printed(result);
  EXPECT_TRUE(result.cases.empty());
  const LoadResult good = load_pair(replaced(replaced(kPair, "config: lb2.conf", config),
                                             "virtual_router_id 300", "virtual_router_id 51"));
  EXPECT_EQ(printed(good), "");
  ASSERT_EQ(good.cases.size(), 1U);
  EXPECT_EQ(good.cases[0].hosts[1].config->instances.at(0).vrid, 51);
}

TEST(Config, ErrorsInItFailTheLoad) {
  MemoryFiles files({{"dir/lb1.conf", pair_config("100")}, {"dir/lb2.conf", pair_config("256")}});
  const LoadResult result = load(kPair, "dir/pair.yaml", files);
  EXPECT_TRUE(result.cases.empty());
  ASSERT_FALSE(result.diagnostics.empty());
  EXPECT_EQ(result.diagnostics[0].file, "dir/lb2.conf");
  EXPECT_EQ(result.diagnostics[0].position.line, 8U);
  EXPECT_NE(printed(result).find("the configuration of host 'lb2' has errors"), std::string::npos);
}

TEST(Config, InterfaceMustBeANic) {
  const LoadResult result =
      load_pair(replaced(kPair, "nics: { eth0: { segment: lan, ip: 192.168.56.132",
                         "nics: { eth1: { segment: lan, ip: 192.168.56.132"));
  EXPECT_TRUE(result.cases.empty());
  ASSERT_EQ(result.diagnostics.size(), 2U) << printed(result);
  EXPECT_EQ(result.diagnostics[0].file, "dir/lb2.conf");
  EXPECT_EQ(result.diagnostics[0].position, (SourcePosition{6, 15}));
  EXPECT_EQ(result.diagnostics[0].source_line, "    interface eth0");
  EXPECT_NE(result.diagnostics[0].hint.find("eth1"), std::string::npos);
}

TEST(Config, AddressOutsideTheSubnetsGetsANote) {
  std::string config = replaced(pair_config("100"), "192.168.56.100/24", "192.168.188.100");
  MemoryFiles files({{"dir/lb1.conf", config}, {"dir/lb2.conf", pair_config("90")}});
  const LoadResult result = load(kPair, "dir/pair.yaml", files);
  EXPECT_EQ(result.cases.size(), 1U);
  ASSERT_EQ(result.diagnostics.size(), 1U) << printed(result);
  EXPECT_EQ(result.diagnostics[0].severity, Severity::note);
  EXPECT_EQ(result.diagnostics[0].file, "dir/lb1.conf");
  EXPECT_EQ(result.diagnostics[0].position.line, 10U);
}

TEST(Probe, OutOfReachGetsAWarning) {
  const LoadResult result =
      load_pair(replaced(kPair, "http://192.168.56.100/", "http://192.168.188.100:8080/status"));
  EXPECT_EQ(result.cases.size(), 1U);
  ASSERT_EQ(result.diagnostics.size(), 1U) << printed(result);
  EXPECT_EQ(result.diagnostics[0].severity, Severity::warning);
  EXPECT_EQ(result.cases[0].probes[0].port, 8080);
}

TEST(Findings, AreManyButNotEndless) {
  std::string text = kPair + "cases:\n";
  for (int i = 0; i < 400; ++i)
    text += "  c" + std::to_string(i) + ": { probess" + std::to_string(i) + ": {} }\n";
  const LoadResult result = load_pair(text);
  EXPECT_EQ(result.diagnostics.size(), 100U);
}

TEST(Text, WindowsLinesAndByteOrderMarkAreFine) {
  std::string text;
  for (const char c : kPair) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const LoadResult result = load_pair("\xef\xbb\xbf" + text);
  EXPECT_EQ(printed(result), "");
  EXPECT_EQ(result.cases.size(), 1U);
}

TEST(Text, PlacesInsideScalarsAreFound) {
  const LoadResult result =
      load_pair(replaced(kPair, "\"blackout(web) <= 3.8s\"",
                         "\"blackout(web) <=\\u00203.8s\n      and\n      mastr(VI_1) == lb1\""));
  ASSERT_EQ(result.diagnostics.size(), 1U) << printed(result);
  EXPECT_EQ(result.diagnostics[0].position, (SourcePosition{27, 7})) << printed(result);
  const LoadResult literal =
      load_pair(replaced(kPair, "{ that: \"blackout(web) <= 3.8s\" }",
                         "that: |\n      blackout(web) <= 3.8s and\n      mastr(VI_1) == lb1"));
  ASSERT_EQ(literal.diagnostics.size(), 1U) << printed(literal);
  EXPECT_EQ(literal.diagnostics[0].position, (SourcePosition{27, 7})) << printed(literal);
}

// ---- hostile input

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

struct Hostile {
  const char* name;
  std::string text;
  const char* message;
};

TEST(HostileText, IsRefusedWithASentence) {
  std::string deep_indent;
  for (int i = 0; i < 500; ++i)
    deep_indent += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  std::string many = "a:\n";
  for (int i = 0; i < 240'000; ++i) many += "- 1\n";
  const std::vector<Hostile> inputs{
      {"Empty", "", "the file holds no scenario"},
      {"Blank", "\n\n   \n", "the file holds no scenario"},
      {"OnlyComments", "# nothing\n", "the file holds no scenario"},
      {"Scalar", "hello", "must be a map"},
      {"List", "- a\n- b\n", "must be a map"},
      {"Nul", std::string("name: a\0b", 9), "control bytes"},
      {"Elf",
       "\x7f"
       "ELF\x02\x01",
       "control bytes"},
      {"Latin1", "name: caf\xe9\n", "not UTF-8"},
      {"Overlong", "name: \xc0\xaf\n", "not UTF-8"},
      {"Surrogate", "name: \xed\xa0\x80\n", "not UTF-8"},
      {"Utf16", "\xff\xfeu\0n\0", "not UTF-8"},
      {"Huge", std::string(10'000'000, 'x'), "too large"},
      {"DeepLists", "a: " + repeated("[\n", 50'000), "a key must be a plain name"},
      {"OneLongLine", std::string(100'000, '['), "a key must be a plain name"},
      {"DeepMaps", "a: " + repeated("{\na: ", 20'000), "nested deeper than 32 levels"},
      {"DeepDashes", repeated("- ", 10'000), "nested deeper"},
      {"DeepKeys", repeated("? ", 10'000), "a key must be a plain name"},
      {"DeepIndent", deep_indent, "nested deeper"},
      {"TooManyValues", many, "more than 200000 values"},
      {"ListAsKey", "[a, b]: c\n", "a key must be a plain name"},
      {"NullKey", ": c\n", "a key must be a plain name"},
      {"Truncated", "name: \"abc", "illegal"},
      {"Escape", "name: \"\\z\"", "escape"},
  };
  for (const Hostile& input : inputs) {
    const auto start = std::chrono::steady_clock::now();
    const LoadResult result = load_pair(input.text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 20s) << input.name;
    EXPECT_TRUE(result.cases.empty()) << input.name;
    EXPECT_TRUE(has_errors(result.diagnostics)) << input.name;
    EXPECT_LE(result.diagnostics.size(), 100U) << input.name;
    EXPECT_NE(printed(result).find(input.message), std::string::npos)
        << input.name << ": " << printed(result).substr(0, 2000);
  }
}

TEST(HostileText, PrefixesOfThePairAreJudged) {
  const std::string text = read_source("scenarios/nginx-pair.yaml");
  MemoryFiles files(
      {{"nginx-pair/lb1.conf", pair_config("100")}, {"nginx-pair/lb2.conf", pair_config("90")}});
  std::size_t whole = 0;
  for (std::size_t length = 0; length <= text.size(); length += 5) {
    const LoadResult result = load(text.substr(0, length), "nginx-pair.yaml", files);
    EXPECT_EQ(result.cases.empty(), has_errors(result.diagnostics))
        << "cases and errors at " << length;
    if (!result.cases.empty()) ++whole;
    for (const Diagnostic& diagnostic : result.diagnostics)
      EXPECT_LE(diagnostic.position.line,
                1U + static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')));
  }
  EXPECT_LT(whole, text.size() / 10);  // only cuts in the last case can be whole
  EXPECT_EQ(load(text, "nginx-pair.yaml", files).cases.size(), 4U);
}

TEST(HostileText, AnyByteOfThePairMayBeWrong) {
  for (std::size_t i = 0; i < kPair.size(); i += 7)
    for (const char c :
         {'\0', '{', ']', ':', '-', '"', '\'', '\t', '&', '*', '!', '\xff', '9', '\n'}) {
      std::string text = kPair;
      text[i] = c;
      const LoadResult result = load_pair(text);
      EXPECT_EQ(result.cases.empty(), has_errors(result.diagnostics)) << i << " " << c;
    }
}

TEST(Files, AreRefusedWithTheirName) {
  const LoadResult missing = load_file("/nonexistent/pair.yaml");
  EXPECT_EQ(printed(missing),
            "/nonexistent/pair.yaml: error: cannot read the scenario: no such file\n");
  const LoadResult folder = load_file("/");
  EXPECT_EQ(printed(folder), "/: error: cannot read the scenario: it is a directory\n");
  const LoadResult endless = load_file("/dev/zero");
  EXPECT_NE(printed(endless).find("too large"), std::string::npos) << printed(endless);
  const LoadResult none = load_file("/dev/null");
  EXPECT_NE(printed(none).find("the file holds no scenario"), std::string::npos) << printed(none);
}

}  // namespace
}  // namespace understudy::sim
