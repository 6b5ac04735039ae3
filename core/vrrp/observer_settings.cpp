// What speakers show of themselves, and where they differ; packets that are refused; how regular
// adverts are.
#include <algorithm>

#include "core/vrrp/message_reader.h"
#include "core/vrrp/observer.h"
#include "core/vrrp/observer_rules.h"

namespace understudy {

namespace {

constexpr std::size_t kMostDestinations = 32;

FindingCode finding_code(DecodeError error) {
  switch (error) {
    case DecodeError::bad_checksum:
      return FindingCode::bad_checksum;
    case DecodeError::bad_version:
      return FindingCode::bad_version;
    case DecodeError::bad_ttl:
      return FindingCode::bad_ttl;
    case DecodeError::bad_type:
      return FindingCode::bad_type;
    default:
      return FindingCode::bad_length;
  }
}

/// The IP source of a packet whose payload was refused, and its VRID; as far as they are there.
struct Origin {
  IpAddress source;
  std::optional<std::uint8_t> vrid;
};

Origin origin_of(std::span<const std::uint8_t> packet) {
  Origin origin;
  if (packet.size() < 20) return origin;
  std::size_t header = 40;
  if (packet[0] >> 4 == 4) {
    header = std::size_t{4} * (packet[0] & 0x0fU);
    origin.source = IpAddress::from_bytes(packet.subspan(12, 4));
  } else {
    if (packet.size() < header) return origin;
    origin.source = IpAddress::from_bytes(packet.subspan(8, 16));
  }
  if (header >= 20 && packet.size() > header + 1) origin.vrid = packet[header + 1];
  return origin;
}

std::string authentication_text(const Speaker& speaker) {
  if (speaker.is_signed) return "auth_hmac";
  constexpr std::string_view kNames[] = {"none", "PASS", "AH"};
  return speaker.auth_type < std::size(kNames) ? std::string(kNames[speaker.auth_type])
                                               : std::to_string(speaker.auth_type);
}

std::string addresses_text(const Speaker& speaker) {
  std::string text;
  for (const IpAddress& address : address_list(speaker)) {
    if (text.size() > 200) return text + ", ...";
    text += (text.empty() ? "" : ", ") + to_string(address);
  }
  return text;
}

std::string form_text(ChecksumForm form) {
  return form == ChecksumForm::message ? "without pseudo header" : "with pseudo header";
}

std::string mac_text(const std::optional<MacAddress>& mac) {
  return mac ? to_string(*mac) : std::string("none");
}

}  // namespace

void Observer::learn(Router& router, HeardSpeaker& speaker, const DecodedPacket& decoded,
                     const ObservedPacket& packet, Instant at) {
  const Advert& advert = decoded.advert;
  const bool known = speaker.adverts++ != 0;
  speaker.last = at;
  speaker.last_packet = packet.place;
  const auto note = [&](Setting setting, std::string from, std::string to) {
    if (known) note_change(speaker, setting, std::move(from), std::move(to), packet, at);
  };
  if (speaker.mac != packet.mac) {
    note(Setting::mac, mac_text(speaker.mac), mac_text(packet.mac));
    speaker.mac = packet.mac;
  }
  if (speaker.version != advert.version) {
    note(Setting::version, std::to_string(speaker.version), std::to_string(advert.version));
    speaker.version = advert.version;
  }
  if (advert.priority != 0 && speaker.priority != advert.priority) {
    if (speaker.priority != 0)
      note(Setting::priority, std::to_string(speaker.priority), std::to_string(advert.priority));
    speaker.priority = advert.priority;
  }
  if (speaker.auth_type != advert.auth_type || speaker.auth_data != advert.auth_data) {
    const std::string before = authentication_text(speaker);
    speaker.auth_type = advert.auth_type;
    speaker.auth_data = advert.auth_data;
    const std::string now = authentication_text(speaker);
    note(Setting::authentication, before, before == now ? now + ", another password" : now);
  }
  if (speaker.advert_interval != advert.advert_interval) {
    note(Setting::advert_interval, seconds_text(speaker.advert_interval),
         seconds_text(advert.advert_interval));
    speaker.advert_interval = advert.advert_interval;
    speaker.periodic = false;
  }
  if (speaker.destination != decoded.destination) {
    if (speaker.destination.is_multicast() != decoded.destination.is_multicast())
      note(Setting::destination, to_string(speaker.destination), to_string(decoded.destination));
    speaker.destination = decoded.destination;
    auto& all = speaker.destinations;
    if (all.size() < kMostDestinations &&
        std::find(all.begin(), all.end(), decoded.destination) == all.end())
      all.push_back(decoded.destination);
  }
  speaker.ttl = decoded.ttl;
  if (known && std::ranges::equal(speaker.addresses, advert.addresses)) return;
  const std::string before = known ? addresses_text(speaker) : std::string{};
  speaker.addresses.assign(advert.addresses.begin(), advert.addresses.end());
  note(Setting::addresses, before, addresses_text(speaker));
  const auto now = address_list(speaker);
  speaker.source_is_virtual = std::ranges::find(now, speaker.source) != now.end();
  index_addresses(router, speaker);
}

void Observer::note_change(HeardSpeaker& speaker, Setting setting, std::string from, std::string to,
                           const ObservedPacket& packet, Instant at) {
  if (speaker.changes.size() == kMostSettingChanges) {
    ++speaker.changes_left_out;
    return;
  }
  speaker.changes.push_back({at, packet.place, setting, std::move(from), std::move(to)});
}

void Observer::learn_checksum_form(HeardSpeaker& speaker, const DecodedPacket& decoded,
                                   std::span<const std::uint8_t> message,
                                   const ObservedPacket& packet, Instant at) {
  if (speaker.version != 3 || !decoded.source.is_ipv4()) return;
  // The same sum over the same fields was made the same way.
  if (speaker.checksum_form && decoded.advert.checksum == speaker.last_checksum) return;
  speaker.last_checksum = decoded.advert.checksum;
  const ChecksumForm form =
      verify_checksum(message, 3, decoded.source, decoded.destination, ChecksumForm::pseudo_header)
          ? ChecksumForm::pseudo_header
          : ChecksumForm::message;
  if (speaker.checksum_form && *speaker.checksum_form != form)
    note_change(speaker, Setting::checksum_form, form_text(*speaker.checksum_form), form_text(form),
                packet, at);
  speaker.checksum_form = form;
}

std::nullopt_t Observer::refuse(const ObservedPacket& packet, Instant at, DecodeError error) {
  return refuse(packet, at, finding_code(error), describe(error));
}

std::nullopt_t Observer::refuse(const ObservedPacket& packet, Instant at, FindingCode code,
                                std::string_view text) {
  ++refused_;
  const Origin origin = origin_of(packet.packet);
  const RouterKey key{packet.vlan, origin.source.family(), origin.vrid.value_or(0)};
  Finding& finding =
      findings_.sight({code, key, origin.vrid.has_value(), origin.source, {}}, at, packet.place);
  if (finding.count > 1) return std::nullopt;
  finding.source = origin.source;
  finding.message = text;
  return std::nullopt;
}

/// Sources that kernels take and strict receivers do not.
void Observer::judge_source(const Router& router, const HeardSpeaker& speaker, Instant at,
                            PacketPlace place) {
  const bool moves = speaker.source_is_virtual && speaker.priority != 255;
  const bool far = !speaker.source.is_ipv4() && !speaker.source.is_link_local() &&
                   speaker.destination.is_multicast();
  if (!moves && !far) return;
  Finding& finding =
      findings_.sight({FindingCode::odd_source, router.key, true, speaker.source, {}}, at, place);
  if (finding.count > 1) return;
  finding.severity = FindingSeverity::warning;
  finding.message = to_string(speaker.source) +
                    (moves ? " is the source of adverts and one of the addresses that they announce"
                           : " sends to " + to_string(speaker.destination) +
                                 " and is not link-local, as RFC 9568 wants it");
}

/// A master spoke `gap` after its advert before.
void Observer::time_advert(Router& router, HeardSpeaker& speaker, Instant at, Duration gap,
                           PacketPlace place) {
  const Duration interval = speaker.advert_interval;
  if (interval <= Duration{}) return;
  // Longer: it fell silent, which is told elsewhere.
  if (gap > observing::down_interval(speaker, speaker) + interval / 8) return;
  const std::int64_t rounds = (gap + interval / 2) / interval;
  const Duration odd = gap - rounds * interval;
  const Duration tolerance = std::min<Duration>(interval / 8, std::chrono::milliseconds{50});
  if (rounds >= 2 && odd <= tolerance && odd >= -tolerance) {
    speaker.lost += static_cast<std::uint64_t>(rounds - 1);
    speaker.lateness.add(odd);
    Finding& finding = findings_.sight(
        {FindingCode::lost_adverts, router.key, true, speaker.source, {}}, at, place);
    finding.count += static_cast<std::uint64_t>(rounds - 2);
    finding.severity = FindingSeverity::warning;
    return;
  }
  speaker.lateness.add(gap - interval);
  if (gap - interval <= std::max<Duration>(interval / 8, std::chrono::milliseconds{5})) return;
  findings_.sight({FindingCode::late_advert, router.key, true, speaker.source, {}}, at, place)
      .severity = FindingSeverity::warning;
}

void Observer::compare_settings(Router& router, const HeardSpeaker& speaker, Instant at,
                                PacketPlace place) {
  // Only when the floor passes from one to another: what somebody showed an hour ago may be gone.
  if (router.compared == &speaker) return;
  const HeardSpeaker* before = router.compared;
  router.compared = &speaker;
  if (before == nullptr) return;
  const Speaker& other = *before;
  const auto add = [&](FindingCode code, FindingSeverity severity, const std::string& text) {
    add_mismatch(router, at, place, speaker, other, code, severity, text);
  };
  const auto number = [](auto value) { return std::to_string(value); };
  if (speaker.version != other.version)
    return add(FindingCode::bad_version, FindingSeverity::error,
               "version " + number(speaker.version) + " against version " + number(other.version));
  if (!observing::same_authentication(speaker, other) &&
      (speaker.version == 2 || speaker.is_signed != other.is_signed)) {
    add(FindingCode::auth_mismatch, FindingSeverity::error,
        speaker.auth_type == other.auth_type && speaker.version == 2
            ? "the passwords differ"
            : "authentication " + authentication_text(speaker) + " against " +
                  authentication_text(other));
  }
  if (speaker.advert_interval != other.advert_interval)
    add(FindingCode::interval_mismatch,
        speaker.version == 2 ? FindingSeverity::error : FindingSeverity::warning,
        "advert interval " + seconds_text(speaker.advert_interval) + " against " +
            seconds_text(other.advert_interval));
  if (!observing::same_addresses(speaker, other))
    add(FindingCode::address_list_mismatch, FindingSeverity::warning,
        "the lists of virtual addresses differ");
  if (!observing::shares_an_address(speaker, other))
    add(FindingCode::foreign_speaker, FindingSeverity::error,
        "no virtual address is common to both: " + addresses_text(speaker) + " against " +
            addresses_text(other));
  if (speaker.priority == other.priority && speaker.priority != 0)
    add(speaker.priority == 255 ? FindingCode::owner_conflict : FindingCode::priority_tie,
        speaker.priority == 255 ? FindingSeverity::error : FindingSeverity::warning,
        "both have priority " + number(speaker.priority));
  if (speaker.checksum_form && other.checksum_form && speaker.checksum_form != other.checksum_form)
    add(FindingCode::checksum_form_mismatch, FindingSeverity::warning,
        "version 3 checksum " + form_text(*speaker.checksum_form) + " against " +
            form_text(*other.checksum_form));
  const MacAddress shared = virtual_mac(router.key.vrid, router.key.family);
  if (speaker.mac && other.mac && (*speaker.mac == shared) != (*other.mac == shared))
    add(FindingCode::mac_mismatch, FindingSeverity::warning,
        to_string(*speaker.mac) + " against " + to_string(*other.mac));
  const bool to_group = speaker.destination.is_multicast();
  if (to_group != other.destination.is_multicast() ||
      (to_group && speaker.destination != other.destination))
    add(FindingCode::destination_mismatch, FindingSeverity::error,
        "adverts to " + to_string(speaker.destination) + " against " +
            to_string(other.destination));
}

void Observer::add_mismatch(const Router& router, Instant at, PacketPlace place, const Speaker& one,
                            const Speaker& other, FindingCode code, FindingSeverity severity,
                            const std::string& text) {
  const auto [lower, higher] = std::minmax(one.source, other.source);
  Finding& finding = findings_.sight({code, router.key, true, lower, higher}, at, place);
  if (finding.count > 1) return;
  finding.severity = severity;
  finding.source = one.source;
  finding.other = other.source;
  finding.message = to_string(one.source) + " and " + to_string(other.source) + ": " + text;
}

void Observer::watch_flapping(Router& router, HeardSpeaker& speaker, Instant at,
                              PacketPlace place) {
  constexpr std::size_t kMany = 4;
  const Duration quick = 10 * speaker.advert_interval + std::chrono::seconds{5};
  auto& latest = router.takeovers;
  if (!latest.empty() && at - latest.back() > quick) {
    latest.clear();
    router.flapping.reset();
  }
  if (latest.size() == kMany) latest.erase(latest.begin());
  latest.push_back(at);
  if (latest.size() < kMany) return;
  if (router.flapping) {
    findings_.sight(*router.flapping, at, place);
    return;
  }
  router.flapping = findings_.open(latest.front(), place);
  if (!router.flapping) return;
  Finding& finding = findings_.edit(*router.flapping);
  finding.severity = FindingSeverity::error;
  finding.code = FindingCode::flapping;
  finding.key = router.key;
  finding.source = speaker.source;
  finding.until = at;
  finding.count = kMany;
}

}  // namespace understudy
