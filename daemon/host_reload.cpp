// SIGHUP: another configuration under a running daemon. Nothing changes before all that can fail
// has worked.
#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "daemon/host.h"
#include "daemon/tracked_file.h"

namespace understudy::daemon {
namespace {

constexpr auto kSuccessorLimit = std::chrono::seconds{5};

std::vector<bool> masters_of(const Node& node) {
  std::vector<bool> masters;
  for (const auto& router : node.virtual_routers())
    masters.push_back(router.state() == State::master);
  return masters;
}

// Those that were not tracked before: a file in use is not for us to write.
std::vector<config::TrackFile> new_files(const NodeConfig& next, const NodeConfig& former) {
  std::vector<config::TrackFile> files;
  for (const auto& file : next.files)
    if (std::none_of(former.files.begin(), former.files.end(),
                     [&](const config::TrackFile& other) { return other.path == file.path; }))
      files.push_back(file);
  return files;
}

}  // namespace

void Host::begin_reload() {
  if (stopping_) return;
  if (reload_) return log_line(LogLevel::warning, "Reload: the one before is still under way");
  log_line(LogLevel::info, "Reloading " + settings_.config_file);
  auto prepared = prepare_file(settings_.config_file, settings_.profile, network_.netlink());
  if (!prepared) {
    for (const auto& line : prepared.error()) log_line(LogLevel::error, line);
    return log_line(LogLevel::error, "Reload: nothing has changed");
  }
  auto successor = scripts_ ? scripts_->request_successor() : std::optional<ScriptClient>{};
  if (!successor)
    return log_line(LogLevel::error, "Reload: the script runner is gone: nothing has changed");
  const int fd = successor->fd();
  reload_.emplace(Reload{std::move(*prepared), std::move(*successor), now() + kSuccessorLimit});
  loop_.watch(fd, [this] { turn(); });
  schedule();
}

// The successor of the script runner reads the configuration, too: only when it found the same
// commands there, theirs and ours have the same numbers.
void Host::go_on_with_reload() {
  if (!reload_) return;
  const auto greeting = reload_->scripts.greeting();
  if (!greeting && last_now_ < reload_->until) return;
  loop_.unwatch(reload_->scripts.fd());
  auto reload = std::move(*reload_);
  reload_.reset();
  if (!greeting || greeting->table_digest != digest_of(reload.prepared.table))
    return log_line(LogLevel::error,
                    "Reload: the script runner read another configuration than the daemon: nothing "
                    "has changed");
  finish_reload(std::move(reload));
}

void Host::finish_reload(Reload reload) {
  const auto next = reload.prepared.node;
  const auto unwritten = write_initial_values(new_files(*next, node_.config()));
  auto watchers = Watchers::open(*next);
  auto additions = network_.open_additions(*next);
  if (!watchers || !additions)
    return log_line(LogLevel::error, fmt::format("Reload: {}: nothing has changed",
                                                 watchers ? additions.error() : watchers.error()));
  for (const auto& remark : reload.prepared.remarks)
    log_line(remark.severity == Severity::note ? LogLevel::info : LogLevel::warning,
             one_line(remark));
  for (const auto& text : unwritten) log_line(LogLevel::warning, text);

  node_.retire(now(), *next, effects_);
  perform();
  feed_pending();
  narrator_->finish(lines_);
  flush_lines();
  unwatch_descriptors();

  network_.change(*next, std::move(*additions), masters_of(node_));
  const auto former = std::exchange(node_, Node{next});
  table_ = std::move(reload.prepared.table);
  scripts_ = std::move(reload.scripts);
  watchers_ = std::move(*watchers);
  script_runs_.assign(next->scripts.size(), 0);
  narrator_.emplace(*next,
                    NarratorOptions{settings_.log_detail, reload.prepared.log_unknown_vrids});

  for (const auto& input : network_.refresh()) node_.handle(now(), input, effects_);
  changes_.clear();
  watchers_.look(now(), changes_, lines_);
  for (const auto& change : changes_) node_.handle(now(), change, effects_);
  node_.adopt(now(), former, effects_);
  narrator_->remember(node_.virtual_routers());
  perform();
  feed_pending();
  network_.drop_former_addresses(masters_of(node_));
  watch_descriptors();
  log_line(LogLevel::info, "Reload: done");
}

}  // namespace understudy::daemon
