#include "sim/cli/sim.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/diagnostics.h"
#include "sim/cli/output.h"
#include "sim/replay_command.h"
#include "sim/report/html_report.h"
#include "sim/report/json_report.h"
#include "sim/report/terminal_report.h"
#include "sim/report/trace_report.h"
#include "sim/run.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"
#include "sim/scenario/write_scenario.h"

namespace {

using namespace understudy;

struct Arguments {
  std::string scenario;
  std::string case_name;
  std::string seed;  // empty: the file's
  std::string json_path;
  std::string pcap_directory;
  std::string pcapng_path;
  std::string html_path;
  std::string trace_path;
  std::string events_path;
  std::vector<std::string> params;  // NAME=VALUE
  bool resolve = false;
  bool standalone = false;
  bool quiet = false;
};

/// The library takes -3 for a large unsigned number.
std::string check_seed(const std::string& text) {
  return sim::parse_unsigned(text) ? "" : "'" + text + "' is no seed: 0 to 18446744073709551615";
}

std::string check_param(const std::string& text) {
  const auto equals = text.find('=');
  return equals != std::string::npos && equals > 0 ? "" : "'" + text + "' is no NAME=VALUE";
}

sim::LoadOptions load_options_of(const Arguments& arguments) {
  sim::LoadOptions options;
  for (const std::string& text : arguments.params) {
    const auto equals = text.find('=');
    options.params.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return options;
}

/// Whether what the file is about is said once, above all cases.
bool share_about(const std::vector<sim::Scenario>& cases) {
  return std::all_of(cases.begin(), cases.end(), [&](const sim::Scenario& other) {
    return other.about == cases.front().about;
  });
}

std::string title(const std::vector<sim::Scenario>& cases) {
  const sim::Scenario& first = cases.front();
  std::string text = first.name;
  if (share_about(cases) && !first.about.empty()) text += ": " + first.about;
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text + "\n\n";
}

std::string line_of(const sim::RunResult& result) {
  return std::string(to_string(result.verdict)) + "  " +
         (result.case_name.empty() ? result.scenario : result.case_name) + "\n";
}

sim::ReportNotes notes_of(const sim::Scenario& scenario, const Arguments& arguments,
                          bool about_shown) {
  sim::ReportNotes notes;
  if (!about_shown) notes.about = scenario.about;
  const bool named = !scenario.case_name.empty();
  if (!arguments.pcap_directory.empty())
    notes.captures = arguments.pcap_directory + (named ? "/" + scenario.case_name : "");
  notes.again =
      sim::replay_command(arguments.scenario, scenario.case_name, scenario.seed, arguments.params);
  return notes;
}

/// "run.pcapng"; of several cases each gets its own, "run.CASE.pcapng".
std::string pcapng_path_of(const Arguments& arguments, const sim::Scenario& scenario,
                           bool several) {
  if (arguments.pcapng_path.empty() || !several) return arguments.pcapng_path;
  std::string name;
  for (const char c : scenario.case_name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
    name += plain ? c : '_';
  }
  const std::filesystem::path path(arguments.pcapng_path);
  auto named = path.parent_path() / path.stem();
  named += "." + name;
  named += path.extension();
  return named.string();
}

/// A run is what it is whether its causes are kept or not; so they are only kept for what failed,
/// by running it again.
void explain(const sim::Scenario& scenario, sim::RunResult& result) {
  if (result.verdict != sim::Verdict::fail || !result.causes.empty()) return;
  sim::RunOptions options;
  options.causes = true;
  auto again = sim::run(scenario, options);
  if (!again) return;
  result.explained = std::move(again->explained);
  result.causes = std::move(again->causes);
}

bool write_pictures(const Arguments& arguments, const std::vector<sim::RunResult>& results,
                    const std::vector<sim::ReportNotes>& notes, const std::string& about) {
  if (!arguments.html_path.empty()) {
    const auto page = sim::html_report(results, notes, about);
    if (!page) {
      std::fprintf(stderr, "--html: error: %s\n", page.error().c_str());
      return false;
    }
    if (!cli::write_output(arguments.html_path, *page)) return false;
  }
  return arguments.trace_path.empty() ||
         cli::write_output(arguments.trace_path, sim::trace_report(results));
}

/// The cases as they are understood, each a scenario file of its own.
int resolve(const std::vector<sim::Scenario>& cases, const Arguments& arguments) {
  std::string text;
  for (const sim::Scenario& scenario : cases) {
    if (!text.empty()) text += "---\n";
    if (!scenario.case_name.empty()) text += "# case " + scenario.case_name + "\n";
    text += sim::write_scenario(scenario, {arguments.standalone});
  }
  return cli::print(text) ? 0 : 2;
}

int rehearse(const Arguments& arguments) {
  sim::LoadResult loaded = sim::load_file(arguments.scenario, load_options_of(arguments));
  cli::show(loaded.diagnostics, arguments.quiet ? cli::Shown::errors : cli::Shown::all);
  if (has_errors(loaded.diagnostics) || loaded.cases.empty()) return 2;
  const bool list = loaded.cases.size() > 1;
  if (!arguments.case_name.empty())
    if (const auto problem = sim::keep_case(loaded.cases, arguments.case_name); !problem.empty()) {
      std::fprintf(stderr, "%s: error: %s\n", arguments.scenario.c_str(), problem.c_str());
      return 2;
    }

  if (!arguments.seed.empty())
    for (sim::Scenario& scenario : loaded.cases)
      scenario.seed = sim::parse_unsigned(arguments.seed).value_or(0);
  if (arguments.resolve || arguments.standalone) return resolve(loaded.cases, arguments);

  const bool for_people = arguments.json_path != "-";
  const sim::TerminalStyle style{cli::output_has_color(), cli::output_width()};
  sim::RunOptions options;
  options.pcap_directory = arguments.pcap_directory;
  options.timeline = for_people && !arguments.quiet;
  options.story = !arguments.html_path.empty() || !arguments.trace_path.empty();
  options.causes = options.story || !arguments.pcapng_path.empty();
  std::string events;
  if (!arguments.events_path.empty())
    options.event_line = [&events](const std::string& line) { events += line + "\n"; };
  const bool about_shown = share_about(loaded.cases);
  if (options.timeline && !cli::print(title(loaded.cases))) return 2;

  std::vector<sim::RunResult> results;
  std::vector<sim::ReportNotes> notes;
  for (sim::Scenario& scenario : loaded.cases) {
    if (options.event_line) events += "case " + scenario.case_name + "\n";
    options.pcapng_path = pcapng_path_of(arguments, scenario, loaded.cases.size() > 1);
    auto result = sim::run(scenario, options);
    if (!result) {
      std::fprintf(stderr, "%s: error: %s\n", arguments.scenario.c_str(), result.error().c_str());
      return 2;
    }
    results.push_back(std::move(*result));
    notes.push_back(notes_of(scenario, arguments, about_shown));
    if (!arguments.quiet || !arguments.json_path.empty()) explain(scenario, results.back());
    if (!for_people) continue;
    const std::string text = arguments.quiet ? line_of(results.back())
                                             : terminal_report(results.back(), style, notes.back());
    if (!cli::print(text)) return 2;
  }
  if (for_people && !arguments.quiet && results.size() > 1 &&
      !cli::print(terminal_summary(results, style)))
    return 2;
  if (!arguments.json_path.empty() &&
      !cli::write_output(arguments.json_path,
                         json_report(results, list && arguments.case_name.empty())))
    return 2;
  if (!write_pictures(arguments, results, notes, about_shown ? loaded.cases.front().about : ""))
    return 2;
  if (!arguments.events_path.empty() && !cli::write_output(arguments.events_path, events)) return 2;
  return std::all_of(results.begin(), results.end(),
                     [](const sim::RunResult& r) { return r.verdict == sim::Verdict::pass; })
             ? 0
             : 1;
}

}  // namespace

void add_sim(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("sim", "Rehearse a scenario: timeline, the client's blackouts, verdicts");
  command->add_option("SCENARIO", arguments->scenario, "scenario file (YAML)")->required();
  command->add_option("--case", arguments->case_name, "run only this case of the file");
  command
      ->add_option("--seed", arguments->seed,
                   "seed of every random draw (default: the file's, else 0)")
      ->check(check_seed);
  command->add_option(
      "--json", arguments->json_path,
      "write the results as JSON to this file; '-': to standard output, and nothing "
      "else there");
  command->add_option("--pcap", arguments->pcap_directory,
                      "write captures here: CASE/HOST.NIC.pcap");
  command->add_option("--pcapng", arguments->pcapng_path,
                      "write one capture of all NICs to this file (of several cases to FILE with "
                      "the case's name in it): a comment on each frame says what became of it");
  command->add_option("--html", arguments->html_path,
                      "write a page with pictures to this file; it needs no network");
  command->add_option("--trace", arguments->trace_path,
                      "write the run to this file as Perfetto and chrome://tracing read it");
  command
      ->add_option("--param", arguments->params,
                   "NAME=VALUE: instead of the value that the file's `params` has")
      ->check(check_param)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--events", arguments->events_path,
                      "write a line for every event to this file, each with the digest after it: "
                      "where two runs first differ, they part");
  command->add_flag("--resolve", arguments->resolve,
                    "print the scenario as it is understood, every value written out, and run "
                    "nothing; with --case a file that can be loaded again");
  command->add_flag("--standalone", arguments->standalone,
                    "the same with the configurations' text in it");
  command->add_flag("-q,--quiet", arguments->quiet, "one line a case, no warnings");
  command->footer(
      "Exit status: 0 every case passes, 1 one does not, 2 unreadable input or bad usage.");
  command->callback([arguments, &exit_code] { exit_code = rehearse(*arguments); });
}
