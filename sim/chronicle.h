// Keeps the causes: what happened during a run, and what each happening came from. Only there when
// it was asked for; what it keeps changes nothing in the world.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/vrrp/effects.h"
#include "sim/network_listener.h"
#include "sim/sim_host.h"
#include "sim/stage.h"
#include "sim/story.h"

namespace understudy::sim {

/// Within one event what happens on a host comes from what happened there just before, else from
/// what began the event: a fault, or the frame that arrived. What takes time (a script's run, a
/// silence) is tied to its cause by what it is.
class Chronicle {
 public:
  /// More happenings than this are not kept.
  static constexpr std::size_t kMost = 1'000'000;

  Chronicle(const Stage& stage, const SimHosts& hosts);

  void begin_event();
  /// A line of the timeline. Those that the calls below tell better are passed over.
  void told(Instant at, TimelineEntry::Kind kind, std::size_t host, const std::string& text);
  void fault_happened(std::size_t fault, bool end);
  void script_ended(std::size_t host, std::uint16_t script, int exit_status);
  void neighbour_changed(std::size_t host, const IpAddress& address);
  void daemon_changed(std::size_t host, bool runs);
  /// Around the carrying out of a node's effects; `late`: how long after its deadline it acted.
  void begin_effects(std::size_t host, const Effects& effects, Duration late);
  void end_effects() { --in_effects_; }

  // ---- frames
  void frame_sent(std::uint32_t nic, const Frame& frame, const FramePlace& place);
  /// Around what an arrival sets off.
  void begin_arrival(std::uint32_t nic, const Frame& frame, const FramePlace& place);
  /// How the receiver of the arriving advert refused it; empty: it did not.
  std::string refusal_of_arrival(std::size_t host) const;
  /// It has passed the receiver's packet filter, and comes to its daemon.
  void advert_heard(std::size_t host);
  void end_arrival() { root_ = Happening::kNone; }
  void frame_lost(std::uint32_t nic, const Frame& frame, LossCause cause);

  void blackout_began(std::size_t probe, Instant at);
  void blackout_ended(std::size_t probe, Instant at);

  /// What the frame that is being sent comes from, in words; empty: nothing that is known.
  std::string why_sent(const Frame& frame) const;
  std::shared_ptr<const Story> take() { return std::move(story_); }
  const Story& story() const { return *story_; }

 private:
  static constexpr std::uint32_t kNone = Happening::kNone;

  /// What is remembered of one virtual router of a host.
  struct RouterMemory {
    std::uint32_t state = kNone;                       // its last transition, or change of priority
    std::uint32_t heard = kNone;                       // the last advert that came ...
    std::uint32_t heard_before = kNone;                // ... and the one before it
    std::uint32_t resignation = kNone, lower = kNone;  // adverts
    bool mute = false;                                 // its adverts cannot be sent
  };

  std::uint32_t add(Happening happening);
  std::uint32_t cause_on(std::size_t host) const;
  void become_cause(std::size_t host, std::uint32_t happening);
  Happening on_host(std::size_t host, HappeningKind kind, std::string text) const;

  void report(std::size_t host, Duration late, const StateChanged& event);
  void report(std::size_t host, Duration late, const AdvertRefused& event);
  void report(std::size_t host, Duration late, const AdvertNotSent& event);
  void report(std::size_t host, Duration late, const PriorityChanged& event);
  void report(std::size_t host, Duration late, const ScriptChanged& event);
  void report(std::size_t host, Duration late, const InterfaceChanged& event);
  void report(std::size_t host, Duration late, const FileValueChanged& event);
  void report(std::size_t host, Duration late, const ProcessStatusChanged& event);
  void report(std::size_t host, Duration late, const ResignationHeard& event);
  void report(std::size_t host, Duration late, const LowerPriorityHeard& event);
  void report(std::size_t host, Duration late, const IntervalLearnt& event);
  template <typename T>
  void report(std::size_t, Duration, const T&) {}  // explains nothing
  void add_change(std::size_t host, std::string text, ConfigLine config = {});

  std::uint32_t add_timer(std::size_t host, Duration late, const StateChanged& event);
  std::uint32_t silence_of(std::size_t host, std::size_t router) const;
  bool explains_silence(const Happening& happening, std::size_t sender, std::size_t listener) const;
  std::uint32_t active_fault(LossCause cause) const;

  const NodeConfig& node_config(std::size_t host) const { return hosts_[host].daemon->config(); }
  const VirtualRouterConfig& router_config(std::size_t host, std::size_t router) const {
    return node_config(host).virtual_routers[router];
  }
  RouterMemory& memory(std::size_t host, std::size_t router);
  ConfigLine keyword_of_instance(std::size_t host, const std::string& instance,
                                 std::string_view keyword) const;
  ConfigLine keyword_of_script(std::size_t host, const std::string& script,
                               std::string_view keyword) const;
  ConfigLine weight_line(std::size_t host, const std::string& instance) const;
  std::string owner_of(const MacAddress& mac, std::optional<std::size_t>& host) const;

  const Stage& stage_;
  const SimHosts& hosts_;
  std::shared_ptr<Story> story_ = std::make_shared<Story>();

  // ---- this event
  std::uint64_t event_ = 0;
  std::uint32_t root_ = kNone;
  FramePlace arrival_{};
  std::optional<std::uint16_t> arriving_router_;  // to whose router what arrives is an advert
  unsigned in_effects_ = 0;
  struct HostCause {
    std::uint64_t event = 0;
    std::uint32_t happening = kNone;
  };
  std::vector<HostCause> causes_;  // by host

  // ---- longer memories
  std::vector<std::vector<RouterMemory>> routers_;  // by host and router
  std::vector<std::uint32_t> last_change_;          // by host: of what scripts look at
  std::vector<std::uint32_t> last_script_look_;     // by host: the change that the last exit saw
  std::map<std::pair<std::size_t, std::uint16_t>, std::pair<int, unsigned>>
      exits_;                                       // and how often
  std::vector<std::string> last_tracker_;           // by host: the script whose status changed last
  std::vector<const config::Config*> configs_;      // by host: in force
  std::vector<std::uint32_t> faults_, fault_ends_;  // by fault
  std::map<std::uint64_t, std::uint32_t> frames_;   // by number: what a frame on its way is, or
                                                    // comes from
  std::map<std::pair<std::size_t, IpAddress>, std::uint32_t> announcements_;  // the last ones
  std::vector<std::uint32_t> open_blackouts_;                                 // by probe
};

}  // namespace understudy::sim
