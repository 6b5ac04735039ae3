#include "sim/cli/check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/cluster.h"
#include "core/config/parser.h"
#include "sim/cli/file_include_reader.h"
#include "sim/cli/local_interfaces.h"
#include "sim/cli/output.h"

namespace {

using namespace understudy;

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> keepalived_files;
  std::vector<std::string> interfaces;
  std::string json_path;
  bool strict = false;

  std::size_t file_count() const { return files.size() + keepalived_files.size(); }
};

struct Host {
  std::string text;
  config::ParseResult parsed;
};

struct Findings {
  std::vector<Diagnostic> diagnostics;
  bool unreadable = false;

  std::size_t count(Severity severity) const {
    return static_cast<std::size_t>(std::count_if(
        diagnostics.begin(), diagnostics.end(),
        [&](const Diagnostic& diagnostic) { return diagnostic.severity == severity; }));
  }
  void add(std::vector<Diagnostic> more) {
    for (auto& diagnostic : more) diagnostics.push_back(std::move(diagnostic));
  }
};

// NAME=ADDR/LEN
config::InterfaceSubnet parse_interface(const std::string& text) {
  const auto equals = text.find('=');
  const auto slash = text.find('/', equals == std::string::npos ? 0 : equals);
  config::InterfaceSubnet subnet;
  if (equals != std::string::npos && equals > 0 && slash != std::string::npos) {
    subnet.interface = text.substr(0, equals);
    const auto address = parse_ip_address(text.substr(equals + 1, slash - equals - 1));
    const auto* const end = text.data() + text.size();
    const auto [stop, error] =
        std::from_chars(text.data() + slash + 1, end, subnet.address.prefix_length);
    if (address && error == std::errc() && stop == end &&
        subnet.address.prefix_length <= (address->is_ipv4() ? 32 : 128)) {
      subnet.address.address = *address;
      return subnet;
    }
  }
  throw CLI::ValidationError("--interface",
                             "takes NAME=ADDRESS/LENGTH, as in eth0=192.0.2.7/24, not " + text);
}

struct Subnets {
  std::vector<config::InterfaceSubnet> known;
  bool local = false;  // this machine's own, for want of others
};

Subnets subnets_of(const Arguments& arguments) {
  if (arguments.interfaces.empty()) return {cli::local_interfaces(), true};
  Subnets subnets;
  for (const auto& text : arguments.interfaces) subnets.known.push_back(parse_interface(text));
  return subnets;
}

std::vector<Diagnostic> check_host_subnets(const Host& host, const Subnets& subnets) {
  auto notes = config::check_subnets(host.parsed.config, host.text, subnets.known);
  if (subnets.local)
    for (auto& note : notes)
      note.hint =
          "these are this machine's addresses; for another host say --interface NAME=ADDR/LEN";
  return notes;
}

Diagnostic unreadable(const std::string& file, const std::string& why) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.code = "unreadable";
  diagnostic.message = "Cannot read the file: " + why;
  return diagnostic;
}

Findings find(const Arguments& arguments) {
  Findings findings;
  std::vector<Host> hosts;
  hosts.reserve(arguments.file_count());
  cli::FileIncludeReader includes;
  const auto subnets = subnets_of(arguments);
  const auto check_file = [&](const std::string& file) {
    auto text = cli::read_file(file);
    if (!text) {
      findings.unreadable = true;
      findings.diagnostics.push_back(unreadable(file, text.error()));
      return;
    }
    auto& host = hosts.emplace_back();
    host.text = std::move(*text);
    host.parsed = config::parse(host.text, file, &includes);
    findings.add(host.parsed.diagnostics);
    findings.add(includes.take_warnings());
    findings.add(check_host_subnets(host, subnets));
  };
  for (const auto& file : arguments.files) check_file(file);
  for (const auto& file : arguments.keepalived_files) check_file(file);
  // Hosts with errors of their own would be blamed twice.
  std::vector<config::ClusterHost> cluster;
  for (const auto& host : hosts)
    if (!has_errors(host.parsed.diagnostics))
      cluster.push_back({&host.parsed.config, host.text, cluster.size() >= arguments.files.size()});
  if (cluster.size() == arguments.file_count()) findings.add(config::check_cluster(cluster));
  return findings;
}

std::string json_of(const Findings& findings) {
  nlohmann::ordered_json json;
  json["schema"] = "understudy.check/1";
  json["diagnostics"] = nlohmann::ordered_json::array();
  for (const auto& diagnostic : findings.diagnostics) {
    nlohmann::ordered_json entry;
    entry["file"] = diagnostic.file;
    entry["line"] = diagnostic.position.line;
    entry["column"] = diagnostic.position.column;
    entry["length"] = diagnostic.length;
    entry["severity"] = to_string(diagnostic.severity);
    entry["code"] = diagnostic.code;
    entry["message"] = diagnostic.message;
    if (!diagnostic.hint.empty()) entry["hint"] = diagnostic.hint;
    json["diagnostics"].push_back(std::move(entry));
  }
  // Files may hold bytes that are no UTF-8, which JSON must be.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string in_colour(const Diagnostic& diagnostic) {
  auto text = format(diagnostic);
  const std::string word(to_string(diagnostic.severity));
  const auto at = text.find(": " + word + ": ");
  if (at == std::string::npos) return text;
  const char* colour = diagnostic.severity == Severity::error     ? "\x1b[1;31m"
                       : diagnostic.severity == Severity::warning ? "\x1b[1;35m"
                                                                  : "\x1b[1;36m";
  return text.replace(at + 2, word.size(), colour + word + "\x1b[0m");
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string text_of(const Findings& findings, std::size_t files) {
  const bool colour = cli::output_has_color();
  std::string text;
  for (const auto& diagnostic : findings.diagnostics)
    text += colour ? in_colour(diagnostic) : format(diagnostic);
  return text + counted(files, "file") + ": " + counted(findings.count(Severity::error), "error") +
         ", " + counted(findings.count(Severity::warning), "warning") + ", " +
         counted(findings.count(Severity::note), "note") + "\n";
}

int check(const Arguments& arguments) {
  const auto findings = find(arguments);
  if (arguments.json_path != "-" && !cli::print(text_of(findings, arguments.file_count())))
    return 2;
  if (!arguments.json_path.empty() && !cli::write_output(arguments.json_path, json_of(findings)))
    return 2;
  if (findings.unreadable) return 2;
  const bool bad = findings.count(Severity::error) > 0 ||
                   (arguments.strict && findings.count(Severity::warning) > 0);
  return bad ? 1 : 0;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "check", "says what is wrong with keepalived.conf files; several are one cluster's hosts");
  command->add_option("CONF", arguments->files, "keepalived.conf files")->required();
  command
      ->add_option("--keepalived", arguments->keepalived_files,
                   "the file of a further host, where keepalived runs; may be repeated")
      ->type_name("CONF")
      ->allow_extra_args(false);
  command
      ->add_option("--interface", arguments->interfaces,
                   "an address of the hosts' interface, as in eth0=192.0.2.7/24; may be repeated "
                   "(default: what this machine has)")
      ->type_name("NAME=ADDR/LEN")
      ->allow_extra_args(false);
  command
      ->add_option("--json", arguments->json_path,
                   "write the result as JSON; - for standard output")
      ->type_name("FILE");
  command->add_flag("--strict", arguments->strict, "exit 1 on warnings too");
  command->callback([arguments, &exit_code] { exit_code = check(*arguments); });
}
