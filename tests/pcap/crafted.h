// Adverts made by libtins and plain arithmetic, independent of our own codec.
#pragma once

#include <tins/tins.h>

#include <cstdint>
#include <string>
#include <vector>

namespace understudy {

using Bytes = std::vector<std::uint8_t>;

/// A version 2 message of VRID 51 with one address and no authentication, checksum included.
inline Bytes crafted_message(std::uint8_t priority) {
  Bytes message{0x21, 51, priority, 1, 0, 1, 0, 0, 192, 0, 2, 100, 0, 0, 0, 0, 0, 0, 0, 0};
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < message.size(); i += 2) {
    sum += static_cast<std::uint32_t>(message[i] << 8 | message[i + 1]);
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  message[6] = static_cast<std::uint8_t>(~sum >> 8);
  message[7] = static_cast<std::uint8_t>(~sum);
  return message;
}

inline Tins::IP crafted_ip(const std::string& source, std::uint8_t priority) {
  Tins::IP ip("224.0.0.18", source);
  ip.ttl(255);
  ip.protocol(112);
  return ip / Tins::RawPDU(crafted_message(priority));
}

inline Bytes crafted_frame(const std::string& source, std::uint8_t priority) {
  Tins::EthernetII frame =
      Tins::EthernetII("01:00:5e:00:00:12", "02:00:00:00:00:01") / crafted_ip(source, priority);
  return frame.serialize();
}

}  // namespace understudy
