// What a switch knows: which port a MAC address was last seen on.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "core/net/instant.h"
#include "core/net/mac_address.h"

namespace understudy::sim {

/// Learns, relearns (the newest port wins) and ages. Open addressing; never iterated in an order
/// that anyone could see.
class MacTable {
 public:
  explicit MacTable(Duration aging) : aging_(aging), slots_(64) {}

  /// Returns whether the answer of find() changed: a new, moved, or aged address.
  bool learn(const MacAddress& mac, std::uint32_t port, Instant now) {
    Slot& slot = slot_of(key_of(mac));
    const bool known = slot.key != 0 && !aged(slot, now) && slot.port == port;
    if (slot.key == 0) {
      slot.key = key_of(mac);
      ++used_;
    }
    slot.port = port;
    slot.seen_at = now;
    slot.valid = true;
    if (!known && used_ * 2 > slots_.size()) grow();
    return !known;
  }

  std::optional<std::uint32_t> find(const MacAddress& mac, Instant now) const {
    const Slot& slot = slot_of(key_of(mac));
    if (slot.key == 0 || aged(slot, now)) return std::nullopt;
    return slot.port;
  }

  /// A port lost its carrier: what was learnt there is forgotten.
  void forget_port(std::uint32_t port) {
    for (Slot& slot : slots_)
      if (slot.port == port) slot.valid = false;
  }
  void clear() {
    for (Slot& slot : slots_) slot.valid = false;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;  // 0: empty
    Instant seen_at{};
    std::uint32_t port = 0;
    bool valid = false;
  };

  // Marked above the 48 bits, so that no address has the key 0.
  static std::uint64_t key_of(const MacAddress& mac) {
    std::uint64_t key = 0;
    std::memcpy(&key, mac.bytes.data(), mac.bytes.size());
    return key | std::uint64_t{1} << 63;
  }
  bool aged(const Slot& slot, Instant now) const {
    return !slot.valid || now - slot.seen_at >= aging_;
  }
  std::size_t place_of(std::uint64_t key) const {
    std::size_t place = (key * 0x9e3779b97f4a7c15 >> 32) & (slots_.size() - 1);
    while (slots_[place].key != 0 && slots_[place].key != key)
      place = (place + 1) & (slots_.size() - 1);
    return place;
  }
  Slot& slot_of(std::uint64_t key) { return slots_[place_of(key)]; }
  const Slot& slot_of(std::uint64_t key) const { return slots_[place_of(key)]; }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.key != 0) slot_of(slot.key) = slot;
  }

  Duration aging_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace understudy::sim
