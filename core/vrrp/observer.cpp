// What is heard: from whom, and which virtual router it concerns.
#include "core/vrrp/observer.h"

#include <algorithm>

#include "core/vrrp/observer_rules.h"

namespace understudy {

std::optional<HeardAdvert> Observer::observe(const ObservedPacket& packet) {
  const Instant at = std::max(packet.at, latest_);
  latest_ = at;
  const auto parts = split_ip_packet(packet.packet);
  if (!parts) return refuse(packet, at, DecodeError::length_short);
  if (const auto fault = observing::header_fault(packet.packet, *parts); !fault.empty())
    return refuse(packet, at, FindingCode::ip_header_mismatch, fault);
  observing::Message message;
  const auto decoded = observing::decode_observed(*parts, message);
  if (!decoded) return refuse(packet, at, decoded.error());
  if (decoded->ttl != 255 && decoded->destination.is_multicast())
    return refuse(packet, at, DecodeError::bad_ttl);
  ++adverts_;
  Router* router = router_of({packet.vlan, decoded->advert.family, decoded->advert.vrid});
  if (router == nullptr) return std::nullopt;
  HeardSpeaker* speaker = speaker_of(*router, decoded->source, packet, at);
  if (speaker == nullptr) return std::nullopt;
  speaker->authentication_header = message.authentication_header;
  speaker->is_signed = message.is_signed;
  take(*router, *speaker, *decoded, message.bytes, packet, at);
  return HeardAdvert{router->key, decoded->source, decoded->advert.priority};
}

void Observer::take(Router& router, HeardSpeaker& speaker, const DecodedPacket& decoded,
                    std::span<const std::uint8_t> message, const ObservedPacket& packet,
                    Instant at) {
  const Instant previous = speaker.last;
  const Duration since_round = at - speaker.round;
  const bool other_peer = decoded.destination != speaker.destination &&
                          since_round < speaker.advert_interval / 8 && speaker.adverts != 0;
  learn(router, speaker, decoded, packet, at);
  learn_checksum_form(speaker, decoded, message, packet, at);
  judge_source(router, speaker, at, packet.place);
  compare_settings(router, speaker, at, packet.place);
  if (router.announcements.waits()) settle_announcements(router, at);
  if (decoded.advert.priority == 0) {
    ++speaker.resignations;
    speaker.periodic = false;
    return resign(router, speaker, at, packet.place);
  }
  hear(router, speaker, at, previous, packet.place);
  if (other_peer) return;
  if (speaker.periodic) time_advert(router, speaker, at, since_round, packet.place);
  speaker.periodic = true;
  speaker.round = at;
}

Observer::Router* Observer::router_of(const RouterKey& key) {
  if (latest_router_ != nullptr && latest_router_->key == key) return latest_router_;
  const auto found = routers_.find(key);
  if (found != routers_.end()) return latest_router_ = found->second.get();
  if (routers_.size() == kMostRouters) {
    ++left_out_;
    return nullptr;
  }
  auto router = std::make_unique<Router>();
  router->key = key;
  latest_router_ = router.get();
  routers_.emplace(key, std::move(router));
  return latest_router_;
}

Observer::HeardSpeaker* Observer::speaker_of(Router& router, const IpAddress& source,
                                             const ObservedPacket& packet, Instant at) {
  if (router.latest != nullptr && router.latest->source == source) return router.latest;
  for (const auto& known : router.speakers)
    if (known->source == source) return router.latest = known.get();
  if (router.speakers.size() == kMostSpeakers) {
    ++left_out_;
    Finding& finding = findings_.sight(
        {FindingCode::too_many_speakers, router.key, true, IpAddress{}, IpAddress{}}, at,
        packet.place);
    finding.severity = FindingSeverity::error;
    finding.source = source;
    finding.message = "more than " + std::to_string(kMostSpeakers) +
                      " senders; the adverts of those beyond are not looked at";
    return nullptr;
  }
  auto speaker = std::make_unique<HeardSpeaker>();
  speaker->source = source;
  speaker->first = at;
  speaker->last = at;
  speaker->round = at;
  speaker->first_packet = packet.place;
  router.latest = speaker.get();
  router.speakers.push_back(std::move(speaker));
  return router.latest;
}

}  // namespace understudy
