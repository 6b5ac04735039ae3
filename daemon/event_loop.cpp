#include "daemon/event_loop.h"

#define ASIO_STANDALONE
#define ASIO_NO_DEPRECATED
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <map>

namespace understudy::daemon {

namespace {

// Lives as long as a wait is under way; `active` ends it after unwatch.
struct Watch : std::enable_shared_from_this<Watch> {
  Watch(asio::io_context& context, int fd, std::function<void()> callback)
      : descriptor(context, fd), on_readable(std::move(callback)) {}

  void wait() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const asio::error_code& error) {
                            if (error || !self->active) return;
                            self->on_readable();
                            if (self->active) self->wait();
                          });
  }

  asio::posix::stream_descriptor descriptor;
  std::function<void()> on_readable;
  bool active = true;
};

}  // namespace

struct EventLoop::Impl {
  asio::io_context context{1};
  asio::steady_timer timer{context};
  asio::signal_set signals{context};
  std::map<int, std::shared_ptr<Watch>> watches;
  std::function<void()> on_timer;
  std::function<void(int)> on_signal;
  std::optional<Instant> timer_at;

  void wait_signal() {
    signals.async_wait([this](const asio::error_code& error, int signal) {
      if (error) return;
      on_signal(signal);
      wait_signal();
    });
  }
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}

EventLoop::~EventLoop() {
  while (!impl_->watches.empty()) unwatch(impl_->watches.begin()->first);
}

void EventLoop::watch(int fd, std::function<void()> on_readable) {
  const auto watch = std::make_shared<Watch>(impl_->context, fd, std::move(on_readable));
  impl_->watches[fd] = watch;
  watch->wait();
}

void EventLoop::unwatch(int fd) {
  const auto found = impl_->watches.find(fd);
  if (found == impl_->watches.end()) return;
  found->second->active = false;
  found->second->descriptor.release();
  impl_->watches.erase(found);
}

void EventLoop::on_signals(const std::vector<int>& signals, std::function<void(int)> on_signal) {
  impl_->on_signal = std::move(on_signal);
  for (const int signal : signals) impl_->signals.add(signal);
  impl_->wait_signal();
}

void EventLoop::on_timer(std::function<void()> on_timer) { impl_->on_timer = std::move(on_timer); }

void EventLoop::wake_at(std::optional<Instant> at) {
  if (at == impl_->timer_at) return;
  impl_->timer_at = at;
  if (!at) {
    impl_->timer.cancel();
    return;
  }
  // steady_clock is CLOCK_MONOTONIC, as Instant is here.
  impl_->timer.expires_at(std::chrono::steady_clock::time_point{at->time_since_epoch()});
  impl_->timer.async_wait([this](const asio::error_code& error) {
    if (error) return;
    impl_->timer_at.reset();
    impl_->on_timer();
  });
}

void EventLoop::post(std::function<void()> callback) {
  asio::post(impl_->context, std::move(callback));
}

void EventLoop::run() { impl_->context.run(); }

void EventLoop::stop() { impl_->context.stop(); }

}  // namespace understudy::daemon
