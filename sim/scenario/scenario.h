// One case of a scenario file, as a value: every name resolved, every duration in nanoseconds.
// Plain data; the loader (sim/scenario/loader.h) makes it, the simulator (sim/run.h) runs it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

/// A share of one in parts per billion: 0.5% is 5'000'000.
struct Share {
  std::uint32_t per_billion = 0;

  friend bool operator==(const Share&, const Share&) = default;
};
inline constexpr Share kAlways{1'000'000'000};

/// Which frames an impairment is about: a set of kinds, one bit each.
struct TrafficMatch {
  static constexpr std::uint16_t kVrrp = 1, kArp = 2, kNd = 4, kIgmp = 8, kTcp = 16, kIcmp = 32,
                                 kOther = 64, kAll = 127;
  std::uint16_t kinds = kAll;

  friend bool operator==(const TrafficMatch&, const TrafficMatch&) = default;
};

/// One direction of a cable between a NIC and its segment. What is lost, doubled, held back or
/// corrupted is drawn for the frames that match; delay, jitter, rate and queue are for all.
struct LinkSettings {
  Duration delay{};                 // >= 0
  Duration jitter{};                // added to delay, uniform in [0, jitter]
  Share loss{};                     // in the long run
  std::uint32_t loss_burst = 1000;  // mean length of a run of lost frames in thousandths
                                    // (Gilbert-Elliott); 1000: independent losses
  std::string loss_mask{};  // '1' is lost, '0' is not, by the ordinal of the matching frame; after
                            // its end nothing more. Beside `loss`, not instead of it
  Share duplicate{};        // comes twice
  Share reorder{};          // is held back by reorder_delay, those behind it may overtake
  Duration reorder_delay = std::chrono::milliseconds{1};
  Share corrupt{};             // one bit, anywhere in the frame, is flipped
  std::uint64_t rate = 0;      // bits a second; 0: no limit
  std::uint32_t queue = 1000;  // frames that wait for their turn with a rate; more are dropped
  TrafficMatch match{};

  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

enum class SegmentKind : std::uint8_t { switched, hub };
/// `on`: multicast goes where it was asked for, a querier keeps the memberships alive (every 125
/// s); `on_no_querier`: nobody asks, memberships end 260 s after the joins (RFC 2236), and then
/// nothing is forwarded that was joined once.
enum class IgmpSnooping : std::uint8_t { off, on, on_no_querier };

struct Segment {
  std::string name;
  SegmentKind kind = SegmentKind::switched;
  Duration mac_aging = std::chrono::seconds{300};
  IgmpSnooping igmp_snooping = IgmpSnooping::off;
  Duration stp_delay{};  // a port that comes up forwards only after this long; 0: portfast
  LinkSettings link;     // of its ports, each direction
};

struct Nic {
  std::string name;
  std::size_t segment = 0;                       // index into Scenario::segments
  InterfaceAddress address;                      // unspecified: none
  std::vector<InterfaceAddress> more_addresses;  // without an IPv6 link-local one, one is made up
  std::optional<MacAddress> mac;                 // else 02:00:00:00:HH:NN of host and NIC
  std::optional<LinkSettings> to_segment, from_segment;  // unset: the segment's
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
  /// The classical mistake: where it would fail it says so on its output, and exits with 0.
  bool prints_instead = false;
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

/// One line of a packet filter, by iptables' words.
enum class FirewallChain : std::uint8_t { input, output };
struct PortSpan {  // both ends included
  std::uint16_t lowest = 0, highest = 65535;

  friend bool operator==(const PortSpan&, const PortSpan&) = default;
};
struct FirewallRule {
  FirewallChain chain = FirewallChain::output;
  std::optional<Family> family;          // iptables or ip6tables; unset: both
  std::optional<std::uint8_t> protocol;  // IP protocol number
  std::optional<InterfaceAddress> source, destination;
  std::string interface;  // -i or -o; empty: any
  bool drop = true;       // DROP or REJECT, else ACCEPT
  /// REJECT: drops, and says so to the sender. Without a code by a TCP reset.
  bool reject = false;
  std::optional<std::uint8_t> reject_code;  // of an ICMP or ICMPv6 "destination unreachable"
  std::optional<PortSpan> source_ports, destination_ports;  // TCP and UDP; no other packet has them
  std::optional<std::uint8_t> icmp_type;
  /// What stands behind a "!", one bit each.
  static constexpr std::uint8_t kProtocol = 1, kSource = 2, kDestination = 4, kInterface = 8,
                                kSourcePorts = 16, kDestinationPorts = 32, kIcmpType = 64;
  std::uint8_t negated = 0;
  std::uint16_t place = 1;  // where a fault inserts it in its chain, from 1 on; 0: at the end

  friend bool operator==(const FirewallRule&, const FirewallRule&) = default;
};

/// How hosts of a kind keep their ARP and Neighbour Discovery entries.
enum class StackKind : std::uint8_t {
  linux_,   // reachable, stale, delay, probe: repairs itself
  cisco,    // an entry lives 4 h, then is asked for once more; no probing before
  windows,  // reachable 15 to 45 s, then probed when used (RFC 4861's times)
};

/// What a machine needs from power to each part, in this order of time or any other. Counts for
/// boots in the timeline: when the run begins all machines have been up for long.
struct BootTimes {
  Duration interfaces{};  // its NICs are up
  Duration addresses{};   // they have their addresses; counted from power, too
  Duration services{};
  Duration daemon{};
};

struct Host {
  std::string name;
  std::optional<config::Config> config;  // none: no daemon (a client)
  std::string config_path;               // as the scenario names it; empty: none, or inline
  std::string config_text;               // without what it includes
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
  /// How much faster its clocks run, the monotonic one too, in parts per billion: 20 ppm is 20'000.
  std::int64_t clock_drift = 0;
  StackKind stack = StackKind::linux_;
  bool ignores_garp =
      false;  // neither gratuitous ARP nor unsolicited advertisements change entries
  BootTimes boot;
  std::optional<Duration> restart_after;  // a service manager starts a daemon again that died
  std::vector<FirewallRule> firewall;     // the first line first
};

enum class ProbeKind : std::uint8_t { tcp, get, ping };

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
/// A keepalived.conf as it was read.
struct ConfigSource {
  std::string path;  // as the scenario names it; empty: its text stands in the scenario
  std::string text;  // without what it includes
  config::Config config;
};

enum class DaemonVerb : std::uint8_t { stop, kill, start, reload, restart };
struct DaemonFault {
  std::size_t host;
  DaemonVerb verb;
  std::shared_ptr<const ConfigSource> config = {};  // from now on; null: what it has
};
enum class HostVerb : std::uint8_t { power_off, boot, reboot };
struct HostFault {
  std::size_t host;
  HostVerb verb;
};
enum class PauseWhat : std::uint8_t { daemon, vm, nic };
struct PauseFault {  // its end resumes
  std::size_t host;
  PauseWhat what;
  std::size_t nic = 0;  // frames wait on both sides of it, as many as its queue holds
  /// Of a vm: its clocks stand still, too, as a guest's do under KVM; else they have run on, as
  /// when the machine below it stood still.
  bool clock_stands = false;
};
struct NicFault {  // with `for`, the end restores the previous value
  std::size_t host, nic;
  bool up;
};
struct FirewallFault {  // inserted at the rule's place; its end removes it
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
  Duration step{};
  std::optional<std::int64_t> drift = {};  // of all its clocks, from now on; parts per billion
};
/// What of a link's settings changes; its end restores them.
struct LinkPatch {
  std::optional<Duration> delay, jitter, reorder_delay;
  std::optional<Share> loss, duplicate, reorder, corrupt;
  std::optional<std::uint32_t> loss_burst;
  std::optional<std::string> loss_mask;  // counts matching frames from the fault on
  std::optional<std::uint64_t> rate;
  std::optional<std::uint32_t> queue;
  std::optional<TrafficMatch> match;
};
struct LinkFault {
  std::size_t host, nic;
  bool to_segment = true, from_segment = true;
  LinkPatch set;
};
struct PartitionFault {  // frames from one side do not reach the other; they share a segment
  std::vector<std::size_t> from, to;  // hosts
  bool both_ways = true;
  TrafficMatch match{};
};
enum class ArpVerb : std::uint8_t { flush, pin };
struct ArpFault {  // pin: the entries it has change no more, until the end
  std::size_t host;
  ArpVerb verb;
};
enum class SwitchVerb : std::uint8_t { reboot, flush, querier_lost };
struct SwitchFault {  // reboot: forwards nothing until the end (at once without `for`), forgets all
  std::size_t segment;
  SwitchVerb verb;
};
/// Frames put on a NIC's cable as if its host had sent them.
struct InjectFault {
  std::size_t host, nic;
  struct Timed {
    Duration after{};  // the fault
    std::vector<std::uint8_t> frame;
  };
  std::vector<Timed> frames;  // at least one; in order of time
};
struct NoteFault {
  std::string text;
};
using Verb = std::variant<ServiceFault, DaemonFault, HostFault, PauseFault, NicFault, FirewallFault,
                          FileFault, ProcessFault, ClockFault, LinkFault, PartitionFault, ArpFault,
                          SwitchFault, InjectFault, NoteFault>;

/// Something goes wrong. It happens at `at`, or `offset` after another fault (or its end) happened.
struct Fault {
  std::string id;                    // always set; made up when the file has none
  std::string text;                  // as a person would say it: "service lb1/nginx: break"
  std::optional<std::size_t> after;  // index into timeline
  bool after_end = false;            // after `id.end`
  Duration at{};                     // absolute, or the offset
  std::optional<Duration> lasts;     // `for`
  std::optional<Duration> every;     // again and again, from the first time on ...
  std::optional<Duration> until;     // ... to this instant of the run, else to its end
  Verb verb;
  SourcePosition position;
};

/// An event an expectation refers to: a fault, or its end.
struct EventReference {
  std::size_t fault = 0;
  bool end = false;
  Duration offset{};  // after it
};

enum class ExpectationForm : std::uint8_t {
  at,
  within,
  always,
  never,
  eventually,
  count,
  that,
  sometimes  // not reached: vacuous; in a sweep once in all its runs is enough
};

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
  /// What `at`, `from` and `before` were computed from, where the file names an event: draws move
  /// it.
  std::optional<EventReference> at_event, from_event, before_event;
  std::optional<std::size_t> during;    // a fault with `for`: from its start to its end
  std::optional<Duration> longer_than;  // always / never forgive shorter glitches
  std::optional<std::int64_t> equals, at_least, at_most;  // count
  SourcePosition position;
};

struct Waiver {
  std::string oracle;
  std::string reason;
};

/// uniform(lowest, highest) or normal(mean, deviation), in nanoseconds or parts per billion.
enum class Distribution : std::uint8_t { uniform, normal };
/// Something that each seed draws anew, from a stream of its own: the same seed means the same
/// value at every point of a grid.
struct RandomDraw {
  enum class Target : std::uint8_t { phase, clock_drift, clock_offset, fault_at };
  std::string stream;  // "phase/lb1": names the draws
  Target target = Target::phase;
  std::size_t index = 0;  // host, or fault
  std::int64_t base = 0;  // is added
  Distribution distribution = Distribution::uniform;
  std::int64_t first = 0, second = 0;
};

/// A number a run, by name: `outage: "blackout(web, from=die)"`.
struct Measure {
  std::string name;
  Expression value;
  SourcePosition position;
};

/// What the distribution over a sweep's runs must be like.
struct SweepVerdict {
  std::string text;                                        // as printed
  std::vector<std::pair<std::string, std::string>> where;  // grid points: all with these values
  // Either: the quantile of a measure, by order statistics ...
  std::optional<double> quantile;
  std::size_t measure = 0;  // index into Scenario::measures
  // ... or the probability of a condition that speaks of measures by name.
  std::optional<Expression> condition;
  // For a quantile a duration in nanoseconds or a plain number, for a probability a share of one.
  std::optional<double> at_most, at_least;
  double confidence = 0.95;
  SourcePosition position;
};

/// Runs of a sweep; more would not fit.
inline constexpr std::uint64_t kSweepRunsMax = 10'000'000;

/// Which runs a sweep makes. The grid's values replace `params`, as text.
struct SweepPlan {
  struct Axis {
    std::string param;
    std::vector<std::string> values;
  };
  std::vector<Axis> grid;
  std::uint64_t first_seed = 1, last_seed = 100;
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
  std::optional<Duration>
      oracles_from;  // what holds once the world has settled is judged from here
  std::vector<std::pair<std::string, std::string>> params;  // as they were used
  std::vector<RandomDraw> draws;
  std::vector<Measure> measures;
  std::vector<SweepVerdict> sweep_verdicts;
  std::optional<SweepPlan> sweep;
};

}  // namespace understudy::sim
