#include "pcap/capture_format.h"

namespace understudy::capture {

std::string CaptureError::message() const {
  if (packet == 0) return text;
  return "packet " + std::to_string(packet) + ": byte " + std::to_string(offset) + ": " + text;
}

bool CaptureFormat::fail_at(std::uint64_t offset, std::string text) {
  fault_ = CaptureError{number_, offset, std::move(text)};
  return false;
}

bool CaptureFormat::fail_short(std::uint64_t wanted) {
  if (!input_.failure().empty()) return fail(input_.failure());
  return fail("the file ends within it: " + std::to_string(input_.left()) + " of " +
              std::to_string(wanted) + " bytes are there");
}

bool CaptureFormat::at_end() { return input_.peek(1) == nullptr && input_.failure().empty(); }

}  // namespace understudy::capture
