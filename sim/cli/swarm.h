// `understudy swarm`: the user's own configurations in many small wars with the world.
#pragma once

namespace CLI {
class App;
}

void add_swarm(CLI::App& app, int& exit_code);
