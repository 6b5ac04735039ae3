#include "sim/sweep/parallel.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy::sim {
namespace {

constexpr auto kWatchEvery = std::chrono::milliseconds{100};

/// The numbers, and how many threads still take some.
class Counter {
 public:
  Counter(const ParallelWork& work) : work_(work), working_(work.jobs) {}

  void take_numbers(unsigned worker) noexcept {
    try {
      while (!over_) {
        const auto number = next_.fetch_add(1, std::memory_order_relaxed);
        if (number >= work_.count) break;
        if (!work_.work(worker, number)) over_ = true;
      }
    } catch (...) {
      over_ = true;
      const std::lock_guard lock(mutex_);
      if (!thrown_) thrown_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (--working_ == 0) idle_.notify_all();
  }
  void watch() {
    std::unique_lock lock(mutex_);
    while (!idle_.wait_for(lock, kWatchEvery, [&] { return working_ == 0; })) {
      lock.unlock();
      if (!work_.watch()) over_ = true;
      lock.lock();
    }
  }
  void rethrow() {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  const ParallelWork& work_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::condition_variable idle_;
  unsigned working_;
  std::exception_ptr thrown_;
};

}  // namespace

void run_parallel(const ParallelWork& work) {
  Counter counter(work);
  {
    std::vector<std::jthread> threads;
    for (unsigned worker = 0; worker < work.jobs; ++worker)
      threads.emplace_back([&counter, worker] { counter.take_numbers(worker); });
    counter.watch();
  }
  counter.rethrow();
}

}  // namespace understudy::sim
