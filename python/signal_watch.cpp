#include "python/signal_watch.h"

#include "python/gil.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

constexpr auto kLookEvery = std::chrono::milliseconds{50};

bool in_main_thread() {
  const auto threading = py::module_::import("threading");
  return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

}  // namespace

SignalWatch::SignalWatch()
    : in_main_thread_(in_main_thread()),
      next_look_(std::chrono::steady_clock::now() + kLookEvery) {}

bool SignalWatch::goes_on() {
  if (error_) return false;
  if (!in_main_thread_) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return true;
  next_look_ = now + kLookEvery;
  const GilHeld locked;
  if (PyErr_CheckSignals() != 0) error_.emplace();
  return !error_;
}

void SignalWatch::raise() const {
  if (error_) throw py::error_already_set(*error_);
}

}  // namespace understudy::python
