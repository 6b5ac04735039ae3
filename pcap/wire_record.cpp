#include "pcap/wire_record.h"

namespace understudy::capture {

void WireRecord::add(Instant at, PacketPlace place, std::uint16_t vlan,
                     std::span<const std::uint8_t> packet) {
  if (entries_.size() == kMost) {
    ++dropped_;
    return;
  }
  std::string content(packet.begin(), packet.end());
  // A counter in the header would make every packet of a sender another one.
  if (content.size() >= 20 && (static_cast<std::uint8_t>(content[0]) >> 4) == 4)
    content[4] = content[5] = content[10] = content[11] = 0;
  const auto [found, is_new] =
      index_.try_emplace(std::move(content), static_cast<std::uint32_t>(contents_.size()));
  if (is_new) contents_.push_back(&found->first);
  entries_.push_back(
      {at, place.number, found->second, static_cast<std::uint16_t>(place.file), vlan});
}

}  // namespace understudy::capture
