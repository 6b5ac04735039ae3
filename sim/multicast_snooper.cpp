#include "sim/multicast_snooper.h"

#include <algorithm>

namespace understudy::sim {

MulticastSnooper::Member* MulticastSnooper::find(std::vector<Member>& members, std::uint32_t port) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.port == port; });
  return found == members.end() ? nullptr : &*found;
}

void MulticastSnooper::hear(const GroupMessage& report, std::uint32_t port, Instant now,
                            bool querier) {
  for (const auto& record : report.records) {
    if (!record.group.is_multicast()) continue;
    const auto group = multicast_mac(record.group);
    const bool joins = record.type == GroupRecordType::is_exclude ||
                       record.type == GroupRecordType::becomes_exclude;
    if (joins) {
      auto& members = groups_[group];
      auto* member = find(members, port);
      if (member == nullptr) member = &members.emplace_back(Member{port, {}});
      member->ends_at = now + kMembershipTime;
    } else if (const auto known = groups_.find(group); known != groups_.end() && querier) {
      if (auto* member = find(known->second, port))
        member->ends_at = std::min(member->ends_at, now + kLeaveTime);
    }
  }
}

MulticastSnooper::Standing MulticastSnooper::standing(const MacAddress& group, std::uint32_t port,
                                                      Instant now) const {
  const auto known = groups_.find(group);
  if (known == groups_.end()) return Standing::stranger;
  for (const auto& member : known->second)
    if (member.port == port) return now < member.ends_at ? Standing::member : Standing::lapsed;
  return Standing::stranger;
}

void MulticastSnooper::forget_port(std::uint32_t port) {
  for (auto& [group, members] : groups_)
    members.erase(std::remove_if(members.begin(), members.end(),
                                 [&](const Member& member) { return member.port == port; }),
                  members.end());
}

}  // namespace understudy::sim
