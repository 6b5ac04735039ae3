// Descriptors, signals and one timer in one thread. The only door to Asio.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/net/instant.h"

namespace understudy::daemon {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Calls back whenever the descriptor is readable (or broken), until unwatch. The caller keeps
  /// the descriptor, and unwatches before it closes it.
  void watch(int fd, std::function<void()> on_readable);
  void unwatch(int fd);
  void on_signals(const std::vector<int>& signals, std::function<void(int)> on_signal);
  void on_timer(std::function<void()> on_timer);
  /// Sets, moves or (nullopt) stops the timer. Instants are CLOCK_MONOTONIC's.
  void wake_at(std::optional<Instant> at);
  /// Calls back after the events that are ready now.
  void post(std::function<void()> callback);

  /// Until stop().
  void run();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::daemon
