#include "sim/cli/sweep.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/diagnostics.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/output.h"
#include "sim/cli/progress_bar.h"
#include "sim/report/sweep_html.h"
#include "sim/report/sweep_report.h"
#include "sim/sweep/grid.h"

namespace {

using namespace understudy;

constexpr int kBadInput = 2;

struct Arguments {
  std::string scenario;
  std::string case_name;
  std::string seeds;
  std::vector<std::string> params;
  unsigned jobs = 0;
  std::string json_path, csv_path, html_path;
  bool full = false;
  bool quiet = false;
};

std::string check_axis(const std::string& text) {
  const auto axis = sim::parse_axis(text);
  return axis ? "" : axis.error();
}

std::string check_seeds(const std::string& text) {
  const auto seeds = sim::parse_seeds(text);
  return seeds ? "" : seeds.error();
}

sim::SweepRequest request_of(const Arguments& arguments) {
  sim::SweepRequest request;
  request.case_name = arguments.case_name;
  if (!arguments.seeds.empty()) {
    const auto seeds = sim::parse_seeds(arguments.seeds);
    request.first_seed = seeds->first;
    request.last_seed = seeds->second;
  }
  for (const auto& text : arguments.params) request.grid.push_back(*sim::parse_axis(text));
  return request;
}

std::string line_of(const sim::SweepResult& result) {
  const auto& scenario = result.scenario;
  std::uint64_t failed = 0;
  for (const auto& point : result.points) failed += point.failed;
  return std::string(to_string(result.verdict)) + "  " +
         (scenario.case_name.empty() ? scenario.name : scenario.case_name) + "  " +
         std::to_string(result.done) + " of " + std::to_string(result.planned) + " runs, " +
         std::to_string(failed) + " fail\n";
}

std::optional<sim::SweepResult> play(const sim::SweepJob& job, const Arguments& arguments,
                                     const cli::InterruptWatch& interrupt) {
  cli::ProgressBar bar("runs", !arguments.quiet);
  sim::SweepOptions options;
  options.jobs = arguments.jobs;
  options.full = arguments.full;
  options.cancel = interrupt.flag();
  options.progress = [&](const sim::SweepProgress& progress) {
    bar.show(progress.done, progress.planned,
             progress.failed == 0 ? "" : std::to_string(progress.failed) + " fail");
  };
  auto result = sim::sweep(job, options);
  bar.clear();
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s: error: %s\n", arguments.scenario.c_str(), result.error().c_str());
  return std::nullopt;
}

bool write_files(const std::vector<sim::SweepResult>& results, const Arguments& arguments,
                 bool list) {
  if (!arguments.json_path.empty() &&
      !cli::write_output(arguments.json_path, sim::sweep_json(results, list)))
    return false;
  if (!arguments.csv_path.empty() &&
      !cli::write_output(arguments.csv_path, sim::sweep_csv(results)))
    return false;
  if (arguments.html_path.empty()) return true;
  const auto page = sim::sweep_html(results);
  if (page) return cli::write_output(arguments.html_path, *page);
  std::fprintf(stderr, "--html: error: %s\n", page.error().c_str());
  return false;
}

int run(const Arguments& arguments) {
  auto loaded = sim::load_sweep(arguments.scenario, request_of(arguments));
  cli::show(loaded.diagnostics, arguments.quiet ? cli::Shown::errors : cli::Shown::all);
  if (!loaded.error.empty())
    std::fprintf(stderr, "%s: error: %s\n", arguments.scenario.c_str(), loaded.error.c_str());
  if (loaded.jobs.empty()) return kBadInput;

  const bool for_people = arguments.json_path != "-" && arguments.csv_path != "-";
  const sim::TerminalStyle style{cli::output_has_color(), cli::output_width()};
  const bool list = loaded.jobs.size() > 1;
  std::vector<sim::SweepResult> results;
  const cli::InterruptWatch interrupt;
  for (auto& job : loaded.jobs) {
    auto result = play(job, arguments, interrupt);
    if (!result) return kBadInput;
    results.push_back(std::move(*result));
    job = {};
    const auto& last = results.back();
    if (for_people && !cli::print(arguments.quiet ? line_of(last) : sim::sweep_report(last, style)))
      return kBadInput;
    if (interrupt.requested()) break;
  }
  if (!write_files(results, arguments, list)) return kBadInput;
  if (interrupt.requested()) return cli::kInterrupted;
  return std::all_of(results.begin(), results.end(),
                     [](const auto& one) { return one.verdict == sim::Verdict::pass; })
             ? 0
             : 1;
}

}  // namespace

void add_sweep(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "sweep", "Rehearse a scenario with many seeds and parameters, and judge the distribution");
  command->add_option("SCENARIO", arguments->scenario, "scenario file (YAML)")->required();
  command->add_option("--case", arguments->case_name, "only this case of the file");
  command
      ->add_option("--seeds", arguments->seeds,
                   "FIRST:LAST, both included (default: the file's, else 1:100)")
      ->check(check_seeds);
  command
      ->add_option("--param", arguments->params,
                   "NAME=VALUE,VALUE,...: an axis of the grid, instead of the file's or beside it")
      ->check(check_axis)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--jobs", arguments->jobs, "threads (default: one a core)")
      ->check(CLI::Range(1U, 1024U));
  command->add_flag("--full", arguments->full,
                    "make every run, even when the verdicts are certain before");
  command->add_option("--json", arguments->json_path,
                      "write the results as JSON to this file; '-': to standard output, and "
                      "nothing else there");
  command->add_option("--csv", arguments->csv_path,
                      "write a table with a line a run; '-' as above");
  command->add_option("--html", arguments->html_path,
                      "write a page with curves to this file; it needs no network");
  command->add_flag("-q,--quiet", arguments->quiet, "one line a case, no progress, no warnings");
  command->footer(
      "Exit status: 0 every run passes and every verdict holds, 1 not so, 2 unreadable input or "
      "bad usage, 130 interrupted (what was done is reported).");
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}
