// Whatever the text, the loader says what is wrong or hands out cases whose every part is in range.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/scenario/expression_parser.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/write_scenario.h"

namespace {

using namespace understudy;

constexpr std::string_view kConfig =
    "vrrp_script chk_nginx {\n script \"/bin/true\"\n interval 3\n}\n"
    "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 100\n"
    " virtual_ipaddress {\n 192.168.56.100/24\n }\n track_script {\n chk_nginx\n }\n}\n";

constexpr std::string_view kBase =
    "understudy: 1\nname: base\nduration: ${length}\nparams: { length: 60s, loss: 5% }\n"
    "segments: { lan: { link: { loss: \"${loss}\" } } }\n"
    "hosts: { lb1: { config: a.conf, nics: { eth0: { segment: lan, ip: 192.168.56.130/24 } } } }\n";

class OneConfig final : public sim::FileReader {
 public:
  std::optional<std::string> read(const std::string& path, std::string& error) override {
    if (path.ends_with(".conf")) return std::string(kConfig);
    if (path.ends_with("base.yaml")) return std::string(kBase);
    if (path.ends_with("circle.yaml")) return std::string("include: [base.yaml, circle.yaml]\n");
    error = "no such file";
    return std::nullopt;
  }
};

void require(bool promise) {
  if (!promise) std::abort();
}

void check(const sim::Scenario& scenario) {
  require(scenario.duration > Duration{});
  require(!scenario.hosts.empty());
  for (const sim::Host& host : scenario.hosts) {
    require(!host.nics.empty());
    for (const sim::Nic& nic : host.nics) require(nic.segment < scenario.segments.size());
    for (const sim::Check& check_of : host.checks)
      require(!check_of.restarts || *check_of.restarts < host.services.size());
  }
  for (const sim::Probe& probe : scenario.probes) {
    require(probe.from < scenario.hosts.size());
    require(probe.every > Duration{});
  }
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    const Duration at = sim::event_time(scenario, {i, false});
    require(at >= Duration{} && at <= scenario.duration);
  }
  for (const sim::Expectation& expectation : scenario.expectations) {
    require(!expectation.condition.empty());
    require(!expectation.after || expectation.after->fault < scenario.timeline.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 20'000) return 0;
  OneConfig files;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const sim::LoadResult result = sim::load(text, "dir/scenario.yaml", files);
  require(result.cases.empty() == has_errors(result.diagnostics));
  for (const Diagnostic& diagnostic : result.diagnostics) {
    require(!diagnostic.message.empty() && !diagnostic.code.empty());
    require(!format(diagnostic).empty());
  }
  for (const sim::Scenario& scenario : result.cases) {
    check(scenario);
    const std::string written = sim::write_scenario(scenario, {true});
    const sim::LoadResult again = sim::load(written, "dir/scenario.yaml", files);
    require(!has_errors(again.diagnostics) && again.cases.size() == 1);
    require(sim::write_scenario(again.cases.front(), {true}) == written);
  }
  return 0;
}
