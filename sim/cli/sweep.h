// `understudy sweep`: many seeds and parameters, and what their distribution is like.
#pragma once

namespace CLI {
class App;
}

void add_sweep(CLI::App& app, int& exit_code);
