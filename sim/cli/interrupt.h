// Ctrl-C as a wish to see what there is, not as an end.
#pragma once

#include <csignal>

namespace understudy::cli {

/// While it lives, the first SIGINT or SIGTERM sets a flag and interrupts system calls; the second
/// ends the program as always. One at a time.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  const volatile std::sig_atomic_t* flag() const;
  bool requested() const { return *flag() != 0; }

 private:
  struct sigaction former_interrupt_ {};
  struct sigaction former_termination_ {};
};

}  // namespace understudy::cli
