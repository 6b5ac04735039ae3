#include "bench/advert_ring.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "bench/yardstick.h"
#include "core/vrrp/advert_codec.h"

namespace understudy::bench {

namespace {

VirtualRouterConfig make_router(std::size_t address_count) {
  VirtualRouterConfig router;
  router.name = "VI_1";
  router.priority = 90;
  router.rules.vrid = 51;
  router.rules.auth_type = AuthType::pass;
  router.rules.auth_data = {'a', 'b', 'c', 'l', 'i', 'n', 'u', 'x'};
  for (std::size_t i = 0; i < address_count; ++i) {
    const Ipv4Address address{0xc0a83864u + static_cast<std::uint32_t>(i)};
    router.addresses.emplace_back().address = address;
    for (const auto byte : address.bytes()) router.rules.addresses.push_back(byte);
  }
  return router;
}

}  // namespace

AdvertRing::AdvertRing(std::size_t address_count)
    : router_(make_router(address_count)), count_(kRingSize) {
  Advert advert;
  advert.vrid = router_.rules.vrid;
  advert.auth_type = static_cast<std::uint8_t>(router_.rules.auth_type);
  advert.auth_data = router_.rules.auth_data;
  advert.advert_interval = router_.rules.advert_interval;
  advert.addresses = router_.rules.addresses;
  std::mt19937 random(2);
  std::array<std::uint8_t, 2048> packet{};
  for (std::size_t i = 0; i < count_; ++i) {
    advert.priority = static_cast<std::uint8_t>(101 + random() % 154);
    const Ipv4Address source{0xc0a80001u + static_cast<std::uint32_t>(random() & 0x7fff)};
    const PacketOptions options{.identification = static_cast<std::uint16_t>(i + 1)};
    const auto size =
        encode_packet(advert, source, kVrrpGroup4, ChecksumForm::message, options, packet);
    if (!size) {
      std::fprintf(stderr, "the ring's adverts do not encode\n");
      std::abort();
    }
    packet_size_ = *size;
    bytes_.insert(bytes_.end(), packet.begin(),
                  packet.begin() + static_cast<std::ptrdiff_t>(*size));
  }
}

}  // namespace understudy::bench
