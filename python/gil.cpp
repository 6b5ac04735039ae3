#include "python/gil.h"

#include <cxxabi.h>
#include <unistd.h>

namespace understudy::python {

namespace {

template <typename Take>
auto taken(Take take) {
  try {
    return take();
  } catch (abi::__forced_unwind&) {
    for (;;) ::pause();
  }
}

}  // namespace

GilReleased::~GilReleased() {
  taken([this] { PyEval_RestoreThread(thread_); });
}

GilHeld::GilHeld() : state_(taken([] { return PyGILState_Ensure(); })) {}

}  // namespace understudy::python
