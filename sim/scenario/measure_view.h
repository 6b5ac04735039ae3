// The measures of one run: their units, and a view for conditions over them.
#pragma once

#include <vector>

#include "sim/run_result.h"
#include "sim/scenario/scenario.h"
#include "sim/world_view.h"

namespace understudy::sim {

inline MeasureResult::Unit unit_of(const Measure& measure) {
  using Unit = MeasureResult::Unit;
  const auto kind = measure.value.kind();
  if (kind == ExpressionKind::condition) return Unit::boolean;
  return kind == ExpressionKind::duration ? Unit::nanoseconds : Unit::number;
}

/// A world of which only the measures are known: `verdict.condition->holds(MeasureView(measures))`.
class MeasureView final : public WorldView {
 public:
  explicit MeasureView(const std::vector<MeasureResult>& measures) : measures_(measures) {}

  std::optional<std::int64_t> measure(std::size_t index) const override {
    return index < measures_.size() ? measures_[index].value : std::nullopt;
  }

  Instant now() const override { return {}; }
  std::uint64_t version() const override { return 0; }
  std::optional<State> state(std::size_t, std::string_view) const override { return {}; }
  unsigned masters(std::string_view) const override { return 0; }
  std::optional<std::size_t> master(std::string_view) const override { return {}; }
  unsigned holders(const IpAddress&) const override { return 0; }
  std::optional<MacAddress> arp(std::size_t, const IpAddress&) const override { return {}; }
  MacAddress mac(std::size_t) const override { return {}; }
  ServiceStatus service(std::size_t, std::size_t) const override { return ServiceStatus::down; }
  std::optional<std::uint8_t> priority(std::size_t, std::string_view) const override { return {}; }
  Duration blackout(std::size_t, Instant, Instant) const override { return {}; }
  std::uint64_t lost(std::size_t) const override { return 0; }
  std::uint64_t flaps(std::string_view) const override { return 0; }
  std::uint64_t transitions(std::string_view, std::size_t, State) const override { return 0; }
  std::uint64_t adverts(std::size_t) const override { return 0; }
  std::uint64_t garps(std::size_t, const IpAddress&) const override { return 0; }
  std::optional<Instant> open_blackout(std::size_t) const override { return {}; }
  Instant event_time(std::size_t, bool) const override { return {}; }
  std::vector<AdvertKind> adverts_by_kind(std::size_t) const override { return {}; }

 private:
  const std::vector<MeasureResult>& measures_;
};

}  // namespace understudy::sim
