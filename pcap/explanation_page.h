// Lines for a terminal: cut into columns, coloured where that is wanted.
#pragma once

#include <string>

#include "pcap/explanation.h"

namespace understudy::capture {

enum class Colour { plain, strong, dim, good, warn, bad };

class Page {
 public:
  explicit Page(TextOptions options) : options_(options) {}

  /// One line; where it is too long for the width it goes on below, indented by `indent`. Without
  /// an indent it is left as it is.
  void line(const std::string& text, Colour colour = Colour::plain, std::size_t indent = 0);
  std::string take() { return std::move(text_); }

  static std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
  }

 private:
  void put(const std::string& text, Colour colour);

  TextOptions options_;
  std::string text_;
};

/// Seconds with microseconds, right-aligned in 13 columns.
std::string clock_text(Duration since_start);

/// What the hosts' own engines say (--config, --what-if).
void add_replays(Page& page, const Explanation& explanation);

}  // namespace understudy::capture
