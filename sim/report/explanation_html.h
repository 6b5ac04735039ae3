// `explain --html`: an explained capture as a page.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "pcap/explanation.h"

namespace understudy::sim {

/// One file, in the look of the lab's: a lane for each speaker of each virtual router with its
/// masterships, changes and findings, and all of that as tables. Fails when the program was built
/// without the charting library; the string says what to install.
tl::expected<std::string, std::string> explanation_html(const capture::Explanation& explanation,
                                                        const std::string& title);

}  // namespace understudy::sim
