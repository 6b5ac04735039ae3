// What one virtual router demands of a packet before its state machine may see it.
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "core/vrrp/advert.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/auth_hmac.h"
#include "core/vrrp/decode_error.h"
#include "core/vrrp/state.h"

namespace understudy {

/// A unicast peer and the TTL (or hop limit) its adverts may arrive with.
struct UnicastPeer {
  IpAddress address;
  std::uint8_t min_ttl = 0;
  std::uint8_t max_ttl = 255;
  friend bool operator==(const UnicastPeer&, const UnicastPeer&) = default;
};

/// Fixed once the configuration is; every field is compared with the packet.
struct ReceiveRules {
  Profile profile = Profile::keepalived;
  Family family = Family::ipv4;
  std::uint8_t version = 2;
  std::uint8_t vrid = 0;
  bool owner = false;
  bool unicast = false;
  AuthType auth_type = AuthType::none;
  AuthData auth_data{};
  ChecksumForm checksum_form = ChecksumForm::pseudo_header;
  Duration advert_interval = std::chrono::seconds{1};
  std::vector<std::uint8_t> addresses;  // network order, one after the other
  std::vector<UnicastPeer> peers;       // unicast
  bool check_peers = false;             // unicast: refuse sources that are no peer, and odd TTLs
  bool owner_ignores_adverts = false;   // the owner refuses all adverts (local_owner)
  bool rfc2402_icv = false;             // AH: the ICV of RFC 2402 (TTL as zero), not keepalived's
  std::optional<HmacRules> hmac;        // auth_hmac

  /// Nothing but version, VRID, interval, password and addresses matters: the common case.
  bool plain() const {
    return auth_type != AuthType::ah && !check_peers && !owner_ignores_adverts && !hmac;
  }

  friend bool operator==(const ReceiveRules&, const ReceiveRules&) = default;
};

/// An advert that passed every check, and what is worth a word though it passed.
struct ReceivedAdvert {
  Advert advert;
  IpAddress source;
  std::uint8_t ttl = 0;
  bool address_list_differs = false;  // profile keepalived, or the sender owns the address
  bool interval_differs = false;      // version 3
  bool local_owner = false;           // we own the address too
  bool has_hmac = false;              // signed, and good
  std::uint64_t sequence = 0;         // of AH, or of the trailer
};

/// What the judgement of authenticated adverts depends on besides the rules.
struct ReceiveContext {
  std::uint32_t ah_last_sequence = 0;  // the last one accepted; a lower or equal one is a replay
  WallTime wall_time{};
  const HmacMarks* hmac_marks = nullptr;  // must be there when rules.hmac is
};

/// Judges a whole IP packet. The first failing check, in this order, names the error: IP length,
/// TTL 255 (multicast), AH presence and form, length, version, type, exact length, auth_hmac,
/// checksum, VRID, destination, count, ignoring owner, unicast peer and its TTL; in version 2
/// owner, authentication, AH's code, SPI and sequence, address list, interval; in version 3 over
/// IPv6 link-local addresses, interval 0. Profile keepalived lets count 0, a local owner and a
/// differing address list pass, as keepalived does since 2.3.3. The result borrows `packet`.
tl::expected<ReceivedAdvert, DecodeError> receive(std::span<const std::uint8_t> packet,
                                                  const ReceiveRules& rules);
/// The same for rules.plain() alone, which it does not look at.
tl::expected<ReceivedAdvert, DecodeError> receive_plain(std::span<const std::uint8_t> packet,
                                                        const ReceiveRules& rules);
/// The same for rules with AH or auth_hmac (the above takes them as having accepted nothing yet).
tl::expected<ReceivedAdvert, DecodeError> receive(std::span<const std::uint8_t> packet,
                                                  const ReceiveRules& rules,
                                                  const ReceiveContext& context);

/// The error of a packet whose VRID nobody here has: an earlier check's, or unknown_vrid.
DecodeError judge_unknown_vrid(std::span<const std::uint8_t> packet);

}  // namespace understudy
