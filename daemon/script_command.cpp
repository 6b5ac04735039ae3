#include "daemon/script_command.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <optional>
#include <span>

#include "core/net/digest.h"

namespace understudy::daemon {
namespace {

constexpr const char* kDefaultUser = "keepalived_script";  // as keepalived

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

std::vector<gid_t> groups_of(const std::string& user, gid_t gid) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (getgrouplist(user.c_str(), gid, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
    getgrouplist(user.c_str(), gid, groups.data(), &count);
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

// The error is what is wrong with the names.
tl::expected<Identity, std::string> resolve(const config::ScriptUser& wanted) {
  Identity identity{getuid(), getgid(), {}};
  if (wanted.user.empty()) {
    const passwd* entry = geteuid() == 0 ? getpwnam(kDefaultUser) : nullptr;
    if (entry == nullptr) return identity;
    identity.uid = entry->pw_uid;
    identity.gid = entry->pw_gid;
    identity.groups = groups_of(kDefaultUser, identity.gid);
    return identity;
  }
  const passwd* entry = getpwnam(wanted.user.c_str());
  if (entry == nullptr)
    return tl::unexpected("there is no user '" + wanted.user + "' on this host");
  identity.uid = entry->pw_uid;
  identity.gid = entry->pw_gid;
  if (!wanted.group.empty()) {
    const group* found = getgrnam(wanted.group.c_str());
    if (found == nullptr)
      return tl::unexpected("there is no group '" + wanted.group + "' on this host");
    identity.gid = found->gr_gid;
  }
  identity.groups = groups_of(wanted.user, identity.gid);
  return identity;
}

class TableMaker {
 public:
  explicit TableMaker(const config::Config& config) : config_(config) {}

  // `from` has the name and the place of what the command belongs to.
  void add(const config::Command& command, const config::ScriptUser& user, ScriptCommand from) {
    from.argv = command.argv;
    from.text = command.text;
    from.secure_only = config_.global.enable_script_security;
    if (!from.argv.empty()) {
      auto identity = resolve(user.user.empty() ? config_.global.script_user : user);
      if (identity) {
        from.uid = identity->uid;
        from.gid = identity->gid;
        from.groups = std::move(identity->groups);
      } else if (!failed) {
        failed = UnknownUser{from.name, from.file, from.at, from.label + ": " + identity.error()};
      }
    }
    table.commands.push_back(std::move(from));
  }

  // All the notify scripts of what `from` has the name and the place of.
  void add_notify(const config::NotifyScripts& notify, const char* type,
                  const ScriptCommand& from) {
    const auto add_one = [&](const config::Command& command, const char* keyword) {
      auto made = from;
      made.label = std::string{keyword} + " of " + from.name;
      if (&command == &notify.any) made.notify_type = type;
      add(command, notify.user, std::move(made));
    };
    add_one(notify.master, "notify_master");
    add_one(notify.backup, "notify_backup");
    add_one(notify.fault, "notify_fault");
    add_one(notify.stop, "notify_stop");
    add_one(notify.any, "notify");
    add_one(notify.lower_priority, "notify_master_rx_lower_pri");
  }

  ScriptTable table;
  std::optional<UnknownUser> failed;

 private:
  const config::Config& config_;
};

}  // namespace

tl::expected<ScriptTable, UnknownUser> make_script_table(const config::Config& config,
                                                         const NodeConfig& node) {
  TableMaker maker{config};
  maker.table.script_count = node.scripts.size();
  for (const auto& script : node.scripts) {
    ScriptCommand from;
    from.label = script.name;
    from.name = script.name;
    from.at = script.at;
    from.tracked = true;
    maker.add(script.command, script.user, std::move(from));
  }
  maker.table.router_count = node.virtual_routers.size();
  for (std::size_t i = 0; i < node.virtual_routers.size(); ++i) {
    const auto& instance = config.instances[i];  // a virtual router each, in their order
    ScriptCommand from;
    from.name = instance.name;
    from.file = instance.file;
    from.at = instance.at;
    maker.add_notify(node.notify[i], "INSTANCE", from);
  }
  for (const auto& group : node.groups) {
    ScriptCommand from;
    from.name = group.name;
    for (const auto& written : config.sync_groups)
      if (written.name == group.name) from.at = written.at;
    maker.add_notify(group.notify, "GROUP", from);
  }
  if (maker.failed) return tl::unexpected(*maker.failed);
  return std::move(maker.table);
}

std::uint64_t digest_of(const ScriptTable& table) {
  Digest digest;
  const auto add = [&](const std::string& text) {
    digest.add(std::span{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  digest.add(table.script_count);
  digest.add(table.router_count);
  for (const auto& command : table.commands) {
    digest.add(command.argv.size());
    for (const auto& word : command.argv) add(word);
    digest.add(command.uid);
    digest.add(command.gid);
    digest.add(command.groups.size());
    for (const auto group : command.groups) digest.add(group);
    digest.add((command.secure_only ? 1U : 0U) + (command.tracked ? 2U : 0U));
    add(command.notify_type);
    add(command.name);
  }
  return digest.value() | 1U;
}

std::string find_program(const std::string& word) {
  if (word.find('/') != std::string::npos) return access(word.c_str(), F_OK) == 0 ? word : "";
  for (const char* folder :
       {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}) {
    auto path = std::string{folder} + "/" + word;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace understudy::daemon
