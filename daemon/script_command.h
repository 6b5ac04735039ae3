// Every command the daemon may ever run, resolved once: the runner gets this table before the
// daemon confines itself, and is told only indexes into it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/config/config.h"
#include "core/node/node_config.h"

namespace understudy::daemon {

struct ScriptCommand {
  std::vector<std::string> argv;  // empty: nothing to run
  std::string label;              // for logs: "chk_nginx", "notify_master of VI_1"
  std::string text;               // as the configuration has it
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary
  bool secure_only = false;   // enable_script_security
  bool tracked = false;       // a vrrp_script: ended when the daemon ends
  std::string notify_type;  // `notify` alone: gets INSTANCE or GROUP, the name, STATE and priority
  std::string name;         // of the script, instance or group it comes from, and where
  std::string file;         // that name stands; empty: the configuration itself
  SourcePosition at;
};

/// The notify scripts of an instance or a sync group, in the order of their commands in the table.
enum class NotifyKind : std::uint8_t { master, backup, fault, stop, any, lower_priority };
inline constexpr std::size_t kNotifyKinds = 6;

/// vrrp_scripts first (at the node's indexes), then six for each virtual router and each sync
/// group.
struct ScriptTable {
  std::vector<ScriptCommand> commands;
  std::size_t script_count = 0;
  std::size_t router_count = 0;

  std::size_t notify_index(std::size_t virtual_router, NotifyKind kind) const {
    return script_count + virtual_router * kNotifyKinds + static_cast<std::size_t>(kind);
  }
  std::size_t group_index(std::size_t group, NotifyKind kind) const {
    return notify_index(router_count + group, kind);
  }
};

/// What is to be run and as whom: two tables with the same digest run the same. Never 0.
std::uint64_t digest_of(const ScriptTable& table);

/// Makes the table of the configuration as it is now; nullopt when there is none.
using ScriptTableSource = std::function<std::optional<ScriptTable>()>;

struct UnknownUser {
  std::string name;  // of the script, instance or group, and where it stands
  std::string file;
  SourcePosition at;
  std::string message;
};

/// Looks users and groups up. The error is the first that does not exist.
tl::expected<ScriptTable, UnknownUser> make_script_table(const config::Config& config,
                                                         const NodeConfig& node);

/// The file that a command's first word names: itself when it has a '/', else the first executable
/// of that name in keepalived's usual places. Empty when there is none.
std::string find_program(const std::string& word);

}  // namespace understudy::daemon
