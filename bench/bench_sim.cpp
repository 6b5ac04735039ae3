// How many frame deliveries a second does the simulator make, through the switch, with codec, state
// machines, digest and oracles? No captures, no timeline, no scripts, no probes.
#include <benchmark/benchmark.h>

#include "bench/judge.h"
#include "sim/lan_scenario.h"
#include "sim/run.h"

namespace understudy::bench {

namespace {

void deliver(benchmark::State& state, unsigned hosts, std::chrono::seconds duration) {
  const auto scenario = sim::lan_scenario({.hosts = hosts, .duration = duration});
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

constexpr Expectation kExpectations[] = {
    {"deliver_among_2_hosts", 0xca8f66f03227e3a3},
    {"deliver_among_100_hosts", 0xd36207b339d30e84, {}, 10e6},
};

}  // namespace

}  // namespace understudy::bench

int main(int argc, char** argv) {
  using namespace understudy::bench;
  benchmark::RegisterBenchmark("deliver_among_2_hosts", deliver, 2U, std::chrono::hours{3});
  benchmark::RegisterBenchmark("deliver_among_100_hosts", deliver, 100U, std::chrono::minutes{10});
  return run_and_judge(argc, argv, kExpectations);
}
