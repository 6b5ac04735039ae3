#include "core/vrrp/authentication_header.h"

#include <nettle/hmac.h>

#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/contract.h"
#include "core/net/ipv4_header.h"
#include "core/vrrp/wire_format.h"

namespace understudy {
namespace {

std::size_t header_size(std::span<const std::uint8_t> packet) { return (packet[0] & 15U) * 4; }

}  // namespace

std::array<std::uint8_t, 12> compute_icv(std::span<const std::uint8_t> packet, const AuthData& key,
                                         IcvForm form) {
  const auto header = header_size(packet);
  ensure(header <= 60 && packet.size() >= header + wire::kAhSize);
  // The fields that routers may change, and the code itself, count as zero.
  std::array<std::uint8_t, 60 + wire::kAhSize> front{};
  const auto size = header + wire::kAhSize;
  std::memcpy(front.data(), packet.data(), size);
  front[1] = 0;
  store_be16(&front[6], 0);
  store_be16(&front[10], 0);
  if (form.ttl_is_zero) front[8] = 0;
  std::memset(&front[header + wire::kAhIcv], 0, wire::kAhSize - wire::kAhIcv);
  hmac_md5_ctx context;
  hmac_md5_set_key(&context, key.size(), key.data());
  hmac_md5_update(&context, size, front.data());
  hmac_md5_update(&context, packet.size() - size, packet.data() + size);
  std::array<std::uint8_t, 12> icv;
  hmac_md5_digest(&context, icv.size(), icv.data());
  return icv;
}

void write_authentication_header(std::span<std::uint8_t> packet, std::uint32_t sequence,
                                 const AuthData& key, IcvForm form) {
  auto* at = packet.data() + header_size(packet);
  store_be32(at, std::uint32_t{kProtocolVrrp} << 24 | std::uint32_t{wire::kAhPayloadLength} << 16);
  std::memcpy(at + wire::kAhSpi, packet.data() + 12, 4);
  store_be32(at + wire::kAhSequence, sequence);
  std::memset(at + wire::kAhIcv, 0, wire::kAhSize - wire::kAhIcv);
  const auto icv = compute_icv(packet, key, form);
  std::memcpy(at + wire::kAhIcv, icv.data(), icv.size());
}

}  // namespace understudy
