// Drops what is sent to the virtual addresses of a master that does not accept (no_accept): the
// host answers for them on the link, and for nothing else.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/net/ip_address.h"

namespace understudy::daemon {

/// An nftables table of our own: chain `input`, priority -1, with sets of closed addresses. ARP
/// never passes here, Neighbour Discovery is let through (RFC 9568, section 6.4.3: rules 620, 650).
class PacketFilter {
 public:
  static constexpr const char* kTable = "understudyd";

  PacketFilter();
  PacketFilter(PacketFilter&&) noexcept;
  PacketFilter& operator=(PacketFilter&&) noexcept;
  /// Leaves the kernel's tables as they are.
  ~PacketFilter();

  /// Removes what a predecessor left. Empty, or what went wrong; no table, no failure. A host
  /// without nftables has nothing to remove.
  std::string remove_table();
  /// Makes the table, empty, so that close() is quick when it counts.
  std::string make_table();
  /// Both make the table anew, with all that is closed, when somebody has taken it away. Empty, or
  /// what went wrong.
  std::string close(std::span<const IpAddress> addresses);
  std::string open(std::span<const IpAddress> addresses);

 private:
  struct Context;
  tl::expected<void, std::string> run(const std::string& commands);

  std::unique_ptr<Context> context_;
  std::set<IpAddress> closed_;
};

}  // namespace understudy::daemon
