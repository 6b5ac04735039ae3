#include "bench/advert_ring.h"

#include <array>
#include <random>

#include "bench/yardstick.h"
#include "core/vrrp/advert_writer.h"

namespace understudy::bench {

namespace {

// 192.168.56.100 and on, fe80::100 and on.
IpAddress virtual_address(Family family, std::size_t number) {
  if (family == Family::ipv4) return Ipv4Address{0xc0a83864u + static_cast<std::uint32_t>(number)};
  const std::array<std::uint8_t, 16> bytes{
      0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, static_cast<std::uint8_t>(number)};
  return IpAddress::from_bytes(bytes);
}

IpAddress sender(Family family, std::uint32_t draw) {
  if (family == Family::ipv4) return Ipv4Address{0xc0a80001u + (draw & 0x7fff)};
  const std::array<std::uint8_t, 16> bytes{0xfe,
                                           0x80,
                                           0,
                                           0,
                                           0,
                                           0,
                                           0,
                                           0,
                                           2,
                                           0,
                                           0,
                                           0xff,
                                           0xfe,
                                           0,
                                           static_cast<std::uint8_t>(draw >> 8),
                                           static_cast<std::uint8_t>(draw)};
  return IpAddress::from_bytes(bytes);
}

}  // namespace

VirtualRouterConfig make_router(const RingShape& shape) {
  VirtualRouterConfig router;
  router.name = "VI_1";
  router.priority = 90;
  router.rules.version = shape.version;
  router.rules.family = shape.family;
  router.rules.vrid = shape.vrid;
  if (shape.version == 2) {
    router.rules.auth_type = AuthType::pass;
    router.rules.auth_data = {'a', 'b', 'c', 'l', 'i', 'n', 'u', 'x'};
  } else {
    router.rules.checksum_form = ChecksumForm::either;
  }
  for (std::size_t i = 0; i < shape.addresses; ++i) {
    const auto address = virtual_address(shape.family, i);
    router.addresses.emplace_back().address = address;
    for (const auto byte : address.bytes()) router.rules.addresses.push_back(byte);
  }
  router.destinations = {shape.family == Family::ipv4 ? IpAddress{kVrrpGroup4}
                                                      : IpAddress::from_bytes(kVrrpGroup6)};
  return router;
}

AdvertRing::AdvertRing(const RingShape& shape)
    : router_(make_router(shape)), count_(kRingSize), packet_size_(advert_packet_size(router_)) {
  std::mt19937 random(2);
  bytes_.resize(count_ * packet_size_);
  for (std::size_t i = 0; i < count_; ++i) {
    const AdvertStamp stamp{.priority = static_cast<std::uint8_t>(101 + random() % 154),
                            .identification = static_cast<std::uint16_t>(i + 1)};
    const auto source = sender(shape.family, static_cast<std::uint32_t>(random()));
    write_advert(router_, stamp, source, router_.destinations.front(),
                 std::span{bytes_}.subspan(i * packet_size_, packet_size_));
  }
}

}  // namespace understudy::bench
