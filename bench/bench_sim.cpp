// How many frame deliveries a second does the simulator make, through the switch, with codec, state
// machines, digest and oracles? No captures, no timeline, no scripts, no probes.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "bench/judge.h"
#include "sim/lan_scenario.h"
#include "sim/run.h"
#include "sim/scenario/loader.h"

namespace understudy::bench {

namespace {

sim::RunOptions silent() {
  sim::RunOptions options;
  options.timeline = false;
  return options;
}

void deliver(benchmark::State& state, const sim::LanShape& shape) {
  const auto scenario = sim::lan_scenario(shape);
  std::uint64_t digest = 0, delivered = 0;
  for (auto _ : state) {
    const auto result = sim::run(scenario, silent());
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
    const auto result = sim::run(scenario, silent());
    if (!result || result->verdict != sim::Verdict::pass) {
      state.SkipWithError("the run is no pass");
      return;
    }
    digest = mix(result->digest, result->frames.delivered);
  }
  finish(state, digest, static_cast<std::uint64_t>(shape.duration / std::chrono::seconds{1}));
}

// The classical pair, client and checks and all: 60 s and 5,500 requests a run, one seed after the
// other, on one core. What a sweep makes of it is this times the cores.
void run_seeds(benchmark::State& state, const std::string& case_name) {
  const std::string path = UNDERSTUDY_SOURCE_DIR "/scenarios/nginx-pair.yaml";
  auto loaded = sim::load_file(path);
  const auto found =
      std::find_if(loaded.cases.begin(), loaded.cases.end(),
                   [&](const sim::Scenario& one) { return one.case_name == case_name; });
  if (found == loaded.cases.end()) {
    state.SkipWithError("the scenario cannot be read");
    return;
  }
  constexpr std::uint64_t kSeeds = 5;
  const auto prepared = sim::prepare(*found);
  auto options = silent();
  options.prepared = &prepared;
  std::uint64_t digest = 0;
  for (auto _ : state) {
    digest = 0;
    for (found->seed = 1; found->seed <= kSeeds; ++found->seed) {
      const auto result = sim::run(*found, options);
      if (!result || result->verdict != sim::Verdict::pass) {
        state.SkipWithError("the run is no pass");
        return;
      }
      digest = mix(digest, result->digest);
    }
  }
  finish(state, digest, kSeeds);
}

constexpr Expectation kExpectations[] = {
    {"deliver_among_2_hosts", 0xca8f66f03227e3a3},
    {"deliver_among_100_hosts", 0xd36207b339d30e84, {}, 15e6},
    {"seconds_of_2_hosts", 0x7d7099ee350aec4c, {}, 5e6},
    {"seconds_of_2_hosts_1000_instances", 0x346e8096f21e16b9, {}, 3e3},
    {"runs_of_the_pair_daemon_stopped", 0x493078e292e5ecfa, {}, 100},
    {"runs_of_the_pair_nginx_broken", 0x47b0555c9824bec3, {}, 100},
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
  benchmark::RegisterBenchmark("runs_of_the_pair_daemon_stopped", run_seeds,
                               std::string("stop-daemon-on-master"));
  benchmark::RegisterBenchmark("runs_of_the_pair_nginx_broken", run_seeds,
                               std::string("stop-nginx-on-master"));
  return run_and_judge(argc, argv, kExpectations);
}
