// Includes, parameters, draws, sweeps; and that a scenario which was written loads back.
#include <gtest/gtest.h>

#include "sim/draws.h"
#include "sim/scenario/expression_parser.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/write_scenario.h"
#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

MemoryFiles files_with(std::map<std::string, std::string> more) {
  more["dir/lb1.conf"] = pair_config("100");
  more["dir/lb2.conf"] = pair_config("90");
  return MemoryFiles(std::move(more));
}

std::string pair_with(const std::string& before, const std::string& after) {
  std::string text = kPair;
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  return text.replace(at, before.size(), after);
}

Scenario load_good(const std::string& text, MemoryFiles files, const LoadOptions& options = {}) {
  const LoadResult result = load(text, "dir/pair.yaml", files, options);
  EXPECT_EQ(printed(result), "");
  return result.cases.empty() ? Scenario{} : result.cases.front();
}

// ---- includes

TEST(Include, LaterWinsAndDiagnosticsNameTheirFile) {
  const std::string base = kPair.substr(kPair.find("segments:"));
  const Scenario scenario = load_good(
      "understudy: 1\nname: top\ninclude: [base.yaml, sub/more.yaml]\nduration: 50s\n"
      "segments: { lan: { mac_aging: 7s } }\n",
      files_with({{"dir/base.yaml", base}, {"dir/sub/more.yaml", "seed: 5\nduration: 40s\n"}}));
  EXPECT_EQ(scenario.duration, 50s);
  EXPECT_EQ(scenario.seed, 5U);
  EXPECT_EQ(scenario.segments.at(0).mac_aging, 7s);
  EXPECT_EQ(scenario.segments.at(0).link.delay, 50us);
  EXPECT_EQ(scenario.expectations.size(), 3U);

  MemoryFiles files = files_with({{"dir/base.yaml", "segments:\n  lan: { kind: swich }\n"}});
  const LoadResult bad = load(pair_with("duration: 60s", "duration: 60s\ninclude: base.yaml\n"),
                              "dir/pair.yaml", files);
  EXPECT_TRUE(bad.cases.empty() == has_errors(bad.diagnostics));
  MemoryFiles wrong = files_with({{"dir/base.yaml", "probes:\n  x: { from: clent }\n"}});
  const LoadResult elsewhere = load(
      pair_with("duration: 60s", "duration: 60s\ninclude: base.yaml\n"), "dir/pair.yaml", wrong);
  ASSERT_FALSE(elsewhere.diagnostics.empty());
  EXPECT_EQ(elsewhere.diagnostics.front().file, "dir/base.yaml");
  EXPECT_EQ(elsewhere.diagnostics.front().position.line, 2U);
}

TEST(Include, PathsAreRelativeToTheFileThatNamesThem) {
  const std::string host = "hosts:\n  lb1: { config: own.conf }\n";
  std::string text = pair_with("    config: lb1.conf\n", "");
  text += "include: sub/hosts.yaml\n";
  const Scenario with = load_good(
      text, files_with({{"dir/sub/hosts.yaml", host}, {"dir/sub/own.conf", pair_config("70")}}));
  ASSERT_TRUE(with.hosts.at(0).config || with.hosts.at(0).name != "lb1");
  for (const Host& one : with.hosts) {
    if (one.name == "lb1") {
      EXPECT_EQ(one.config_path, "sub/own.conf");
    }
  }
}

TEST(Include, CirclesAndDepthAreRefused) {
  std::map<std::string, std::string> chain{{"dir/a.yaml", "include: b.yaml\n"},
                                           {"dir/b.yaml", "include: a.yaml\n"}};
  for (int i = 0; i < 30; ++i)
    chain["dir/d" + std::to_string(i) + ".yaml"] = "include: d" + std::to_string(i + 1) + ".yaml\n";
  MemoryFiles files = files_with(chain);
  const LoadResult circle = load("include: a.yaml\n" + kPair, "dir/pair.yaml", files);
  EXPECT_NE(printed(circle).find("dir/a.yaml -> dir/b.yaml -> dir/a.yaml"), std::string::npos)
      << printed(circle);
  const LoadResult deep = load("include: d0.yaml\n" + kPair, "dir/pair.yaml", files);
  EXPECT_NE(printed(deep).find("levels deep"), std::string::npos) << printed(deep);
}

// ---- parameters

TEST(Params, StandForTheirValues) {
  const std::string text = kPair + "params: { wait: 3.8s, host: lb2, count: 7 }\n";
  std::string used = text;
  used.replace(used.find("within: 3.8s"), 12, "within: \"${wait}\"");
  used.replace(used.find("== lb2"), 6, "== ${host}");
  used += "seed: ${count}\nabout: a $${wait} b\n";
  const Scenario own = load_good(used, files_with({}));
  EXPECT_EQ(own.expectations.at(1).within, 3800ms);
  EXPECT_EQ(own.seed, 7U);
  EXPECT_EQ(own.about, "a ${wait} b");
  const Scenario other = load_good(used, files_with({}), {{{"wait", "5s"}}});
  EXPECT_EQ(other.expectations.at(1).within, 5s);
  EXPECT_EQ(other.params.at(0), (std::pair<std::string, std::string>{"wait", "5s"}));
  MemoryFiles files = files_with({});
  const LoadResult bad = load(used, "dir/pair.yaml", files, {{{"wiat", "5s"}}});
  EXPECT_NE(printed(bad).find("did you mean 'wait'?"), std::string::npos) << printed(bad);
}

// ---- draws

TEST(Draws, OfMomentsPhasesAndClocks) {
  std::string text = pair_with("at: 10s", "at: \"10s + uniform(0s, 1s)\"");
  text +=
      "randomize: { phase: { lb2: \"uniform(0s, 1s)\" }, clock: { lb1: \"normal(0ppm, 20ppm)\" } "
      "}\n";
  Scenario scenario = load_good(text, files_with({}));
  ASSERT_EQ(scenario.draws.size(), 3U);
  EXPECT_EQ(scenario.draws.at(0).base, Duration{10s}.count());
  EXPECT_EQ(scenario.draws.at(1).stream, "phase/lb2");
  EXPECT_EQ(scenario.draws.at(2).second, 20'000);
  scenario.seed = 3;
  apply_draws(scenario);
  EXPECT_GE(scenario.timeline.at(0).at, 10s);
  EXPECT_LE(scenario.timeline.at(0).at, 11s);
  EXPECT_NE(scenario.timeline.at(0).at, Duration{10s});
}

// ---- sweeps

TEST(Sweep, HasAGridSeedsMeasuresAndVerdicts) {
  std::string text = kPair;
  text +=
      "params: { loss: 5% }\n"
      "links: { \"lb1.eth0 -> lan\": { loss: \"${loss}\" } }\n"
      "sweep: { grid: { loss: [0%, 5%] }, seeds: 1..1000 }\n"
      "measure: { outage: \"blackout(web, from=dies)\", flips: flaps(VI_1) }\n"
      "verdict:\n"
      "  - { where: { loss: 5% }, quantile: 0.99, of: outage, at_most: 4.5s, confidence: 0.95 }\n"
      "  - { probability: \"flips > 0 and outage < 1s\", at_most: 2% }\n";
  const Scenario scenario = load_good(text, files_with({}));
  ASSERT_TRUE(scenario.sweep);
  EXPECT_EQ(scenario.sweep->grid.at(0).values, (std::vector<std::string>{"0%", "5%"}));
  EXPECT_EQ(scenario.sweep->last_seed, 1000U);
  EXPECT_EQ(scenario.hosts.at(0).nics.at(0).to_segment->loss, Share{50'000'000});
  EXPECT_FALSE(scenario.hosts.at(0).nics.at(0).from_segment);
  ASSERT_EQ(scenario.sweep_verdicts.size(), 2U);
  EXPECT_EQ(scenario.sweep_verdicts.at(0).at_most, 4.5e9);
  EXPECT_EQ(scenario.sweep_verdicts.at(1).at_most, 0.02);
  EXPECT_TRUE(scenario.sweep_verdicts.at(1).condition);
}

// ---- written scenarios

/// What was written loads, and is written the same again.
void expect_round_trip(const Scenario& scenario, MemoryFiles& files, const WriteOptions& options) {
  const std::string text = write_scenario(scenario, options);
  const LoadResult again = load(text, "dir/pair.yaml", files);
  ASSERT_FALSE(has_errors(again.diagnostics)) << printed(again) << text;
  ASSERT_EQ(again.cases.size(), 1U) << text;
  const Scenario& back = again.cases.front();
  EXPECT_EQ(write_scenario(back, options), text);
  ASSERT_EQ(back.timeline.size(), scenario.timeline.size());
  for (std::size_t i = 0; i < back.timeline.size(); ++i) {
    EXPECT_EQ(back.timeline[i].verb.index(), scenario.timeline[i].verb.index());
    EXPECT_EQ(event_time(back, {i, true, {}}), event_time(scenario, {i, true, {}}));
  }
  ASSERT_EQ(back.hosts.size(), scenario.hosts.size());
  for (std::size_t i = 0; i < back.hosts.size(); ++i) {
    EXPECT_EQ(back.hosts[i].config_text, scenario.hosts[i].config_text);
    EXPECT_EQ(back.hosts[i].firewall, scenario.hosts[i].firewall);
  }
  EXPECT_EQ(back.expectations.size(), scenario.expectations.size());
}

const std::string kEverything = R"yaml(understudy: 1
name: "everything: \"quoted\" # no comment"
about: |
  Two lines,
  and ${owner}.
params: { owner: mine }
duration: 60s
segments:
  lan:
    { kind: switch, igmp_snooping: on, stp: 3s, link: { delay: 50us, jitter: 20us, loss: 0.5%,
      loss_burst: 2.5, loss_mask: "0101", duplicate: 1%, reorder: 2%, reorder_delay: 3ms,
      corrupt: 0.1%, rate: 100Mbit, queue: 50, match: [vrrp, arp] } }
  far: { kind: hub }
links:
  "lb1.eth0 -> lan": { loss: 30% }
  "lan <-> lb2.eth0": { delay: 1ms }
hosts:
  lb1:
    config: lb1.conf
    daemon: { wakeup: 0..2ms, phase: 100ms, restart_after: 5s }
    nics:
      eth0: { segment: lan, ip: 192.168.56.130/24, mac: 02:00:00:00:00:99 }
      eth1: { segment: far, addresses: [10.0.0.1/24, "2001:db8::1/64"] }
    services: { nginx: { listen: [80, 443] } }
    checks: { chk_nginx: { runtime: 15ms..40ms, passes_when: "service(lb1, nginx) == up",
              hangs_when: "service(lb1, nginx) == hung", prints_instead: true } }
    files: { /run/drain: 3 }
    processes: { haproxy: 2 }
    clock: { drift: -20ppm, offset: -2s }
    boot: { interfaces: 2s, addresses: 5s, services: 6s, daemon: 7s }
    firewall: [ "INPUT -s 192.168.56.132 -p vrrp -j DROP" ]
  lb2:
    config: lb2.conf
    nics: { eth0: { segment: lan, ip: 192.168.56.132/24 } }
    services: { nginx: { listen: [80] } }
  client:
    nics: { eth0: { segment: lan, ip: 192.168.56.10/24 } }
    stack: cisco
    ignores_garp: true
probes:
  web: { from: client, get: "http://192.168.56.100/", every: 10ms, timeout: 500ms, start: 5s }
  ssh: { from: client, tcp: "192.168.56.100:22", every: 1s }
  echo: { from: client, ping: 192.168.56.100, every: 1s }
timeline:
  - { id: a, at: "1s + uniform(0s, 1s)", service: lb1/nginx, do: stop, for: 1s }
  - { id: b, after: a.end + 1s, daemon: lb1, do: reload, config: lb2.conf }
  - { after: "b + 1s + normal(1s, 10ms)", daemon: lb2, do: restart }
  - { at: 4s, host: lb1, do: reboot }
  - { at: 5s, pause: lb1, what: vm, clocks: stand, for: 1s }
  - { at: 5s, pause: lb1.eth1, what: nic, for: 1s }
  - { at: 5s, pause: lb2, what: daemon, for: 1s }
  - { at: 6s, nic: lb1.eth0, do: flap }
  - { at: 6s, nic: lb1.eth1, do: down }
  - { at: 7s, link: "lb1.eth0 -> lan", set: { loss: 30%, match: vrrp, loss_mask: "111" }, for: 2s }
  - { at: 7s, link: "lan <-> lb2.eth0", set: { rate: 56kbit } }
  - { at: 8s, partition: { from: [lb1, client], to: lb2, both_ways: false, match: vrrp }, for: 1s }
  - { at: 9s, firewall: lb1, rule: "OUTPUT -p vrrp -j DROP", for: 1s, every: 5s, until: 30s }
  - { at: 9s, process: lb1/haproxy, count: 0 }
  - { at: 9s, clock: lb1, drift: 200ppm, step: -5s }
  - { at: 9s, arp: client, do: flush }
  - { at: 9s, arp: client, do: pin, for: 1s }
  - { at: 9s, switch: lan, do: querier_lost, for: 1s }
  - { at: 9s, switch: lan, do: reboot }
  - { at: 9s, inject: { from: lb1.eth0, advert: { vrid: 51, priority: 255 } } }
  - { at: 9s, inject: { from: lb1.eth0, hex: "ffffffffffff 02:00:00:00:00:01 0806 0001" } }
  - { at: 9s, note: "a note, with ${owner} and $${owner}" }
expect:
  - { at: a + 1s, that: "master(VI_1) == lb1" }
  - { within: 3.8s, after: b - 1s, stays: 1s, that: "master(VI_1) == lb2" }
  - { always: "masters(VI_1) <= 1", from: a, before: b, longer_than: 10ms }
  - { never: "masters(VI_1) == 2", during: a }
  - { eventually: "masters(VI_1) == 1", after: a.end }
  - { sometimes: "adverts(lb1, priority == 0) > 0" }
  - { count: "flaps(VI_1)", at_least: 0, at_most: 9 }
  - { that: "blackout(web, from=a, to=b) <= 3.8s" }
waive: { one_master: "why: because" }
oracles_from: 40s
randomize:
  phase: { lb1: "uniform(0s, 1s)" }
  clock: { lb2: { drift: "normal(0ppm, 20ppm)", offset: "uniform(-1s, 1s)" } }
measure: { outage: "blackout(web)", flips: "flaps(VI_1)", two: "masters(VI_1) == 2" }
sweep: { grid: { owner: [mine, yours] }, seeds: 1..20 }
verdict:
  - { where: { owner: mine }, quantile: 99.9%, of: outage, at_most: 4.5s }
  - { quantile: 0.5, of: flips, at_most: 3, at_least: 1, confidence: 0.99 }
  - { probability: "two or outage > 1s", at_most: 2% }
)yaml";

TEST(Written, EveryKeyLoadsBack) {
  MemoryFiles files = files_with({});
  const LoadResult loaded = load(kEverything, "dir/pair.yaml", files);
  ASSERT_FALSE(has_errors(loaded.diagnostics)) << printed(loaded);
  ASSERT_EQ(loaded.cases.size(), 1U);
  expect_round_trip(loaded.cases.front(), files, {false});
  expect_round_trip(loaded.cases.front(), files, {true});
}

TEST(Written, ThePairLoadsBack) {
  MemoryFiles files = files_with({});
  const LoadResult loaded = load(kPair, "dir/pair.yaml", files);
  ASSERT_EQ(loaded.cases.size(), 1U);
  expect_round_trip(loaded.cases.front(), files, {});
}

TEST(HostileText, EverythingCutAtEveryByte) {
  MemoryFiles files = files_with({});
  for (std::size_t length = 0; length <= kEverything.size(); length += 3) {
    const LoadResult result = load(kEverything.substr(0, length), "dir/pair.yaml", files);
    EXPECT_EQ(result.cases.empty(), has_errors(result.diagnostics)) << length;
  }
}

}  // namespace
}  // namespace understudy::sim
