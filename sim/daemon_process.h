// The daemon of one host: a Node, fed and obeyed as understudyd does it on Linux.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "core/node/node.h"
#include "sim/kernel.h"
#include "sim/random_stream.h"
#include "sim/script_runner.h"
#include "sim/stage.h"

namespace understudy::sim {

/// Who keeps the books of what daemons do.
class DaemonListener {
 public:
  virtual ~DaemonListener() = default;
  /// `late`: how long after its deadline the node acted.
  virtual void state_changed(std::size_t host, const StateChanged& change, Duration late) = 0;
  /// The process is gone, or has just come; its states are unknown, respectively INIT.
  virtual void daemon_changed(std::size_t host, bool runs) = 0;
  virtual void announced(std::size_t host, Ipv4Address address) = 0;
  virtual void advert_asked(std::size_t host) = 0;
  /// A tracked script's verdict changed: the world around the engine did, not the engine.
  virtual void script_changed(std::size_t host, bool up) = 0;
};

class DaemonProcess {
 public:
  DaemonProcess(Stage& stage, HostKernel& kernel, ScriptRunner& scripts, DaemonListener& listener,
                std::size_t host, std::shared_ptr<const NodeConfig> config);

  bool running() const { return node_.has_value(); }
  bool paused() const { return paused_; }
  /// Null while the daemon does not run.
  const Node* node() const { return node_ ? &*node_ : nullptr; }
  const NodeConfig& config() const { return *config_; }

  void start();
  /// SIGTERM: resigns, cleans up, exits. A paused one does so when it goes on.
  void stop();
  /// SIGKILL, or the power goes: nothing is cleaned up.
  void kill();
  void pause();
  void resume();

  void packet(std::uint32_t nic, std::span<const std::uint8_t> packet);
  void link_changed(std::uint32_t nic);
  void script_ended(std::uint32_t daemon, std::uint16_t script, std::uint32_t run, int exit_status);
  /// EventKind::daemon_due and daemon_wake. False: the deadline had moved, nothing happened.
  bool reach_deadline(const Event& event);

 private:
  static constexpr Instant kNever = Instant::max();

  struct KeptPacket {
    std::uint16_t interface;
    Instant received_at;
    std::vector<std::uint8_t> bytes;
  };

  void handle(const Input& input);
  void carry_out();
  void sync_deadline();
  void push_deadline();
  void act_on_deadline(Duration late);

  void perform(const SendAdvert& effect);
  void perform(const AddAddresses& effect);
  void perform(const RemoveAddresses& effect);
  void perform(const AnnounceAddresses& effect);
  void perform(const RunScript& effect);
  void perform(const KillScript& effect);
  void perform(const Notify& effect);
  void perform(const NotifyGroup&) {}  // as above
  void perform(const Report& effect);

  void report(const StateChanged& event);
  void report(const AdvertRefused& event);
  void report(const PriorityChanged& event);
  void report(const AdvertNotSent& event);
  void report(const InterfaceChanged& event);
  void report(const ScriptChanged& event);
  void report(const ScriptTimedOut& event);
  void report(const OwnAddressHeard& event);
  void report(const AddressListDiffers& event);
  template <typename T>
  void report(const T&) {}  // nothing for the timeline
  bool first_time(unsigned cause, std::uint64_t detail, const IpAddress& source = {});

  const std::string& router_name(std::uint16_t index) const {
    return config_->virtual_routers[index].name;
  }
  /// The NIC an address of a virtual router belongs on, or -1.
  int nic_of(const VirtualRouterConfig& router, const InterfaceAddress& address) const;

  Stage& stage_;
  HostKernel& kernel_;
  ScriptRunner& scripts_;
  DaemonListener& listener_;
  std::size_t host_;
  std::shared_ptr<const NodeConfig> config_;
  std::vector<int> interface_of_nic_, nic_of_interface_;  // -1: none
  RandomStream wakeups_;

  std::optional<Node> node_;
  std::uint32_t number_ = 0;  // how many daemons have run here
  Effects effects_;
  std::vector<AdvertSendFailed> failed_sends_;

  // The deadline as the node has it, and the event that stands in the queue for it. A deadline that
  // moves back leaves its event where it is; it is pushed again when that has come.
  Instant deadline_ = kNever;
  std::uint64_t deadline_order_ = 0;
  std::uint64_t pushed_order_ = 0;  // 0: none
  Instant pushed_at_{};
  bool waking_ = false;
  Duration late_{};

  bool paused_ = false;
  bool stop_pending_ = false;
  std::vector<KeptPacket> kept_packets_;
  std::vector<ScriptExited> kept_exits_;
  std::set<std::tuple<unsigned, std::uint64_t, IpAddress>> told_;
};

}  // namespace understudy::sim
