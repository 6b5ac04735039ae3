// `understudy sim`: rehearses the cases of a scenario file.
#pragma once

namespace CLI {
class App;
}

/// Adds the subcommand. When it runs it sets `exit_code`: 0 when every case passes, 1 when one does
/// not, 2 when the scenario cannot be read or a result not be written.
void add_sim(CLI::App& app, int& exit_code);
