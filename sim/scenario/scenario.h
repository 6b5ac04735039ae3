// One case of a scenario file, as a value: every name resolved, every duration in nanoseconds.
// Plain data; the loader (sim/scenario/loader.h) makes it, the simulator (sim/run.h) runs it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/config/config.h"
#include "core/config/diagnostic.h"
#include "core/net/instant.h"
#include "core/net/interface_address.h"
#include "core/net/mac_address.h"
#include "core/vrrp/state.h"
#include "sim/scenario/expression.h"

namespace understudy::sim {

/// "15ms..40ms"; both ends included, lowest == highest for a plain duration.
struct DurationRange {
  Duration lowest{};
  Duration highest{};
};

/// One direction of a cable between a NIC and its segment.
struct LinkSettings {
  Duration delay{};   // >= 0
  Duration jitter{};  // added to delay, uniform in [0, jitter]
};

/// A switch.
struct Segment {
  std::string name;
  Duration mac_aging = std::chrono::seconds{300};
  LinkSettings link;  // of its ports, each direction
};

struct Nic {
  std::string name;
  std::size_t segment = 0;                       // index into Scenario::segments
  InterfaceAddress address;                      // unspecified: none
  std::vector<InterfaceAddress> more_addresses;  // without an IPv6 link-local one, one is made up
  std::optional<MacAddress> mac;                 // else 02:00:00:00:HH:NN of host and NIC
};

struct Service {
  std::string name;
  std::vector<std::uint16_t> ports;  // TCP
};

/// The modelled outcome of a vrrp_script (scenario-format.md, defaults and order).
struct Check {
  std::string script;  // the vrrp_script's name
  DurationRange runtime{std::chrono::milliseconds{15}, std::chrono::milliseconds{15}};
  int exit_status = 0;  // when passes_when is absent
  std::optional<Expression> passes_when;
  std::optional<Expression> hangs_when;
  std::optional<std::size_t> restarts;  // index into the host's services
  std::optional<Expression> stops_daemon_when;
};

/// A file that holds a number, for vrrp_track_file.
struct TrackedFile {
  std::string path;
  std::int64_t value = 0;
};

/// How many processes of a name run at the start, for vrrp_track_process. A service that is not
/// down is a process of its name, too.
struct RunningProcess {
  std::string name;
  std::uint32_t count = 1;
};

struct Host {
  std::string name;
  std::optional<config::Config> config;  // none: no daemon (a client)
  bool daemon_started = true;
  Duration phase{};      // delays the daemon's start
  DurationRange wakeup;  // how late the daemon acts on a deadline
  Profile profile = Profile::keepalived;
  std::vector<Nic> nics;
  std::vector<Service> services;
  std::vector<Check> checks;
  std::vector<TrackedFile> files;
  std::vector<RunningProcess> processes;
  Duration clock_offset{};  // of its wall clock from the true time
};

enum class ProbeKind : std::uint8_t { tcp, get };

struct Probe {
  std::string name;
  std::size_t from = 0;  // host
  ProbeKind kind = ProbeKind::get;
  IpAddress target;
  std::uint16_t port = 80;
  Duration every = std::chrono::milliseconds{10};
  Duration timeout = std::chrono::milliseconds{500};
  Duration start{};
};

// ---- faults: one struct a verb. Hosts, services, NICs by index.
enum class ServiceVerb : std::uint8_t { stop, start, hang, break_ };
struct ServiceFault {
  std::size_t host, service;
  ServiceVerb verb;
};
enum class DaemonVerb : std::uint8_t { stop, kill, start };
struct DaemonFault {
  std::size_t host;
  DaemonVerb verb;
};
enum class HostVerb : std::uint8_t { power_off, boot, reboot };
struct HostFault {
  std::size_t host;
  HostVerb verb;
};
enum class PauseWhat : std::uint8_t { daemon, vm };
struct PauseFault {  // its end resumes
  std::size_t host;
  PauseWhat what;
};
struct NicFault {  // with `for`, the end restores the previous value
  std::size_t host, nic;
  bool up;
};
enum class FirewallChain : std::uint8_t { input, output };
struct FirewallRule {
  FirewallChain chain = FirewallChain::output;
  std::optional<Family> family;          // iptables or ip6tables; unset: both
  std::optional<std::uint8_t> protocol;  // IP protocol number
  std::optional<InterfaceAddress> source, destination;
  std::string interface;  // -i or -o; empty: any
  bool drop = true;       // DROP, else ACCEPT

  friend bool operator==(const FirewallRule&, const FirewallRule&) = default;
};
struct FirewallFault {  // inserted at the head; its end removes it
  std::size_t host;
  FirewallRule rule;
};
struct FileFault {
  std::size_t host;
  std::string path;
  std::optional<std::int64_t> value;  // unset: the file is removed
};
struct ProcessFault {
  std::size_t host;
  std::string name;
  std::uint32_t count;
};
struct ClockFault {  // the wall clock is set; its end sets it back by as much
  std::size_t host;
  Duration step;
};
struct NoteFault {
  std::string text;
};
using Verb = std::variant<ServiceFault, DaemonFault, HostFault, PauseFault, NicFault, FirewallFault,
                          FileFault, ProcessFault, ClockFault, NoteFault>;

/// Something goes wrong. It happens at `at`, or `offset` after another fault (or its end) happened.
struct Fault {
  std::string id;                    // always set; made up when the file has none
  std::string text;                  // as a person would say it: "service lb1/nginx: break"
  std::optional<std::size_t> after;  // index into timeline
  bool after_end = false;            // after `id.end`
  Duration at{};                     // absolute, or the offset
  std::optional<Duration> lasts;     // `for`
  Verb verb;
  SourcePosition position;
};

/// An event an expectation refers to: a fault, or its end.
struct EventReference {
  std::size_t fault = 0;
  bool end = false;
};

enum class ExpectationForm : std::uint8_t { at, within, always, never, eventually, count, that };

/// One line of `expect` or `invariants` (scenario-format.md, section 3).
struct Expectation {
  ExpectationForm form = ExpectationForm::that;
  std::string text;      // as printed
  Expression condition;  // for count: the counting atom
  Duration at{};         // form at
  Duration within{};     // form within: the limit
  std::optional<EventReference>
      after;  // within, count, always...: the interval starts here (else at from, else 0)
  std::optional<Duration> stays;
  std::optional<Duration> from, before;  // interval of always / never / eventually / count
  std::optional<std::size_t> during;     // a fault with `for`: from its start to its end
  std::optional<Duration> longer_than;   // always / never forgive shorter glitches
  std::optional<std::int64_t> equals, at_least, at_most;  // count
  SourcePosition position;
};

struct Waiver {
  std::string oracle;
  std::string reason;
};

struct Scenario {
  std::string file;
  std::string name;
  std::string case_name;  // empty when the file has no cases
  std::string about;
  std::uint64_t seed = 0;
  Duration duration{};
  std::vector<Segment> segments;
  std::vector<Host> hosts;
  std::vector<Probe> probes;
  std::vector<Fault> timeline;
  std::vector<Expectation> expectations;
  std::vector<Waiver> waivers;
};

}  // namespace understudy::sim
