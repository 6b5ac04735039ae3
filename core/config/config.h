// What a keepalived.conf says, as a value. Made by core/config/parser.h; nothing in it is out of
// range.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/diagnostic.h"
#include "core/net/instant.h"
#include "core/net/interface_address.h"

namespace understudy::config {

/// A command line as keepalived splits it: shell-like quotes, no shell. `text` is as written, for
/// messages.
struct Command {
  std::vector<std::string> argv;
  std::string text;

  friend bool operator==(const Command&, const Command&) = default;
};

/// user and group names; empty: the default (global script_user, else keepalived_script, else the
/// daemon's own).
struct ScriptUser {
  std::string user;
  std::string group;

  friend bool operator==(const ScriptUser&, const ScriptUser&) = default;
};

struct GlobalDefs {
  std::string router_id;  // name in mails only, never on the wire
  std::vector<std::string> notification_email;
  std::string notification_email_from;
  std::string smtp_server;
  std::uint16_t smtp_port = 25;
  Duration smtp_connect_timeout = std::chrono::seconds{30};
  ScriptUser script_user;
  bool enable_script_security = false;
  SourcePosition at;

  friend bool operator==(const GlobalDefs&, const GlobalDefs&) = default;
};

/// vrrp_script NAME { ... }
struct Script {
  std::string name;
  Command command;
  ScriptUser user;
  Duration interval = std::chrono::seconds{1};
  Duration timeout = std::chrono::seconds{1};  // equals interval when the file has none
  int weight = 0;                              // -253 to 253; 0: failure means FAULT
  bool weight_reverse = false;
  unsigned rise = 1;
  unsigned fall = 1;
  bool init_fail = false;
  SourcePosition at;  // the name

  friend bool operator==(const Script&, const Script&) = default;
};

/// One line of a track_script block.
struct TrackedScript {
  std::string name;
  std::optional<int> weight;  // overrides the script's
  std::optional<bool> weight_reverse;
  SourcePosition at;

  friend bool operator==(const TrackedScript&, const TrackedScript&) = default;
};

/// The authentication of RFC 2338: version 2 only.
struct Authentication {
  enum class Type : std::uint8_t { none = 0, pass = 1, ah = 2 };
  Type type = Type::none;
  std::array<std::uint8_t, 8> key{};  // NUL filled

  friend bool operator==(const Authentication&, const Authentication&) = default;
};

/// virtual address lines keep their place, for diagnostics that need the hosts' subnets.
struct VirtualAddress {
  InterfaceAddress address;
  SourcePosition at;
  std::string file = {};  // where `at` counts; empty: Config::file

  friend bool operator==(const VirtualAddress&, const VirtualAddress&) = default;
};

/// Scripts run on state changes; each may be absent (empty argv).
struct NotifyScripts {
  Command master, backup, fault, stop, any;
  ScriptUser user;

  friend bool operator==(const NotifyScripts&, const NotifyScripts&) = default;
};

/// vrrp_instance NAME { ... }, with the globals that seed it already applied.
struct VrrpInstance {
  std::string name;
  bool starts_as_master = false;  // `state MASTER`; below priority 255 it gives no head start
  std::string interface;
  std::uint8_t vrid = 0;                               // 1 to 255
  std::uint8_t priority = 100;                         // 1 to 255
  std::uint8_t version = 2;                            // 2 or 3
  Duration advert_interval = std::chrono::seconds{1};  // version 2: whole seconds, 1 to 255
  Authentication authentication;
  std::vector<VirtualAddress> addresses;
  std::vector<TrackedScript> track_scripts;
  bool preempt = true;
  unsigned garp_master_repeat = 5;
  Duration garp_master_delay = std::chrono::seconds{5};  // 0: no second burst
  unsigned garp_lower_prio_repeat = 5;
  Duration garp_lower_prio_delay = std::chrono::seconds{5};
  bool lower_prio_no_advert = false;
  bool higher_prio_send_advert = true;  // our improvement over keepalived, whose default is false
  NotifyScripts notify;
  SourcePosition at;            // the name
  SourcePosition interface_at;  // the interface's value
  std::string file = {};        // where `at` counts; empty: Config::file

  friend bool operator==(const VrrpInstance&, const VrrpInstance&) = default;
};

struct Config {
  std::string file;
  GlobalDefs global;
  std::vector<Script> scripts;
  std::vector<VrrpInstance> instances;

  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace understudy::config
