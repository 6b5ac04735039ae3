// Effects as words, so that a test states order and content in one line.
#pragma once

#include <string>
#include <variant>

#include "core/vrrp/advert_codec.h"
#include "core/vrrp/effects.h"

namespace understudy {

inline std::string text_of(const Report& report) {
  if (const auto* change = std::get_if<StateChanged>(&report))
    return std::string{to_string(change->from)} + "->" + std::string{to_string(change->to)} + "(" +
           std::string{to_string(change->reason)} + ")";
  if (const auto* refused = std::get_if<AdvertRefused>(&report))
    return "refused(" + std::string{to_string(refused->error)} + ")";
  if (const auto* lower = std::get_if<LowerPriorityHeard>(&report))
    return "lower(" + std::to_string(lower->priority) + ")";
  if (const auto* higher = std::get_if<HigherPriorityHeard>(&report))
    return "higher(" + std::to_string(higher->priority) + ")";
  if (std::holds_alternative<ResignationHeard>(report)) return "resigned";
  if (std::holds_alternative<OwnAddressHeard>(report)) return "own_address";
  if (std::holds_alternative<AddressListDiffers>(report)) return "list_differs";
  if (const auto* priority = std::get_if<PriorityChanged>(&report))
    return "priority(" + std::to_string(priority->from) + "->" + std::to_string(priority->to) + ")";
  if (std::holds_alternative<DeadlineLate>(report)) return "late";
  if (std::holds_alternative<AdvertNotSent>(report)) return "not_sent";
  if (const auto* interface = std::get_if<InterfaceChanged>(&report))
    return interface->up ? "link_up" : "link_down";
  if (const auto* script = std::get_if<ScriptChanged>(&report))
    return script->to == ScriptStatus::up ? "script_up" : "script_down";
  if (const auto* result = std::get_if<ScriptResult>(&report))
    return "exit(" + std::to_string(result->exit_status) +
           (result->timed_out ? ",timed_out)" : ")");
  if (std::holds_alternative<ScriptSkipped>(report)) return "skipped";
  if (std::holds_alternative<ScriptTimedOut>(report)) return "timed_out";
  return "?";
}

/// "advert(100) add announce(5) BACKUP->MASTER(startup) notify(MASTER)"
inline std::string text_of(const Effects& effects) {
  std::string text;
  for (const auto& effect : effects.list()) {
    if (!text.empty()) text += ' ';
    if (const auto* send = std::get_if<SendAdvert>(&effect)) {
      const auto packet = decode_packet(effects.packet(*send));
      text +=
          packet ? "advert(" + std::to_string(packet->advert.priority) + ")" : "advert(invalid)";
    } else if (std::holds_alternative<AddAddresses>(effect)) {
      text += "add";
    } else if (std::holds_alternative<RemoveAddresses>(effect)) {
      text += "remove";
    } else if (const auto* announce = std::get_if<AnnounceAddresses>(&effect)) {
      text += "announce(" + std::to_string(announce->repeat) + ")";
    } else if (const auto* run = std::get_if<RunScript>(&effect)) {
      text += "run(" + std::to_string(run->run) + ")";
    } else if (const auto* kill = std::get_if<KillScript>(&effect)) {
      text += kill->force ? "kill(force)" : "kill";
    } else if (const auto* notify = std::get_if<Notify>(&effect)) {
      text += "notify(" + std::string{to_string(notify->state)} + ")";
    } else if (const auto* group = std::get_if<NotifyGroup>(&effect)) {
      text += "notify_group(" + std::string{to_string(group->state)} + ")";
    } else {
      text += text_of(std::get<Report>(effect));
    }
  }
  return text;
}

}  // namespace understudy
