#include "sim/cli/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace understudy::cli {
namespace {

// Before that a rate would be a guess.
constexpr double kGuessSeconds = 0.5;

std::string rate_text(double rate) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), rate < 10 ? "%.1f/s" : "%.0f/s", rate);
  return text.data();
}

std::string time_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  if (whole < 100) return std::to_string(whole) + " s";
  if (whole < 6000) return std::to_string((whole + 59) / 60) + " min";
  return std::to_string((whole + 3599) / 3600) + " h";
}

unsigned error_width() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

std::string progress_text(const std::string& what, std::uint64_t done, std::uint64_t planned,
                          double spent, unsigned width) {
  std::string text = std::to_string(done) + " of " + std::to_string(planned) + " " + what;
  if (spent >= kGuessSeconds && done > 0) {
    const double rate = static_cast<double>(done) / spent;
    text += ", " + rate_text(rate) + ", " +
            time_text(static_cast<double>(planned - std::min(done, planned)) / rate) + " left";
  }
  constexpr std::size_t kShortestBar = 8, kLongestBar = 40;
  if (text.size() + kShortestBar + 3 > width) return text.substr(0, width);
  const auto length = std::min(width - text.size() - 3, kLongestBar);
  const auto filled = planned == 0
                          ? length
                          : static_cast<std::size_t>(static_cast<double>(length) *
                                                     static_cast<double>(std::min(done, planned)) /
                                                     static_cast<double>(planned));
  return "[" + std::string(filled, '#') + std::string(length - filled, '.') + "] " + text;
}

ProgressBar::ProgressBar(std::string what, bool wanted)
    : what_(std::move(what)), active_(wanted && isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(std::uint64_t done, std::uint64_t planned, const std::string& note) {
  if (!active_) return;
  const double spent =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const auto tail = note.empty() ? note : ", " + note;
  const auto width = std::max<unsigned>(error_width(), 20) - 1;
  const auto room = width > tail.size() + 20 ? width - static_cast<unsigned>(tail.size()) : width;
  const auto line =
      "\r\x1b[K" + progress_text(what_, done, planned, spent, room) + (room == width ? "" : tail);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressBar::clear() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace understudy::cli
