// The multicast side of a simulated kernel: tells switches which groups its sockets have joined.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "sim/group_message.h"
#include "sim/random_stream.h"

namespace understudy::sim {

/// What it asks of the kernel around it.
class GroupLink {
 public:
  virtual ~GroupLink() = default;
  /// A NIC's address to speak from; unspecified: none.
  virtual IpAddress report_source(std::uint32_t nic, Family family) const = 0;
  /// Through the packet filter, if the NIC is up.
  virtual void send_report(std::uint32_t nic, std::span<const std::uint8_t> packet) = 0;
  virtual void wake_reports_at(Instant at) = 0;
};

/// As Linux (net/ipv4/igmp.c, net/ipv6/mcast.c), in version 3 of IGMP and version 2 of MLD: a
/// change is reported at once, and once more within 1 s (robustness 2); a general query is answered
/// at an instant drawn from the time it gives, with all groups. NICs on segments that do not snoop
/// say nothing.
class GroupReporter {
 public:
  /// `snooped`: of each NIC, whether anybody listens.
  GroupReporter(GroupLink& link, std::vector<bool> snooped, std::uint64_t seed,
                std::string_view host);

  /// A socket joins; a NIC that has joined already stays so.
  void join(Instant now, std::uint32_t nic, const IpAddress& group);
  /// All sockets are closed.
  void leave_all(Instant now);
  void link_up(Instant now, std::uint32_t nic);
  /// A packet that may be a query has come.
  void hear(Instant now, std::uint32_t nic, std::span<const std::uint8_t> packet);
  void reach_deadline(Instant now);
  /// The power is gone.
  void clear();

 private:
  struct Membership {
    std::uint32_t nic;
    IpAddress group;
  };
  struct Report {
    Instant at;
    std::uint32_t nic;
    Family family;
    std::vector<GroupRecord> records;  // empty: all there are then
  };

  void change(Instant now, std::uint32_t nic, GroupRecordType type, const IpAddress& group);
  void plan(Report report);
  void send(const Report& report);

  GroupLink& link_;
  std::vector<bool> snooped_;
  RandomStream draws_;
  std::vector<Membership> memberships_;
  std::vector<Report> planned_;
};

}  // namespace understudy::sim
