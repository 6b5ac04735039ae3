#include "sim/cli/explain.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "pcap/explanation.h"
#include "sim/cli/output.h"

namespace {

namespace capture = understudy::capture;
namespace cli = understudy::cli;

struct Arguments {
  std::vector<std::string> captures;
  std::string json_path;
  bool strict = false;
};

int explain(const Arguments& arguments) {
  const capture::Explanation explanation = capture::explain(arguments.captures);
  for (const auto& remark : explanation.remarks) {
    std::fprintf(stderr, "%s: %s: %s\n", remark.file.c_str(), remark.error ? "error" : "warning",
                 remark.text.c_str());
  }
  if (explanation.files_read == 0) return 2;
  if (arguments.json_path != "-" && !cli::print(capture::text(explanation))) return 2;
  if (!arguments.json_path.empty() &&
      !cli::write_output(arguments.json_path, capture::json(explanation))) {
    return 2;
  }
  const bool flawless = explanation.remarks.empty() && explanation.observation.findings.empty();
  return arguments.strict && !flawless ? 1 : 0;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("explain", "says who was master in captures, when, and why it changed");
  command
      ->add_option("CAPTURE", arguments->captures,
                   "pcap files; several are taken as captures of one network; - is standard input")
      ->required();
  command
      ->add_option("--json", arguments->json_path,
                   "write the result as JSON; - for standard output")
      ->type_name("FILE");
  command->add_flag("--strict", arguments->strict, "exit 1 when anything is found or left unread");
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}
