// Findings, once per cause however often it is seen, and no more than there is room for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "core/vrrp/observation.h"

namespace understudy {

class FindingList {
 public:
  static constexpr std::size_t kMost = 2000;
  /// Code, virtual router, whether it is known, and the two parties.
  using Key = std::tuple<FindingCode, RouterKey, bool, IpAddress, IpAddress>;

  /// The finding of this key, seen once more; a new one if there is none yet (count is 1 then,
  /// code, key, source and other are filled in). Beyond kMost it is one that is forgotten.
  Finding& sight(const Key& key, Instant at, PacketPlace place);
  /// A new one without a key; its index, nullopt beyond kMost.
  std::optional<std::size_t> open(Instant at, PacketPlace place);
  Finding& sight(std::size_t index, Instant at, PacketPlace place);

  Finding& edit(std::size_t index) { return findings_[index]; }

  const std::vector<Finding>& all() const { return findings_; }
  /// Sightings of what there was no room for.
  std::uint64_t left_out() const { return left_out_; }

 private:
  std::vector<Finding> findings_;
  std::map<Key, std::size_t> index_;
  Finding forgotten_;
  std::uint64_t left_out_ = 0;
};

}  // namespace understudy
