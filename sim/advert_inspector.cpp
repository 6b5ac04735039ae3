#include "sim/advert_inspector.h"

#include <algorithm>
#include <cstring>

#include "core/net/ethernet.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/auth_hmac.h"

namespace understudy::sim {
namespace {

// Offsets in an IPv4 frame: what changes from one advert to the next.
constexpr std::size_t kIdentification = kEthernetHeaderSize + 4;
constexpr std::size_t kHeaderChecksum = kEthernetHeaderSize + 10;
// Where the VRID is when the IP header has no options and is not authenticated. Elsewhere it is
// some other byte, which does no harm.
constexpr std::size_t kVrid4 = kEthernetHeaderSize + kIpv4HeaderSize + 1;
constexpr std::size_t kVrid6 = kEthernetHeaderSize + kIpv6HeaderSize + 1;

bool is_wide(const Frame& frame) { return frame.bytes[kEthernetHeaderSize] >> 4 == 6; }
std::uint8_t vrid_place(const Frame& frame) {
  return frame.bytes[is_wide(frame) ? kVrid6 : kVrid4];
}

}  // namespace

bool AdvertInspector::known_good(std::uint32_t nic, const Frame& frame) const {
  if (!last_good_[nic]) return false;
  const Good* good = last_good_[nic]->by_family[is_wide(frame) ? 1 : 0][vrid_place(frame)].get();
  if (good == nullptr || good->size != frame.size) return false;
  const auto* left = good->bytes.data();
  const auto* right = frame.bytes.data();
  if (is_wide(frame)) return std::memcmp(left, right, frame.size) == 0;
  return std::memcmp(left, right, kIdentification) == 0 &&
         std::memcmp(left + kIdentification + 2, right + kIdentification + 2, 4) == 0 &&
         std::memcmp(left + kHeaderChecksum + 2, right + kHeaderChecksum + 2,
                     frame.size - kHeaderChecksum - 2) == 0;
}

std::string AdvertInspector::inspect(std::uint32_t nic, const Frame& frame,
                                     const DaemonProcess* sender) {
  auto complaint = judge(nic, frame, sender);
  if (complaint.empty()) remember(nic, frame);
  return complaint;
}

void AdvertInspector::remember(std::uint32_t nic, const Frame& frame) {
  auto& of_nic = last_good_[nic];
  if (!of_nic) of_nic = std::make_unique<OfNic>();
  auto& good = of_nic->by_family[is_wide(frame) ? 1 : 0][vrid_place(frame)];
  if (!good) good = std::make_unique<Good>();
  if (frame.size > good->bytes.size()) return;
  good->size = frame.size;
  std::memcpy(good->bytes.data(), frame.bytes.data(), frame.size);
}

std::string AdvertInspector::judge(std::uint32_t nic, const Frame& frame,
                                   const DaemonProcess* sender) const {
  const auto packet = read_ip(frame.payload());
  if (!packet) return "no whole IP packet";
  auto message = vrrp_message(*packet);
  if (message.size() < 2) return std::string(to_string(DecodeError::length_short));
  const auto family = packet->source.family();
  const auto vrid = message[1];
  const auto with_trailer = message;
  const auto* router =
      sender == nullptr ? nullptr : sender->router_on(stage_.nics[nic].nic, vrid, family);
  if (router != nullptr && router->rules.hmac && router->rules.hmac->signs() &&
      message.size() > kHmacTrailerSize)
    message = message.first(message.size() - kHmacTrailerSize);
  const auto advert = decode(message, family);
  if (!advert) return std::string(to_string(advert.error()));
  // Over IPv6 the checksum covers a trailer, too.
  const auto covered = family == Family::ipv6 ? with_trailer : message;
  if (!verify_checksum(covered, advert->version, packet->source, packet->destination,
                       ChecksumForm::either))
    return std::string(to_string(DecodeError::bad_checksum));
  if (router == nullptr) return "VRID " + std::to_string(vrid) + " is none of the sender's";
  if (packet->ttl != router->ttl) return "TTL " + std::to_string(packet->ttl);
  if (advert->version != router->rules.version) return "version " + std::to_string(advert->version);
  if (advert->addresses.empty()) return "no address";
  const auto& configured = router->rules.addresses;
  if (advert->addresses.size() != configured.size())
    return std::to_string(advert->address_count()) + " addresses, " +
           std::to_string(configured.size() / address_size(family)) + " configured";
  if (!std::equal(configured.begin(), configured.end(), advert->addresses.begin()))
    return "addresses that are not the configured ones";
  return {};
}

}  // namespace understudy::sim
