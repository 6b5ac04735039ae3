// Who says that he has the virtual addresses: ARP and Neighbour Discovery.
#include <algorithm>

#include "core/vrrp/observer.h"
#include "core/vrrp/observer_rules.h"

namespace understudy {

namespace {

constexpr std::size_t kMostIndexed = 16384;
constexpr std::size_t kMostTakeovers = 4096;
/// What was on its way when mastership changed is nobody's fault.
constexpr Duration kGrace = std::chrono::milliseconds{100};

Duration announcement_time(const Speaker& speaker) {
  return std::max<Duration>(speaker.advert_interval, std::chrono::seconds{1});
}

}  // namespace

void Observer::index_addresses(Router& router, const HeardSpeaker& speaker) {
  for (const IpAddress& address : address_list(speaker)) {
    if (by_address_.size() == kMostIndexed) return;
    auto& routers = by_address_[{router.key.vlan, address}];
    if (std::find(routers.begin(), routers.end(), &router) == routers.end())
      routers.push_back(&router);
  }
}

void Observer::observe(Instant time, const ArpPacket& arp, std::uint16_t vlan, PacketPlace place) {
  const Instant at = std::max(time, latest_);
  latest_ = at;
  resolution_seen_[0] = true;
  if (by_address_.empty() || arp.sender_ip.is_unspecified()) return;
  hear_of_address(at, arp.sender_ip, arp.sender_mac, arp.is_gratuitous(), vlan, place);
}

void Observer::observe(Instant time, const NeighbourMessage& message, std::uint16_t vlan,
                       PacketPlace place) {
  const Instant at = std::max(time, latest_);
  latest_ = at;
  resolution_seen_[1] = true;
  if (by_address_.empty() || message.solicitation || !message.link_layer) return;
  hear_of_address(at, message.target, *message.link_layer, !message.solicited, vlan, place);
}

void Observer::hear_of_address(Instant at, const IpAddress& address, const MacAddress& mac,
                               bool announcement, std::uint16_t vlan, PacketPlace place) {
  const auto found = by_address_.find({vlan, address});
  if (found == by_address_.end()) return;
  for (Router* router : found->second) {
    if (announcement) router->announcements.hear(router->key, address, mac, at, place);
    if (router->announcements.waits()) settle_announcements(*router, at);
    const HeardSpeaker* master = router->master;
    if (master == nullptr || mac == virtual_mac(router->key.vrid, router->key.family)) continue;
    const HeardSpeaker* former = nullptr;
    bool rightful = false;
    for (const auto& speaker : router->speakers) {
      if (!speaker->mac) rightful = true;  // nobody can tell
      if (speaker->mac != mac) continue;
      rightful |= speaker->reigns;
      former = speaker.get();
    }
    // The moment a master falls or gives way, nobody is to blame.
    const bool settled = at - master->reign_from > kGrace && !master->resigned_at &&
                         at - master->last <= observing::down_interval(*master, *master);
    if (rightful || !settled) continue;
    const FindingCode code =
        former != nullptr ? FindingCode::stale_holder : FindingCode::address_conflict;
    Finding& finding = findings_.sight({code, router->key, true, address, {}}, at, place);
    if (finding.count > 1) continue;
    finding.other = master->source;
    finding.message = to_string(mac) +
                      (former != nullptr ? " (" + to_string(former->source) + ")" : std::string()) +
                      " answers for " + to_string(address) + " while " + to_string(master->source) +
                      " is master";
  }
}

void Observer::expect_announcements(Router& router, const HeardSpeaker& speaker, Instant at) {
  const auto addresses = address_list(speaker);
  router.announcements.expect(router.key, speaker.source, speaker.mac, addresses,
                              at - speaker.advert_interval - speaker.advert_interval / 2, at,
                              at + announcement_time(speaker));
}

void Observer::settle_announcements(Router& router, Instant at) {
  for (TakeoverAnnouncements& takeover : router.announcements.settle(at)) {
    if (announced_.size() == kMostTakeovers) {
      ++left_out_;
      continue;
    }
    announced_.push_back(std::move(takeover));
  }
}

void Observer::report_missing(FindingList& findings, const TakeoverAnnouncements& takeover) {
  std::string missing;
  for (const Announcement& entry : takeover.addresses)
    if (!entry.at) missing += (missing.empty() ? "" : ", ") + to_string(entry.address);
  if (missing.empty()) return;
  Finding& finding = findings.sight(
      {FindingCode::missing_garp, takeover.key, true, takeover.source, {}}, takeover.at, {});
  finding.severity = FindingSeverity::warning;
  if (finding.count > 1) return;
  finding.message = to_string(takeover.source) + " took over without " +
                    (takeover.key.family == Family::ipv4 ? "a gratuitous ARP for "
                                                         : "a Neighbour Advertisement for ") +
                    missing;
}

}  // namespace understudy
