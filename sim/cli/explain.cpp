#include "sim/cli/explain.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/parser.h"
#include "core/node/node_config.h"
#include "pcap/capture_stream.h"
#include "pcap/explanation.h"
#include "pcap/packet_filter.h"
#include "sim/cli/diagnostics.h"
#include "sim/cli/file_include_reader.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/output.h"
#include "sim/cli/progress_bar.h"
#include "sim/incident.h"
#include "sim/report/explanation_html.h"

namespace {

namespace capture = understudy::capture;
namespace cli = understudy::cli;
using namespace understudy;

struct Arguments {
  std::vector<std::string> captures;
  std::vector<std::string> configs;
  std::vector<std::string> what_ifs;
  std::string filter;
  std::string json_path;
  std::string scenario_path;
  std::string html_path;
  bool strict = false;
  bool quiet = false;
};

/// HOST[,HOST]=CONF. Says on standard error what is wrong.
bool read_host(const std::string& text, std::vector<capture::HostConfig>& hosts) {
  const auto equals = text.find('=');
  capture::HostConfig host;
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    std::fprintf(stderr, "error: --config and --what-if take HOST=CONF, not %s\n", text.c_str());
    return false;
  }
  std::size_t start = 0;
  while (start <= equals) {
    const std::size_t end = std::min(text.find(',', start), equals);
    const std::string name = text.substr(start, end - start);
    const auto address = parse_ip_address(name);
    if (!address) {
      std::fprintf(stderr,
                   "error: %s is no address; HOST is the source address of the host's adverts (for "
                   "both families: 192.0.2.1,fe80::1)\n",
                   name.c_str());
      return false;
    }
    host.addresses.push_back(*address);
    start = end + 1;
  }
  host.file = text.substr(equals + 1);
  const auto conf = cli::read_file(host.file);
  if (!conf) {
    std::fprintf(stderr, "%s: error: %s\n", host.file.c_str(), conf.error().c_str());
    return false;
  }
  cli::FileIncludeReader includes;
  const config::ParseResult parsed = config::parse(*conf, host.file, &includes);
  cli::show(parsed.diagnostics, cli::Shown::errors);
  if (has_errors(parsed.diagnostics)) return false;
  host.node = make_node_config(parsed.config);
  hosts.push_back(std::move(host));
  return true;
}

std::string scenario_name(const std::string& path) {
  std::string name = std::filesystem::path(path).stem().string();
  for (char& letter : name)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '-';
  return name.empty() || path == "-" ? "incident" : name;
}

bool write_reports(const Arguments& arguments, const capture::Explanation& explanation) {
  const bool to_output =
      arguments.json_path == "-" || arguments.scenario_path == "-" || arguments.html_path == "-";
  if (!to_output &&
      !cli::print(capture::text(explanation, {cli::output_width(), cli::output_has_color()})))
    return false;
  if (!arguments.json_path.empty() &&
      !cli::write_output(arguments.json_path, capture::json(explanation)))
    return false;
  if (!arguments.html_path.empty()) {
    const auto page = sim::explanation_html(explanation, arguments.captures.front());
    if (!page) {
      std::fprintf(stderr, "error: %s\n", page.error().c_str());
      return false;
    }
    if (!cli::write_output(arguments.html_path, *page)) return false;
  }
  if (arguments.scenario_path.empty()) return true;
  const sim::Incident incident = sim::infer_incident(explanation);
  if (incident.hosts.empty()) {
    std::fprintf(stderr, "error: no virtual router was heard, so there is nothing to rehearse\n");
    return false;
  }
  return cli::write_output(
      arguments.scenario_path,
      sim::incident_scenario(incident, scenario_name(arguments.scenario_path)));
}

int explain(const Arguments& arguments) {
  capture::ExplainOptions options;
  options.filter = arguments.filter;
  options.mark_adverts = !arguments.html_path.empty();
  if (!arguments.filter.empty()) {
    if (const auto problem = capture::filter_problem(arguments.filter)) {
      std::fprintf(stderr, "error: --filter: %s\n", problem->c_str());
      return 2;
    }
  }
  // Ctrl-C ends standard input, not the explanation of what came so far.
  std::optional<cli::InterruptWatch> interrupt;
  if (std::ranges::count(arguments.captures, "-") != 0) {
    options.stop = interrupt.emplace().flag();
  }
  for (const std::string& text : arguments.configs)
    if (!read_host(text, options.configs)) return 2;
  for (const std::string& text : arguments.what_ifs)
    if (!read_host(text, options.what_ifs)) return 2;
  cli::ProgressBar bar("MB", !arguments.quiet);
  options.progress = [&bar](const capture::StreamProgress& progress) {
    if (progress.total) bar.show(progress.bytes / 1'000'000, *progress.total / 1'000'000);
  };
  const capture::Explanation explanation = capture::explain(arguments.captures, options);
  bar.clear();
  for (const auto& remark : explanation.remarks) {
    std::fprintf(stderr, "%s%s%s: %s\n", remark.file.c_str(), remark.file.empty() ? "" : ": ",
                 remark.error ? "error" : "warning", remark.text.c_str());
  }
  if (explanation.files_read == 0 || !write_reports(arguments, explanation)) return 2;
  bool flawless = explanation.remarks.empty() && explanation.observation.findings.empty();
  for (const auto& host : explanation.hosts) flawless &= host.disagreements.empty();
  return arguments.strict && !flawless ? 1 : 0;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("explain", "says who was master in captures, when, and why it changed");
  command
      ->add_option("CAPTURE", arguments->captures,
                   "capture files; several are taken as captures of one network; - is standard "
                   "input")
      ->required();
  command
      ->add_option("--config", arguments->configs,
                   "replay the capture through a host's engine; HOST is the source address of its "
                   "adverts")
      ->type_name("HOST=CONF")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--what-if", arguments->what_ifs,
                   "what the host would have done with another configuration, others' adverts as "
                   "captured")
      ->type_name("HOST=CONF")
      ->expected(1)
      ->take_all();
  command->add_option("--filter", arguments->filter, "only packets that match (pcap-filter)")
      ->type_name("BPF");
  command
      ->add_option("--json", arguments->json_path,
                   "write the result as JSON; - for standard output")
      ->type_name("FILE");
  command->add_option("--html", arguments->html_path, "write a page; - for standard output")
      ->type_name("FILE");
  command
      ->add_option("--scenario", arguments->scenario_path,
                   "write a scenario that rehearses the incident; - for standard output")
      ->type_name("FILE");
  command->add_flag("--quiet,-q", arguments->quiet, "no progress bar");
  command->add_flag("--strict", arguments->strict, "exit 1 when anything is found or left unread");
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}
