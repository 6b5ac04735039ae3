// One virtual router of one host, replayed alone.
#pragma once

#include <memory>
#include <optional>

#include "core/node/node.h"
#include "pcap/host_replay.h"
#include "pcap/wire_record.h"

namespace understudy::capture {

/// The engine of one virtual router: started, fed and stopped; keeps what it reports.
class RouterEngine {
 public:
  /// `node` has one virtual router on one interface.
  RouterEngine(std::shared_ptr<const NodeConfig> node, std::vector<IpAddress> addresses,
               HostReplay& result);

  void start(Instant at);
  void stop(Instant at);  // an orderly end
  void vanish();          // without a word
  void receive(Instant at, std::span<const std::uint8_t> packet);
  void advance(Instant to);  // acts on what is due until then
  /// Goes on with another priority, as a weight would have it.
  void set_priority(Instant at, std::uint8_t priority);

  bool runs() const { return node_.has_value(); }
  State state() const;
  Instant since() const { return since_; }  // of the present state
  Instant yielded_at() const { return yielded_; }
  std::uint8_t priority() const { return config_->virtual_routers[0].priority; }
  const VirtualRouterConfig& router() const { return config_->virtual_routers[0]; }

 private:
  void take_effects(Instant at);
  Instant clamp(Instant at);

  std::shared_ptr<const NodeConfig> config_;
  std::vector<IpAddress> addresses_;
  HostReplay& result_;
  std::optional<Node> node_;
  Effects effects_;
  Instant now_ = Instant::min();
  Instant since_ = Instant::min();
  Instant yielded_ = Instant::min();
};

/// The host's virtual routers, each as a node of its own, without trackers and groups.
std::vector<std::shared_ptr<const NodeConfig>> take_apart(const NodeConfig& node);

}  // namespace understudy::capture
