// What the pictures of an explained capture are drawn from.
#pragma once

#include <cstddef>
#include <string>

#include "pcap/explanation.h"

namespace understudy::sim {

/// A page shows so much and says what it leaves out, however large the capture is; the JSON
/// document has all of it.
struct PageLimits {
  static constexpr std::size_t kRouters = 48;     // with a section and a picture
  static constexpr std::size_t kReigns = 10'000;  // of all pictures
  static constexpr std::size_t kMarks = 4'000;    // announcements, settings; of each kind
  static constexpr std::size_t kChanges = 1'000;  // rows and lines, of all virtual routers
  static constexpr std::size_t kFindings = 400;
};

/// JSON: a picture for each of the first kRouters virtual routers, at the element "picture-N".
std::string explanation_pictures(const capture::Explanation& explanation);

}  // namespace understudy::sim
