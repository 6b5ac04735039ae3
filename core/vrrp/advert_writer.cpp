#include "core/vrrp/advert_writer.h"

#include <algorithm>

#include "core/net/checksum.h"
#include "core/net/contract.h"
#include "core/net/ipv4_header.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/authentication_header.h"
#include "core/vrrp/message_reader.h"
#include "core/vrrp/wire_format.h"

namespace understudy {
namespace {

bool signs(const ReceiveRules& rules) { return rules.hmac && rules.hmac->signs(); }

std::size_t message_size(const ReceiveRules& rules) {
  return wire::kHeaderSize + rules.addresses.size() +
         (rules.version == 2 ? wire::kAuthDataSize : 0);
}

// Over IPv6 the checksum covers the trailer, as the sender's kernel would have it.
void renew_checksum6(std::span<std::uint8_t> payload, const IpAddress& source,
                     const IpAddress& destination) {
  payload[wire::kChecksum] = payload[wire::kChecksum + 1] = 0;
  auto sum = pseudo_header_sum(source, destination, payload.size());
  sum.add(payload);
  sum.store(&payload[wire::kChecksum]);
}

void sign(const VirtualRouterConfig& config, const AdvertStamp& stamp, const IpAddress& source,
          const IpAddress& destination, std::span<std::uint8_t> payload) {
  const auto& rules = config.rules;
  const auto key =
      std::find_if(rules.hmac->keys.begin(), rules.hmac->keys.end(),
                   [&](const HmacKey& each) { return each.id == rules.hmac->active_key; });
  ensure(key != rules.hmac->keys.end());
  const auto size = payload.size() - kHmacTrailerSize;
  write_hmac_trailer(payload.first(size), source, *key, stamp.hmac_sequence, &payload[size]);
  if (rules.family == Family::ipv6) renew_checksum6(payload, source, destination);
}

}  // namespace

Advert advert_of(const ReceiveRules& rules, std::uint8_t priority) {
  Advert advert;
  advert.version = rules.version;
  advert.vrid = rules.vrid;
  advert.priority = priority;
  advert.auth_type = static_cast<std::uint8_t>(rules.auth_type);
  advert.family = rules.family;
  advert.advert_interval = rules.advert_interval;
  // AH carries its key in no field (RFC 2338, section 5.3.10).
  if (rules.auth_type == AuthType::pass) advert.auth_data = rules.auth_data;
  advert.addresses = rules.addresses;
  return advert;
}

std::size_t advert_packet_size(const VirtualRouterConfig& config) {
  const auto& rules = config.rules;
  return (rules.family == Family::ipv4 ? kIpv4HeaderSize : kIpv6HeaderSize) +
         (rules.auth_type == AuthType::ah ? wire::kAhSize : 0) + message_size(rules) +
         (signs(rules) ? kHmacTrailerSize : 0);
}

std::size_t write_advert(const VirtualRouterConfig& config, const AdvertStamp& stamp,
                         const IpAddress& source, const IpAddress& destination,
                         std::span<std::uint8_t> out) {
  const auto& rules = config.rules;
  PacketOptions options{.ttl = config.ttl, .identification = stamp.identification};
  if (rules.auth_type == AuthType::ah) {
    options.protocol = kProtocolAh;
    options.room_before = wire::kAhSize;
  }
  if (signs(rules)) options.room_after = kHmacTrailerSize;
  const auto size = write_packet(advert_of(rules, stamp.priority), source, destination,
                                 config.send_form, options, out.data());
  if (rules.plain()) [[likely]]
    return size;
  const auto packet = out.first(size);
  if (signs(rules)) {
    const auto header = rules.family == Family::ipv4 ? kIpv4HeaderSize : kIpv6HeaderSize;
    sign(config, stamp, source, destination, packet.subspan(header + options.room_before));
  }
  if (rules.auth_type == AuthType::ah)
    write_authentication_header(packet, stamp.ah_sequence, rules.auth_data,
                                {rules.rfc2402_icv || rules.unicast});
  return size;
}

}  // namespace understudy
