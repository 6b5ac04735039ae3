// Which ports of a switch want which multicast groups: IGMP and MLD snooping (RFC 4541).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/net/instant.h"
#include "core/net/mac_address.h"
#include "sim/group_message.h"

namespace understudy::sim {

/// Groups are kept by their MAC, as switches do it. One that nobody ever asked for goes everywhere;
/// one that was asked for once goes to its members alone, be there any or not. RFC 4541 (2.1.2)
/// wants 224.0.0.0/24 to go everywhere always; the switches that split VRRP pairs filter it, and
/// this is one of them.
class MulticastSnooper {
 public:
  /// Twice the query interval of 125 s and the 10 s for an answer (RFC 3376, section 8.4).
  static constexpr Duration kMembershipTime = std::chrono::seconds{260};
  static constexpr Duration kQueryInterval = std::chrono::seconds{125};
  /// After a leave, while a querier would ask for others: the last member's 2 x 1 s (8.8, 8.9).
  static constexpr Duration kLeaveTime = std::chrono::seconds{2};

  /// A report came in at a port. Without a querier nobody asks after a leave, so that it takes
  /// effect when the membership ends anyway.
  void hear(const GroupMessage& report, std::uint32_t port, Instant now, bool querier);

  enum class Standing : std::uint8_t { member, lapsed, stranger };
  bool knows(const MacAddress& group) const { return groups_.find(group) != groups_.end(); }
  Standing standing(const MacAddress& group, std::uint32_t port, Instant now) const;

  /// Its cable went dark.
  void forget_port(std::uint32_t port);
  void clear() { groups_.clear(); }

 private:
  struct Member {
    std::uint32_t port;
    Instant ends_at;
  };

  Member* find(std::vector<Member>& members, std::uint32_t port);

  std::map<MacAddress, std::vector<Member>> groups_;
};

}  // namespace understudy::sim
