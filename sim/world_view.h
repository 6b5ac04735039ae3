// What expectations, oracles and check scripts may look at: the atoms of scenario-format.md,
// section 3. Everything is by index into the Scenario; the simulator implements it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "core/vrrp/state.h"

namespace understudy::sim {

enum class ServiceStatus : std::uint8_t { up, down, hung };

/// Adverts of one host that are alike, and how many there were.
struct AdvertKind {
  std::string instance;
  std::uint8_t vrid = 0;
  std::uint8_t version = 2;
  std::uint8_t priority = 0;
  std::uint64_t count = 0;
};

class WorldView {
 public:
  virtual ~WorldView() = default;

  virtual Instant now() const = 0;
  /// Changes whenever any answer below may have changed. Of adverts(), garps() and lost() only for
  /// those that the scenario's expectations read; blackout() grows by itself while one is open.
  virtual std::uint64_t version() const = 0;

  /// The state of an instance on a host; nullopt when its daemon does not run. kill -9 ends the
  /// daemon, so nullopt too.
  virtual std::optional<State> state(std::size_t host, std::string_view instance) const = 0;
  /// How many hosts are MASTER for this instance.
  virtual unsigned masters(std::string_view instance) const = 0;
  /// The only master's host; nullopt when there are none or several.
  virtual std::optional<std::size_t> master(std::string_view instance) const = 0;
  /// How many powered hosts hold this address.
  virtual unsigned holders(const IpAddress& address) const = 0;
  /// The host's ARP entry; nullopt when there is none.
  virtual std::optional<MacAddress> arp(std::size_t host, const IpAddress& address) const = 0;
  virtual MacAddress mac(std::size_t host) const = 0;  // of its first NIC
  virtual ServiceStatus service(std::size_t host, std::size_t service) const = 0;
  virtual std::optional<std::uint8_t> priority(std::size_t host,
                                               std::string_view instance) const = 0;
  /// The longest blackout of a probe so far (an open one counts up to now) that lies in or overlaps
  /// [from, to], cut to it.
  virtual Duration blackout(std::size_t probe, Instant from, Instant to) const = 0;
  /// Requests whose fate is known to be "not answered".
  virtual std::uint64_t lost(std::size_t probe) const = 0;
  /// Changes of the only master after the first, over the run so far.
  virtual std::uint64_t flaps(std::string_view instance) const = 0;
  /// Entries into `state` by this instance on this host so far.
  virtual std::uint64_t transitions(std::string_view instance, std::size_t host,
                                    State state) const = 0;
  /// Adverts this host's daemon asked to send so far.
  virtual std::uint64_t adverts(std::size_t host) const = 0;
  /// Gratuitous ARPs for this address sent by this host so far.
  virtual std::uint64_t garps(std::size_t host, const IpAddress& address) const = 0;
  /// Since when a probe has not been answered, as far as known; nullopt: it is answered.
  virtual std::optional<Instant> open_blackout(std::size_t probe) const = 0;
  /// When an event of the timeline happens: a fault, or its end.
  virtual Instant event_time(std::size_t fault, bool end) const = 0;
  /// The adverts of a host by kind; counted only where the scenario's expressions want it.
  virtual std::vector<AdvertKind> adverts_by_kind(std::size_t host) const = 0;
  /// A measure of the scenario, where its value is known: in conditions over a run's measures.
  virtual std::optional<std::int64_t> measure(std::size_t) const { return std::nullopt; }
};

}  // namespace understudy::sim
