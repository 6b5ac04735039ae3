// Runs the benchmarks of a program and judges them: against the yardstick of the same run, and
// against the hash of what they computed.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace understudy::bench {

/// What must hold for one benchmark. Names are those given to Google Benchmark.
struct Expectation {
  std::string_view name;
  std::uint64_t hash;                      // of the results; a literal, see bench/README.md
  std::optional<double> yardsticks_max{};  // per item
  std::optional<double> items_per_second_min{};
};

/// Tells the judge what this benchmark computed and how many items one iteration has.
void finish(benchmark::State& state, std::uint64_t hash, std::uint64_t items_per_iteration);

/// The next 64 bits of a hash over 64-bit words. Start with any value.
std::uint64_t mix(std::uint64_t hash, std::uint64_t word);

/// Runs all, prints a table with the best of the repetitions, returns the exit status: 1 for a
/// wrong or unknown hash, and for a missed goal unless the command line says --no-goals.
int run_and_judge(int argc, char** argv, std::span<const Expectation> expectations);

}  // namespace understudy::bench
