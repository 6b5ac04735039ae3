// The raw socket of one interface: adverts out, everything of protocol 112 in. A plain IP socket,
// so that the host's firewall acts on it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "daemon/clock.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

class AdvertSocket {
 public:
  /// Bound to the interface and in the group 224.0.0.18 on it. The error says what failed.
  static tl::expected<AdvertSocket, std::string> open(const std::string& interface, int ifindex);
  AdvertSocket(AdvertSocket&&) noexcept;
  AdvertSocket& operator=(AdvertSocket&&) noexcept;
  ~AdvertSocket();

  /// Sends a whole IPv4 packet. 0, or the errno.
  int send(std::span<const std::uint8_t> packet, const IpAddress& destination);

  struct Packet {
    Instant received_at;
    std::span<const std::uint8_t> bytes;  // valid until pop()
  };
  /// The oldest packet that waits, or nullptr when none does. Reads a batch when it has to.
  const Packet* front();
  void pop();

  int fd() const { return fd_.value(); }

 private:
  struct Batch;
  AdvertSocket(UniqueFd fd, std::unique_ptr<Batch> batch);
  void read_batch();

  UniqueFd fd_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace understudy::daemon
