// A counter that threads share: each takes the next number until none is left.
#pragma once

#include <cstdint>
#include <functional>

namespace understudy::sim {

struct ParallelWork {
  std::uint64_t count = 0;  // numbers below this
  unsigned jobs = 1;        // threads, at least 1
  /// Called by thread `worker` (below `jobs`); false: no more numbers, for anybody.
  std::function<bool(unsigned worker, std::uint64_t number)> work;
  /// Called by the calling thread about ten times a second, while the others work; false as above.
  std::function<bool()> watch;
};

/// Returns when all that was begun is done. An exception in a thread ends the work and is thrown
/// again here.
void run_parallel(const ParallelWork& work);

}  // namespace understudy::sim
