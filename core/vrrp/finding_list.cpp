#include "core/vrrp/finding_list.h"

namespace understudy {

namespace {

void see(Finding& finding, Instant at, PacketPlace place) {
  if (finding.count++ == 0) finding.at = at;
  finding.until = at;
  if (place.number != 0 && finding.packets.size() < Finding::kMostPackets)
    finding.packets.push_back(place);
}

}  // namespace

Finding& FindingList::sight(const Key& key, Instant at, PacketPlace place) {
  const auto found = index_.find(key);
  if (found != index_.end()) return sight(found->second, at, place);
  const auto index = open(at, place);
  if (!index) return forgotten_ = Finding{};
  index_.emplace(key, *index);
  Finding& finding = findings_[*index];
  finding.code = std::get<FindingCode>(key);
  finding.key = std::get<RouterKey>(key);
  finding.has_vrid = std::get<bool>(key);
  finding.source = std::get<3>(key);
  if (std::get<4>(key) != IpAddress{}) finding.other = std::get<4>(key);
  return finding;
}

std::optional<std::size_t> FindingList::open(Instant at, PacketPlace place) {
  if (findings_.size() == kMost) {
    ++left_out_;
    return std::nullopt;
  }
  see(findings_.emplace_back(), at, place);
  return findings_.size() - 1;
}

Finding& FindingList::sight(std::size_t index, Instant at, PacketPlace place) {
  see(findings_[index], at, place);
  return findings_[index];
}

}  // namespace understudy
