// A running simulation: all parts, the loop that drives them, and the books kept on the way.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/capture_taps.h"
#include "sim/chronicle.h"
#include "sim/expectation_monitor.h"
#include "sim/fault_injector.h"
#include "sim/frame_ledger.h"
#include "sim/host_control.h"
#include "sim/mastership.h"
#include "sim/network.h"
#include "sim/oracles.h"
#include "sim/probe_runner.h"
#include "sim/run.h"
#include "sim/sim_host.h"
#include "sim/stage.h"
#include "sim/world_view.h"

namespace understudy::sim {

class World final : public WorldView,
                    private NetworkListener,
                    private KernelListener,
                    private ScriptListener,
                    private DaemonListener,
                    private ControlListener,
                    private FaultListener {
 public:
  World(const Scenario& scenario, const RunOptions& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// From start to end, once: start() and finish().
  tl::expected<RunResult, std::string> run();

  // ---- The same in steps. What fails ends the run for good; the string says why.

  /// Opens the captures and plans what is known beforehand. So many faults may be added later.
  tl::expected<void, std::string> start(std::size_t faults_to_come = 0);
  enum class Pause : std::uint8_t { reached, events, change };
  struct Slice {
    std::uint64_t events = std::numeric_limits<std::uint64_t>::max();  // about so many at most
    bool ends_on_change = false;  // as soon as version() is another, after all of that instant
  };
  /// Adverts are counted by kind whatever the scenario's expressions want. Before start().
  void count_kinds() { counts_kinds_ = looks_at_adverts_ = true; }
  /// version() follows these counters, too, from now on.
  void follow(const CounterUse& use);
  /// Everything that comes before `until` happens; then that is now(). What comes at that very
  /// instant does not happen yet: a fault may be added that comes first. Paused earlier, now() lies
  /// just after the last instant. An `until` that is not later does nothing.
  tl::expected<Pause, std::string> play(Instant until, const Slice& slice);
  tl::expected<Pause, std::string> play(Instant until) { return play(until, Slice{}); }
  /// The scenario's timeline has one fault more, at its end: now it happens, with whatever comes
  /// before it at this instant. All is as if it had been there from the start on.
  tl::expected<void, std::string> add_fault();
  /// Ends a fault that was added without `for`, as if that had been given.
  tl::expected<void, std::string> end_fault(std::size_t fault);
  /// Whether something has happened at this instant that comes after a fault, or the end of one:
  /// then a timeline knows no place for it here.
  bool is_late_to_add() const { return is_late(next_fault_order_); }
  bool is_late_to_end(std::size_t fault) const { return is_late(faults_->end_order(fault)); }
  /// Plays what is left, closes the captures, judges.
  tl::expected<RunResult, std::string> finish();

  // ---- What people ask of a run that stands still.
  /// Of all that happened so far.
  std::uint64_t digest() const { return stage_.digest.value(); }
  bool holds(std::size_t host, const IpAddress& address) const {
    return hosts_[host].kernel.holds(address);
  }
  /// To whom the frames go that a host sends to an address: by its ARP entry, then by the switch.
  std::optional<std::size_t> reached(std::size_t host, const IpAddress& address) const;
  const std::vector<TimelineEntry>& timeline() const { return stage_.timeline; }  // as it was told
  const std::vector<TransitionRecord>& transitions() const { return transitions_; }

  // ---- WorldView
  Instant now() const override { return stage_.now; }
  std::uint64_t version() const override { return stage_.version; }
  std::optional<State> state(std::size_t host, std::string_view instance) const override;
  unsigned masters(std::string_view instance) const override;
  std::optional<std::size_t> master(std::string_view instance) const override;
  unsigned holders(const IpAddress& address) const override;
  std::optional<MacAddress> arp(std::size_t host, const IpAddress& address) const override;
  MacAddress mac(std::size_t host) const override;
  ServiceStatus service(std::size_t host, std::size_t service) const override;
  std::optional<std::uint8_t> priority(std::size_t host, std::string_view instance) const override;
  Duration blackout(std::size_t probe, Instant from, Instant to) const override;
  std::uint64_t lost(std::size_t probe) const override;
  std::uint64_t flaps(std::string_view instance) const override;
  std::uint64_t transitions(std::string_view instance, std::size_t host,
                            State state) const override;
  std::uint64_t adverts(std::size_t host) const override;
  std::uint64_t garps(std::size_t host, const IpAddress& address) const override;
  std::optional<Instant> open_blackout(std::size_t probe) const override;
  Instant event_time(std::size_t fault, bool end) const override;
  std::vector<AdvertKind> adverts_by_kind(std::size_t host) const override;

 private:
  // ---- NetworkListener
  void frame_sent(std::uint32_t nic, const Frame& frame) override;
  bool frame_arrived(std::uint32_t nic, const Frame& frame) override;
  void frame_nears(std::uint32_t nic, const Frame& frame) override;
  void switch_changed(std::uint32_t segment) override;
  void frame_lost(std::uint32_t nic, const Frame& frame, LossCause cause) override;
  void frame_changed(std::uint32_t nic, const Frame& frame, FrameChange change) override;
  // ---- KernelListener
  void vrrp_received(std::size_t host, std::uint32_t nic,
                     std::span<const std::uint8_t> packet) override;
  void frame_freed(std::size_t host, std::uint32_t nic, const Frame& frame) override;
  bool client_segment(std::size_t host, const TcpSegment& segment) override;
  void client_echo(std::size_t host, const EchoReply& reply) override;
  void client_refused(std::size_t host, const Refusal& refusal) override;
  void neighbour_changed(std::size_t host, const IpAddress& address) override;
  void addresses_changed(std::size_t host, const IpAddress& address, bool held) override;
  void announcement_heard(std::size_t host, std::uint32_t from_nic,
                          const IpAddress& address) override;
  // ---- ScriptListener
  void script_starts_service(std::size_t host, std::size_t service) override;
  void script_stops_daemon(std::size_t host) override;
  void script_ended(std::size_t host, std::uint32_t daemon, std::uint16_t script, std::uint32_t run,
                    int exit_status) override;
  // ---- DaemonListener
  void state_changed(std::size_t host, const StateChanged& change, Duration late) override;
  void daemon_changed(std::size_t host, bool runs) override;
  void configuration_changed(std::size_t host) override;
  void announced(std::size_t host, const IpAddress& address) override;
  void advert_asked(std::size_t host, std::size_t router,
                    std::span<const std::uint8_t> packet) override {
    ++adverts_[host];
    if (looks_at_adverts_) [[unlikely]]
      advert_watched(host, router, packet);
  }
  void advert_watched(std::size_t host, std::size_t router, std::span<const std::uint8_t> packet);
  void tracked_changed(std::size_t host, bool up) override;
  // ---- ControlListener, FaultListener
  void disturbed() override { oracles_->disturbed(); }
  void repaired(std::size_t host) override;
  void power_lost(std::size_t host) override;
  void fault_happened(std::size_t fault, bool end) override;

  /// A probe with what is known of the way to its target.
  struct ProbeSlot {
    ProbeRunner runner;
    std::size_t reached = kNoHost;     // the host its frames go to now
    std::optional<Instant> seen_open;  // as of the last look at its blackouts
    std::size_t seen_blackouts = 0;
    std::uint64_t seen_lost = 0;
  };
  struct Announcement {
    std::uint64_t count = 0;
    std::optional<Instant> last;
  };

  void make_hosts();
  void make_probes();
  void begin_instant(Instant at) {
    instant_ = stage_.now = at;
    stage_.digest.add(at);
    events_before_instant_ = events_;
  }
  /// True when something had changed.
  bool leave_instant(Instant before) {
    if (stage_.version == observed_version_ && next_check_ >= before) [[likely]]
      return false;
    return look_around(before);
  }
  bool look_around(Instant before);
  bool take(const Event& event);
  bool fail(const Event& event);
  tl::expected<void, std::string> play_through(const Event& last);
  bool is_late(std::uint64_t order) const {
    return passed_at_ == stage_.now && passed_order_ >= order;
  }
  void handle(const Event& event);
  void handle_aloud(const Event& event);
  void handle_on_host(const Event& event);
  void observe();
  void update_next_check();
  void watch_blackouts();
  RunResult results();
  void fill(RunTrace& trace);
  tl::expected<void, std::string> open_records();
  tl::expected<void, std::string> close_records();
  void frame_sent_watched(std::uint32_t nic, const Frame& frame);
  bool frame_arrived_watched(std::uint32_t nic, const Frame& frame);

  void mark(OutageMark mark, Instant at, std::size_t host, const VirtualRouterConfig& router);
  void keep_blackouts(const ProbeSlot& probe);
  void update_reach(ProbeSlot& probe);
  std::size_t reach_of(std::size_t from, const IpAddress& target) const;
  Instant silence_noticed(std::size_t host, std::size_t router, Duration late) const;

  RunOptions options_;
  Stage stage_;
  Network network_;
  SimHosts hosts_;
  std::deque<ProbeSlot> probes_;
  std::vector<std::vector<std::size_t>> probes_of_host_;
  std::optional<HostControl> control_;
  std::optional<FaultInjector> faults_;
  std::optional<Mastership> mastership_;
  std::optional<Oracles> oracles_;
  std::optional<ExpectationMonitor> monitor_;
  std::optional<CaptureTaps> taps_;
  std::optional<FrameLedger> ledger_;  // with chronicle_
  std::optional<Chronicle> chronicle_;
  bool watches_frames_ = false;  // any of these three, or RunOptions::trace

  CounterUse watched_;             // by expressions: what version() follows
  bool looks_at_adverts_ = false;  // to follow or to count them
  bool counts_kinds_ = false;
  std::vector<std::uint64_t> adverts_;                 // by host
  std::vector<std::vector<AdvertKind>> advert_kinds_;  // by host, where they are watched
  std::map<std::pair<std::size_t, IpAddress>, Announcement> announcements_;
  std::vector<TransitionRecord> transitions_;
  Instant next_check_ = Instant::min();
  std::uint64_t observed_version_ = 0;
  bool observed_ = false;
  Instant instant_{};  // whose events happen, or happened last
  std::uint64_t events_ = 0, events_before_instant_ = 0;
  std::string failure_;
  // Of faults that are added: their places among the events of an instant, and how far those have
  // been played.
  std::uint64_t next_fault_order_ = 0, passed_order_ = 0;
  std::optional<Instant> passed_at_;
};

}  // namespace understudy::sim
