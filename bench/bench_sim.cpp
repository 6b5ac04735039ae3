// How many frame deliveries a second does the simulator make, through the switch, with codec, state
// machines, digest and oracles? No captures, no timeline, no scripts, no probes.
#include <benchmark/benchmark.h>

#include "bench/judge.h"
#include "sim/lan_scenario.h"
#include "sim/run.h"

namespace understudy::bench {

namespace {

void deliver(benchmark::State& state, const sim::LanShape& shape) {
  const auto scenario = sim::lan_scenario(shape);
  std::uint64_t digest = 0, delivered = 0;
  for (auto _ : state) {
    const auto result = sim::run(scenario, {.pcap_directory = {}, .timeline = false});
    if (!result || result->verdict != sim::Verdict::pass) {
      state.SkipWithError("the run is no pass");
      return;
    }
    digest = result->digest;
    delivered = result->frames.delivered;
  }
  finish(state, mix(digest, delivered), delivered);
}

// The same, counted in simulated seconds.
void simulate_seconds(benchmark::State& state, const sim::LanShape& shape) {
  const auto scenario = sim::lan_scenario(shape);
  std::uint64_t digest = 0;
  for (auto _ : state) {
    const auto result = sim::run(scenario, {.pcap_directory = {}, .timeline = false});
    if (!result || result->verdict != sim::Verdict::pass) {
      state.SkipWithError("the run is no pass");
      return;
    }
    digest = mix(result->digest, result->frames.delivered);
  }
  finish(state, digest, static_cast<std::uint64_t>(shape.duration / std::chrono::seconds{1}));
}

constexpr Expectation kExpectations[] = {
    {"deliver_among_2_hosts", 0xca8f66f03227e3a3},
    {"deliver_among_100_hosts", 0xd36207b339d30e84, {}, 10e6},
    {"seconds_of_2_hosts", 0x7d7099ee350aec4c, {}, 5e6},
    {"seconds_of_2_hosts_1000_instances", 0x346e8096f21e16b9, {}, 3e3},
};

}  // namespace

}  // namespace understudy::bench

int main(int argc, char** argv) {
  using namespace understudy::bench;
  using std::chrono::hours;
  using std::chrono::minutes;
  benchmark::RegisterBenchmark("deliver_among_2_hosts", deliver,
                               understudy::sim::LanShape{.hosts = 2, .duration = hours{3}});
  benchmark::RegisterBenchmark("deliver_among_100_hosts", deliver,
                               understudy::sim::LanShape{.hosts = 100, .duration = minutes{10}});
  benchmark::RegisterBenchmark("seconds_of_2_hosts", simulate_seconds,
                               understudy::sim::LanShape{.hosts = 2, .duration = hours{24}});
  benchmark::RegisterBenchmark(
      "seconds_of_2_hosts_1000_instances", simulate_seconds,
      understudy::sim::LanShape{
          .hosts = 2, .duration = minutes{5}, .segments = 4, .instances = 250});
  return run_and_judge(argc, argv, kExpectations);
}
