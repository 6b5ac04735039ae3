// Ctrl-C while the engine works and holds no GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <optional>

namespace understudy::python {

/// Python's signal handlers run in its main thread alone, and only when somebody looks: this looks,
/// at most every 50 ms, so that asking costs next to nothing. What a handler raises
/// (KeyboardInterrupt) ends the work.
class SignalWatch {
 public:
  /// With the GIL, in the thread that will ask.
  SignalWatch();
  /// Without the GIL. False from the moment on when a handler raised.
  bool goes_on();
  /// With the GIL: raises what the handler did.
  void raise() const;

 private:
  bool in_main_thread_;
  std::chrono::steady_clock::time_point next_look_;
  std::optional<pybind11::error_already_set> error_;
};

}  // namespace understudy::python
