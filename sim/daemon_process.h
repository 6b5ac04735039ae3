// The daemon of one host: a Node, fed and obeyed as understudyd does it on Linux.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/node/node.h"
#include "sim/kernel.h"
#include "sim/random_stream.h"
#include "sim/script_runner.h"
#include "sim/stage.h"
#include "sim/surroundings.h"

namespace understudy::sim {

/// Who keeps the books of what daemons do.
class DaemonListener {
 public:
  virtual ~DaemonListener() = default;
  /// `late`: how long after its deadline the node acted.
  virtual void state_changed(std::size_t host, const StateChanged& change, Duration late) = 0;
  /// The process is gone, or has just come; its states are unknown, respectively INIT.
  virtual void daemon_changed(std::size_t host, bool runs) = 0;
  /// config() is another from now on; a daemon that runs has read it already, a new one will start
  /// with it. What was said of virtual routers by number until now was about the former.
  virtual void configuration_changed(std::size_t host) = 0;
  virtual void announced(std::size_t host, const IpAddress& address) = 0;
  /// The whole IP packet.
  virtual void advert_asked(std::size_t host, std::size_t router,
                            std::span<const std::uint8_t> packet) = 0;
  /// The verdict of something tracked changed: the world around the engine did, not the engine.
  virtual void tracked_changed(std::size_t host, bool up) = 0;
};

class alignas(64) DaemonProcess {
 public:
  DaemonProcess(Stage& stage, HostKernel& kernel, ScriptRunner& scripts, DaemonListener& listener,
                std::size_t host, std::shared_ptr<const NodeConfig> config);

  bool running() const { return node_ != nullptr; }
  bool paused() const { return paused_; }
  /// Null while the daemon does not run.
  const Node* node() const { return node_.get(); }
  const NodeConfig& config() const { return *config_; }
  /// The virtual router that sends such adverts out of a NIC; null: there is none.
  const VirtualRouterConfig* router_on(std::uint32_t nic, std::uint8_t vrid, Family family) const;
  /// The advert interval that a virtual router reckons with: the last it learnt from a master, or
  /// its own.
  Duration obeyed_interval(std::size_t router) const { return obeyed_intervals_[router]; }
  /// The interface a held address of a virtual router belongs on, or -1.
  int interface_of(const VirtualRouterConfig& router, const InterfaceAddress& address) const;

  void start();
  /// SIGTERM: resigns, cleans up, exits. A paused one does so when it goes on.
  void stop();
  /// SIGKILL, or the power goes: nothing is cleaned up.
  void kill();
  void pause();
  void resume();
  /// Another configuration on the disk, for the next start or reload; returns the one before.
  std::shared_ptr<const NodeConfig> write_file(std::shared_ptr<const NodeConfig> config);
  /// SIGHUP: as understudyd does it. A paused one does so when it goes on.
  void reload();

  /// `memo`: of this packet, when others hear it, too.
  void packet(std::uint32_t nic, std::span<const std::uint8_t> packet,
              JudgementMemo* memo = nullptr);
  /// A hint: this one will come soon.
  void expect(std::uint32_t nic, std::span<const std::uint8_t> packet) const {
    __builtin_prefetch(&due_at_, 1);
    if (const int interface = interface_of_nic_[nic]; node_ && interface >= 0)
      node_->expect({static_cast<std::uint16_t>(interface), {}, packet});
  }
  void link_changed(std::uint32_t nic);
  /// The configured addresses of a NIC came.
  void addresses_changed(std::uint32_t nic);
  /// A file's value, or how many processes of a name run, is no longer what it was.
  void file_changed(std::string_view path);
  void process_changed(std::string_view name);
  void clock_changed();
  /// The host's clock runs at another rate, or stood still: deadlines are due at other instants.
  void clock_bent();
  /// Its next deadline, by the host's clock, when that has passed and nothing will come of it: a
  /// mistake in the engine or here, never the scenario's.
  std::optional<Instant> missed_deadline() const;
  /// Files, processes and the clock may all have changed.
  void surroundings_changed();
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

  /// A virtual address that a master held before a reload.
  struct FormerAddress {
    std::string interface;
    InterfaceAddress address;
  };

  Instant local_now() const { return kernel_.clock().local(stage_.now); }
  void handle(const Input& input);
  void map_interfaces();
  void take_file();
  void finish_reload(const std::shared_ptr<const NodeConfig>& next);
  std::vector<FormerAddress> held_addresses() const;
  void change_network(const NodeConfig& former);
  void drop_former_addresses(const std::vector<FormerAddress>& former);
  AddressesChanged addresses_of(std::uint16_t interface) const;
  void tell_surroundings();
  void tell_files_and_processes();
  void forget_learnt_intervals();
  void clean_up_after_predecessor();
  void write_initial_files(const NodeConfig* former = nullptr);
  void prepare_interfaces();
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
  void perform(const NotifyGroup& effect);
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
  void report(const IntervalLearnt& event);
  void report(const OwnerConflict& event);
  void report(const PreemptionDelayed& event);
  void report(const GroupWaits& event);
  void report(const GroupChanged& event);
  void report(const ClockSkewHeard& event);
  void report(const FileValueChanged& event);
  void report(const ProcessStatusChanged& event);
  void report(const StartupDelayed& event);
  template <typename T>
  void report(const T&) {}  // nothing for the timeline
  bool first_time(unsigned cause, std::uint64_t detail, const IpAddress& source = {});

  const std::string& router_name(std::uint16_t index) const {
    return config_->virtual_routers[index].name;
  }
  void tell(TimelineEntry::Kind kind, std::string text) {
    stage_.tell(kind, host_, std::move(text));
  }
  /// The interface its adverts leave through, or -1.
  int sending_interface(const VirtualRouterConfig& router) const;

  // What each packet passes through comes first, on two cache lines.
  Stage& stage_;
  HostKernel& kernel_;
  std::unique_ptr<Node> node_;         // null: it does not run
  std::vector<int> interface_of_nic_;  // -1: none
  bool paused_ = false;
  bool stop_pending_ = false, reload_pending_ = false;
  bool waking_ = false;
  std::uint32_t number_ = 0;  // how many daemons have run here, and read another configuration
  // The deadline as the node has it, by the host's clock, when that is, and the event that stands
  // in the queue for it. A deadline that moves back leaves its event where it is; it is pushed
  // again when that has come.
  Instant deadline_ = kNever;
  Instant due_at_ = kNever;
  std::uint64_t deadline_order_ = 0;
  std::uint64_t pushed_order_ = 0;  // 0: none
  Instant pushed_at_{};
  Effects effects_;

  Duration late_{};
  ScriptRunner& scripts_;
  DaemonListener& listener_;
  std::size_t host_;
  std::vector<int> nic_of_interface_;  // -1: none
  std::shared_ptr<const NodeConfig> config_;
  std::shared_ptr<const NodeConfig> file_;  // as it is on the disk
  Surroundings surroundings_;
  std::vector<int> virtual_interfaces_;     // by virtual router; -1: none
  std::vector<Duration> obeyed_intervals_;  // by virtual router
  RandomStream wakeups_;
  std::vector<AdvertSendFailed> failed_sends_;
  std::vector<KeptPacket> kept_packets_;
  std::vector<ScriptExited> kept_exits_;
  std::set<std::tuple<unsigned, std::uint64_t, IpAddress>> told_;
};

}  // namespace understudy::sim
