// The words that scenario files have for what can only be one of a few: read and written alike.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/vrrp/state.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

template <typename Value>
struct Word {
  std::string_view text;
  Value value;
};

inline constexpr std::array kSegmentWords{Word<SegmentKind>{"switch", SegmentKind::switched},
                                          Word<SegmentKind>{"hub", SegmentKind::hub}};
inline constexpr std::array kSnoopingWords{
    Word<IgmpSnooping>{"off", IgmpSnooping::off}, Word<IgmpSnooping>{"on", IgmpSnooping::on},
    Word<IgmpSnooping>{"on-no-querier", IgmpSnooping::on_no_querier}};
inline constexpr std::array kStackWords{Word<StackKind>{"linux", StackKind::linux_},
                                        Word<StackKind>{"cisco", StackKind::cisco},
                                        Word<StackKind>{"windows", StackKind::windows}};
inline constexpr std::array kProfileWords{
    Word<Profile>{to_string(Profile::keepalived), Profile::keepalived},
    Word<Profile>{to_string(Profile::rfc), Profile::rfc}};

// ---- faults
inline constexpr std::array kServiceWords{
    Word<ServiceVerb>{"stop", ServiceVerb::stop}, Word<ServiceVerb>{"start", ServiceVerb::start},
    Word<ServiceVerb>{"hang", ServiceVerb::hang}, Word<ServiceVerb>{"break", ServiceVerb::break_}};
inline constexpr std::array kDaemonWords{
    Word<DaemonVerb>{"stop", DaemonVerb::stop}, Word<DaemonVerb>{"kill", DaemonVerb::kill},
    Word<DaemonVerb>{"start", DaemonVerb::start}, Word<DaemonVerb>{"reload", DaemonVerb::reload},
    Word<DaemonVerb>{"restart", DaemonVerb::restart}};
inline constexpr std::array kHostWords{Word<HostVerb>{"power_off", HostVerb::power_off},
                                       Word<HostVerb>{"boot", HostVerb::boot},
                                       Word<HostVerb>{"reboot", HostVerb::reboot}};
inline constexpr std::array kPauseWords{Word<PauseWhat>{"daemon", PauseWhat::daemon},
                                        Word<PauseWhat>{"vm", PauseWhat::vm},
                                        Word<PauseWhat>{"nic", PauseWhat::nic}};
inline constexpr std::array kArpWords{Word<ArpVerb>{"flush", ArpVerb::flush},
                                      Word<ArpVerb>{"pin", ArpVerb::pin}};
inline constexpr std::array kSwitchWords{
    Word<SwitchVerb>{"reboot", SwitchVerb::reboot}, Word<SwitchVerb>{"flush", SwitchVerb::flush},
    Word<SwitchVerb>{"querier_lost", SwitchVerb::querier_lost}};

/// Every value has one; empty would be one without.
template <typename Value, std::size_t N>
constexpr std::string_view word_of(const std::array<Word<Value>, N>& words, Value value) {
  for (const auto& word : words)
    if (word.value == value) return word.text;
  return {};
}

}  // namespace understudy::sim
