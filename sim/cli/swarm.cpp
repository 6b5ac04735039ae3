#include "sim/cli/swarm.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/config/cluster.h"
#include "core/config/parser.h"
#include "sim/cli/diagnostics.h"
#include "sim/cli/file_include_reader.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/output.h"
#include "sim/cli/progress_bar.h"
#include "sim/cli/swarm_report.h"
#include "sim/scenario/units.h"
#include "sim/swarm/cluster.h"
#include "sim/swarm/draw.h"
#include "sim/swarm/keepsake.h"
#include "sim/swarm/shrink.h"
#include "sim/swarm/swarm.h"

namespace {

using namespace understudy;
namespace swarm = sim::swarm;

struct Arguments {
  std::vector<std::string> files;
  std::string time = "60s";
  std::string seed = "0";
  std::string run;   // empty: all
  std::string runs;  // empty: as many as there is time for
  unsigned jobs = 0;
  std::string out = "swarm-failure.yaml";
  std::string json_path;
};

/// The library takes -3 for a large unsigned number.
std::string check_number(const std::string& text) {
  return sim::parse_unsigned(text)
             ? ""
             : "'" + text + "' is not a number from 0 to 18446744073709551615";
}

std::string check_time(const std::string& text) {
  const auto time = sim::parse_duration(text);
  return time ? "" : time.error();
}

// ---- the files

std::string_view first_word(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start);
  return line.substr(0, line.find_first_of(" \t\r"));
}

/// The text with what it includes in the place of the `include` lines, so that it stands alone.
std::string flatten(std::string_view text, const std::string& file,
                    cli::FileIncludeReader& includes, unsigned depth = 0) {
  constexpr unsigned kDeepest = 16;
  std::string whole;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto word = first_word(line); word.starts_with("include") && depth < kDeepest) {
      auto pattern = line.substr(static_cast<std::size_t>(word.data() + word.size() - line.data()));
      pattern.remove_prefix(std::min(pattern.find_first_not_of(" \t"), pattern.size()));
      pattern = pattern.substr(0, pattern.find_last_not_of(" \t\r") + 1);
      for (const auto& included : includes.read(pattern, file))
        whole += flatten(included.text, included.name, includes, depth + 1);
      continue;
    }
    whole += line;
    whole += '\n';
  }
  return whole;
}

struct Files {
  std::vector<swarm::ConfigFile> configs;
  std::vector<Diagnostic> findings;  // of the cluster
  bool twin = false;
};

bool add_config(Files& files, const std::string& path, std::string text) {
  auto parsed = config::parse(text, path);
  cli::show(parsed.diagnostics, cli::Shown::errors);
  if (has_errors(parsed.diagnostics)) return false;
  files.configs.push_back({path, std::move(text), std::move(parsed.config)});
  return true;
}

std::optional<Files> read(const Arguments& arguments) {
  Files files;
  cli::FileIncludeReader includes;
  for (const auto& path : arguments.files) {
    const auto text = cli::read_file(path);
    if (!text) {
      std::fprintf(stderr, "%s: error: cannot read the file: %s\n", path.c_str(),
                   text.error().c_str());
      return std::nullopt;
    }
    if (!add_config(files, path, flatten(*text, path, includes))) return std::nullopt;
  }
  if (files.configs.size() == 1) {
    files.twin = true;
    const auto& only = files.configs.front();
    const auto dot = only.path.rfind(".conf");
    const auto path = only.path.substr(0, dot) + "-twin.conf";
    if (!add_config(files, path, swarm::twin_text(only))) return std::nullopt;
  }
  std::vector<config::ClusterHost> cluster;
  for (const auto& file : files.configs) cluster.push_back({&file.config, file.text, false});
  files.findings = config::check_cluster(cluster);
  return files;
}

// ---- running

using Seconds = std::chrono::duration<double>;

/// Since its making, on the wall.
class Stopwatch {
 public:
  double seconds() const { return Seconds(std::chrono::steady_clock::now() - begin_).count(); }
  /// Not more often than four times a second.
  bool due() {
    constexpr double kPause = 0.25;
    if (seconds() < next_) return false;
    next_ = seconds() + kPause;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  double next_ = 0;
};

swarm::SwarmSummary make_runs(const Arguments& arguments, const sim::Scenario& cluster,
                              const swarm::SwarmOptions& options,
                              const cli::InterruptWatch& interrupt) {
  const double time = Seconds(sim::parse_duration(arguments.time).value_or(Duration{})).count();
  const auto limit =
      arguments.run.empty() ? sim::parse_unsigned(arguments.runs) : std::optional<std::uint64_t>(1);
  cli::ProgressBar bar("runs", true);
  Stopwatch watch;
  return swarm::run_swarm(
      cluster, options,
      [&](std::uint64_t begun) {
        if (interrupt.requested()) return false;
        return limit ? begun < *limit : begun == 0 || watch.seconds() < time;
      },
      [&](const swarm::SwarmSummary& so_far) {
        if (!watch.due()) return;
        // Time is what is planned; runs are what people count.
        const double share = std::max(watch.seconds() / std::max(time, 1e-9), 1e-9);
        const auto planned = static_cast<std::uint64_t>(static_cast<double>(so_far.runs) / share);
        bar.show(so_far.runs, limit.value_or(std::max(planned, so_far.runs)),
                 so_far.failed_runs == 0 ? "" : std::to_string(so_far.failed_runs) + " failed");
      });
}

/// The first failure as small as it gets, in a file of its own that was seen to fail, too.
bool shrink_first(const Arguments& arguments, const sim::Scenario& cluster,
                  cli::SwarmReport& report, const cli::InterruptWatch& interrupt) {
  if (report.summary.failures.empty() || interrupt.requested()) return true;
  const auto& first = report.summary.failures.front();
  cli::ProgressBar bar("tries", true);
  Stopwatch watch;
  swarm::ShrinkOptions options;
  options.go_on = [&](std::size_t tries) {
    if (watch.due())
      bar.show(tries, options.runs_max, "shrinking run " + std::to_string(first.run));
    return !interrupt.requested();
  };
  auto shrunk = swarm::shrink(swarm::draw_run(cluster, report.seed, first.run), options);
  bar.clear();
  if (!shrunk) return true;
  swarm::dress(shrunk->scenario, shrunk->failure, shrunk->any_seed);
  const auto text = swarm::scenario_text(shrunk->scenario);
  report.shrunk = cli::ShrunkReport{first.run, arguments.out, std::move(*shrunk),
                                    swarm::fails_from_text(text, arguments.out, first.failure)};
  return cli::write_output(arguments.out, text);
}

int rehearse(const Arguments& arguments) {
  const auto files = read(arguments);
  if (!files) return 2;
  const auto cluster = swarm::make_cluster(files->configs);
  if (!cluster) {
    std::fprintf(stderr, "understudy: error: %s\n", cluster.error().c_str());
    return 2;
  }
  swarm::SwarmOptions options;
  options.seed = sim::parse_unsigned(arguments.seed).value_or(0);
  options.first_run = sim::parse_unsigned(arguments.run).value_or(0);
  options.jobs =
      arguments.jobs != 0 ? arguments.jobs : std::max(1U, std::thread::hardware_concurrency());
  options.findings = files->findings;

  cli::SwarmReport report;
  report.files = arguments.files;
  report.twin = files->twin;
  report.seed = options.seed;
  report.findings = files->findings;
  report.cluster = &*cluster;
  const bool for_people = arguments.json_path != "-";
  if (for_people && !cli::print(cli::swarm_heading(report))) return 2;
  const cli::InterruptWatch interrupt;
  report.summary = make_runs(arguments, *cluster, options, interrupt);
  report.interrupted = interrupt.requested();
  const bool written = shrink_first(arguments, *cluster, report, interrupt);
  if (!arguments.run.empty()) {
    const auto one = swarm::make_run(*cluster, options, options.first_run);
    if (for_people && !cli::print(cli::swarm_run_text(one))) return 2;
  }
  if (for_people && !cli::print(cli::swarm_text(report))) return 2;
  if (!arguments.json_path.empty() &&
      !cli::write_output(arguments.json_path, cli::swarm_json(report)))
    return 2;
  if (!written) return 2;
  if (report.interrupted) return cli::kInterrupted;
  return report.summary.failed_runs == 0 ? 0 : 1;
}

}  // namespace

void add_swarm(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "swarm",
      "Draws networks and faults for your keepalived.conf files, heals them, and demands "
      "one master and true ARP");
  command
      ->add_option("CONF", arguments->files,
                   "keepalived.conf files, one a host; a single one gets a twin as BACKUP")
      ->required();
  command->add_option("--time", arguments->time, "how long, by the clock on the wall")
      ->check(check_time)
      ->capture_default_str();
  command->add_option("--runs", arguments->runs, "make this many runs, however long it takes")
      ->check(check_number);
  command->add_option("--seed", arguments->seed, "of all that is drawn")
      ->check(check_number)
      ->capture_default_str();
  command->add_option("--run", arguments->run, "make this run alone, and say what happens in it")
      ->check(check_number);
  command->add_option("--jobs", arguments->jobs, "threads (default: one a core)")
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--out", arguments->out,
                   "where the first failure is written, shrunk, as a scenario file")
      ->capture_default_str();
  command->add_option("--json", arguments->json_path,
                      "write the result as JSON; - for standard output");
  command->footer(
      "Exit status: 0 no oracle is broken but where the files explain it, 1 one is, 2 unreadable "
      "input or bad usage, 130 interrupted (what was done is reported).");
  command->callback([arguments, &exit_code] { exit_code = rehearse(*arguments); });
}
