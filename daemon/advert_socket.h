// Adverts in: everything of one protocol that arrives on one interface, one family.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "daemon/clock.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// What a socket listens to. Its virtual routers share it: a socket may join 20 groups
/// (net.ipv4.igmp_max_memberships), an interface may have 255 virtual routers a family.
struct AdvertChannel {
  std::uint16_t interface = 0;  // index into the node's interfaces
  Family family = Family::ipv4;
  std::uint8_t protocol = 112;    // 51 for adverts in an Authentication Header
  std::vector<IpAddress> groups;  // each once

  friend bool operator==(const AdvertChannel&, const AdvertChannel&) = default;
};

class AdvertSocket {
 public:
  /// Bound to the interface and in the channel's groups on it. The error says what failed.
  static tl::expected<AdvertSocket, std::string> open(const AdvertChannel& channel,
                                                      const std::string& interface, int ifindex);
  AdvertSocket(AdvertSocket&&) noexcept;
  AdvertSocket& operator=(AdvertSocket&&) noexcept;
  ~AdvertSocket();

  struct Packet {
    Instant received_at;
    std::span<const std::uint8_t> bytes;  // a whole IP packet; valid until pop()
  };
  /// The oldest packet that waits, or nullptr when none does. Reads a batch when it has to.
  const Packet* front();
  /// The one behind it, when it has been read already. Valid as long as front().
  const Packet* following();
  void pop();

  int fd() const { return fd_.value(); }

 private:
  struct Batch;
  AdvertSocket(UniqueFd fd, Family family, std::unique_ptr<Batch> batch);
  std::string join(const std::vector<IpAddress>& groups, int ifindex);
  void read_batch();

  UniqueFd fd_;
  Family family_;
  std::vector<UniqueFd> more_memberships_;  // beyond what one socket may join
  std::unique_ptr<Batch> batch_;
};

}  // namespace understudy::daemon
