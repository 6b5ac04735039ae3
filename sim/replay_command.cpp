#include "sim/replay_command.h"

#include <algorithm>

namespace understudy::sim {
namespace {

bool harmless_in_a_shell(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_./=%+:,@").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (harmless_in_a_shell(text)) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string replay_command(std::string_view file, std::string_view case_name, std::uint64_t seed,
                           const std::vector<std::string>& params) {
  std::string command = "understudy sim " + shell_word(file);
  if (!case_name.empty()) command += " --case " + shell_word(case_name);
  command += " --seed " + std::to_string(seed);
  for (const std::string& param : params) command += " --param " + shell_word(param);
  return command;
}

}  // namespace understudy::sim
