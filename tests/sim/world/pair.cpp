#include "tests/sim/world/pair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/config/parser.h"
#include "sim/oracles.h"
#include "sim/scenario/expression_parser.h"

namespace understudy::sim::test {
namespace {

Expression condition(const Scenario& scenario, std::string_view text) {
  auto parsed = parse_condition(text, scenario);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Expression{});
}

Host machine(std::string name, std::uint32_t last_byte) {
  Host host;
  host.name = std::move(name);
  Nic nic;
  nic.name = "eth0";
  nic.address.address = Ipv4Address{0xc0a83800 + last_byte};
  nic.address.prefix_length = 24;
  host.nics.push_back(nic);
  return host;
}

}  // namespace

std::string instance_text(int priority, std::string_view extra) {
  return "vrrp_instance VI_1 {\n  state BACKUP\n  interface eth0\n  virtual_router_id 51\n"
         "  priority " +
         std::to_string(priority) +
         "\n  advert_int 1\n  authentication { \n auth_type PASS\n auth_pass rehearse\n }\n"
         "  virtual_ipaddress {\n    192.168.56.100\n  }\n" +
         std::string(extra) + "}\n";
}

config::Config parse_config(const std::string& text) {
  auto parsed = config::parse(text, "test.conf");
  for (const auto& diagnostic : parsed.diagnostics)
    EXPECT_NE(diagnostic.severity, Severity::error) << format(diagnostic);
  return parsed.config;
}

std::string instance6_text(int priority, std::string_view extra) {
  return "vrrp_instance VI_6 {\n  interface eth0\n  version 3\n  virtual_router_id 51\n  "
         "priority " +
         std::to_string(priority) +
         "\n  advert_int 1\n  virtual_ipaddress {\n    fe80::100\n    2001:db8::100\n  }\n" +
         std::string(extra) + "}\n";
}

Host dual_stack_machine(std::string name, unsigned last) {
  auto host = machine(std::move(name), last);
  InterfaceAddress wide;
  wide.address = *parse_ip_address("2001:db8::" + std::to_string(last));
  wide.prefix_length = 64;
  host.nics[0].more_addresses.push_back(wide);
  return host;
}

Scenario dual_stack_pair(const std::string& lb1, const std::string& lb2, std::string_view target) {
  auto scenario = pair();
  const auto probe = scenario.probes[0];
  scenario.hosts.clear();
  for (const auto& [name, last, text] :
       {std::tuple{"lb1", 130U, &lb1}, std::tuple{"lb2", 132U, &lb2}}) {
    auto host = dual_stack_machine(name, last);
    host.config = parse_config(*text);
    host.services.push_back({"nginx", {80}});
    scenario.hosts.push_back(std::move(host));
  }
  scenario.hosts.push_back(dual_stack_machine("client", 10));
  scenario.probes[0].target = *parse_ip_address(target);
  return scenario;
}

Scenario pair6() {
  return dual_stack_pair(instance6_text(100), instance6_text(90), "2001:db8::100");
}

Scenario pair() {
  Scenario scenario;
  scenario.name = "pair";
  scenario.duration = 60s;
  Segment lan;
  lan.name = "lan";
  lan.link.delay = 50us;
  scenario.segments.push_back(lan);
  for (const auto& [name, last_byte, priority] :
       {std::tuple{"lb1", 130U, 100}, std::tuple{"lb2", 132U, 90}}) {
    auto host = machine(name, last_byte);
    host.config = parse_config(instance_text(priority));
    host.services.push_back({"nginx", {80}});
    scenario.hosts.push_back(std::move(host));
  }
  scenario.hosts.push_back(machine("client", 10));
  Probe web;
  web.name = "web";
  web.from = kClient;
  web.target = Ipv4Address{0xc0a83864};
  web.start = 5s;
  scenario.probes.push_back(web);
  return scenario;
}

Scenario pair_with_checks(Duration runtime) {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2}) {
    const int priority = host == kLb1 ? 100 : 90;
    scenario.hosts[host].config = parse_config(
        "vrrp_script chk_nginx {\n  script \"/usr/local/sbin/check_ng.sh\"\n"
        "  interval 3\n}\n" +
        instance_text(priority, "  track_script {\n    chk_nginx\n  }\n"));
    Check check;
    check.script = "chk_nginx";
    check.runtime = {runtime, runtime};
    check.restarts = 0;
    check.stops_daemon_when =
        condition(scenario, "service(" + scenario.hosts[host].name + ", nginx) != up");
    scenario.hosts[host].checks.push_back(check);
  }
  return scenario;
}

std::size_t add_fault(Scenario& scenario, Duration time, Verb verb, std::optional<Duration> lasts) {
  Fault fault;
  fault.id = "fault" + std::to_string(scenario.timeline.size());
  fault.text = fault.id;
  fault.at = time;
  fault.lasts = lasts;
  fault.verb = std::move(verb);
  scenario.timeline.push_back(std::move(fault));
  return scenario.timeline.size() - 1;
}

void add_expectation(Scenario& scenario, ExpectationForm form, Duration time,
                     std::string_view text) {
  Expectation expectation;
  expectation.form = form;
  expectation.text = text;
  expectation.at = time;
  expectation.condition = condition(scenario, text);
  scenario.expectations.push_back(std::move(expectation));
}

void expect_at(Scenario& scenario, Duration time, std::string_view text) {
  add_expectation(scenario, ExpectationForm::at, time, text);
}

void waive(Scenario& scenario, std::string oracle) {
  scenario.waivers.push_back({std::move(oracle), "the test is about it"});
}

RunResult play(const Scenario& scenario, const RunOptions& options) {
  const auto result = run(scenario, options);
  if (!result) {
    ADD_FAILURE() << result.error();
    return {};
  }
  const auto again = run(scenario, options);
  EXPECT_TRUE(again && again->digest == result->digest) << "a second run differs";
  return *result;
}

Instant entered(const RunResult& result, std::size_t host, State state, Duration from) {
  for (const auto& transition : result.transitions)
    if (transition.host == host && transition.to == state && transition.at >= Instant{from})
      return transition.at;
  return Instant::max();
}

const OracleResult& oracle(const RunResult& result, std::string_view name) {
  static const OracleResult missing{};
  const auto found = std::find_if(result.oracles.begin(), result.oracles.end(),
                                  [&](const OracleResult& one) { return one.name == name; });
  return found == result.oracles.end() ? missing : *found;
}

void expect_all_pass(const RunResult& result) {
  for (const auto& one : result.expectations)
    EXPECT_EQ(one.verdict, Verdict::pass) << one.text << ": " << one.detail;
}

bool all_oracles_pass(const RunResult& result) {
  bool pass = result.oracles.size() == kOracleCount;
  for (const auto& one : result.oracles) {
    EXPECT_EQ(one.verdict, Verdict::pass) << one.name << ": " << one.detail;
    pass = pass && one.verdict == Verdict::pass;
  }
  return pass;
}

}  // namespace understudy::sim::test
