#include "sim/cli/explain.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "pcap/explanation.h"

namespace {

namespace capture = understudy::capture;

struct Arguments {
  std::vector<std::string> captures;
  std::string json_path;
  bool strict = false;
};

bool write_whole(std::FILE* file, const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fflush(file) == 0 && written;
}

/// Under a temporary name first, so that no reader ever sees half of it.
bool write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + "." + std::to_string(::getpid()) + ".part";
  std::FILE* file = std::fopen(temporary.c_str(), "wbx");
  bool done = file != nullptr && write_whole(file, text);
  int error_number = errno;
  if (file != nullptr && std::fclose(file) != 0) done = false;
  if (done && std::rename(temporary.c_str(), path.c_str()) == 0) return true;
  if (done) error_number = errno;
  if (file != nullptr) std::remove(temporary.c_str());
  std::fprintf(stderr, "%s: error: cannot write: %s\n", path.c_str(), std::strerror(error_number));
  return false;
}

int explain(const Arguments& arguments) {
  const capture::Explanation explanation = capture::explain(arguments.captures);
  for (const auto& remark : explanation.remarks) {
    std::fprintf(stderr, "%s: %s: %s\n", remark.file.c_str(), remark.error ? "error" : "warning",
                 remark.text.c_str());
  }
  if (explanation.files_read == 0) return 2;
  if (arguments.json_path == "-") {
    if (!write_whole(stdout, capture::json(explanation))) return 2;
  } else {
    if (!write_whole(stdout, capture::text(explanation))) return 2;
    if (!arguments.json_path.empty() &&
        !write_file(arguments.json_path, capture::json(explanation))) {
      return 2;
    }
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
