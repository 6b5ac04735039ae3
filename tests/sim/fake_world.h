// A world that says what a test tells it to.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/world_view.h"

namespace understudy::sim {

class FakeWorld final : public WorldView {
 public:
  Instant now() const override { return time; }
  std::uint64_t version() const override { return 0; }
  std::optional<State> state(std::size_t host, std::string_view) const override {
    const auto found = states.find(host);
    return found == states.end() ? std::nullopt : std::optional(found->second);
  }
  unsigned masters(std::string_view) const override { return master_count; }
  std::optional<std::size_t> master(std::string_view) const override { return only_master; }
  unsigned holders(const IpAddress&) const override { return holder_count; }
  std::optional<MacAddress> arp(std::size_t, const IpAddress&) const override { return arp_entry; }
  MacAddress mac(std::size_t host) const override {
    return {{2, 0, 0, 0, 0, static_cast<std::uint8_t>(host)}};
  }
  ServiceStatus service(std::size_t, std::size_t) const override { return service_status; }
  std::optional<std::uint8_t> priority(std::size_t, std::string_view) const override {
    return priority_value;
  }
  Duration blackout(std::size_t, Instant from, Instant to) const override {
    asked_from = from;
    asked_to = to;
    const Duration open =
        open_since ? std::min(time, to) - std::max(*open_since, from) : Duration{};
    return std::max(longest_blackout, open);
  }
  std::uint64_t lost(std::size_t) const override { return lost_count; }
  std::uint64_t flaps(std::string_view) const override { return flap_count; }
  std::uint64_t transitions(std::string_view, std::size_t, State) const override {
    return transition_count;
  }
  std::uint64_t adverts(std::size_t) const override { return advert_count; }
  std::uint64_t garps(std::size_t, const IpAddress&) const override { return garp_count; }
  std::optional<Instant> open_blackout(std::size_t) const override { return open_since; }
  Instant event_time(std::size_t fault, bool end) const override {
    const auto found = event_times.find({fault, end});
    return found == event_times.end() ? Instant{} : found->second;
  }
  std::vector<AdvertKind> adverts_by_kind(std::size_t) const override { return advert_kinds; }

  Instant time{};
  std::map<std::size_t, State> states;
  unsigned master_count = 0;
  std::optional<std::size_t> only_master;
  unsigned holder_count = 0;
  std::optional<MacAddress> arp_entry;
  ServiceStatus service_status = ServiceStatus::up;
  std::optional<std::uint8_t> priority_value;
  Duration longest_blackout{};
  std::uint64_t lost_count = 0, flap_count = 0, transition_count = 0, advert_count = 0,
                garp_count = 0;
  std::optional<Instant> open_since;
  std::map<std::pair<std::size_t, bool>, Instant> event_times;
  std::vector<AdvertKind> advert_kinds;
  mutable Instant asked_from{}, asked_to{};
};

}  // namespace understudy::sim
