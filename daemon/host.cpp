#include "daemon/host.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>

#include "daemon/status_lines.h"

namespace understudy::daemon {
namespace {

// Inputs of one kind handed in before signals and children get their turn.
constexpr unsigned kPacketsPerTurn = 2048;
constexpr unsigned kDeadlinesPerTurn = 64;
constexpr auto kStopLimit = std::chrono::milliseconds{700};

}  // namespace

Host::Host(const Prepared& prepared, Network network, ScriptClient scripts, Watchers watchers,
           HostSettings settings)
    : settings_(std::move(settings)),
      node_(prepared.node),
      network_(std::move(network)),
      table_(prepared.table),
      scripts_(std::move(scripts)),
      watchers_(std::move(watchers)),
      script_runs_(prepared.node->scripts.size()) {
  narrator_.emplace(*prepared.node,
                    NarratorOptions{settings_.log_detail, prepared.log_unknown_vrids});
}

void Host::run() {
  watch_everything();
  start();
  loop_.run();
}

void Host::watch_everything() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_IGN);  // a script runner that a reload let go needs no burial
  loop_.on_signals({SIGTERM, SIGINT, SIGHUP, SIGUSR1}, [this](int signal) { on_signal(signal); });
  loop_.on_timer([this] { turn(); });
  loop_.watch(network_.netlink().monitor_fd(), [this] { turn(); });
  watch_descriptors();
}

// Those that a reload may change.
void Host::watch_descriptors() {
  for (std::size_t i = 0; i < network_.socket_count(); ++i)
    loop_.watch(network_.socket(i).fd(), [this] { turn(); });
  if (scripts_) loop_.watch(scripts_->fd(), [this] { turn(); });
  for (const int fd : watchers_.fds())
    loop_.watch(fd, [this] {
      changes_wait_ = true;
      turn();
    });
}

void Host::unwatch_descriptors() {
  for (std::size_t i = 0; i < network_.socket_count(); ++i) loop_.unwatch(network_.socket(i).fd());
  if (scripts_) loop_.unwatch(scripts_->fd());
  for (const int fd : watchers_.fds()) loop_.unwatch(fd);
}

void Host::start() {
  network_.remove_leftovers();
  network_.add_statics();
  for (const auto& input : network_.refresh()) feed(input);
  hand_in_changes();
  feed(Startup{time_since_boot()});
  log_who_waits();
  sd_notify(0, "READY=1");
  turn();
}

void Host::log_who_waits() {
  for (const auto& router : node_.virtual_routers()) {
    const auto& tracked = node_.config().tracked[router.config().index];
    if (router.state() == State::init &&
        std::any_of(tracked.begin(), tracked.end(), [&](const TrackedConfig& item) {
          return item.kind == TrackedConfig::Kind::script && item.weight == 0 &&
                 node_.scripts()[item.object].status() == ScriptStatus::unknown;
        }))
      log_line(LogLevel::info,
               fmt::format("({}) waits for the first result of its scripts", router.config().name));
  }
}

Instant Host::now() {
  last_now_ = std::max(last_now_, monotonic_now());
  return last_now_;
}

void Host::feed(const Input& input) {
  node_.handle(now(), input, effects_);
  perform();
  feed_pending();
}

// What effects caused: a send that failed, a script that could not be started.
void Host::feed_pending() {
  while (!pending_.empty()) {
    const auto input = pending_.front();
    pending_.pop_front();
    node_.handle(now(), input, effects_);
    perform();
  }
}

// One wake-up, whatever woke us: everything that came before a deadline goes in before it.
void Host::turn() {
  for (unsigned round = 0; round < kDeadlinesPerTurn; ++round) {
    const auto looked_at = now();
    on_network_change();
    hand_in_changes();
    const bool drained = hand_in_packets();
    hand_in_script_exits();
    go_on_with_reload();
    if (!drained) break;
    const auto due = node_.next_deadline();
    if (!due || *due > looked_at) {
      schedule();
      return;
    }
    feed(DeadlineReached{});
  }
  // There is more, but signals have waited long enough.
  if (!turn_posted_) {
    turn_posted_ = true;
    loop_.post([this] {
      turn_posted_ = false;
      turn();
    });
  }
}

// What files, processes and the wall clock have become.
void Host::hand_in_changes() {
  if (!changes_wait_ && last_now_ < watchers_.next_look()) return;
  changes_wait_ = false;
  changes_.clear();
  watchers_.look(now(), changes_, lines_);
  flush_lines();
  for (const auto& change : changes_) feed(change);
}

// Hands in the packets that came before the next deadline. false: there are more of them.
bool Host::hand_in_packets() {
  unsigned left = kPacketsPerTurn;
  for (std::size_t i = 0; i < network_.socket_count(); ++i) {
    const auto interface = network_.socket_interface(i);
    auto& socket = network_.socket(i);
    while (const auto* packet = socket.front()) {
      const auto due = node_.next_deadline();
      if (due && *due < packet->received_at) break;
      if (left-- == 0) return false;
      if (const auto* next = socket.following())
        node_.expect({interface, next->received_at, next->bytes});
      node_.handle(now(), PacketReceived{interface, packet->received_at, packet->bytes}, effects_);
      socket.pop();
      perform();
      feed_pending();
    }
  }
  return true;
}

void Host::hand_in_script_exits() {
  if (!scripts_ || scripts_->gone()) return;
  while (const auto reply = scripts_->receive()) {
    if (reply->command < table_.script_count) {
      feed(ScriptExited{reply->command, reply->run, reply->exit_status});
      continue;
    }
    if (reply->exit_status != 0)
      log_line(LogLevel::warning,
               fmt::format("{}: exit status {}", table_.commands[reply->command].label,
                           reply->exit_status));
    std::erase_if(stop_runs_, [&](const NotifyRun& run) {
      return run.command == reply->command && run.run == reply->run;
    });
    if (stopping_ && stop_runs_.empty()) finish_stop();
  }
  if (scripts_->gone()) runner_lost();
}

void Host::runner_lost() {
  loop_.unwatch(scripts_->fd());
  if (stopping_) return finish_stop();
  log_line(LogLevel::error,
           "the script runner is gone: scripts count as failed until understudyd is restarted");
  for (std::size_t i = 0; i < script_runs_.size(); ++i)
    if (node_.scripts()[i].running())
      feed(ScriptExited{static_cast<std::uint16_t>(i), script_runs_[i], kExitNotRunnable});
}

void Host::on_network_change() {
  if (!network_.netlink().drain_monitor()) return;
  for (const auto& input : network_.refresh()) feed(input);
  for (const auto& router : node_.virtual_routers())
    if (router.state() == State::master) network_.restore_addresses(router.config().index);
  for (const auto index : network_.stale_sockets()) {
    loop_.unwatch(network_.socket(index).fd());
    network_.reopen_socket(index);
    loop_.watch(network_.socket(index).fd(), [this] { turn(); });
  }
}

void Host::schedule() {
  auto next = std::min(node_.deadline_or_never(), watchers_.next_look());
  if (const auto summary = narrator_->next_summary()) {
    if (*summary <= last_now_) {
      narrator_->sum_up(last_now_, lines_);
      flush_lines();
    }
    next = std::min(next, narrator_->next_summary().value_or(Instant::max()));
  }
  if (reload_) next = std::min(next, reload_->until);
  if (stopping_) next = std::min(next, stop_by_);
  if (stopping_ && last_now_ >= stop_by_) return finish_stop();
  loop_.wake_at(next == Instant::max() ? std::nullopt : std::optional{next});
}

// ---- effects

void Host::perform() {
  // What happened is told first, so that the log has the time of the decision, not of its end.
  for (const auto& effect : effects_.list())
    if (const auto* report = std::get_if<Report>(&effect))
      narrator_->tell(*report, last_now_, lines_);
  flush_lines();
  for (const auto& effect : effects_.list())
    std::visit([this](const auto& each) { perform(each); }, effect);
  effects_.clear();
  flush_lines();
}

void Host::flush_lines() {
  for (const auto& line : lines_) log_line(line);
  lines_.clear();
}

void Host::perform(const SendAdvert& effect) {
  const int error =
      network_.send_advert(effect.virtual_router, effects_.packet(effect), effect.destination);
  if (error != 0)
    pending_.emplace_back(AdvertSendFailed{effect.virtual_router, error});
  else
    narrator_->tell_sent(effect.virtual_router, lines_);
}

void Host::perform(const AddAddresses& effect) { network_.add_addresses(effect.virtual_router); }

void Host::perform(const RemoveAddresses& effect) {
  network_.remove_addresses(effect.virtual_router);
}

void Host::perform(const AnnounceAddresses& effect) { network_.announce_addresses(effect); }

void Host::perform(const RunScript& effect) {
  RunnerRequest request;
  request.command = effect.script;
  request.run = effect.run;
  script_runs_[effect.script] = effect.run;
  if (!scripts_ || !scripts_->request(request))
    pending_.emplace_back(ScriptExited{effect.script, effect.run, kExitNotRunnable});
}

void Host::perform(const KillScript& effect) {
  if (!scripts_) return;
  RunnerRequest request;
  request.verb = RunnerRequest::Verb::signal;
  request.command = effect.script;
  request.run = effect.run;
  request.signal = effect.force ? SIGKILL : SIGTERM;
  scripts_->request(request);
}

namespace {

NotifyKind kind_of(State state) {
  constexpr NotifyKind kKinds[] = {NotifyKind::stop, NotifyKind::backup, NotifyKind::master,
                                   NotifyKind::fault};
  return kKinds[static_cast<std::size_t>(state)];
}

}  // namespace

void Host::perform(const Notify& effect) {
  const auto run = [&](NotifyKind kind) {
    run_notify(table_.notify_index(effect.virtual_router, kind), effect.state, effect.priority);
  };
  if (effect.event == Notify::Event::lower_priority) return run(NotifyKind::lower_priority);
  run(kind_of(effect.state));
  run(NotifyKind::any);
}

void Host::perform(const NotifyGroup& effect) {
  for (const auto kind : {kind_of(effect.state), NotifyKind::any})
    run_notify(table_.group_index(effect.group, kind), effect.state, 0);  // as keepalived
}

void Host::run_notify(std::size_t command, State state, std::uint8_t priority) {
  if (!scripts_ || table_.commands[command].argv.empty()) return;
  RunnerRequest request;
  request.command = static_cast<std::uint16_t>(command);
  request.run = ++next_notify_run_;
  request.state = static_cast<std::uint8_t>(state);
  request.priority = priority;
  if (!scripts_->request(request)) {
    log_line(LogLevel::error, table_.commands[command].label + " could not be run");
  } else if (state == State::init) {
    stop_runs_.push_back({request.command, request.run});
  }
}

// ---- signals

void Host::on_signal(int signal) {
  if (signal == SIGHUP) return begin_reload();
  if (signal == SIGUSR1) return log_status();
  if (stopping_) return finish_stop();
  stop();
}

void Host::stop() {
  sd_notify(0, "STOPPING=1");
  log_line(LogLevel::info, "Stopping");
  stopping_ = true;
  feed(Shutdown{});
  network_.remove_statics();
  stop_by_ = now() + kStopLimit;
  if (stop_runs_.empty()) return finish_stop();
  schedule();
}

void Host::finish_stop() {
  for (const auto& run : stop_runs_) {
    RunnerRequest request;
    request.verb = RunnerRequest::Verb::signal;
    request.command = run.command;
    request.run = run.run;
    request.signal = SIGTERM;
    scripts_->request(request);
    log_line(LogLevel::warning,
             table_.commands[run.command].label + " did not end in time: terminated");
  }
  stop_runs_.clear();
  narrator_->finish(lines_);
  flush_lines();
  loop_.stop();
}

void Host::log_status() {
  for (const auto& line : status_lines(node_, watchers_)) log_line(LogLevel::info, line);
}

}  // namespace understudy::daemon
