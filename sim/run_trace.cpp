#include "sim/run_trace.h"

#include <algorithm>
#include <cstring>

#include "core/vrrp/advert_codec.h"
#include "sim/ip_packet.h"
#include "sim/stage.h"

namespace understudy::sim {

void RunTrace::begin(const Stage& stage) {
  *this = {};
  for (const auto& host : stage.scenario.hosts) {
    hosts.push_back(host.name);
    for (const auto& nic : host.nics) nics.push_back(host.name + "." + nic.name);
  }
}

void RunTrace::keep_frame(const Stage& stage, std::uint32_t nic, const Frame& frame, Fate fate,
                          std::uint8_t cause) {
  if (frames.size() >= kMost) {
    cut = true;
    return;
  }
  const bool known = nic < stage.nics.size();
  frames.push_back({.at = stage.now.time_since_epoch().count(),
                    .number = frame.number,
                    .host = known ? stage.nics[nic].host : kNobody,
                    .nic = known ? nic : kNobody,
                    .size = frame.size,
                    .kind = static_cast<std::uint8_t>(frame.kind),
                    .fate = fate,
                    .cause = cause,
                    .unused = {}});
  if (fate == Fate::sent && known) keep_advert(stage, nic, frame);
}

void RunTrace::keep_loss(const Stage& stage, std::uint32_t nic, const Frame& frame,
                         LossCause cause) {
  keep_frame(stage, nic, frame, Fate::lost,
             static_cast<std::uint8_t>(1 + static_cast<unsigned>(cause)));
}

void RunTrace::keep_advert(const Stage& stage, std::uint32_t nic, const Frame& frame) {
  if (frame.kind != FrameKind::advert && frame.kind != FrameKind::ip) return;
  const auto packet = read_ip(frame.payload());
  if (!packet || packet->fragment) return;
  const bool behind_ah = packet->protocol == kProtocolAh && !packet->payload.empty() &&
                         packet->payload[0] == kProtocolVrrp;
  if (packet->protocol != kProtocolVrrp && !behind_ah) return;
  const auto advert = decode(vrrp_message(*packet), packet->source.family());
  if (!advert) return;
  const auto octets = address_size(packet->source.family());
  AdvertRow row{};
  row.at = stage.now.time_since_epoch().count();
  row.number = frame.number;
  row.interval = advert->advert_interval.count();
  row.host = stage.nics[nic].host;
  row.nic = nic;
  row.version = advert->version;
  row.vrid = advert->vrid;
  row.priority = advert->priority;
  row.family = packet->source.is_ipv4() ? 4 : 6;
  row.address_count = static_cast<std::uint8_t>(advert->address_count());
  std::memcpy(row.source.data(), packet->source.bytes().data(), octets);
  std::memcpy(row.destination.data(), packet->destination.bytes().data(), octets);
  adverts.push_back(row);
}

void RunTrace::keep_transitions(const std::vector<TransitionRecord>& records) {
  for (const auto& record : records) instances.push_back(record.instance);
  std::sort(instances.begin(), instances.end());
  instances.erase(std::unique(instances.begin(), instances.end()), instances.end());
  for (const auto& record : records) {
    const auto name = std::lower_bound(instances.begin(), instances.end(), record.instance);
    transitions.push_back({.at = record.at.time_since_epoch().count(),
                           .host = static_cast<std::uint32_t>(record.host),
                           .instance = static_cast<std::uint32_t>(name - instances.begin()),
                           .from = static_cast<std::uint8_t>(record.from),
                           .to = static_cast<std::uint8_t>(record.to),
                           .reason = static_cast<std::uint8_t>(record.reason),
                           .unused = {}});
  }
}

void RunTrace::keep_requests(const std::string& probe, const std::vector<RequestRow>& of_probe) {
  const auto room = kMost - std::min(kMost, requests.size());
  const auto kept = std::min(room, of_probe.size());
  cut = cut || kept < of_probe.size();
  const auto index = static_cast<std::uint32_t>(probes.size());
  probes.push_back(probe);
  for (std::size_t i = 0; i < kept; ++i) requests.emplace_back(of_probe[i]).probe = index;
}

}  // namespace understudy::sim
