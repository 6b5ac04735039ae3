#include "daemon/host_check.h"

#include <algorithm>

#include "daemon/placement.h"
#include "daemon/script_security.h"
#include "daemon/virtual_macs.h"

namespace understudy::daemon {
namespace {

std::string line_of(const std::string& text, std::uint32_t number) {
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < number && begin != std::string::npos; ++line) {
    begin = text.find('\n', begin);
    if (begin != std::string::npos) ++begin;
  }
  if (number == 0 || begin == std::string::npos) return {};
  return text.substr(begin, text.find('\n', begin) - begin);
}

// Where something stands: `file` is empty for the configuration itself, else an included file.
struct Place {
  std::string file;
  SourcePosition at;
  std::string word;  // what is there
};

Diagnostic diagnose(const LoadedConfig& loaded, const Place& place, Severity severity,
                    std::string code, std::string message) {
  Diagnostic made;
  made.file = place.file.empty() ? loaded.parsed.config.file : place.file;
  made.severity = severity;
  made.code = std::move(code);
  made.message = std::move(message);
  const auto text =
      place.file.empty() ? loaded.text : read_text_file(place.file).value_or(std::string{});
  const auto line = line_of(text, place.at.line);
  // A place that does not hold the word is of another file: then better none than a wrong one.
  if (place.at.column == 0 || place.at.column > line.size() ||
      line.compare(place.at.column - 1, place.word.size(), place.word) != 0)
    return made;
  made.position = place.at;
  made.source_line = line;
  made.length = static_cast<std::uint32_t>(place.word.size());
  return made;
}

// The name of the macvlan that is to be made must be free.
void check_virtual_mac(const LoadedConfig& loaded, const config::VrrpInstance& instance,
                       const VirtualRouterConfig& router, Netlink& netlink, Severity severity,
                       std::vector<Diagnostic>& found) {
  if (!router.virtual_mac) return;
  const auto obstacle =
      macvlan_obstacle(netlink, router.virtual_mac->interface, instance.interface);
  if (obstacle)
    found.push_back(diagnose(loaded, {instance.file, instance.at, instance.name}, severity,
                             "virtual-mac-interface", "use_vmac: " + *obstacle));
}

}  // namespace

std::vector<Diagnostic> check_interfaces(const LoadedConfig& loaded, Netlink& netlink,
                                         Severity severity) {
  std::vector<Diagnostic> found;
  const auto& config = loaded.parsed.config;
  const auto node = make_node_config(config);
  const auto check = [&](const std::string& name, const Place& place) {
    if (name.empty() || netlink.link(name)) return;
    found.push_back(diagnose(loaded, place, severity, "missing-interface",
                             "There is no interface '" + name + "' on this host"));
  };
  for (const auto& instance : config.instances) {
    const int index = node->find_virtual_router(instance.name);
    const auto* router =
        index < 0 ? nullptr : &node->virtual_routers[static_cast<std::size_t>(index)];
    const auto own =
        router != nullptr && router->virtual_mac ? router->virtual_mac->interface : std::string {};
    check(instance.interface, {instance.file, instance.interface_at, instance.interface});
    for (const auto* addresses : {&instance.addresses, &instance.excluded_addresses})
      for (const auto& each : *addresses)
        if (each.address.device != own)
          check(each.address.device, {each.file, each.at, to_string(each.address.address)});
    if (router != nullptr) check_virtual_mac(loaded, instance, *router, netlink, severity, found);
  }
  return found;
}

std::vector<Diagnostic> check_tracked_interfaces(const LoadedConfig& loaded, Netlink& netlink) {
  std::vector<Diagnostic> found;
  const auto check = [&](const std::vector<config::Tracked>& tracked, const std::string& file) {
    for (const auto& each : tracked)
      if (!netlink.link(each.name))
        found.push_back(
            diagnose(loaded, {file, each.at, each.name}, Severity::warning, "missing-interface",
                     "There is no interface '" + each.name + "' on this host: it counts as down"));
  };
  for (const auto& instance : loaded.parsed.config.instances)
    check(instance.track_interfaces, instance.file);
  for (const auto& group : loaded.parsed.config.sync_groups) check(group.track_interfaces, {});
  return found;
}

std::vector<Diagnostic> check_subnets(const LoadedConfig& loaded, Netlink& netlink) {
  const auto& config = loaded.parsed.config;
  const auto node = make_node_config(config);
  const Placement placement{*node};
  const auto addresses = netlink.addresses();
  std::vector<config::InterfaceSubnet> subnets;
  for (const auto& device : placement.devices) {
    const auto link = netlink.link(device);
    for (const auto& entry : addresses)
      if (link && entry.ifindex == link->ifindex && !placement.is_virtual(entry.address.address))
        subnets.push_back({device, entry.address});
  }
  return config::check_subnets(config, loaded.text, subnets);
}

std::vector<Diagnostic> check_scripts(const LoadedConfig& loaded, const ScriptTable& table) {
  std::vector<Diagnostic> found;
  for (const auto& command : table.commands) {
    if (command.argv.empty()) continue;
    const auto add = [&](std::string code, const std::string& message) {
      found.push_back(diagnose(loaded, {command.file, command.at, command.name}, Severity::warning,
                               std::move(code), command.label + ": " + message));
    };
    const auto program = find_program(command.argv.front());
    if (program.empty()) {
      add("missing-script", "'" + command.argv.front() + "' is not there: every run will fail");
    } else if (const auto why = command.uid == 0 ? find_insecurity(program) : std::nullopt) {
      if (command.secure_only)
        add("insecure-script", *why + ": enable_script_security lets every run fail");
      else
        add("insecure-script",
            "runs as root, but " + *why + " (enable_script_security would refuse it)");
    }
  }
  return found;
}

Diagnostic unknown_user(const LoadedConfig& loaded, const UnknownUser& unknown) {
  return diagnose(loaded, {unknown.file, unknown.at, unknown.name}, Severity::error, "unknown-user",
                  unknown.message);
}

std::string one_line(const Diagnostic& diagnostic) {
  auto text = diagnostic.file;
  if (diagnostic.position.line != 0)
    text += ":" + std::to_string(diagnostic.position.line) + ":" +
            std::to_string(diagnostic.position.column);
  text += ": ";
  text += to_string(diagnostic.severity);
  text += ": " + diagnostic.message;
  if (!diagnostic.hint.empty()) text += " (" + diagnostic.hint + ")";
  return text;
}

}  // namespace understudy::daemon
