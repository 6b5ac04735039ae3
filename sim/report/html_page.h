// The frame of a page in one file: style, data, scripts and the charting library are inside it, so
// it needs no network and opens from a mail.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::sim {

/// Text as it may stand between tags and in quoted attributes; control bytes become '?', what is
/// not UTF-8 the replacement character.
std::string html_text(std::string_view text);

/// A whole document. `body` is HTML; `json` is data for `script`, which finds it in the element
/// "data"; the library is there before it runs. Fails, saying what to install, when the program was
/// built without the library.
tl::expected<std::string, std::string> html_page(std::string_view title, std::string_view body,
                                                 std::string json, std::string_view script);

}  // namespace understudy::sim
