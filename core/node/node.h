// One host: its virtual routers, the scripts they track, one next deadline.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/net/instant.h"
#include "core/node/announce_pacer.h"
#include "core/node/deadline_tree.h"
#include "core/node/node_config.h"
#include "core/node/process_tracker.h"
#include "core/node/script_tracker.h"
#include "core/vrrp/effects.h"
#include "core/vrrp/virtual_router.h"

namespace understudy {

class JudgementMemo;  // core/vrrp/judgement_memo.h

/// A whole IP packet of protocol 112 (or 51) as it arrived on an interface. Hosts drain their
/// sockets before they hand in DeadlineReached, so that what came before a deadline is judged
/// before it.
struct PacketReceived {
  std::uint16_t interface;
  Instant received_at;  // at most now; when the kernel took it
  std::span<const std::uint8_t> packet;
  JudgementMemo* memo = nullptr;  // of this packet, when other nodes hear it too
};

struct LinkChanged {
  std::uint16_t interface;
  bool up;  // IFF_UP and IFF_RUNNING
};

/// The interface's primary IPv4 and its IPv6 link-local address: the sources of its adverts.
/// Unspecified: it has none. `others` are all its other addresses, for configured sources.
struct AddressesChanged {
  std::uint16_t interface;
  IpAddress primary;
  IpAddress link_local = {};
  std::vector<IpAddress> others = {};
};

struct ScriptExited {
  std::uint16_t script;
  std::uint32_t run;  // as in RunScript
  int exit_status;    // exit code, or 128 + signal; 0 is success
};

struct AdvertSendFailed {
  std::uint16_t virtual_router;
  int error_number;  // EPERM, ENETDOWN, ...
};

/// The first number in a tracked file; 0 when it is empty or missing.
struct FileChanged {
  std::uint16_t file;
  std::int64_t value;
};

/// How many processes match a tracked process now.
struct ProcessChanged {
  std::uint16_t process;
  std::uint32_t count;
};

/// The wall clock, as its distance from the engine's: wall time = Instant + offset, in time since
/// 1970, UTC. Given before Startup and whenever the clock was set. Only auth_hmac looks at it.
struct WallClockChanged {
  Duration offset;
};

/// What a host tells its node. Links, addresses, files, processes and the wall clock come before
/// Startup; until then they are only remembered.
using Input =
    std::variant<Startup, Shutdown, DeadlineReached, PacketReceived, LinkChanged, AddressesChanged,
                 ScriptExited, AdvertSendFailed, FileChanged, ProcessChanged, WallClockChanged>;

/// A value: a copy is a snapshot, equal copies behave alike. handle() is total, does not throw, and
/// once `effects` has grown to its working size does not allocate. `now` never goes backwards
/// (asserted).
class alignas(64) Node {
 public:
  explicit Node(std::shared_ptr<const NodeConfig> config);

  void handle(Instant now, const Input& input, Effects& effects);
  /// The same as handle(now, Input{packet}), without building the variant.
  void handle(Instant now, const PacketReceived& packet, Effects& effects);
  /// A hint, for hosts that read packets in batches: this one will come soon. Asks the memory for
  /// what it will need, and changes nothing.
  void expect(const PacketReceived& packet) const;
  std::optional<Instant> next_deadline() const;
  /// The same, Instant::max() for none: cheap enough to ask after every packet.
  Instant deadline_or_never() const { return deadlines_.earliest_deadline(); }

  /// The first half of a change of configuration: virtual routers that `next` no longer has resign,
  /// and running scripts are ended. The effects are in terms of the present configuration, and the
  /// last it sees. What masters that stay hold, and no longer should, the host takes off itself.
  void retire(Instant now, const NodeConfig& next, Effects& effects);
  /// The second half, on the node of the new configuration, instead of Startup: takes over what
  /// `former`, retired, knew of links, addresses, files, processes, scripts (of the same command)
  /// and virtual routers (of the same VRID, family, interface and kind of destination). Masters
  /// stay masters and advertise at once.
  void adopt(Instant now, const Node& former, Effects& effects);

  const NodeConfig& config() const { return *config_; }
  std::span<const VirtualRouter> virtual_routers() const { return virtual_routers_; }
  std::span<const ScriptTracker> scripts() const { return scripts_; }
  /// A tracked file's value, and whether a tracked process has its quorum.
  std::int64_t file_value(std::uint16_t file) const { return files_[file]; }
  bool process_up(std::uint16_t process) const { return processes_[process].up(); }
  State group_state(std::uint16_t group) const { return groups_[group]; }
  bool started() const { return started_; }
  /// Packets whose VRID no virtual router of the interface has, by reason.
  std::span<const std::uint64_t, kDecodeErrorCount> refused_elsewhere() const {
    return refused_elsewhere_;
  }

  friend bool operator==(const Node& left, const Node& right);
  /// 64 bits over state and timers; equal nodes have equal digests.
  std::uint64_t digest() const;

 private:
  struct Interface {
    bool up = false;        // what counts
    bool reported = false;  // what the host said last; counts once its delay has passed
    Instant change_at = Instant::max();
    IpAddress primary, link_local;
    std::vector<IpAddress> others;
    friend bool operator==(const Interface&, const Interface&) = default;
  };
  // What the trackers of one virtual router add up to.
  struct Verdict {
    bool faulty = false;
    bool waiting = false;  // a decisive script has not spoken yet
    int priority = 0;
  };

  void dispatch(Instant now, const Input& input, Effects& effects);
  void start(Instant now, Duration since_boot, Effects& effects);
  void start_routers(Instant now, Effects& effects);
  void stop(Instant now, Effects& effects);
  void reach_deadlines(Instant now, Effects& effects);
  void reach_deadline(Instant now, std::uint32_t key, Effects& effects);
  void change_link(Instant now, const LinkChanged& input, Effects& effects);
  void settle_link(Instant now, std::uint16_t interface, Effects& effects);
  void change_addresses(Instant now, const AddressesChanged& input, Effects& effects);
  void tell_source(Instant now, VirtualRouter& router, Effects& effects) const;
  void end_script(Instant now, const ScriptExited& input, Effects& effects);
  void change_file(Instant now, const FileChanged& input, Effects& effects);
  void change_process(Instant now, const ProcessChanged& input, Effects& effects);
  void receive(Instant now, const PacketReceived& input, Effects& effects);
  void act_on(Instant now, const PacketReceived& input, std::uint16_t virtual_router,
              const tl::expected<ReceivedAdvert, DecodeError>& received, Effects& effects);

  void evaluate_trackers_of(Instant now, TrackedConfig::Kind kind, std::uint16_t object,
                            Effects& effects);
  void evaluate(Instant now, std::uint16_t virtual_router, Effects& effects);
  void tell(Instant now, std::uint16_t virtual_router, const Verdict& verdict, Effects& effects);
  Verdict judge_trackers(std::uint16_t virtual_router) const;
  void count_tracked(const TrackedConfig& tracked, Verdict& verdict) const;
  void count_file(const TrackedConfig& tracked, Verdict& verdict) const;
  IpAddress source_of(const VirtualRouterConfig& router) const;
  bool has_address(const IpAddress& address) const;

  void settle_group(Instant now, std::uint16_t group, Effects& effects);
  void settle_group_of(Instant now, std::uint16_t virtual_router, Effects& effects) {
    const auto group = virtual_routers_[virtual_router].group();
    if (group != kNoGroup) [[unlikely]]
      settle_group(now, group, effects);
  }
  State judge_group(const SyncGroupConfig& group) const;
  void pace(Instant now, std::size_t from, Effects& effects);

  void fetch(std::uint16_t virtual_router) const;
  void update_router_deadline(std::uint16_t virtual_router);
  void update_script_deadline(std::uint16_t script);
  void update_process_deadline(std::uint16_t process);
  void update_pacer_deadline(std::size_t interface);
  std::uint32_t script_key(std::size_t script) const;
  std::uint32_t process_key(std::size_t process) const;
  std::uint32_t interface_key(std::size_t interface) const;
  std::uint32_t pacer_key(std::size_t interface) const;
  std::uint32_t start_key() const;

  // What each packet passes through comes first, on two cache lines.
  Instant now_ = Instant::min();
  bool started_ = false;
  bool routers_started_ = false;
  bool paces_ = false;  // some virtual router has an interval between announcements
  std::vector<Interface> interfaces_;
  std::vector<VirtualRouter> virtual_routers_;
  std::vector<std::uint16_t> dispatch_;  // [interface][family][vrid] -> virtual router
  // Keys: virtual routers, scripts, processes, interfaces, their pacers, the delayed start.
  DeadlineTree deadlines_;

  std::shared_ptr<const NodeConfig> config_;
  std::vector<ScriptTracker> scripts_;
  std::vector<std::int64_t> files_;  // values
  std::vector<ProcessTracker> processes_;
  std::vector<State> groups_;
  std::vector<AnnouncePacer> pacers_;  // by interface
  std::array<std::uint64_t, kDecodeErrorCount> refused_elsewhere_{};
  Duration wall_offset_{};
};

}  // namespace understudy
