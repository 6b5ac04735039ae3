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
#include "core/node/deadline_heap.h"
#include "core/node/node_config.h"
#include "core/node/script_tracker.h"
#include "core/vrrp/effects.h"
#include "core/vrrp/virtual_router.h"

namespace understudy {

/// A whole IP packet of protocol 112 (or 51) as it arrived on an interface. Hosts drain their
/// sockets before they hand in DeadlineReached, so that what came before a deadline is judged
/// before it.
struct PacketReceived {
  std::uint16_t interface;
  Instant received_at;  // at most now; when the kernel took it
  std::span<const std::uint8_t> packet;
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
class Node {
 public:
  explicit Node(std::shared_ptr<const NodeConfig> config);

  void handle(Instant now, const Input& input, Effects& effects);
  /// The same as handle(now, Input{packet}), without building the variant.
  void handle(Instant now, const PacketReceived& packet, Effects& effects);
  std::optional<Instant> next_deadline() const;
  /// The same, Instant::max() for none: cheap enough to ask after every packet.
  Instant deadline_or_never() const { return deadlines_.earliest_deadline(); }

  const NodeConfig& config() const { return *config_; }
  std::span<const VirtualRouter> virtual_routers() const { return virtual_routers_; }
  std::span<const ScriptTracker> scripts() const { return scripts_; }
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
    bool up = false;
    IpAddress primary;
    friend bool operator==(const Interface&, const Interface&) = default;
  };

  void start(Instant now, Effects& effects);
  void stop(Instant now, Effects& effects);
  void reach_deadlines(Instant now, Effects& effects);
  void change_link(Instant now, const LinkChanged& input, Effects& effects);
  void change_address(Instant now, const AddressesChanged& input, Effects& effects);
  void end_script(Instant now, const ScriptExited& input, Effects& effects);
  void evaluate(Instant now, std::uint16_t virtual_router, Effects& effects);
  void update_router_deadline(std::uint16_t virtual_router);
  void update_script_deadline(std::uint16_t script);

  std::shared_ptr<const NodeConfig> config_;
  std::vector<Interface> interfaces_;
  std::vector<VirtualRouter> virtual_routers_;
  std::vector<ScriptTracker> scripts_;
  DeadlineHeap deadlines_;  // keys: virtual routers, then scripts
  std::array<std::uint64_t, kDecodeErrorCount> refused_elsewhere_{};
  std::vector<std::uint16_t> dispatch_;  // [interface][family][vrid] -> virtual router
  Instant now_ = Instant::min();
  bool started_ = false;
};

}  // namespace understudy
