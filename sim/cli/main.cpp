// The `understudy` program. Each subcommand has a file of its own.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "core/version.h"
#include "sim/cli/sim.h"

#if __has_include("sim/cli/check.h")
#include "sim/cli/check.h"
#define UNDERSTUDY_HAS_CHECK 1
#endif
#if __has_include("sim/cli/explain.h")
#include "sim/cli/explain.h"
#define UNDERSTUDY_HAS_EXPLAIN 1
#endif

int main(int argc, char** argv) {
  CLI::App app{"Rehearses a VRRP failover before it happens, and explains those that did."};
  app.name("understudy");
  app.set_version_flag("--version", std::string("understudy ") + understudy::kVersion);
  app.set_help_flag("-h,--help", "Show this help");
  app.set_help_all_flag("--help-all", "Show the help of every command");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);

  int exit_code = 0;
#ifdef UNDERSTUDY_HAS_CHECK
  add_check(app, exit_code);
#endif
  add_sim(app, exit_code);
#ifdef UNDERSTUDY_HAS_EXPLAIN
  add_explain(app, exit_code);
#endif

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int kBadUsage = 2;
    return app.exit(error) == 0 ? 0 : kBadUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "understudy: error: %s\n", error.what());
    return 2;
  }
  return exit_code;
}
