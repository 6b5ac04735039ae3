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

/// `last`, which stands in the queue and is of now(), and what comes before it.
tl::expected<void, std::string> World::play_through(const Event& last) {
  while (true) {
    const Event event = stage_.queue.top();
    if (event.at > instant_) {
      leave_instant(event.at);
      begin_instant(event.at);
    }
    if (!take(event)) return tl::unexpected(failure_);
    if (event.order == last.order) break;
  }
  passed_at_ = stage_.now;
  passed_order_ = last.order;
  return {};
}

}  // namespace understudy::sim
