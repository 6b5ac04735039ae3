#include "pcap/explainer.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/net/arp.h"
#include "core/net/ipv6_header.h"
#include "core/net/neighbour_discovery.h"
#include "pcap/link_type.h"
#include "pcap/wire_record.h"

namespace understudy::capture {

namespace {

constexpr Duration kWindow = std::chrono::milliseconds{100};

std::string counted(std::uint64_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string clock_text(Duration since_start) {
  const std::int64_t microseconds = since_start.count() / 1000;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%lld.%06lld",
                static_cast<long long>(microseconds / 1'000'000),
                static_cast<long long>(microseconds % 1'000'000));
  return buffer.data();
}

}  // namespace

bool CopyFilter::is_copy(std::uint64_t place, Instant at, std::span<const std::uint8_t> bytes) {
  std::string content(bytes.begin(), bytes.end());
  const auto [found, is_new] = seen_.try_emplace(std::move(content), Sighting{at, place});
  Sighting& sighting = found->second;
  const bool copy = !is_new && sighting.place != place && at - sighting.at <= kWindow;
  if (!copy) sighting = {at, place};
  if (at >= next_sweep_) sweep(at);
  return copy;
}

void CopyFilter::sweep(Instant now) {
  std::erase_if(seen_, [now](const auto& entry) { return now - entry.second.at > kWindow; });
  next_sweep_ = now + 10 * kWindow;
}

void Explainer::take(const CapturedPacket& packet) {
  if (so_far_.packets++ == 0) {
    so_far_.start = packet.at;
    so_far_.end = packet.at;
  }
  so_far_.end = std::max(so_far_.end, packet.at);
  const NetworkPacket* found = sieve_.find(packet);
  if (found == nullptr || found->kind == PacketKind::fragment) return;
  const PacketPlace place{packet.file, packet.number};
  const bool is_advert =
      found->kind == PacketKind::advert || found->kind == PacketKind::authenticated_advert;
  if (found->cut && packet.cut()) {
    if (is_advert) ++cut_[packet.file];
    return;
  }
  const std::uint64_t where = std::uint64_t{packet.file} << 32 | packet.interface;
  if (is_advert) {
    several_places_ |= packet.interface != 0;
    if (several_places_ && copies_.is_copy(where, packet.at, found->bytes)) {
      ++so_far_.copies;
      return;
    }
    const auto heard = observer_.observe({packet.at, found->bytes, found->mac, found->vlan, place});
    if (marks_ != nullptr && heard)
      marks_->add(heard->key, heard->source, heard->priority, so_far_.end, place);
    if (record_ != nullptr) record_->add(packet.at, place, found->vlan, found->bytes);
  } else if (found->kind == PacketKind::arp) {
    if (const auto arp = decode_arp(found->bytes))
      observer_.observe(packet.at, *arp, found->vlan, place);
  } else if (const auto header = decode_ipv6(found->bytes)) {
    const auto message = decode_neighbour_message(found->payload, header->source,
                                                  header->destination, header->hop_limit);
    if (message) observer_.observe(packet.at, *message, found->vlan, place);
  }
}

std::vector<std::string> Explainer::news() {
  std::vector<std::string> lines;
  const auto& changes = observer_.changes();
  for (; told_changes_ < changes.size(); ++told_changes_) {
    const MasterChange& change = changes[told_changes_];
    const auto name = [](const std::optional<IpAddress>& address) {
      return address ? to_string(*address) : std::string("nobody");
    };
    lines.push_back(clock_text(change.at - so_far_.start) + " virtual router " +
                    std::to_string(change.key.vrid) + ": " + name(change.from) + " -> " +
                    name(change.to) + "  " + std::string(to_string(change.reason)) +
                    (change.kind == ChangeKind::takeover
                         ? ""
                         : " (" + std::string(to_string(change.kind)) + ")") +
                    ": " + describe(change));
  }
  const auto& findings = observer_.findings();
  for (; told_findings_ < findings.size(); ++told_findings_) {
    const Finding& finding = findings[told_findings_];
    lines.push_back(
        clock_text(finding.at - so_far_.start) + " " + std::string(to_string(finding.severity)) +
        " " + std::string(to_string(finding.code)) +
        (finding.has_vrid ? ", virtual router " + std::to_string(finding.key.vrid)
                          : std::string()) +
        ": " + to_string(finding.source) + (finding.message.empty() ? "" : ": " + finding.message) +
        ". " + std::string(meaning(finding.code)));
  }
  return lines;
}

Explanation Explainer::finish(Instant end) const {
  Explanation result = so_far_;
  result.end = std::max(result.end, end);
  result.observation = observer_.finish(result.end);
  const auto name = [](std::uint32_t file) { return std::to_string(file); };
  for (const auto& [file, count] : cut_)
    result.remarks.push_back(
        {false, name(file), counted(count, "advert") + " cut when captured (snaplen), not judged"});
  if (sieve_.counts().fragments != 0)
    result.remarks.push_back(
        {false, "",
         counted(sieve_.counts().fragments, "fragment") +
             " of IP packets that carry VRRP, not judged: VRRP must not be fragmented"});
  for (const auto& [link_type, frames] : sieve_.counts().unknown)
    result.remarks.push_back({true, "",
                              counted(frames, "frame") + " of " + link_type_name(link_type) +
                                  ", which nothing is known of"});
  if (result.observation.left_out != 0)
    result.remarks.push_back(
        {false, "",
         counted(result.observation.left_out, "event") + " beyond what is kept, left out"});
  return result;
}

}  // namespace understudy::capture
