// Faults that are added to a run while it stands still.
#include "sim/world.h"

namespace understudy::sim {
namespace {

/// From one place in the sequence to the next, as EventQueue::take_order() gives them.
constexpr std::uint64_t kNextOrder = 1 << 8;

}  // namespace

void World::follow(const CounterUse& use) {
  watched_ |= use;
  looks_at_adverts_ = looks_at_adverts_ || use.adverts;
}

tl::expected<void, std::string> World::add_fault() {
  const Event event = faults_->add(next_fault_order_);
  next_fault_order_ += kNextOrder;
  oracles_->timeline_grew();
  return play_through(event);
}

tl::expected<void, std::string> World::end_fault(std::size_t fault) {
  return play_through(faults_->add_end(fault));
}

}  // namespace understudy::sim
