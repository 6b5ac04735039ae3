// Command lines in keepalived.conf: `path [user [group]]` or `"path argument ..." [user [group]]`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"

namespace understudy::config {

/// Splits at blanks as keepalived does: '...' and "..." hold together, a backslash takes the next
/// character as it is, or \a \b \E \f \n \r \t \v, \nnn (octal), \xXX and \cC. nullopt when a quote
/// is not closed or nothing follows a backslash.
std::optional<std::vector<std::string>> split_shell_words(std::string_view text);

struct CommandLine {
  Command command;
  std::vector<std::string> behind;  // further words: user and group
};

/// Only the first word is the command; it is split once more into its arguments. nullopt as above,
/// or when the command is empty.
std::optional<CommandLine> parse_command_line(std::string_view text);

}  // namespace understudy::config
