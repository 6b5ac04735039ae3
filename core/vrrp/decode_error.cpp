#include "core/vrrp/decode_error.h"

namespace understudy {
namespace {

struct Text {
  std::string_view name;
  std::string_view sentence;
};

constexpr Text kTexts[] = {
    {"length_short",
     "the packet is cut: header, addresses or authentication data are not all there"},
    {"length_long", "bytes are left over after the last field"},
    {"bad_ttl", "the TTL is not 255"},
    {"bad_version", "the version is not the one this virtual router speaks"},
    {"bad_type", "the type is not 1 (advertisement)"},
    {"bad_checksum", "the checksum does not verify"},
    {"unknown_vrid", "no virtual router with this VRID on the interface"},
    {"bad_destination", "a unicast packet for a multicast virtual router, or the reverse"},
    {"count_zero", "the address count is 0"},
    {"interval_zero", "the advert interval is 0"},
    {"interval_mismatch", "the advert interval differs from the configured one"},
    {"address_list", "the address list differs from the configured one"},
    {"local_owner", "an advert for addresses that this host owns"},
    {"source_not_link_local", "the IPv6 source address is not link-local"},
    {"first_not_link_local", "the first IPv6 address is not link-local"},
    {"auth_unknown", "the authentication type is unknown"},
    {"auth_mismatch", "the authentication type differs from the configured one"},
    {"auth_failed", "the password differs"},
    {"ah_missing", "the authentication header is missing"},
    {"ah_unexpected", "an authentication header that is not configured"},
    {"ah_malformed", "the authentication header's length is wrong"},
    {"ah_next_header", "the authentication header is not followed by VRRP"},
    {"ah_bad_icv", "the authentication header does not verify"},
    {"ah_spi", "the authentication header's SPI is not the source address"},
    {"ah_replay", "the sequence number is not above the last one accepted"},
    {"unknown_peer", "the source is none of the unicast peers"},
    {"peer_ttl", "the TTL is outside what is allowed for this peer"},
    {"hmac_missing", "the authentication trailer is missing"},
    {"hmac_malformed", "the authentication trailer's type or reserved bytes are wrong"},
    {"hmac_unknown_key", "the authentication trailer's key is not configured"},
    {"hmac_invalid", "the authentication trailer does not verify"},
    {"hmac_stale", "the authentication trailer's time is outside the window"},
    {"hmac_replay", "the authentication trailer is not newer than the last one accepted"},
};
static_assert(std::size(kTexts) == kDecodeErrorCount);

}  // namespace

std::string_view to_string(DecodeError error) {
  return kTexts[static_cast<std::size_t>(error)].name;
}

std::string_view describe(DecodeError error) {
  return kTexts[static_cast<std::size_t>(error)].sentence;
}

}  // namespace understudy
