// What frames are, where they come from, and what becomes of them.
#include <algorithm>

#include "core/net/arp.h"
#include "core/net/ethernet.h"
#include "core/net/neighbour_discovery.h"
#include "sim/chronicle.h"
#include "sim/frame_words.h"
#include "sim/ip_packet.h"
#include "sim/mastership.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kFramesMost = 100'000;  // on their way, or just arrived
// A second burst, or a refresh, is an announcement of its own.
constexpr Duration kSameAnnouncement = std::chrono::seconds{1};

struct AdvertFacts {
  std::uint8_t vrid, priority;
  Family family;
};

std::optional<AdvertFacts> facts_of(const Frame& frame) {
  if (frame.kind != FrameKind::advert) return std::nullopt;
  const auto packet = read_ip(frame.payload());
  if (!packet) return std::nullopt;
  const auto message = vrrp_message(*packet);
  if (message.size() < 3) return std::nullopt;
  return AdvertFacts{message[1], message[2], packet->source.family()};
}

/// The address that a gratuitous ARP or an unsolicited advertisement announces.
std::optional<IpAddress> announced_by(const Frame& frame) {
  if (frame.kind == FrameKind::arp) {
    const auto packet = decode_arp(frame.payload());
    if (packet && packet->is_gratuitous()) return IpAddress{packet->sender_ip};
    return std::nullopt;
  }
  if (frame.kind != FrameKind::ip || ip_version(frame.payload()) != 6) return std::nullopt;
  const auto packet = read_ip(frame.payload());
  if (!packet || packet->protocol != kProtocolIcmp6) return std::nullopt;
  const auto message =
      decode_neighbour_message(packet->payload, packet->source, packet->destination, packet->ttl);
  if (!message || message->solicitation || message->solicited) return std::nullopt;
  return message->target;
}

}  // namespace

void Chronicle::frame_sent(std::uint32_t nic, const Frame& frame, const FramePlace& place) {
  if (nic >= stage_.nics.size()) return;
  const auto host = stage_.nics[nic].host;
  auto what = cause_on(host);
  if (const auto facts = facts_of(frame)) {
    const auto* router = hosts_[host].daemon ? hosts_[host].daemon->router_on(
                                                   stage_.nics[nic].nic, facts->vrid, facts->family)
                                             : nullptr;
    const std::string instance =
        router != nullptr ? router->name : "VRID " + std::to_string(facts->vrid);
    auto happening = on_host(host, HappeningKind::advert,
                             instance + ": advert, priority " + std::to_string(facts->priority) +
                                 (facts->priority == 0 ? ": it resigns" : ""));
    happening.instance = instance;
    happening.priority = facts->priority;
    happening.frame = place;
    if (router != nullptr) {
      auto& remembered = memory(host, router->index);
      remembered.mute = false;
      happening.subject = router->index;
      if (happening.parent == kNone) happening.parent = remembered.state;
      if (facts->priority != 0) happening.config = keyword_of_instance(host, instance, "priority");
      happening.rfc = router->rules.version == 2 ? "RFC 3768, 6.4.3" : "RFC 9568, 6.4.3";
    }
    what = add(std::move(happening));
  } else if (const auto address = announced_by(frame)) {
    auto& last = announcements_.try_emplace({host, *address}, kNone).first->second;
    const bool same = last != kNone && story_->happenings[last].at + kSameAnnouncement > stage_.now;
    if (!same) {
      auto happening = on_host(host, HappeningKind::announcement, announcement_text(*address));
      happening.address = *address;
      happening.frame = place;
      happening.rfc = "RFC 9568, 6.4.2";
      if (hosts_[host].daemon)
        for (const auto& router : node_config(host).virtual_routers)
          if (router.rules.version == 2 && has_address(router, *address))
            happening.rfc = "RFC 3768, 6.4.2";
      last = add(std::move(happening));
    }
    what = last;
  }
  if (what == kNone) return;
  if (frames_.size() >= kFramesMost) frames_.erase(frames_.begin());
  frames_[frame.number] = what;
}

void Chronicle::begin_arrival(std::uint32_t nic, const Frame& frame, const FramePlace& place) {
  const auto found = frames_.find(frame.number);
  root_ = found == frames_.end() || frame.number == 0 ? kNone : found->second;
  arrival_ = place;
  arriving_router_.reset();
  if (root_ == kNone || story_->happenings[root_].kind != HappeningKind::advert) return;
  const auto host = stage_.nics[nic].host;
  const auto facts = facts_of(frame);
  if (!facts || !hosts_[host].daemon || !hosts_[host].daemon->running()) return;
  const auto* router =
      hosts_[host].daemon->router_on(stage_.nics[nic].nic, facts->vrid, facts->family);
  if (router == nullptr) return;
  arriving_router_ = router->index;
}

void Chronicle::advert_heard(std::size_t host) {
  if (root_ == kNone || !arriving_router_) return;
  if (story_->receptions.size() < kMost) story_->receptions.push_back({root_, host, stage_.now});
  auto& remembered = memory(host, *arriving_router_);
  remembered.heard_before = remembered.heard;
  remembered.heard = root_;
}

std::uint32_t Chronicle::active_fault(LossCause cause) const {
  const auto& timeline = stage_.scenario.timeline;
  std::uint32_t latest = kNone;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const auto began = faults_[i], ended = fault_ends_[i];
    const bool active = began != kNone && (ended == kNone || ended < began);
    const auto& verb = timeline[i].verb;
    const bool fits = cause == LossCause::partition ? std::holds_alternative<PartitionFault>(verb)
                      : cause == LossCause::switch_down ? std::holds_alternative<SwitchFault>(verb)
                      : cause == LossCause::snooping    ? std::holds_alternative<SwitchFault>(verb)
                      : cause == LossCause::no_carrier  ? std::holds_alternative<NicFault>(verb) ||
                                                             std::holds_alternative<HostFault>(verb)
                      : cause == LossCause::not_taken ? std::holds_alternative<PauseFault>(verb)
                                                      : std::holds_alternative<LinkFault>(verb);
    if (active && fits && (latest == kNone || began > latest)) latest = began;
  }
  return latest;
}

void Chronicle::frame_lost(std::uint32_t nic, const Frame& frame, LossCause cause) {
  const auto found = frames_.find(frame.number);
  if (found == frames_.end() || frame.number == 0) return;
  const auto kind = story_->happenings[found->second].kind;
  if (kind != HappeningKind::advert && kind != HappeningKind::announcement) return;
  const auto sender = story_->happenings[found->second];
  Happening happening;
  happening.at = stage_.now;
  happening.kind = HappeningKind::frame_lost;
  happening.host = nic < stage_.nics.size() ? stage_.nics[nic].host : sender.host;
  happening.subject = found->second;
  happening.parent = active_fault(cause);
  if (happening.parent == kNone) happening.parent = found->second;
  happening.instance = sender.instance;
  happening.priority = sender.priority;
  happening.address = sender.address;
  happening.frame = sender.frame;
  const std::string what = kind == HappeningKind::advert ? "advert" : "announcement";
  happening.text = (nic < stage_.nics.size() ? "does not get " : "loses ") +
                   (nic < stage_.nics.size() ? stage_.host(sender.host).name + "'s " : "its ") +
                   what + ": " + std::string(describe(cause));
  add(std::move(happening));
}

std::string Chronicle::refusal_of_arrival(std::size_t host) const {
  const auto& all = story_->happenings;
  if (root_ == kNone || all.size() <= root_ + 1) return {};
  const auto& last = all.back();
  const bool fits = last.kind == HappeningKind::refusal && last.parent == root_ &&
                    last.host == host && last.at == stage_.now;
  return fits ? last.text : std::string();
}

std::string Chronicle::why_sent(const Frame& frame) const {
  const auto found = frames_.find(frame.number);
  if (found == frames_.end() || frame.number == 0) return {};
  const auto& happening = story_->happenings[found->second];
  if (happening.kind != HappeningKind::advert && happening.kind != HappeningKind::announcement)
    return "because: " + happening.text;
  if (happening.parent == kNone) return happening.text;
  const auto& parent = story_->happenings[happening.parent];
  const bool now = parent.at == happening.at;
  if (now) return happening.text + ", because: " + parent.text;
  return happening.text +
         (happening.kind == HappeningKind::advert ? ", its advert timer was due" : "");
}

}  // namespace understudy::sim
