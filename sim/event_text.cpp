#include "sim/event_text.h"

#include <string_view>

#include "sim/nic_identity.h"

namespace understudy::sim {

std::string digest_text(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

std::string clock_text(Instant at) {
  const auto nanoseconds = at.time_since_epoch().count();
  return std::to_string(nanoseconds / 1'000'000'000) + "." +
         std::to_string(1'000'000'000 + nanoseconds % 1'000'000'000).substr(1);
}

namespace {

std::string name_of(EventKind kind) {
  switch (kind) {
    case EventKind::fault:
      return "fault";
    case EventKind::fault_end:
      return "fault_end";
    case EventKind::daemon_start:
      return "daemon_start";
    case EventKind::boot_step:
      return "boot_step";
    case EventKind::switch_arrival:
      return "switch_arrival";
    case EventKind::nic_arrival:
      return "nic_arrival";
    case EventKind::flood_arrival:
      return "flood_arrival";
    case EventKind::script_exit:
      return "script_exit";
    case EventKind::daemon_due:
      return "daemon_due";
    case EventKind::daemon_wake:
      return "daemon_wake";
    case EventKind::neighbour_due:
      return "neighbour_due";
    case EventKind::probe_send:
      return "probe_send";
    case EventKind::probe_timeout:
      return "probe_timeout";
    default:
      return "event_" + std::to_string(static_cast<unsigned>(kind));
  }
}

std::string nic_name(const Stage& stage, std::uint32_t nic) {
  const auto& place = stage.nics[nic];
  return nic_name(stage.scenario, place.host, place.nic);
}

std::string frame_text(Stage& stage, std::uint32_t index) {
  constexpr std::string_view kKinds[] = {"other", "arp", "ip", "advert"};
  const Frame& frame = stage.frames[index];
  const auto kind = static_cast<std::size_t>(frame.kind);
  return (kind < std::size(kKinds) ? std::string(kKinds[kind]) : std::to_string(kind)) + " " +
         std::to_string(frame.size) + " bytes " + digest_text(digest_of(frame.view())) + " from " +
         nic_name(stage, frame.source_nic);
}

}  // namespace

std::string event_text(Stage& stage, const Event& event) {
  const auto text = clock_text(event.at) + " " + name_of(event.kind()) + " ";
  switch (event.kind()) {
    case EventKind::fault:
    case EventKind::fault_end:
      return text + stage.scenario.timeline[event.target].id;
    case EventKind::switch_arrival:
    case EventKind::nic_arrival:
      return text + nic_name(stage, event.target) + " " + frame_text(stage, event.data);
    case EventKind::flood_arrival:
      return text + stage.scenario.segments[event.target].name + " " +
             frame_text(stage, event.data);
    case EventKind::probe_send:
    case EventKind::probe_timeout:
      return text + stage.scenario.probes[event.target].name;
    case EventKind::daemon_start:
    case EventKind::boot_step:
    case EventKind::script_exit:
    case EventKind::daemon_due:
    case EventKind::daemon_wake:
    case EventKind::neighbour_due:
      return text + stage.host(event.target).name;
    default:
      return text + std::to_string(event.target) + " " + std::to_string(event.data);
  }
}

}  // namespace understudy::sim
