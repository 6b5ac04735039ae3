// The adverts of a capture, kept for replays: each content once, each packet in 24 bytes.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/vrrp/observation.h"

namespace understudy::capture {

class WireRecord {
 public:
  /// More are not kept (dropped() counts them): 24 bytes each.
  static constexpr std::size_t kMost = 20'000'000;

  struct Entry {
    Instant at;
    std::uint64_t number;  // of the packet in its file
    std::uint32_t content;
    std::uint16_t file;
    std::uint16_t vlan;
  };

  void add(Instant at, PacketPlace place, std::uint16_t vlan, std::span<const std::uint8_t> packet);

  const std::vector<Entry>& entries() const { return entries_; }
  /// The IP packet; identification and header checksum are those of its first twin.
  std::span<const std::uint8_t> packet(const Entry& entry) const {
    const std::string& bytes = *contents_[entry.content];
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  }
  std::uint64_t dropped() const { return dropped_; }

 private:
  std::vector<Entry> entries_;
  std::map<std::string, std::uint32_t> index_;
  std::vector<const std::string*> contents_;
  std::uint64_t dropped_ = 0;
};

}  // namespace understudy::capture
