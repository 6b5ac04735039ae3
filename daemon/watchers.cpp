#include "daemon/watchers.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/clock.h"

namespace understudy::daemon {

tl::expected<Watchers, std::string> Watchers::open(const NodeConfig& config) {
  auto wall_clock = WallClock::open();
  if (!wall_clock) return tl::unexpected(wall_clock.error());
  Watchers watchers{std::move(*wall_clock)};
  watchers.wall_clock_matters_ =
      std::any_of(config.virtual_routers.begin(), config.virtual_routers.end(),
                  [](const VirtualRouterConfig& router) { return router.rules.hmac.has_value(); });
  if (!config.files.empty()) {
    auto files = FileWatcher::open(config.files);
    if (!files) return tl::unexpected(files.error());
    watchers.files_ = std::move(*files);
  }
  if (!config.processes.empty()) {
    auto processes = ProcessWatcher::open(config.processes, monotonic_now());
    if (!processes) return tl::unexpected(processes.error());
    watchers.processes_ = std::move(*processes);
  }
  return watchers;
}

std::vector<int> Watchers::fds() const {
  std::vector<int> all{wall_clock_.fd()};
  if (files_) all.push_back(files_->fd());
  if (processes_) all.push_back(processes_->fd());
  return all;
}

Instant Watchers::next_look() const {
  auto next = wall_clock_matters_ ? wall_clock_.next_check() : Instant::max();
  if (files_) next = std::min(next, files_->next_look());
  if (processes_) next = std::min(next, processes_->next_look());
  return next;
}

void Watchers::look(Instant now, std::vector<Input>& changes, std::vector<LogLine>& lines) {
  if (const auto offset = wall_clock_.look(now)) changes.emplace_back(WallClockChanged{*offset});
  if (files_) files_->look(now, changes, lines);
  if (!processes_) return;
  processes_->look(now, changes);
  if (!told_method_)
    lines.push_back({LogLevel::info, "Tracked processes: ends are known by pidfd, starts by " +
                                         processes_->method()});
  told_method_ = true;
  if (processes_->unheld() == 0 || told_unheld_) return;
  told_unheld_ = true;
  lines.push_back(
      {LogLevel::warning,
       fmt::format("{} tracked processes cannot be held (no more descriptors): their ends show "
                   "late",
                   processes_->unheld())});
}

}  // namespace understudy::daemon
