// For broken promises of our own code, in release builds too. Bytes from outside never get here.
#pragma once

#include <cstdlib>

namespace understudy {

/// Ends the process when `promise` does not hold.
constexpr void ensure(bool promise) {
  if (!promise) [[unlikely]]
    std::abort();
}

}  // namespace understudy
