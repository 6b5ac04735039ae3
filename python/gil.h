// The lock of Python's interpreter, let go and taken again.
#pragma once

#include <pybind11/pybind11.h>

namespace understudy::python {

// When Python ends, it ends other threads where they ask for the lock, by unwinding them. No
// destructor stands that, and the program would end with SIGABRT; so they hang instead until it is
// over, as Python has it from 3.14 on.

/// Without the lock while this lives.
class GilReleased {
 public:
  GilReleased() : thread_(PyEval_SaveThread()) {}
  ~GilReleased();
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;

 private:
  PyThreadState* thread_;
};

/// With it for a moment, in a thread of Python's that let it go.
class GilHeld {
 public:
  GilHeld();
  ~GilHeld() { PyGILState_Release(state_); }
  GilHeld(const GilHeld&) = delete;
  GilHeld& operator=(const GilHeld&) = delete;

 private:
  PyGILState_STATE state_;
};

}  // namespace understudy::python
