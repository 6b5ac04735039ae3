// How far a long command has come, on a terminal and nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace understudy::cli {

/// A line on standard error that is written over and over: bar, count, rate, time left. Says
/// nothing when standard error is no terminal, or when it is not wanted.
class ProgressBar {
 public:
  /// `what` is counted, in the plural: "runs".
  ProgressBar(std::string what, bool wanted);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `note` stands behind the rest: "3 fail".
  void show(std::uint64_t done, std::uint64_t planned, const std::string& note = {});
  /// Takes the line away.
  void clear();

 private:
  std::string what_;
  bool active_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "[####......] 432 of 1000 runs, 210/s, 3 s left": at most `width` columns. `spent` since the
/// start, in seconds.
std::string progress_text(const std::string& what, std::uint64_t done, std::uint64_t planned,
                          double spent, unsigned width);

}  // namespace understudy::cli
