#include "daemon/prepared.h"

namespace understudy::daemon {
namespace {

void append(std::vector<Diagnostic>& to, const std::vector<Diagnostic>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::vector<std::string> errors_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> lines;
  for (const auto& each : diagnostics)
    if (each.severity == Severity::error) lines.push_back(one_line(each));
  return lines;
}

}  // namespace

tl::expected<Prepared, std::vector<Diagnostic>> prepare(const LoadedConfig& loaded, Profile profile,
                                                        Netlink& netlink) {
  const auto& config = loaded.parsed.config;
  auto node = make_node_config(config, profile);
  auto table = make_script_table(config, *node);
  auto errors = check_interfaces(loaded, netlink, Severity::error);
  if (!table) errors.push_back(unknown_user(loaded, table.error()));
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  auto remarks = loaded.parsed.diagnostics;
  append(remarks, check_tracked_interfaces(loaded, netlink));
  append(remarks, check_subnets(loaded, netlink));
  append(remarks, check_scripts(loaded, *table));
  return Prepared{std::move(node), std::move(*table), std::move(remarks),
                  config.global.log_unknown_vrids};
}

tl::expected<Prepared, std::vector<std::string>> prepare_file(const std::string& path,
                                                              Profile profile, Netlink& netlink) {
  const auto loaded = load_config(path);
  if (!loaded) return tl::unexpected(std::vector{loaded.error()});
  if (has_errors(loaded->parsed.diagnostics))
    return tl::unexpected(errors_of(loaded->parsed.diagnostics));
  auto prepared = prepare(*loaded, profile, netlink);
  if (!prepared) return tl::unexpected(errors_of(prepared.error()));
  return std::move(*prepared);
}

std::optional<ScriptTable> read_script_table(const std::string& path, Profile profile) {
  const auto loaded = load_config(path);
  if (!loaded || has_errors(loaded->parsed.diagnostics)) return std::nullopt;
  const auto& config = loaded->parsed.config;
  auto table = make_script_table(config, *make_node_config(config, profile));
  if (!table) return std::nullopt;
  return std::move(*table);
}

}  // namespace understudy::daemon
