#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/parser.h"
#include "core/config/text_lines.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

// "192.168.56.130/24" of each, with commas.
std::string list_of(const std::vector<InterfaceAddress>& subnets) {
  std::string text;
  for (const auto& subnet : subnets) {
    if (!text.empty()) text += ", ";
    text += to_string(subnet);
  }
  return text;
}

}  // namespace

std::vector<Diagnostic> check_subnets(const Config& config, std::string_view text,
                                      const std::vector<InterfaceSubnet>& subnets) {
  std::vector<Diagnostic> notes;
  for (const auto& instance : config.instances) {
    for (const auto& [address, at, file] : instance.addresses) {
      const auto& interface = address.device.empty() ? instance.interface : address.device;
      std::vector<InterfaceAddress> known;
      for (const auto& subnet : subnets)
        if (subnet.interface == interface &&
            subnet.address.address.family() == address.address.family())
          known.push_back(subnet.address);
      const bool inside = std::any_of(
          known.begin(), known.end(),
          [&vip = address.address](const auto& subnet) { return contains(subnet, vip); });
      if (inside || known.empty()) continue;
      Diagnostic note;
      note.file = file.empty() ? config.file : file;
      note.position = at;
      note.severity = Severity::note;
      note.code = "vip-outside-subnets";
      const auto shown = to_string(address.address);
      note.message = shown + " lies in no subnet of ";
      note.message += interface + " (" + list_of(known);
      note.message += "): hosts of that network reach it only over a route";
      if (file.empty()) note.source_line = line_of(text, at.line);
      note.length = static_cast<std::uint32_t>(shown.size());
      notes.push_back(std::move(note));
    }
  }
  return notes;
}

}  // namespace understudy::config
