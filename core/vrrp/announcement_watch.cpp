#include "core/vrrp/announcement_watch.h"

#include <algorithm>

namespace understudy {

namespace {

bool speaks_for(const RouterKey& key, const std::optional<MacAddress>& own, const MacAddress& mac) {
  return !own || *own == mac || mac == virtual_mac(key.vrid, key.family);
}

}  // namespace

void AnnouncementWatch::expect(const RouterKey& key, const IpAddress& source,
                               std::optional<MacAddress> mac, std::span<const IpAddress> addresses,
                               Instant since, Instant at, Instant deadline) {
  // Whoever is succeeded within the time did not get round to it: nobody's fault.
  std::erase_if(pending_, [&](const Pending& one) { return one.result.source == source; });
  if (pending_.size() == kMostPending) pending_.erase(pending_.begin());
  Pending pending;
  pending.result.key = key;
  pending.result.source = source;
  pending.result.at = at;
  pending.mac = mac;
  pending.deadline = deadline;
  for (const IpAddress& address : addresses.first(std::min(addresses.size(), kMostAddresses))) {
    Announcement& entry = pending.result.addresses.emplace_back();
    entry.address = address;
    const auto before = latest_.find(address);
    if (before == latest_.end() || before->second.at < since ||
        !speaks_for(key, mac, before->second.mac)) {
      continue;
    }
    entry.at = before->second.at;
    entry.mac = before->second.mac;
    entry.packet = before->second.packet;
  }
  pending_.push_back(std::move(pending));
}

void AnnouncementWatch::hear(const RouterKey& key, const IpAddress& address, const MacAddress& mac,
                             Instant at, PacketPlace place) {
  if (latest_.size() < kMostAddresses || latest_.contains(address))
    latest_[address] = {at, mac, place};
  for (Pending& pending : pending_) {
    if (at > pending.deadline || !speaks_for(key, pending.mac, mac)) continue;
    for (Announcement& entry : pending.result.addresses) {
      if (entry.address != address || entry.at) continue;
      entry.at = at;
      entry.mac = mac;
      entry.packet = place;
    }
  }
}

bool AnnouncementWatch::complete(const Pending& pending) {
  return std::all_of(pending.result.addresses.begin(), pending.result.addresses.end(),
                     [](const Announcement& entry) { return entry.at.has_value(); });
}

std::vector<TakeoverAnnouncements> AnnouncementWatch::settle(Instant now, bool all) {
  std::vector<TakeoverAnnouncements> settled;
  std::erase_if(pending_, [&](Pending& pending) {
    const bool whole = complete(pending);
    const bool over = now > pending.deadline;
    if (!whole && !over && !all) return false;
    pending.result.judged = whole || over;
    settled.push_back(std::move(pending.result));
    return true;
  });
  return settled;
}

}  // namespace understudy
