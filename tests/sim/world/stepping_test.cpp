// A run in steps is the run in one go, and a deed is a fault of the timeline.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "sim/lab.h"
#include "sim/report/json_report.h"
#include "sim/scenario/expression_parser.h"
#include "sim/scenario/load_deed.h"
#include "sim/scenario/load_text.h"
#include "sim/scenario/write_scenario.h"
#include "sim/world.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

std::unique_ptr<Lab> lab_of(const Scenario& scenario, const RunOptions& options = {}) {
  auto lab = Lab::begin(scenario, options);
  EXPECT_TRUE(lab.has_value()) << (lab ? "" : lab.error());
  return lab ? std::move(*lab) : nullptr;
}

void go_to(Lab& lab, Duration time) {
  const auto arrived = lab.run_until(Instant{time});
  ASSERT_TRUE(arrived.has_value()) << arrived.error();
  EXPECT_TRUE(*arrived);
  EXPECT_EQ(lab.now(), Instant{time});
}

RunResult finish(Lab& lab) {
  const auto result = lab.finish();
  EXPECT_TRUE(result.has_value() && result->has_value());
  return result && *result ? **result : RunResult{};
}

Fault fault_of(Verb verb, std::optional<Duration> lasts = std::nullopt) {
  Fault fault;
  fault.id = fault.text = "deed";
  fault.verb = std::move(verb);
  fault.lasts = lasts;
  return fault;
}

std::size_t act(Lab& lab, Fault fault) {
  const auto index = lab.act(std::move(fault));
  EXPECT_TRUE(index.has_value()) << (index ? "" : index.error());
  return index.value_or(0);
}

/// The document that `sim --json` prints.
std::string document(const RunResult& result) { return json_report({result}, false); }

RunResult in_one_go(const Scenario& scenario) {
  const auto result = run(scenario, {});
  EXPECT_TRUE(result.has_value());
  return result.value_or(RunResult{});
}

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(UNDERSTUDY_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().stem().string());
  std::sort(files.begin(), files.end());
  return files;
}

// ---- steps

class Stepping : public testing::TestWithParam<std::string> {};

TEST_P(Stepping, InAnyNumberOfPiecesIsTheRunInOneGo) {
  const auto loaded = load_file(UNDERSTUDY_SOURCE_DIR "/scenarios/" + GetParam() + ".yaml");
  ASSERT_FALSE(loaded.cases.empty());
  for (const auto& scenario : loaded.cases) {
    const auto whole = document(in_one_go(scenario));
    // One of each file in thousand pieces: each costs a little.
    const bool first = &scenario == &loaded.cases.front();
    for (const int pieces : first ? std::vector{1, 7, 1000} : std::vector{7}) {
      const auto lab = lab_of(scenario);
      for (int i = 1; i <= pieces; ++i) go_to(*lab, scenario.duration * i / pieces);
      EXPECT_EQ(document(finish(*lab)), whole) << scenario.case_name << ", " << pieces;
    }
  }
}

std::string name_of_file(const testing::TestParamInfo<std::string>& file) {
  auto name = file.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Stepping, testing::ValuesIn(scenario_files()), name_of_file);

TEST(Lab, PausesWhereItIsAskedTo) {
  auto scenario = pair_with_checks();
  const auto whole = in_one_go(scenario);
  RunOptions options;
  int looks = 0;
  options.goes_on = [&] { return ++looks % 2 == 0; };  // no, yes, no, ...
  const auto lab = lab_of(scenario, options);
  std::optional<RunResult> result;
  int pauses = -1;
  for (auto last = lab->now(); !result; ++pauses) {
    const auto finished = lab->finish();
    ASSERT_TRUE(finished.has_value());
    result = *finished;
    EXPECT_TRUE(result || lab->now() > last);
    last = lab->now();
  }
  EXPECT_GT(pauses, 2);
  EXPECT_EQ(document(*result), document(whole));
}

TEST(Lab, NothingOfAnInstantHasHappenedWhenItIsReached) {
  auto scenario = pair();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  const auto lab = lab_of(scenario);
  go_to(*lab, 10s);
  EXPECT_EQ(lab->world().service(kLb1, 0), ServiceStatus::up);
  go_to(*lab, 10s + 1ns);
  EXPECT_EQ(lab->world().service(kLb1, 0), ServiceStatus::down);
}

TEST(Lab, TellsWhatIsSo) {
  const auto lab = lab_of(pair());
  const auto vip = Ipv4Address{0xc0a83864};
  EXPECT_EQ(lab->world().state(kLb1, "VI_1"), std::nullopt);  // nothing has happened yet
  go_to(*lab, 10s);
  EXPECT_EQ(lab->world().state(kLb1, "VI_1"), State::master);
  EXPECT_EQ(lab->world().state(kLb2, "VI_1"), State::backup);
  EXPECT_TRUE(lab->world().holds(kLb1, vip));
  EXPECT_FALSE(lab->world().holds(kLb2, vip));
  EXPECT_EQ(lab->world().reached(kClient, vip), kLb1);
  EXPECT_EQ(lab->world().reached(kClient, Ipv4Address{0xc0a838fe}), std::nullopt);
  EXPECT_EQ(lab->world().priority(kLb2, "VI_1"), 90);
}

// ---- deeds

/// Every verb once, with moments at which other things happen, too: probes, adverts, a deadline.
std::vector<std::pair<Duration, Fault>> deeds() {
  LinkPatch lossy;
  lossy.loss = Share{300'000'000};
  FirewallRule drop;
  drop.protocol = std::uint8_t{112};
  return {
      {7s, fault_of(ServiceFault{kLb1, 0, ServiceVerb::stop}, 4s)},
      {7s, fault_of(NoteFault{"the same instant"})},
      {7648437500ns, fault_of(FirewallFault{kLb1, drop}, 5s)},
      {14s, fault_of(LinkFault{kLb1, 0, true, true, lossy}, 6s)},
      {20s, fault_of(DaemonFault{kLb1, DaemonVerb::kill})},
      {22s, fault_of(DaemonFault{kLb1, DaemonVerb::start})},
      {25s, fault_of(PauseFault{kLb2, PauseWhat::vm}, 3s)},
      {28s, fault_of(NicFault{kLb1, 0, false}, 1s)},  // as the pause ends
      {31s, fault_of(PartitionFault{{kLb1}, {kLb2}}, 4s)},
      {36s, fault_of(HostFault{kLb1, HostVerb::power_off}, 4s)},
      {41s, fault_of(ClockFault{kLb2, -5s, 200'000}, 4s)},
      {46s, fault_of(ArpFault{kClient, ArpVerb::flush})},
      {47s, fault_of(SwitchFault{0, SwitchVerb::reboot}, 2s)},
      {50s, fault_of(ProcessFault{kLb2, "haproxy", 2})},
      {51s, fault_of(InjectFault{kLb2,
                                 0,
                                 {{0s, std::vector<std::uint8_t>(60, 0xff)},
                                  {1s, std::vector<std::uint8_t>(64, 0xff)}}})},
      {52s, fault_of(InjectFault{kLb1, 0, {{0s, std::vector<std::uint8_t>(60, 0xff)}}})},
      {60s, fault_of(HostFault{kLb1, HostVerb::reboot})},
  };
}

TEST(Lab, ADeedIsAFaultOfTheTimeline) {
  auto scenario = pair_with_checks();
  add_fault(scenario, 7s, NoteFault{"one of its own at the same instant"}, std::nullopt);
  add_expectation(scenario, ExpectationForm::at, 7s, "service(lb1, nginx) == down");
  const auto lab = lab_of(scenario);
  auto planned = scenario;
  for (auto [time, fault] : deeds()) {
    go_to(*lab, time);
    act(*lab, fault);
    fault.at = time;
    planned.timeline.push_back(std::move(fault));
  }
  const auto result = finish(*lab);
  const auto whole = in_one_go(planned);
  EXPECT_EQ(document(result), document(whole));
  EXPECT_EQ(result.expectations[0].verdict, Verdict::pass);
  ASSERT_EQ(result.timeline.size(), whole.timeline.size());
  for (std::size_t i = 0; i < whole.timeline.size(); ++i)
    EXPECT_EQ(result.timeline[i].text, whole.timeline[i].text);
  EXPECT_EQ(in_one_go(lab->scenario()).digest, whole.digest);
}

TEST(Lab, ADeedThatEndsIsAFaultWithFor) {
  // Two that begin together end in the other order, at an instant at which something new begins.
  auto scenario = pair_with_checks();
  const auto lab = lab_of(scenario);
  go_to(*lab, 10s);
  const auto paused = act(*lab, fault_of(PauseFault{kLb1, PauseWhat::vm}));
  const auto cut = act(*lab, fault_of(NicFault{kLb2, 0, false}));
  go_to(*lab, 16s);
  ASSERT_TRUE(lab->can_end(cut));
  ASSERT_TRUE(lab->end(cut).has_value());
  ASSERT_TRUE(lab->end(paused).has_value());
  act(*lab, fault_of(ServiceFault{kLb1, 0, ServiceVerb::stop}, 2s));
  EXPECT_FALSE(lab->can_end(cut));

  EXPECT_EQ(lab->scenario().timeline[cut].lasts, 6s);
  EXPECT_EQ(lab->scenario().timeline[paused].lasts, 6s + 1ns);  // its place at 16 s had gone by
  EXPECT_EQ(lab->scenario().timeline[2].at, 16s + 2ns);
  auto recorded = lab->scenario();
  EXPECT_EQ(document(finish(*lab)), document(in_one_go(recorded)));
}

TEST(Lab, WhatIsOverAtOnceHasNoEnd) {
  const auto lab = lab_of(pair());
  EXPECT_FALSE(lab->can_end(act(*lab, fault_of(ArpFault{kClient, ArpVerb::flush}))));
  EXPECT_FALSE(lab->can_end(act(*lab, fault_of(SwitchFault{0, SwitchVerb::reboot}))));
  EXPECT_FALSE(lab->can_end(act(*lab, fault_of(HostFault{kLb2, HostVerb::reboot}))));
  EXPECT_FALSE(lab->can_end(act(*lab, fault_of(NoteFault{"note"}))));
  EXPECT_FALSE(lab->can_end(act(*lab, fault_of(NicFault{kLb1, 0, false}, 1s))));
  EXPECT_FALSE(lab->can_end(100));
  const auto down = act(*lab, fault_of(NicFault{kLb2, 0, false}));
  EXPECT_TRUE(lab->can_end(down));
  ASSERT_TRUE(lab->end(down).has_value());  // at the instant of its beginning
  EXPECT_EQ(lab->scenario().timeline[down].lasts, 1ns);
}

TEST(Lab, ADeedMayComeAgainAndAgain) {
  auto scenario = pair();
  const auto lab = lab_of(scenario);
  go_to(*lab, 10s);
  auto flapping = fault_of(NicFault{kLb1, 0, false}, 1s);
  flapping.every = 5s;
  flapping.until = 30s;
  act(*lab, flapping);
  flapping.at = 10s;
  scenario.timeline.push_back(flapping);
  EXPECT_EQ(document(finish(*lab)), document(in_one_go(scenario)));
}

TEST(Lab, MoreFaultsThanATimelineMayHaveAreRefused) {
  const auto lab = lab_of(pair());
  for (std::size_t i = 0; i < Lab::kMostFaults; ++i)
    ASSERT_TRUE(lab->act(fault_of(NoteFault{"again"})).has_value());
  EXPECT_FALSE(lab->act(fault_of(NoteFault{"once more"})).has_value());
  EXPECT_EQ(finish(*lab).digest, in_one_go(lab->scenario()).digest);
}

TEST(Lab, ItsDrawsAreThoseOfTheRun) {
  auto scenario = pair();
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off});
  scenario.draws.push_back({"at/die", RandomDraw::Target::fault_at, 0,
                            std::chrono::nanoseconds{10s}.count(), Distribution::uniform, 0,
                            std::chrono::nanoseconds{1s}.count()});
  scenario.seed = 7;
  const auto lab = lab_of(scenario);
  go_to(*lab, 20s);
  EXPECT_EQ(document(finish(*lab)), document(in_one_go(scenario)));
}

// ---- forks

TEST(Lab, AForkIsTheSameUntilSomethingElseIsDone) {
  const auto lab = lab_of(pair_with_checks());
  go_to(*lab, 10s);
  const auto paused = act(*lab, fault_of(PauseFault{kLb1, PauseWhat::daemon}));
  go_to(*lab, 12500ms);
  ASSERT_TRUE(lab->end(paused).has_value());
  act(*lab, fault_of(ServiceFault{kLb2, 0, ServiceVerb::stop}, 1s));
  const auto snapshot = lab->snapshot();
  auto replayed = Lab::replay(snapshot, {});
  auto other = Lab::replay(snapshot, {});
  ASSERT_TRUE(replayed.has_value() && other.has_value());
  EXPECT_EQ((*replayed)->now(), lab->now());
  EXPECT_EQ((*replayed)->world().digest(), lab->world().digest());

  act(**other, fault_of(HostFault{kLb1, HostVerb::power_off}));
  go_to(**other, 20s);
  EXPECT_NE((*other)->world().state(kLb1, "VI_1"), State::master);
  EXPECT_EQ(lab->scenario().timeline.size() + 1, (*other)->scenario().timeline.size());
  EXPECT_EQ(document(finish(*lab)), document(finish(**replayed)));
  EXPECT_NE(finish(**other).digest, in_one_go(lab->scenario()).digest);
}

TEST(Lab, AReplayThatComesOutDifferentlyIsFound) {
  const auto lab = lab_of(pair());
  go_to(*lab, 10s);
  auto snapshot = lab->snapshot();
  snapshot.digest ^= 1;
  EXPECT_FALSE(Lab::replay(snapshot, {}).has_value());
}

// ---- conditions

Expression condition(const Lab& lab, std::string_view text) {
  const auto parsed = parse_condition(text, lab.scenario());
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Expression{});
}

TEST(Lab, WaitsForACondition) {
  const auto lab = lab_of(pair());
  go_to(*lab, 10s);
  act(*lab, fault_of(DaemonFault{kLb1, DaemonVerb::stop}));
  const auto arrival = lab->run_until(condition(*lab, "master(VI_1) == lb2"), Instant{20s});
  ASSERT_TRUE(arrival.has_value());
  // 100 us of cables, and the skew of priority 90: (256 - 90) / 256 s.
  EXPECT_EQ(arrival->at, Instant{10s + 100us + 648437500ns});
  EXPECT_EQ(lab->now(), *arrival->at + 1ns);
  const auto again = lab->run_until(condition(*lab, "master(VI_1) == lb2"), Instant{20s});
  EXPECT_EQ(again->at, lab->now());  // it holds already
  const auto never = lab->run_until(condition(*lab, "masters(VI_1) == 2"), Instant{20s});
  EXPECT_EQ(never->at, std::nullopt);
  EXPECT_EQ(lab->now(), Instant{20s});
}

TEST(Lab, WaitsForCountersThatNobodyElseReads) {
  const auto lab = lab_of(pair());
  // The first advert of lb1, priority 100: 3 intervals and (256 - 100) / 256 s of skew.
  const auto first = Instant{3609375us};
  EXPECT_EQ(lab->run_until(condition(*lab, "adverts(lb1, priority == 100) == 4"), Instant{20s})->at,
            first + 3s);
  EXPECT_EQ(lab->run_until(condition(*lab, "adverts(lb1) == 6"), Instant{20s})->at, first + 5s);
  act(*lab, fault_of(ServiceFault{kLb1, 0, ServiceVerb::hang}));
  const auto slow = lab->run_until(condition(*lab, "blackout(web) > 2s"), Instant{30s});
  ASSERT_TRUE(slow->at.has_value());
  EXPECT_GT(*slow->at, Instant{10s});
}

// ---- deeds as text

TEST(Deed, IsReadAsATimelineHasIt) {
  const auto scenario = pair();
  for (const std::string_view text :
       {"service: lb1/nginx, do: stop, for: 5s", "{ service: lb1/nginx, do: stop, for: 5s }",
        "service: lb1/nginx\ndo: stop\nfor: 5s\n"}) {
    const auto deed = load_deed(text, "pair.yaml", scenario, Instant{10s});
    ASSERT_TRUE(deed.fault.has_value()) << text;
    EXPECT_EQ(deed.fault->text, "service lb1/nginx: stop");
    EXPECT_EQ(deed.fault->lasts, 5s);
    EXPECT_EQ(deed.fault->at, 10s);
  }
}

TEST(Deed, ErrorsHaveTheirPlace) {
  const auto scenario = pair();
  const auto bad = [&](std::string_view text) {
    const auto deed = load_deed(text, "pair.yaml (lab)", scenario, Instant{10s});
    EXPECT_FALSE(deed.fault.has_value()) << text;
    return deed.diagnostics.empty() ? Diagnostic{} : deed.diagnostics[0];
  };
  const auto unknown = bad("service: lb1/ngnix, do: stop");
  EXPECT_EQ(unknown.message, "there is no service 'lb1/ngnix'");
  EXPECT_NE(unknown.hint.find("lb1/nginx"), std::string::npos);
  EXPECT_EQ(unknown.file, "pair.yaml (lab)");
  EXPECT_EQ(bad("at: 12s, service: lb1/nginx, do: stop").message,
            "this happens now: it takes no `at`");
  EXPECT_EQ(bad("service: lb1/nginx, do: stop, every: 5s, until: 9s").code, "conflict");
  EXPECT_EQ(bad("").code, "missing-key");
  EXPECT_EQ(bad("[1, 2]").code, "bad-key");
  EXPECT_FALSE(bad("{{{{").message.empty());
  EXPECT_FALSE(bad("stop service nginx on lb1").message.empty());
}

}  // namespace
}  // namespace understudy::sim::test
