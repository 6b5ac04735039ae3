#include "bench/judge.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench/yardstick.h"

namespace understudy::bench {

namespace {

constexpr std::string_view kYardstick = "yardstick";

struct Measured {
  std::string name;
  double nanoseconds = 0;  // per item, the best repetition
  std::uint64_t hash = 0;
};

void measure_yardstick(benchmark::State& state) {
  std::uint32_t sum = yardstick_round();  // the first one fills the ring
  for (auto _ : state) benchmark::DoNotOptimize(sum = yardstick_round());
  finish(state, sum, kRingSize);
}

/// Keeps the best repetition of each benchmark, in the order of their first appearance.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      if (run.error_occurred) {
        std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
        failed_ = true;
        continue;
      }
      const double items = run.counters.at("items").value;
      add({run.run_name.function_name,
           run.cpu_accumulated_time * 1e9 / static_cast<double>(run.iterations) / items,
           std::strtoull(run.report_label.c_str(), nullptr, 16)});
    }
  }

  const std::vector<Measured>& measured() const { return measured_; }
  bool failed() const { return failed_; }

 private:
  void add(const Measured& found) {
    for (auto& known : measured_) {
      if (known.name != found.name) continue;
      known.nanoseconds = std::min(known.nanoseconds, found.nanoseconds);
      return;
    }
    measured_.push_back(found);
  }

  std::vector<Measured> measured_;
  bool failed_ = false;
};

/// Prints one row; returns whether it is as it must be.
bool judge(const Measured& measured, double yardstick, const Expectation& expectation,
           bool with_goals) {
  const double ratio = measured.nanoseconds / yardstick;
  const double per_second = 1e9 / measured.nanoseconds;
  std::string goal, verdict;
  bool good = true;
  if (expectation.yardsticks_max) {
    goal = "<= " + std::to_string(*expectation.yardsticks_max).substr(0, 4);
    good = ratio <= *expectation.yardsticks_max;
  } else if (expectation.items_per_second_min) {
    goal = ">= " + std::to_string(*expectation.items_per_second_min / 1e6).substr(0, 4) + " M/s";
    good = per_second >= *expectation.items_per_second_min;
  }
  if (!goal.empty() && with_goals) verdict = good ? "met" : "MISSED";
  const bool same_work = measured.hash == expectation.hash;
  if (!same_work) verdict += " ANOTHER HASH";
  std::printf("%-34s %9.2f %10.2f %9.2f  %-11s %016llx  %s\n", measured.name.c_str(),
              measured.nanoseconds, ratio, per_second / 1e6, goal.c_str(),
              static_cast<unsigned long long>(measured.hash), verdict.c_str());
  return same_work && (good || !with_goals);
}

/// Removes `word` from the arguments; returns whether it was there.
bool take_argument(int& argc, char** argv, std::string_view word) {
  char** const end = argv + argc;
  char** const found = std::find(argv, end, word);
  if (found == end) return false;
  std::move(found + 1, end, found);
  --argc;
  return true;
}

}  // namespace

void finish(benchmark::State& state, std::uint64_t hash, std::uint64_t items_per_iteration) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  state.SetLabel(text);
  state.counters["items"] = static_cast<double>(items_per_iteration);
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 29;
}

int run_and_judge(int argc, char** argv, std::span<const Expectation> expectations) {
  const bool with_goals = !take_argument(argc, argv, "--no-goals");
  std::string repetitions = "--benchmark_repetitions=9", seconds = "--benchmark_min_time=0.1",
              interleaving = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments{argv, argv + 1};
  for (auto* option : {&repetitions, &seconds, &interleaving}) arguments.push_back(option->data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::RegisterBenchmark(kYardstick.data(), measure_yardstick);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);

  bool good = !collector.failed();
  double yardstick = 0;
  for (const auto& measured : collector.measured())
    if (measured.name == kYardstick) yardstick = measured.nanoseconds;
  std::printf("%-34s %9s %10s %9s  %-11s %-16s  %s\n", "", "ns", "yardsticks", "M/s", "goal",
              "hash of results", "verdict");
  const auto judge_named = [&](const Expectation& expectation) {
    for (const auto& measured : collector.measured())
      if (measured.name == expectation.name)
        good = judge(measured, yardstick, expectation, with_goals) && good;
  };
  judge_named({kYardstick, 0x7e320c3});
  for (const auto& expectation : expectations) judge_named(expectation);
  for (const auto& measured : collector.measured()) {
    const auto knows = [&](const Expectation& expectation) {
      return expectation.name == measured.name;
    };
    if (measured.name == kYardstick || std::ranges::any_of(expectations, knows)) continue;
    std::printf("%s: nothing is expected of it\n", measured.name.c_str());
    good = false;
  }
  return good ? 0 : 1;
}

}  // namespace understudy::bench
