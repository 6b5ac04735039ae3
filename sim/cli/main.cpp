// The `understudy` program. Each subcommand has a file of its own.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.h"
#include "core/version.h"
#include "sim/cli/check.h"
#include "sim/cli/explain.h"
#include "sim/cli/sim.h"
#include "sim/cli/swarm.h"
#include "sim/cli/sweep.h"
#include "sim/cli/watch.h"

namespace {

/// "sim" for "simm"; empty when the first argument is an option or names a command.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return {};
  std::string text = "understudy: error: there is no command '" + std::string(argv[1]) + "'";
  const std::string_view closest = understudy::closest_match(argv[1], names);
  if (!closest.empty()) text += ": did you mean '" + std::string(closest) + "'?";
  return text + "\nRun with --help for more information.\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Rehearses a VRRP failover before it happens, and explains those that did."};
  app.name("understudy");
  app.set_version_flag("--version", std::string("understudy ") + understudy::kVersion);
  app.set_help_flag("-h,--help", "Show this help");
  app.set_help_all_flag("--help-all", "Show the help of every command");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);

  constexpr int kBadUsage = 2;
  int exit_code = 0;
  add_check(app, exit_code);
  add_sim(app, exit_code);
  add_explain(app, exit_code);
  add_watch(app, exit_code);
  add_sweep(app, exit_code);
  add_swarm(app, exit_code);

  const std::string unknown = unknown_command(app, argc, argv);
  if (!unknown.empty()) {
    std::fputs(unknown.c_str(), stderr);
    return kBadUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "understudy: error: %s\n", error.what());
    return kBadUsage;
  }
  return exit_code;
}
