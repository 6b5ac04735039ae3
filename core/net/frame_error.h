// Why a link, network or transport header could not be read or written.
#pragma once

#include <cstdint>
#include <string_view>

namespace understudy {

enum class FrameError : std::uint8_t {
  truncated,         // fewer bytes than the header, or than its length fields promise
  bad_version,       // not the IP version asked for
  bad_header,        // a header length or a fixed field that cannot be
  bad_checksum,      // header (IPv4) or segment (TCP)
  buffer_too_small,  // encoding only; nothing was written
};

constexpr std::string_view to_string(FrameError error) {
  constexpr std::string_view kNames[] = {"truncated", "bad_version", "bad_header", "bad_checksum",
                                         "buffer_too_small"};
  return kNames[static_cast<std::uint8_t>(error)];
}

}  // namespace understudy
