// IGMP and MLD: hosts say which multicast groups they want, a querier asks for it (RFC 3376, 3810).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"

namespace understudy::sim {

/// Record types of version 3 reports (RFC 3376, section 4.2.12); for a group without sources
/// "exclude" means membership, "include" none.
enum class GroupRecordType : std::uint8_t {
  is_include = 1,
  is_exclude,
  becomes_include,
  becomes_exclude
};

struct GroupRecord {
  GroupRecordType type = GroupRecordType::is_exclude;
  IpAddress group;
};

struct GroupMessage {
  bool query = false;
  Duration response_time{};          // of a query: answers spread over it
  std::vector<GroupRecord> records;  // of a report of any version
};

/// From a whole IP packet; nullopt: it is none, or its checksum is wrong. Of queries for one group
/// the group is not read.
std::optional<GroupMessage> read_group_message(std::span<const std::uint8_t> packet);

/// A version 3 membership report, or version 2 of MLD, as Linux sends it: to 224.0.0.22 or
/// ff02::16, with a router alert, and TTL 1. All groups are of the family of `source`.
std::vector<std::uint8_t> make_group_report(const IpAddress& source,
                                            std::span<const GroupRecord> records);
/// A general query of IGMPv3 or MLDv2, with the default times: answers within 10 s, every 125 s.
std::vector<std::uint8_t> make_group_query(const IpAddress& source);

}  // namespace understudy::sim
