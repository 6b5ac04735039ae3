// Why a packet was refused: one enumerator a check, named as operators' counters are.
#pragma once

#include <cstdint>
#include <string_view>

namespace understudy {

enum class DecodeError : std::uint8_t {
  length_short,
  length_long,
  bad_ttl,
  bad_version,
  bad_type,
  bad_checksum,
  unknown_vrid,
  bad_destination,
  count_zero,
  interval_zero,
  interval_mismatch,
  address_list,
  local_owner,
  source_not_link_local,
  first_not_link_local,
  auth_unknown,
  auth_mismatch,
  auth_failed,
  ah_missing,
  ah_unexpected,
  ah_malformed,
  ah_next_header,
  ah_bad_icv,
  ah_spi,
  ah_replay,
  unknown_peer,  // unicast: the source is none of the configured peers
  peer_ttl,      // unicast: outside the peer's min_ttl and max_ttl
  hmac_missing,  // auth_hmac, as keepalived counts them
  hmac_malformed,
  hmac_unknown_key,
  hmac_invalid,
  hmac_stale,
  hmac_replay,
};

inline constexpr std::size_t kDecodeErrorCount = 33;

/// "bad_checksum": the name in counters, logs, JSON and Python.
std::string_view to_string(DecodeError error);

/// A sentence for people: "the checksum does not verify".
std::string_view describe(DecodeError error);

}  // namespace understudy
