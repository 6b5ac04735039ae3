// What the blocks of keepalived.conf mean: each reads one block into the parse's state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/block_reader.h"
#include "core/config/config.h"
#include "core/config/findings.h"

namespace understudy::config {

/// Global defaults of instances. They count wherever global_defs stands, also behind the instances,
/// as measured with keepalived 2.2.7.
struct InstanceDefaults {
  std::optional<unsigned> garp_master_repeat;
  std::optional<Duration> garp_master_delay;
  std::optional<unsigned> garp_lower_prio_repeat;
  std::optional<Duration> garp_lower_prio_delay;
  bool min_garp = false;
  bool lower_prio_no_advert = false;
  bool higher_prio_send_advert = true;
  int version = 2;
  Place version_at;
};

/// An instance as its block has it, before defaults and the rules between keywords.
struct InstanceDraft {
  enum class State : std::uint8_t { unset, backup, master };

  VrrpInstance instance;
  Place name_at;
  State state = State::unset;
  std::optional<std::uint8_t> priority;
  std::optional<int> version;
  Place version_at;
  std::optional<Duration> advert_interval;
  Place advert_interval_at;
  std::optional<Authentication::Type> auth_type;
  Place auth_type_at;
  bool has_password = false;
  Place password_at;
  bool nopreempt = false;
  Place nopreempt_at;
  Duration preempt_delay{};
  Place preempt_delay_at;
  bool has_address_block = false;
  bool has_priority_line = false;
  std::vector<Place> addresses_at;      // as instance.addresses
  std::vector<Place> track_scripts_at;  // as instance.track_scripts
  std::set<std::string> tracked_names;
  Place vrid_at;
  std::optional<unsigned> garp_master_repeat;
  std::optional<Duration> garp_master_delay;
  std::optional<unsigned> garp_lower_prio_repeat;
  std::optional<Duration> garp_lower_prio_delay;
  std::optional<bool> lower_prio_no_advert;
  std::optional<bool> higher_prio_send_advert;
  struct TrackedInterface {
    std::string name;
    Place at;
  };
  std::vector<TrackedInterface> track_interfaces;
  std::vector<ScriptUser> notify_users;  // one for each notify script, empty when it names none
  Place notify_at;
};

struct ScriptDraft {
  Script script;
  Place name_at;
};

/// The state of one parse.
struct Draft {
  static constexpr std::size_t kMostScripts = 10'000;
  static constexpr std::size_t kMostInstances = 10'000;

  Findings& findings;
  GlobalDefs global;
  InstanceDefaults defaults;
  std::vector<ScriptDraft> scripts;
  std::vector<InstanceDraft> instances;

  /// The file's name for a place in an included file; empty for the configuration itself.
  std::string included_file(const Place& place) const {
    return place.line.file == 0 ? std::string() : findings.file_name(place.line.file);
  }
};

void read_global_defs(const Block& block, Draft& draft);
void read_script(const Block& block, Draft& draft);
void read_instance(const Block& block, Draft& draft);
/// What Linux takes as the name of an interface or a label.
bool is_interface_name(std::string_view text);
/// The lines of virtual_ipaddress, whose statement is block[at].
void read_addresses(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse);

/// Reports a statement that has no effect yet, is unknown, or stands in the wrong block. True when
/// the statement is to be acted on.
bool wants_action(const Statement& statement, Findings& findings);

/// Reads the command of a `script` or `notify_*` statement. `user`: what stands behind the command.
std::optional<Command> read_command(const Statement& statement, Findings& findings,
                                    std::vector<std::string>& behind);

/// Applies defaults and the rules between keywords, and checks names across blocks. `whole`: the
/// text was read to its end.
Config finish(Draft& draft, std::string_view file, bool whole);

}  // namespace understudy::config
