#include "sim/script_runner.h"

namespace understudy::sim {
namespace {

constexpr Duration kDefaultRuntime = std::chrono::milliseconds{15};

}  // namespace

ScriptRunner::ScriptRunner(Stage& stage, const WorldView& world, ScriptListener& listener,
                           std::size_t host)
    : stage_(stage), world_(world), listener_(listener), host_(host) {
  for (const auto& check : stage.host(host).checks)
    models_.push_back({&check, RandomStream(stage.scenario.seed, "check/" + stage.host(host).name +
                                                                     "/" + check.script)});
}

void ScriptRunner::run(std::uint32_t daemon, std::uint16_t script, std::uint32_t number,
                       std::string_view name) {
  std::uint32_t slot = 0;
  while (slot < runs_.size() && runs_[slot].going) ++slot;
  if (slot == runs_.size()) runs_.emplace_back();
  Run& run = runs_[slot];
  run = {true, daemon, script, number, 0, stage_.now + kDefaultRuntime, nullptr};
  for (auto& model : models_) {
    if (model.check->script != name) continue;
    run.check = model.check;
    const auto& runtime = model.check->runtime;
    run.ends_at = stage_.now + model.draws.uniform(runtime.lowest, runtime.highest);
  }
  stage_.queue.push(run.ends_at, EventKind::script_exit, static_cast<std::uint32_t>(host_), slot);
}

void ScriptRunner::kill(std::uint32_t daemon, std::uint16_t script, std::uint32_t number,
                        int signal) {
  for (std::uint32_t slot = 0; slot < runs_.size(); ++slot) {
    Run& run = runs_[slot];
    if (!run.going || run.daemon != daemon || run.script != script || run.number != number)
      continue;
    run.signal = signal;
    run.ends_at = stage_.now;
    stage_.queue.push(stage_.now, EventKind::script_exit, static_cast<std::uint32_t>(host_), slot);
    return;
  }
}

void ScriptRunner::handle(const Event& event) {
  Run& run = runs_[event.data];
  if (!run.going || run.ends_at != event.at) return;  // killed meanwhile, or put off
  if (run.signal != 0) return finish(run, 128 + run.signal);
  const Check* check = run.check;
  if (check == nullptr) return finish(run, 0);
  if (check->hangs_when && check->hangs_when->holds(world_)) return;  // until it is killed
  if (check->restarts) listener_.script_starts_service(host_, *check->restarts);
  if (check->stops_daemon_when && check->stops_daemon_when->holds(world_))
    listener_.script_stops_daemon(host_);
  int status = check->exit_status;
  if (check->passes_when) status = check->passes_when->holds(world_) ? 0 : 1;
  if (check->prints_instead && status != 0) {
    tell_printed(*check);
    status = 0;
  }
  // Stopping the daemon may have ended this very run.
  if (runs_[event.data].going) finish(runs_[event.data], status);
}

void ScriptRunner::tell_printed(const Check& check) {
  for (auto& model : models_) {
    if (model.check != &check || model.told) continue;
    model.told = true;
    stage_.tell(TimelineEntry::Kind::script, host_,
                "script " + check.script +
                    " says on its output that it fails, and exits with 0: nobody reads that");
  }
}

void ScriptRunner::finish(Run& run, int exit_status) {
  run.going = false;
  stage_.trace(TraceMark::script, host_ << 32 | run.number,
               static_cast<std::uint64_t>(static_cast<unsigned>(exit_status)));
  listener_.script_ended(host_, run.daemon, run.script, run.number, exit_status);
}

void ScriptRunner::power_off() {
  for (auto& run : runs_) run.going = false;
}

void ScriptRunner::shift(const Event& event, Duration by) {
  Run& run = runs_[event.data];
  if (!run.going || run.ends_at != event.at) return;
  run.ends_at = stage_.now + by;
  stage_.queue.push(run.ends_at, EventKind::script_exit, event.target, event.data);
}

}  // namespace understudy::sim
