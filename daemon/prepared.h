// A configuration, checked against this host: what a start and a reload begin with.
#pragma once

#include <memory>
#include <tl/expected.hpp>
#include <vector>

#include "core/node/node_config.h"
#include "daemon/host_check.h"
#include "daemon/script_command.h"

namespace understudy::daemon {

struct Prepared {
  std::shared_ptr<const NodeConfig> node;
  ScriptTable table;
  std::vector<Diagnostic> remarks;  // for the log
  bool log_unknown_vrids = false;
};

/// `loaded` has no errors of its own. The error is what this host lacks: interfaces, users.
tl::expected<Prepared, std::vector<Diagnostic>> prepare(const LoadedConfig& loaded, Profile profile,
                                                        Netlink& netlink);

/// Reads, parses and prepares. The errors are lines for the log.
tl::expected<Prepared, std::vector<std::string>> prepare_file(const std::string& path,
                                                              Profile profile, Netlink& netlink);

/// The commands of the configuration as it lies there; nullopt when it has errors.
std::optional<ScriptTable> read_script_table(const std::string& path, Profile profile);

}  // namespace understudy::daemon
