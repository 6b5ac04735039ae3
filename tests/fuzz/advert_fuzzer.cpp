// Any bytes at all as packets at a node: codec, receive rules, state machines. Whatever is decoded
// must encode again to the same bytes; whatever is refused may change counters only.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "core/net/byte_order.h"
#include "core/node/node.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/receive_rules.h"

namespace {

using namespace understudy;

void require(bool promise) {
  if (!promise) std::abort();
}

VirtualRouterConfig make_router(std::uint16_t index, Profile profile, AuthType auth_type,
                                std::uint8_t priority) {
  VirtualRouterConfig router;
  router.index = index;
  router.priority = priority;
  router.rules.profile = profile;
  router.rules.vrid = static_cast<std::uint8_t>(10 + index);
  router.rules.owner = router.owner();
  router.rules.auth_type = auth_type;
  if (auth_type == AuthType::pass) router.rules.auth_data = {'k', 'a', '@', 'l', '1'};
  const Ipv4Address address{0xc0000264};
  router.addresses.emplace_back().address = address;
  for (const auto byte : address.bytes()) router.rules.addresses.push_back(byte);
  return router;
}

std::shared_ptr<const NodeConfig> make_config() {
  auto config = std::make_shared<NodeConfig>();
  config->interfaces = {"eth0"};
  config->virtual_routers = {make_router(0, Profile::keepalived, AuthType::none, 100),
                             make_router(1, Profile::rfc, AuthType::none, 100),
                             make_router(2, Profile::keepalived, AuthType::pass, 90),
                             make_router(3, Profile::rfc, AuthType::none, 255)};
  config->tracked.resize(config->virtual_routers.size());
  config->notify.resize(config->virtual_routers.size());
  return config;
}

void round_trip(std::span<const std::uint8_t> packet) {
  const auto decoded = decode_packet(packet);
  if (!decoded) return;
  const auto& advert = decoded->advert;
  require(advert.addresses.size() % address_size(advert.family) == 0);
  std::array<std::uint8_t, 5000> out{};
  const auto size =
      encode(advert, decoded->source, decoded->destination, ChecksumForm::either, out);
  if (!size) {  // decodes, yet is nothing that we would say
    require(size.error() == EncodeError::bad_vrid || size.error() == EncodeError::bad_count ||
            size.error() == EncodeError::bad_interval);
    return;
  }
  require(*size == encoded_size(advert));
  const auto again = decode(std::span{out}.first(*size), advert.family);
  require(again.has_value());
  require(again->vrid == advert.vrid && again->priority == advert.priority &&
          again->advert_interval == advert.advert_interval &&
          again->auth_data == advert.auth_data &&
          std::ranges::equal(again->addresses, advert.addresses));
}

std::uint64_t refused_in_all(const Node& node) {
  std::uint64_t sum = 0;
  for (const auto count : node.refused_elsewhere()) sum += count;
  for (const auto& router : node.virtual_routers())
    for (const auto count : router.counters().refused) sum += count;
  return sum;
}

void hear(Node& node, Instant now, std::span<const std::uint8_t> packet, Effects& effects) {
  const auto digest = node.digest();
  const auto deadline = node.next_deadline();
  const auto refused = refused_in_all(node);
  node.handle(now, PacketReceived{0, now, packet}, effects);
  if (refused_in_all(node) == refused) return;
  require(refused_in_all(node) == refused + 1);
  require(node.digest() == digest && node.next_deadline() == deadline);
}

}  // namespace

/// The input is a list of packets, each behind a byte for the time that passes first and two for
/// its length; what is left over is one more packet. So a corpus file of one bare packet is a valid
/// input too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto config = make_config();
  std::span<const std::uint8_t> left{data, size};
  round_trip(left);
  Node node{config};
  Effects effects;
  Instant now{};
  node.handle(now, AddressesChanged{0, Ipv4Address{0xc0000201}}, effects);
  node.handle(now, LinkChanged{0, true}, effects);
  node.handle(now, Startup{}, effects);
  effects.clear();
  hear(node, now, left, effects);
  while (left.size() > 3) {
    now += std::chrono::milliseconds{25} * left[0];
    const auto length = std::min<std::size_t>(load_be16(left.data() + 1), left.size() - 3);
    while (node.next_deadline() && *node.next_deadline() <= now)
      node.handle(now, DeadlineReached{}, effects);
    hear(node, now, left.subspan(3, length), effects);
    round_trip(left.subspan(3, length));
    effects.clear();
    left = left.subspan(3 + length);
  }
  node.handle(now, Shutdown{}, effects);
  return 0;
}
