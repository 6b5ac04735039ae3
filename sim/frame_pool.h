// Ethernet frames on their way: real bytes, shared by all receivers of a flood, reused when done.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/vrrp/judgement_memo.h"

namespace understudy::sim {

/// 1500 bytes of payload and the Ethernet header, without FCS.
inline constexpr std::size_t kFrameSizeMax = 1514;

enum class FrameKind : std::uint8_t { other, arp, ip, advert };

/// A frame that no NIC sent: the switch's own.
inline constexpr std::uint32_t kNoNic = static_cast<std::uint32_t>(-1);

struct Frame {
  std::uint64_t digest = 0;      // of its bytes
  std::uint32_t references = 0;  // arrivals still to come
  std::uint32_t source_nic = 0;  // or kNoNic
  std::uint16_t size = 0;
  // advert: as a kernel sent it. What was crafted or corrupted is ip at most.
  FrameKind kind = FrameKind::other;
  bool group_advert = false;   // an advert as a kernel sent it, to the multicast group
  bool heard_by_many = false;  // such a one, in a segment of many hosts
  bool sound = false;          // as a kernel made it: headers and checksums are right
  std::uint64_t number = 0;    // of its sending, from 1; a damaged copy keeps it. 0: a switch's own
  std::array<std::uint8_t, kFrameSizeMax> bytes;
  mutable JudgementMemo judgement;  // of the packet in it, by those many

  std::span<const std::uint8_t> view() const { return {bytes.data(), size}; }
  std::span<const std::uint8_t> payload() const { return view().subspan(14); }
};

/// Frames by number. Allocates only while more are on their way than ever before.
class FramePool {
 public:
  /// One that nothing is known of, to be filled.
  std::uint32_t take() {
    if (free_.empty()) {
      frames_.push_back(std::make_unique<Frame>());
      return static_cast<std::uint32_t>(frames_.size() - 1);
    }
    const auto index = free_.back();
    free_.pop_back();
    auto& frame = *frames_[index];
    frame.group_advert = frame.heard_by_many = frame.sound = false;
    frame.judgement.forget();
    return index;
  }
  Frame& operator[](std::uint32_t index) { return *frames_[index]; }
  /// One arrival less; the last one frees it.
  void release(std::uint32_t index) {
    if (--frames_[index]->references == 0) free_.push_back(index);
  }
  std::size_t in_flight() const { return frames_.size() - free_.size(); }

 private:
  std::vector<std::unique_ptr<Frame>> frames_;  // addresses stay while the pool grows
  std::vector<std::uint32_t> free_;
};

}  // namespace understudy::sim
