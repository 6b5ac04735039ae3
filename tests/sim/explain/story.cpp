#include "tests/sim/explain/story.h"

#include <algorithm>

#include "core/vrrp/advert_codec.h"
#include "pcap/capture_stream.h"
#include "pcap/explainer.h"
#include "pcap/sieve.h"
#include "sim/link_local.h"

namespace understudy::sim::test {

namespace {

using std::chrono::milliseconds;

/// From the daemon's deed to the wire: its wakeup is part of the state's time already.
constexpr Duration kToWire = milliseconds{1};

Voice voice_of(const Scenario& scenario, std::size_t index, const config::VrrpInstance& instance) {
  const Host& host = scenario.hosts[index];
  const bool ipv6 =
      !instance.addresses.empty() && !instance.addresses.front().address.address.is_ipv4();
  Voice voice;
  voice.key = {0, ipv6 ? Family::ipv6 : Family::ipv4, instance.vrid};
  if (!instance.source.is_unspecified()) {
    voice.source = instance.source;
    return voice;
  }
  for (std::size_t n = 0; n < host.nics.size(); ++n) {
    const Nic& nic = host.nics[n];
    if (nic.name != instance.interface) continue;
    std::vector<IpAddress> all;
    if (!nic.address.address.is_unspecified()) all.push_back(nic.address.address);
    for (const auto& more : nic.more_addresses) all.push_back(more.address);
    for (const IpAddress& address : all) {
      const bool fits = ipv6 ? !address.is_ipv4() && address.is_link_local() : address.is_ipv4();
      if (fits && voice.source.is_unspecified()) voice.source = address;
    }
    if (ipv6 && voice.source.is_unspecified()) {
      const MacAddress made{
          {2, 0, 0, 0, static_cast<std::uint8_t>(index + 1), static_cast<std::uint8_t>(n)}};
      voice.source = link_local_of(nic.mac.value_or(made));
    }
  }
  return voice;
}

/// Reasons that the wire may give for what the simulator calls `known`.
bool may_show(Reason known, const MasterChange& shown) {
  const Reason reason = shown.reason;
  switch (known) {
    case Reason::master_silent:
      // Adverts that the tap has and the successor did not get: then the wire shows a better one
      // that speaks up, or a second master (a contest, which is called master_silent).
      return reason == Reason::master_silent || reason == Reason::preempted ||
             reason == Reason::tie_break || reason == Reason::first_seen;
    case Reason::startup:
    case Reason::recovered:
    case Reason::held_up:
    case Reason::fault:
    case Reason::group:
      return true;  // the wire shows what others did, not what befell this host
    default:
      return reason == known || reason == Reason::first_seen;
  }
}

std::string text_of(const Voice& voice, Instant at) {
  return "VRID " + std::to_string(voice.key.vrid) + " " + to_string(voice.source) + " at " +
         std::to_string(static_cast<double>(at.time_since_epoch().count()) / 1e9);
}

}  // namespace

KnownStory story_of(const Scenario& scenario, const RunResult& result) {
  KnownStory story;
  std::map<std::pair<std::size_t, std::string>, Voice> voices;
  for (std::size_t h = 0; h < scenario.hosts.size(); ++h) {
    if (!scenario.hosts[h].config) continue;
    for (const auto& instance : scenario.hosts[h].config->instances)
      voices[{h, instance.name}] = voice_of(scenario, h, instance);
  }
  for (const TransitionRecord& transition : result.transitions) {
    const auto voice = voices.find({transition.host, transition.instance});
    if (voice == voices.end()) continue;
    auto& reigns = story.reigns[voice->second];
    if (transition.to == State::master && (reigns.empty() || !reigns.back().open)) {
      reigns.push_back(
          {transition.at, Instant{result.duration}, transition.reason, Reason::startup, true});
    } else if (transition.to != State::master && !reigns.empty() && reigns.back().open) {
      reigns.back().to = transition.at;
      reigns.back().end_reason = transition.reason;
      reigns.back().open = false;
    }
  }
  return story;
}

std::map<Voice, std::vector<Spoken>> adverts_in(const std::string& path) {
  std::map<Voice, std::vector<Spoken>> spoken;
  capture::CaptureStream stream(std::vector<std::string>{path});
  capture::Sieve sieve;
  capture::CopyFilter copies;
  while (const capture::CapturedPacket* packet = stream.next()) {
    const capture::NetworkPacket* found = sieve.find(*packet);
    if (found == nullptr || found->kind != capture::PacketKind::advert) continue;
    if (copies.is_copy(packet->interface, packet->at, found->bytes)) continue;
    const auto decoded = decode_packet(found->bytes);
    if (!decoded || (decoded->ttl != 255 && decoded->destination.is_multicast())) continue;
    const Voice voice{{found->vlan, decoded->advert.family, decoded->advert.vrid}, decoded->source};
    spoken[voice].push_back({packet->at, decoded->advert.priority});
  }
  return spoken;
}

std::vector<std::string> compare(const KnownStory& known,
                                 const std::map<Voice, std::vector<Spoken>>& spoken,
                                 const capture::Explanation& explained, std::size_t& matched) {
  std::vector<std::string> problems;
  const Observation& seen = explained.observation;
  for (const auto& [voice, reigns] : known.reigns) {
    const auto adverts = spoken.find(voice);
    if (adverts == spoken.end()) continue;  // it never got a word onto the wire
    for (const Reign& reign : reigns) {
      const auto first =
          std::find_if(adverts->second.begin(), adverts->second.end(), [&](const Spoken& one) {
            return one.priority != 0 && one.at >= reign.from && one.at <= reign.to + kToWire;
          });
      if (first == adverts->second.end()) continue;  // none of its adverts was on the wire
      const auto shown =
          std::find_if(seen.masters.begin(), seen.masters.end(), [&](const Mastership& mastership) {
            return mastership.key == voice.key && mastership.source == voice.source &&
                   mastership.from <= first->at && mastership.to >= first->at;
          });
      if (shown == seen.masters.end()) {
        problems.push_back("not master: " + text_of(voice, first->at));
        continue;
      }
      // It may have been heard as master without a break since before.
      if (shown->from < reign.from && first->at - shown->from > kToWire) continue;
      const auto change =
          std::find_if(seen.changes.begin(), seen.changes.end(), [&](const MasterChange& one) {
            return one.key == voice.key && one.to == voice.source && one.at == shown->from &&
                   (one.kind == ChangeKind::takeover || one.kind == ChangeKind::contest);
          });
      if (change == seen.changes.end()) {
        problems.push_back("no change to " + text_of(voice, first->at));
        continue;
      }
      // Only a mastership that shows at once shows its own reason.
      if (first->at - reign.from <= kToWire && !may_show(reign.reason, *change)) {
        problems.push_back(text_of(voice, first->at) + ": " +
                           std::string(to_string(change->reason)) + " instead of " +
                           std::string(to_string(reign.reason)));
        continue;
      }
      ++matched;
    }
  }
  for (const MasterChange& change : seen.changes) {
    if (change.kind != ChangeKind::takeover && change.kind != ChangeKind::contest) continue;
    const Voice voice{change.key, *change.to};
    const auto reigns = known.reigns.find(voice);
    const bool reigned =
        reigns != known.reigns.end() &&
        std::any_of(reigns->second.begin(), reigns->second.end(), [&](const Reign& reign) {
          return change.at >= reign.from && change.at <= reign.to + kToWire;
        });
    if (!reigned) problems.push_back("invented: " + text_of(voice, change.at));
  }
  for (const Mastership& mastership : seen.masters) {
    const auto reigns = known.reigns.find({mastership.key, mastership.source});
    if (reigns == known.reigns.end()) continue;
    const auto reign =
        std::find_if(reigns->second.begin(), reigns->second.end(), [&](const Reign& one) {
          return mastership.to >= one.from && mastership.to <= one.to + kToWire;
        });
    if (reign == reigns->second.end())
      problems.push_back("master too long: " +
                         text_of({mastership.key, mastership.source}, mastership.to));
    else if (mastership.end == MastershipEnd::resigned &&
             (reign->open || mastership.to + kToWire < reign->to))
      problems.push_back("resigned too early: " +
                         text_of({mastership.key, mastership.source}, mastership.to));
  }
  return problems;
}

}  // namespace understudy::sim::test
