// `understudy watch`: explains what passes an interface, while it passes.
#pragma once

namespace CLI {
class App;
}

void add_watch(CLI::App& app, int& exit_code);
