#include "sim/advert_inspector.h"

#include <algorithm>
#include <cstring>

#include "core/net/ethernet.h"
#include "core/vrrp/advert_codec.h"

namespace understudy::sim {
namespace {

// Offsets in the frame: what changes from one advert to the next.
constexpr std::size_t kIdentification = kEthernetHeaderSize + 4;
constexpr std::size_t kHeaderChecksum = kEthernetHeaderSize + 10;

const VirtualRouterConfig* router_of(const DaemonProcess* sender, std::uint8_t vrid) {
  if (sender == nullptr) return nullptr;
  for (const auto& router : sender->config().virtual_routers)
    if (router.rules.vrid == vrid) return &router;
  return nullptr;
}

}  // namespace

bool AdvertInspector::known_good(std::uint32_t nic, const Frame& frame) const {
  const Good& good = last_good_[nic];
  if (good.size != frame.size) return false;
  const auto* left = good.bytes.data();
  const auto* right = frame.bytes.data();
  return std::memcmp(left, right, kIdentification) == 0 &&
         std::memcmp(left + kIdentification + 2, right + kIdentification + 2, 4) == 0 &&
         std::memcmp(left + kHeaderChecksum + 2, right + kHeaderChecksum + 2,
                     frame.size - kHeaderChecksum - 2) == 0;
}

std::string AdvertInspector::inspect(std::uint32_t nic, const Frame& frame,
                                     const DaemonProcess* sender) {
  const auto packet = decode_packet(frame.payload());
  if (!packet) return std::string(to_string(packet.error()));
  if (packet->ttl != 255) return "TTL " + std::to_string(packet->ttl);
  if (packet->advert.addresses.empty()) return "no address";
  const auto* router = router_of(sender, packet->advert.vrid);
  if (router == nullptr)
    return "VRID " + std::to_string(packet->advert.vrid) + " is none of the sender's";
  const auto& theirs = packet->advert.addresses;
  const auto& configured = router->rules.addresses;
  if (theirs.size() != configured.size())
    return std::to_string(packet->advert.address_count()) + " addresses, " +
           std::to_string(configured.size() / address_size(router->rules.family)) + " configured";
  if (!std::equal(theirs.begin(), theirs.end(), configured.begin()))
    return "addresses that are not the configured ones";
  if (frame.size <= last_good_[nic].bytes.size()) {
    last_good_[nic].size = frame.size;
    std::memcpy(last_good_[nic].bytes.data(), frame.bytes.data(), frame.size);
  }
  return {};
}

}  // namespace understudy::sim
