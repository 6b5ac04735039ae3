// `understudy explain`: who was master in a capture, when, and why.
#pragma once

namespace CLI {
class App;
}

/// Adds the subcommand. When it runs it sets `exit_code`: 0, 1 with --strict and anything found or
/// left unread, 2 when no capture could be read or the JSON not be written.
void add_explain(CLI::App& app, int& exit_code);
