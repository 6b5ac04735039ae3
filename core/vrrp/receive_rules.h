// What one virtual router demands of a packet before its state machine may see it.
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "core/vrrp/advert.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/decode_error.h"
#include "core/vrrp/state.h"

namespace understudy {

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
};

/// Judges a whole IP packet. The first failing check, in this order, names the error: IP length,
/// TTL 255 (multicast), AH presence, length, version, type, exact length, checksum, VRID,
/// destination, count, owner (version 2), authentication, address list (version 2), interval.
/// Profile keepalived lets count 0, a local owner and a differing address list pass, as keepalived
/// does since 2.3.3. The result borrows `packet`.
tl::expected<ReceivedAdvert, DecodeError> receive(std::span<const std::uint8_t> packet,
                                                  const ReceiveRules& rules);

/// The error of a packet whose VRID nobody here has: an earlier check's, or unknown_vrid.
DecodeError judge_unknown_vrid(std::span<const std::uint8_t> packet);

}  // namespace understudy
