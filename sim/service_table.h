// The services of a host: what listens on its TCP ports, and how it feels.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/world_view.h"

namespace understudy::sim {

class ServiceTable {
 public:
  struct Condition {
    ServiceStatus status = ServiceStatus::up;
    bool broken = false;  // cannot be started
    friend bool operator==(const Condition&, const Condition&) = default;
  };

  explicit ServiceTable(const Host& host)
      : services_(&host.services), conditions_(host.services.size()) {}

  const Condition& operator[](std::size_t service) const { return conditions_[service]; }
  std::size_t size() const { return conditions_.size(); }
  /// Returns whether anything changed.
  bool set(std::size_t service, const Condition& condition) {
    const bool changed = conditions_[service] != condition;
    conditions_[service] = condition;
    return changed;
  }
  /// The status of what listens on a port; down when nothing does.
  ServiceStatus listening(std::uint16_t port) const {
    for (std::size_t i = 0; i < conditions_.size(); ++i)
      for (const auto own : (*services_)[i].ports)
        if (own == port && conditions_[i].status != ServiceStatus::down)
          return conditions_[i].status;
    return ServiceStatus::down;
  }

 private:
  const std::vector<Service>* services_;
  std::vector<Condition> conditions_;
};

}  // namespace understudy::sim
