// A new configuration under a running node.
#include <algorithm>

#include "core/net/contract.h"
#include "core/node/node.h"

namespace understudy {
namespace {

// keepalived's match (vrrp_exist): names do not count.
bool is_same_router(const NodeConfig& left_node, const VirtualRouterConfig& left,
                    const NodeConfig& right_node, const VirtualRouterConfig& right) {
  return left.rules.vrid == right.rules.vrid && left.rules.family == right.rules.family &&
         left.unicast() == right.unicast() && left.source == right.source &&
         left_node.interfaces[left.interface] == right_node.interfaces[right.interface] &&
         left.virtual_mac.has_value() == right.virtual_mac.has_value() &&
         left.owner() == right.owner() && left.rules.version == right.rules.version;
}

}  // namespace

void Node::retire(Instant now, const NodeConfig& next, Effects& effects) {
  ensure(now >= now_);
  now_ = now;
  for (auto& router : virtual_routers_) {
    const bool stays = std::any_of(
        next.virtual_routers.begin(), next.virtual_routers.end(), [&](const auto& candidate) {
          return is_same_router(*config_, router.config(), next, candidate);
        });
    if (stays) continue;
    router.handle(now, Shutdown{}, effects);
    update_router_deadline(router.config().index);
  }
  for (auto& script : scripts_) script.stop(effects);
}

void Node::adopt(Instant now, const Node& former, Effects& effects) {
  ensure(now >= former.now_);
  now_ = now;
  wall_offset_ = former.wall_offset_;
  for (auto& router : virtual_routers_) router.set_wall_clock(wall_offset_);
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    const int place = former.config_->find_interface(config_->interfaces[i]);
    if (place < 0) continue;
    interfaces_[i] = former.interfaces_[static_cast<std::size_t>(place)];
    interfaces_[i].up = interfaces_[i].reported;  // delays begin anew
    interfaces_[i].change_at = Instant::max();
  }
  for (std::size_t i = 0; i < files_.size(); ++i)
    for (std::size_t j = 0; j < former.files_.size(); ++j)
      if (config_->files[i].path == former.config_->files[j].path) files_[i] = former.files_[j];
  for (std::size_t i = 0; i < processes_.size(); ++i)
    for (std::size_t j = 0; j < former.processes_.size(); ++j)
      if (config_->processes[i].name == former.config_->processes[j].name &&
          config_->processes[i].command == former.config_->processes[j].command)
        processes_[i].continue_from(former.processes_[j]);
  for (std::size_t i = 0; i < scripts_.size(); ++i)
    for (std::size_t j = 0; j < former.scripts_.size(); ++j)
      if (config_->scripts[i].command == former.config_->scripts[j].command)
        scripts_[i].continue_from(former.scripts_[j]);
  if (!former.started_) return;
  started_ = routers_started_ = true;
  for (std::uint16_t i = 0; i < scripts_.size(); ++i) {
    scripts_[i].start(now, effects);
    update_script_deadline(i);
  }
  for (auto& router : virtual_routers_) {
    for (const auto& candidate : former.virtual_routers_)
      if (is_same_router(*config_, router.config(), *former.config_, candidate.config()))
        router.continue_from(candidate);
    tell_source(now, router, effects);
  }
  for (std::size_t i = 0; i < groups_.size(); ++i)
    for (std::size_t j = 0; j < former.groups_.size(); ++j)
      if (config_->groups[i].name == former.config_->groups[j].name) groups_[i] = former.groups_[j];
  for (std::uint16_t i = 0; i < virtual_routers_.size(); ++i) evaluate(now, i, effects);
  for (std::uint16_t i = 0; i < virtual_routers_.size(); ++i) {
    virtual_routers_[i].resume(now, effects);
    update_router_deadline(i);
  }
}

}  // namespace understudy
