#include "sim/swarm/keepsake.h"

#include "sim/scenario/loader.h"
#include "sim/scenario/units.h"
#include "sim/scenario/write_scenario.h"

namespace understudy::sim::swarm {
namespace {

/// The configurations stand in the scenario: there is nothing to read.
class NoFiles final : public FileReader {
 public:
  std::optional<std::string> read(const std::string& path, std::string& error) override {
    error = path + " is not part of the scenario";
    return std::nullopt;
  }
};

}  // namespace

void dress(Scenario& scenario, const Failure& failure, bool any_seed) {
  scenario.name += "-" + failure.oracle;
  scenario.about = "Shrunk: " + failure.oracle + " fails at " +
                   to_text(failure.at.time_since_epoch()) + ". " + failure.detail + "." +
                   (any_seed ? "" : " Depends on the seed.");
  for (auto& host : scenario.hosts) host.config_path.clear();
}

std::string scenario_text(const Scenario& scenario) { return write_scenario(scenario); }

bool fails_from_text(const std::string& text, const std::string& file, const Failure& failure) {
  NoFiles files;
  const auto loaded = load(text, file, files);
  if (loaded.cases.size() != 1) return false;
  const auto outcome = judge(loaded.cases.front());
  return outcome.failure && outcome.failure->oracle == failure.oracle &&
         outcome.failure->subject == failure.subject;
}

}  // namespace understudy::sim::swarm
