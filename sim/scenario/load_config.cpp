// A keepalived.conf by path or as text in place.
#include <algorithm>
#include <filesystem>

#include "core/config/parser.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"

namespace understudy::sim {
namespace {

bool is_inline(const YamlNode& node) {
  return node.text.find('\n') != std::string::npos || node.text.find('{') != std::string::npos;
}

/// What configurations include, and their key files, read as they are read themselves.
class ConfigIncludes final : public config::IncludeReader {
 public:
  explicit ConfigIncludes(ConfigStore& configs) : configs_(configs) {}

  std::vector<File> read(std::string_view pattern, std::string_view including_file) override {
    std::vector<File> found;
    std::string problem;
    for (const auto& name : configs_.files.matching(path_from(including_file, pattern))) {
      auto text = configs_.files.read(name, problem);
      if (!text) continue;  // as keepalived does
      configs_.included[name] = *text;
      found.push_back({name, std::move(*text)});
    }
    return found;
  }
  std::optional<std::string> read_key(std::string_view path,
                                      std::string_view including_file) override {
    std::string problem;
    return configs_.files.read(path_from(including_file, path), problem);
  }

 private:
  ConfigStore& configs_;
};

/// Where a place in a configuration stands: in its own file, or inside a scalar of the scenario.
struct ConfigPlace {
  const LoadContext& context;
  const YamlNode& node;
  const std::string& text;
  bool in_scenario;
  const ConfigStore& configs;

  /// Whether a finding stands in a scalar of the scenario, not in a file.
  bool moves(const Diagnostic& diagnostic) const {
    return in_scenario && diagnostic.file == context.source_of(node).file();
  }
  /// The text of the configuration, or of what it includes.
  const std::string& text_of(const std::string& file) const {
    const auto found = configs.included.find(file);
    return found != configs.included.end() && file != context.source_of(node).file() ? found->second
                                                                                     : text;
  }

  void move(Diagnostic& diagnostic) const {
    if (!moves(diagnostic)) return;
    const SourceText& source = context.source_of(node);
    diagnostic.file = source.file();
    if (diagnostic.position.line == 0) {
      diagnostic.position = node.position;
    } else {
      std::size_t offset = 0;
      for (std::uint32_t line = 1; line < diagnostic.position.line; ++line) {
        const std::size_t end = text.find('\n', offset);
        if (end == std::string::npos) break;
        offset = end + 1;
      }
      offset = std::min(offset + std::max(diagnostic.position.column, 1U) - 1, text.size());
      diagnostic.position = source.position_in(node, offset);
    }
    diagnostic.source_line = source.line(diagnostic.position.line);
  }
};

void append(LoadContext& context, const ConfigPlace& place, Diagnostic diagnostic) {
  const bool in_scenario = place.moves(diagnostic);
  place.move(diagnostic);
  if (in_scenario) {
    context.report(diagnostic.severity, {&context.source_of(place.node), diagnostic.position},
                   diagnostic.length, diagnostic.code, diagnostic.message, diagnostic.hint);
    return;
  }
  auto& all = context.diagnostics();
  if (std::find(all.begin(), all.end(), diagnostic) == all.end()) all.push_back(diagnostic);
}

std::string line_of(const std::string& text, std::uint32_t number) {
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < number; ++line) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string::npos) return {};
    start = end + 1;
  }
  return text.substr(start, std::min(text.find('\n', start), text.size()) - start);
}

void report_interface(LoadContext& context, const ConfigPlace& place, const Host& host,
                      const std::string& file, SourcePosition position,
                      const std::string& interface, const std::string& user) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.position = position;
  diagnostic.length = static_cast<std::uint32_t>(std::max<std::size_t>(interface.size(), 1));
  diagnostic.code = "unknown-interface";
  diagnostic.message = "host '" + host.name + "' of the scenario has no NIC '" + interface +
                       "', which " + user + " uses";
  diagnostic.hint = suggestion(interface, nic_names(host));
  diagnostic.source_line = line_of(place.text_of(file), position.line);
  append(context, place, diagnostic);
  // The finding stands in the config, the scenario is what cannot be run.
  context.error(place.node, "bad-config",
                "the configuration does not fit host '" + host.name + "'");
}

/// Whether a virtual interface of the configuration has this name (use_vmac).
bool is_virtual_interface(const config::Config& config, std::string_view name) {
  for (const config::VrrpInstance& instance : config.instances) {
    if (!instance.virtual_mac) continue;
    const auto number = std::to_string(static_cast<unsigned>(instance.vrid));
    const auto& own = instance.virtual_mac->interface;
    if (own.empty() ? name == "vrrp." + number || name == "vrrp6." + number : name == own)
      return true;
  }
  return false;
}

void check_interfaces(LoadContext& context, const ConfigPlace& place, const Host& host,
                      const config::Config& config) {
  const auto check = [&](const std::string& interface, const std::string& user,
                         const std::string& file, SourcePosition at) {
    if (find_nic(host, interface)) return true;
    report_interface(context, place, host, file.empty() ? config.file : file, at, interface, user);
    return false;
  };
  for (const config::VrrpInstance& instance : config.instances) {
    const std::string user = "vrrp_instance " + instance.name;
    if (!check(instance.interface, user, instance.file, instance.interface_at)) continue;
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
      for (const config::VirtualAddress& address : *list) {
        const std::string& device = address.address.device;
        if (!device.empty() && !is_virtual_interface(config, device))
          check(device, user, address.file.empty() ? instance.file : address.file, address.at);
      }
    for (const config::Tracked& tracked : instance.track_interfaces)
      if (!is_virtual_interface(config, tracked.name))
        check(tracked.name, user, instance.file, tracked.at);
  }
  for (const config::SyncGroup& group : config.sync_groups)
    for (const config::Tracked& tracked : group.track_interfaces)
      if (!is_virtual_interface(config, tracked.name))
        check(tracked.name, "vrrp_sync_group " + group.name, group.file, tracked.at);
  std::vector<config::InterfaceSubnet> subnets;
  for (const Nic& nic : host.nics) {
    if (!nic.address.address.is_unspecified()) subnets.push_back({nic.name, nic.address});
    for (const auto& address : nic.more_addresses) subnets.push_back({nic.name, address});
  }
  for (Diagnostic& note : config::check_subnets(config, place.text, subnets)) {
    if (note.source_line.empty())
      note.source_line = line_of(place.text_of(note.file), note.position.line);
    append(context, place, std::move(note));
  }
}

/// Relative to the scenario's own folder, whatever file named it.
std::string path_in_scenario(const LoadContext& context, const YamlNode& node,
                             const std::string& path) {
  const std::string own = folder_of(context.source().file());
  if (path.starts_with('/') || folder_of(context.source_of(node).file()) == own) return node.text;
  const auto relative = std::filesystem::path(path).lexically_normal().lexically_relative(
      std::filesystem::path(own.empty() ? "." : own).lexically_normal());
  return relative.empty() ? path : relative.string();
}

/// The parsed configuration, from the store when it was read before; null after an error.
std::shared_ptr<const ConfigSource> read_config(LoadContext& context, const YamlNode& node,
                                                const Host& host, ConfigStore& configs) {
  const bool in_place = is_inline(node);
  const SourceText& file = context.source_of(node);
  std::string path = node.text;
  if (!in_place) path = path_from(file.file(), path);
  const std::string name = in_place ? file.file() + ":" + std::to_string(node.position.line) + ":" +
                                          std::to_string(node.position.column) + ":" +
                                          (node.substituted ? node.text : "")
                                    : path;
  auto [entry, is_new] = configs.by_name.try_emplace(name);
  if (is_new) {
    auto source = std::make_shared<ConfigSource>();
    source->path = in_place ? "" : path_in_scenario(context, node, path);
    if (in_place) {
      source->text = node.text;
    } else {
      std::string problem;
      auto read = configs.files.read(path, problem);
      if (!read) {
        configs.by_name.erase(entry);
        context.error(node, "unreadable", "cannot read " + path + ": " + problem,
                      "paths are relative to the scenario's folder");
        return nullptr;
      }
      source->text = std::move(*read);
    }
    ConfigIncludes includes(configs);
    auto parsed = config::parse(source->text, in_place ? file.file() : path, &includes);
    const ConfigPlace place{context, node, source->text, in_place, configs};
    for (const Diagnostic& diagnostic : parsed.diagnostics) append(context, place, diagnostic);
    source->config = std::move(parsed.config);
    if (!has_errors(parsed.diagnostics)) entry->second = std::move(source);
  }
  if (!entry->second)
    context.error(node, "bad-config", "the configuration of host '" + host.name + "' has errors");
  return entry->second;
}

}  // namespace

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "" : file.substr(0, slash + 1);
}

std::string path_from(std::string_view file, std::string_view path) {
  return path.starts_with('/') ? std::string(path)
                               : folder_of(std::string(file)) + std::string(path);
}

std::shared_ptr<const ConfigSource> load_config(LoadContext& context, const YamlNode& node,
                                                const Host& host, ConfigStore& configs) {
  if (!context.string(node)) return nullptr;
  auto source = read_config(context, node, host, configs);
  if (source)
    check_interfaces(context, {context, node, source->text, is_inline(node), configs}, host,
                     source->config);
  return source;
}

}  // namespace understudy::sim
