// `understudy check`: what is wrong with keepalived.conf files, alone and among each other.
#pragma once

namespace CLI {
class App;
}

/// Adds the subcommand. When it runs it sets `exit_code`: 0 fine, 1 an error (with --strict also a
/// warning) was found, 2 a file could not be read or the JSON not be written.
void add_check(CLI::App& app, int& exit_code);
