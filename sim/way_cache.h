// Where a kernel's packets went last time, so that a flow looks its way up once.
#pragma once

#include <array>
#include <optional>

#include "sim/routing_table.h"

namespace understudy::sim {

/// Answers of RoutingTable::find() and source addresses towards a destination, few and recent. To
/// be forgotten with every change of addresses, interfaces, routes and rules.
class WayCache {
 public:
  /// What was looked up before; null: nothing.
  const RoutingTable::Answer* known(const IpAddress& source, const IpAddress& destination) const {
    for (const auto& way : ways_)
      if (way && way->destination == destination && way->source == source) return &way->answer;
    return nullptr;
  }
  /// As RoutingTable::find(), for one that is not known.
  const RoutingTable::Answer& look_up(const RoutingTable& table, const IpAddress& source,
                                      const IpAddress& destination) {
    auto& place = ways_[next_way_++ % ways_.size()];
    place = Way{source, destination, table.find(source, destination)};
    return place->answer;
  }
  /// What `find` says for the destination.
  template <typename Find>
  std::optional<IpAddress> source(const IpAddress& destination, const Find& find) {
    if (!source_ || source_->destination != destination)
      source_ = Source{destination, find(destination)};
    return source_->answer;
  }
  void forget() {
    ways_ = {};
    source_.reset();
  }

 private:
  struct Way {
    IpAddress source, destination;
    RoutingTable::Answer answer;
  };
  struct Source {
    IpAddress destination;
    std::optional<IpAddress> answer;
  };

  std::array<std::optional<Way>, 4> ways_;
  std::size_t next_way_ = 0;
  std::optional<Source> source_;
};

}  // namespace understudy::sim
