// notify_master, notify_backup, ... of an instance or a sync group.
#include <string>
#include <utility>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {

void read_notify(const Statement& statement, NotifyDraft& draft, Findings& findings) {
  std::vector<std::string> behind;
  auto command = read_command(statement, findings, behind);
  if (!command) return;
  auto& scripts = draft.scripts;
  const auto name = statement.keyword->name;
  auto& slot = name == "notify_master"                ? scripts.master
               : name == "notify_backup"              ? scripts.backup
               : name == "notify_fault"               ? scripts.fault
               : name == "notify_stop"                ? scripts.stop
               : name == "notify_master_rx_lower_pri" ? scripts.lower_priority
                                                      : scripts.any;
  if (!slot.argv.empty()) {
    findings.warning("notify-twice", statement.place(),
                     in_quotes(name) + " is set already; this line is passed over");
    return;
  }
  slot = std::move(*command);
  ScriptUser user;
  if (!behind.empty()) user.user = behind[0];
  if (behind.size() > 1) user.group = behind[1].substr(behind[1].starts_with(':') ? 1 : 0);
  if (behind.size() > 2)
    findings.warning("extra-words", statement.place(),
                     "Behind the command only a user and a group may stand",
                     "put the whole command in double quotes");
  draft.users.push_back(std::move(user));
  draft.at = statement.place();
}

}  // namespace understudy::config
