// Ctrl-C as a wish to see what there is, not as an end.
#pragma once

#include <atomic>
#include <csignal>

namespace understudy::cli {

/// Exit status of a program that Ctrl-C ended, as shells have it: 128 + SIGINT.
inline constexpr int kInterrupted = 130;

/// While it lives, the first SIGINT or SIGTERM sets a flag and interrupts system calls; the second
/// ends the program as always. One at a time.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  const std::atomic<bool>* flag() const;
  bool requested() const { return *flag(); }

 private:
  struct sigaction former_interrupt_ {};
  struct sigaction former_termination_ {};
};

}  // namespace understudy::cli
