#include "sim/capture_taps.h"

#include <filesystem>
#include <utility>

namespace understudy::sim {
namespace {

// Names come from files that anyone may have written: none leads out of the directory.
std::string file_name(const std::string& name) {
  std::string safe;
  for (const char letter : name) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
                       letter == '.' || letter == '@';
    safe += plain ? letter : '_';
  }
  if (safe.empty() || safe.front() == '.') safe.insert(safe.begin(), '_');
  return safe;
}

}  // namespace

tl::expected<CaptureTaps, std::string> CaptureTaps::open(const Stage& stage,
                                                         const std::string& directory) {
  std::filesystem::path folder{directory};
  if (!stage.scenario.case_name.empty()) folder /= file_name(stage.scenario.case_name);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return tl::unexpected("cannot make " + folder.string() + ": " + error.message());
  CaptureTaps taps;
  for (const auto& place : stage.nics) {
    const auto& host = stage.host(place.host);
    const auto name = file_name(host.name) + "." + file_name(host.nics[place.nic].name) + ".pcap";
    auto writer = capture::CaptureWriter::create((folder / name).string());
    if (!writer) return tl::unexpected(writer.error());
    taps.writers_.push_back(std::move(*writer));
  }
  return taps;
}

tl::expected<void, std::string> CaptureTaps::close() {
  for (auto& writer : writers_)
    if (auto closed = writer.close(); !closed) return closed;
  return {};
}

}  // namespace understudy::sim
