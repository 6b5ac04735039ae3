// The rules that hold in every scenario unless it waives them (scenario-format.md, section 5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/advert_inspector.h"
#include "sim/run_result.h"
#include "sim/sim_host.h"

namespace understudy::sim {

enum class Oracle : std::uint8_t {
  one_master,
  some_master,
  holder_is_master,
  true_arp,
  valid_adverts,
  no_stuck_timer
};
inline constexpr std::size_t kOracleCount = 6;

constexpr std::string_view to_string(Oracle oracle) {
  constexpr std::string_view kNames[] = {"one_master", "some_master",   "holder_is_master",
                                         "true_arp",   "valid_adverts", "no_stuck_timer"};
  return kNames[static_cast<std::uint8_t>(oracle)];
}

/// valid_adverts holds always, no_stuck_timer (no daemon sleeps past its deadline) at the end of
/// each instant that changed something and of the run. The others hold once the world has settled:
/// 3 (or down_timer_adverts) x the largest advert interval + the lowest priority's skew + 2 x the
/// longest way between two hosts + the slowest wakeup + the longest delay that a configuration asks
/// for, by the slowest clock, after the last disturbance. What comes late by itself (a boot's
/// parts, a script's verdict, a daemon that is started again) is a disturbance when it comes. A
/// fault that is in force and keeps hosts apart is none: that is for waivers. Each reports its
/// first breach. Scenario::oracles_from puts off those that wait for settling.
class Oracles {
 public:
  Oracles(const Stage& stage, const SimHosts& hosts);

  /// Something from outside the protocol changed: settling starts anew.
  void disturbed() { disturbed_at_ = stage_.now; }
  /// A host's virtual routers are others than before.
  void configuration_changed();
  /// The timeline has grown: what it does to links and clocks counts from now on.
  void timeline_grew() { compute_settling_time(); }
  /// To be called after all events of an instant at which anything changed, and at next_check().
  void judge();
  std::optional<Instant> next_check() const;
  void inspect(std::uint32_t nic, const Frame& frame) {
    if (!inspector_.known_good(nic, frame)) inspect_closely(nic, frame);
  }
  std::vector<OracleResult> results() const;

 private:
  struct Member {
    std::size_t host;
    std::size_t router;
    const VirtualRouterConfig* config;
  };
  /// One virtual router of the network: who takes part in it.
  struct Group {
    std::uint32_t segment;
    std::uint8_t vrid;
    Family family;
    std::vector<Member> members;
  };
  struct Breach {
    Instant at;
    std::string detail;
    std::string subject;
  };

  void collect_groups();
  void compute_settling_time();
  Duration longest_way() const;
  std::int64_t slowest_drift() const;
  void judge_timers();
  void judge(const Group& group);
  void judge_holders(const Group& group);
  void judge_arp(const Group& group, const Member& master);
  void breach(Oracle oracle, std::string detail, std::string subject = {});
  Instant judges_from() const;
  void inspect_closely(std::uint32_t nic, const Frame& frame);
  bool acts_as_master(const Member& member) const;
  bool healthy(const Member& member) const;
  std::string label(const Group& group) const;
  const std::string& name(const Member& member) const { return stage_.host(member.host).name; }

  const Stage& stage_;
  const SimHosts& hosts_;
  AdvertInspector inspector_;
  std::vector<Group> groups_;
  Duration settling_time_{};
  Instant disturbed_at_{};
  std::optional<Instant> judged_at_;
  std::array<std::optional<Breach>, kOracleCount> breaches_;
};

}  // namespace understudy::sim
