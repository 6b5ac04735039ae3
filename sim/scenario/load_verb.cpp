// timeline: what each fault does.
#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "sim/scenario/firewall_rule.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};

/// `do:` or `what:`. Words of the format that are not built are "not yet".
template <typename Value, std::size_t N>
std::optional<Value> choose(LoadContext& context, const YamlNode* node, const YamlNode& verb,
                            std::string_view key, const std::array<Named<Value>, N>& choices,
                            std::initializer_list<std::string_view> later) {
  std::vector<std::string_view> names;
  names.reserve(N + later.size());
  for (const auto& choice : choices) names.push_back(choice.name);
  if (node == nullptr) {
    context.key_error(verb, "missing-key", "`" + verb.key + "` needs `" + std::string(key) + "`",
                      suggestion("", names));
    return std::nullopt;
  }
  const auto text = context.string(*node);
  if (!text) return std::nullopt;
  for (const auto& choice : choices)
    if (choice.name == *text) return choice.value;
  if (std::find(later.begin(), later.end(), *text) != later.end()) {
    context.error(
        *node, "not-supported",
        "`" + verb.key + "` with `" + std::string(key) + ": " + *text + "` is not supported yet");
    return std::nullopt;
  }
  names.insert(names.end(), later.begin(), later.end());
  context.unknown_name(*node, "`" + std::string(key) + "` of `" + verb.key + "` called", *text,
                       names);
  return std::nullopt;
}

class VerbReader {
 public:
  VerbReader(LoadContext& context, const YamlNode& node, const YamlNode& verb,
             const Scenario& scenario, Fault& fault)
      : context_(context), node_(node), verb_(verb), scenario_(scenario), fault_(fault) {}

  bool read() {
    const auto text = context_.string(verb_);
    if (!text) return false;
    const bool good = verb_.key == "service"    ? service(*text)
                      : verb_.key == "daemon"   ? daemon(*text)
                      : verb_.key == "host"     ? host(*text)
                      : verb_.key == "pause"    ? pause(*text)
                      : verb_.key == "nic"      ? nic(*text)
                      : verb_.key == "firewall" ? firewall(*text)
                      : verb_.key == "file"     ? file(*text)
                      : verb_.key == "process"  ? process(*text)
                      : verb_.key == "clock"    ? clock(*text)
                                                : note(*text);
    if (!good) return false;
    fault_.text = verb_.key == "note" ? *text : verb_.key + " " + *text + ": " + action_;
    return true;
  }

 private:
  std::optional<std::size_t> find(std::string_view name) {
    const auto host = find_host(scenario_, name);
    if (!host) context_.unknown_name(verb_, "host", name, host_names(scenario_));
    return host;
  }

  /// A host that runs a daemon.
  std::optional<std::size_t> find_daemon(std::string_view name) {
    const auto host = find(name);
    if (!host || scenario_.hosts[*host].config) return host;
    context_.error(verb_, "no-daemon",
                   "host '" + std::string(name) + "' has no `config`, so it runs no daemon");
    return std::nullopt;
  }

  template <typename Value, std::size_t N>
  std::optional<Value> action(std::string_view key, const std::array<Named<Value>, N>& choices,
                              std::initializer_list<std::string_view> later = {}) {
    const YamlNode* node = node_.find(key);
    const auto value = choose(context_, node, verb_, key, choices, later);
    if (value) action_ = node->text;
    return value;
  }

  bool service(const std::string& text) {
    static constexpr std::array kDo{Named<ServiceVerb>{"stop", ServiceVerb::stop},
                                    Named<ServiceVerb>{"start", ServiceVerb::start},
                                    Named<ServiceVerb>{"hang", ServiceVerb::hang},
                                    Named<ServiceVerb>{"break", ServiceVerb::break_}};
    const auto verb = action("do", kDo);
    std::vector<std::string> all;
    for (std::size_t h = 0; h < scenario_.hosts.size(); ++h) {
      const Host& owner = scenario_.hosts[h];
      for (std::size_t s = 0; s < owner.services.size(); ++s) {
        all.push_back(owner.name + "/" + owner.services[s].name);
        if (all.back() != text) continue;
        if (!verb) return false;
        fault_.verb = ServiceFault{h, s, *verb};
        return true;
      }
    }
    context_.unknown_name(verb_, "service", text, {all.begin(), all.end()});
    return false;
  }

  bool daemon(const std::string& text) {
    static constexpr std::array kDo{Named<DaemonVerb>{"stop", DaemonVerb::stop},
                                    Named<DaemonVerb>{"kill", DaemonVerb::kill},
                                    Named<DaemonVerb>{"start", DaemonVerb::start}};
    const auto found = find_daemon(text);
    const auto verb = action("do", kDo, {"reload", "restart"});
    if (!found || !verb) return false;
    fault_.verb = DaemonFault{*found, *verb};
    return true;
  }

  bool host(const std::string& text) {
    static constexpr std::array kDo{Named<HostVerb>{"power_off", HostVerb::power_off},
                                    Named<HostVerb>{"boot", HostVerb::boot},
                                    Named<HostVerb>{"reboot", HostVerb::reboot}};
    const auto found = find(text);
    const auto verb = action("do", kDo);
    if (!found || !verb) return false;
    fault_.verb = HostFault{*found, *verb};
    return true;
  }

  bool pause(const std::string& text) {
    static constexpr std::array kWhat{Named<PauseWhat>{"daemon", PauseWhat::daemon},
                                      Named<PauseWhat>{"vm", PauseWhat::vm}};
    const auto what = action("what", kWhat);
    const auto found = what == PauseWhat::daemon ? find_daemon(text) : find(text);
    if (!found || !what) return false;
    fault_.verb = PauseFault{*found, *what};
    return true;
  }

  bool nic(const std::string& text) {
    static constexpr std::array kDo{Named<bool>{"down", false}, Named<bool>{"up", true}};
    const auto up = action("do", kDo, {"flap"});
    std::vector<std::string> all;
    for (std::size_t h = 0; h < scenario_.hosts.size(); ++h) {
      const Host& owner = scenario_.hosts[h];
      for (std::size_t n = 0; n < owner.nics.size(); ++n) {
        all.push_back(owner.name + "." + owner.nics[n].name);
        if (all.back() != text) continue;
        if (!up) return false;
        fault_.verb = NicFault{h, n, *up};
        return true;
      }
    }
    context_.unknown_name(verb_, "NIC", text, {all.begin(), all.end()});
    return false;
  }

  bool firewall(const std::string& text) {
    const auto found = find(text);
    const YamlNode* rule = node_.find("rule");
    if (rule == nullptr) {
      context_.key_error(verb_, "missing-key", "`firewall` needs `rule`",
                         "rule: \"OUTPUT -p vrrp -j DROP\"");
      return false;
    }
    const auto words = context_.string(*rule);
    if (!found || !words) return false;
    const auto parsed = parse_firewall_rule(*words, scenario_.hosts[*found]);
    if (!parsed) {
      context_.report(Severity::error, context_.source().position_in(*rule, parsed.error().offset),
                      parsed.error().length, "bad-rule", parsed.error().message,
                      parsed.error().hint);
      return false;
    }
    action_ = *words;
    fault_.verb = FirewallFault{*found, *parsed};
    return true;
  }

  /// A key that the verb needs beside it.
  const YamlNode* argument(std::string_view key, const std::string& example) {
    const YamlNode* node = node_.find(key);
    if (node == nullptr)
      context_.key_error(verb_, "missing-key",
                         "`" + verb_.key + "` needs `" + std::string(key) + "`", example);
    return node;
  }

  bool file(const std::string& text) {
    const auto found = find_daemon(text);
    const YamlNode* path = argument("path", "path: /run/maintenance");
    const YamlNode* value = argument("value", "value: 0, or value: none for no file");
    if (!found || path == nullptr || value == nullptr) return false;
    const auto name = context_.string(*path);
    if (!name) return false;
    std::vector<std::string_view> tracked;
    for (const auto& one : scenario_.hosts[*found].config->track_files) tracked.push_back(one.path);
    if (std::find(tracked.begin(), tracked.end(), *name) == tracked.end()) {
      context_.unknown_name(*path, "file tracked by host '" + text + "' called", *name, tracked);
      return false;
    }
    FileFault fault{*found, *name, std::nullopt};
    if (value->text != "none") {
      fault.value = context_.integer(*value, std::numeric_limits<std::int64_t>::min());
      if (!fault.value) return false;
    }
    action_ = *name + " = " + value->text;
    fault_.verb = std::move(fault);
    return true;
  }

  bool process(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos || slash + 1 == text.size()) {
      context_.error(verb_, "bad-name", "a process is named by its host and its program",
                     "write " + text.substr(0, 40) + "/haproxy");
      return false;
    }
    const auto found = find(text.substr(0, slash));
    const YamlNode* count = argument("count", "count: 0, when none shall run");
    if (!found || count == nullptr) return false;
    const auto name = text.substr(slash + 1);
    if (find_service(scenario_.hosts[*found], name)) {
      context_.error(verb_, "conflict", "'" + name + "' is a service of this host",
                     "write service: " + text + ", do: stop");
      return false;
    }
    const auto number = context_.integer(*count, 0, 1'000'000);
    if (!number) return false;
    action_ = std::to_string(*number) + " running";
    fault_.verb = ProcessFault{*found, name, static_cast<std::uint32_t>(*number)};
    return true;
  }

  bool clock(const std::string& text) {
    const auto found = find(text);
    if (node_.find("drift") != nullptr) {
      context_.key_error(*node_.find("drift"), "not-supported",
                         "`clock` with `drift` is not supported yet", "only `step` is");
      return false;
    }
    const YamlNode* step = argument("step", "step: -5s");
    const auto words = step != nullptr ? context_.string(*step) : std::nullopt;
    if (!found || !words) return false;
    const auto duration = parse_signed_duration(*words);
    if (!duration) {
      context_.error(*step, "bad-duration", duration.error());
      return false;
    }
    action_ = "step " + *words;
    fault_.verb = ClockFault{*found, *duration};
    return true;
  }

  bool note(const std::string& text) {
    fault_.verb = NoteFault{text};
    return true;
  }

  LoadContext& context_;
  const YamlNode& node_;
  const YamlNode& verb_;
  const Scenario& scenario_;
  Fault& fault_;
  std::string action_;
};

constexpr std::string_view kVerbs[] = {"service",  "daemon", "host",    "pause", "nic",
                                       "firewall", "file",   "process", "clock", "note"};
constexpr std::string_view kLaterVerbs[] = {"link", "partition", "arp", "switch", "inject"};

/// What a verb needs beside it.
std::vector<std::string_view> arguments_of(std::string_view verb) {
  if (verb == "pause") return {"what"};
  if (verb == "firewall") return {"rule"};
  if (verb == "file") return {"path", "value"};
  if (verb == "process") return {"count"};
  if (verb == "clock") return {"step", "drift"};
  if (verb == "note") return {};
  return {"do"};
}

template <std::size_t N>
bool is_one_of(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace

bool load_verb(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault) {
  if (!context.is_map(node, "a fault")) return false;
  const YamlNode* verb = nullptr;
  for (const YamlNode& item : node.items) {
    if (is_one_of(kLaterVerbs, item.key)) {
      context.key_error(item, "not-supported", "verb `" + item.key + "` is not supported yet");
      return false;
    }
    if (!is_one_of(kVerbs, item.key)) continue;
    if (verb != nullptr) {
      context.key_error(item, "conflict",
                        "a fault has one verb: `" + verb->key + "` or `" + item.key + "`");
      return false;
    }
    verb = &item;
  }
  if (verb == nullptr) {
    const std::size_t errors = context.error_count();
    check_keys(context, node, "a fault",
               {"id",    "at",    "after",    "for",  "do",      "what",   "rule",
                "path",  "value", "count",    "step", "service", "daemon", "host",
                "pause", "nic",   "firewall", "file", "process", "clock",  "note"},
               {"every", "until"});
    if (context.error_count() == errors)
      context.error(node, "missing-key", "this fault has no verb",
                    suggestion("", {std::begin(kVerbs), std::end(kVerbs)}));
    return false;
  }
  const std::string what = "a `" + verb->key + "` fault";
  std::vector<std::string_view> keys = {"id", "at", "after", "for", verb->key};
  for (const auto key : arguments_of(verb->key)) keys.push_back(key);
  check_keys(context, node, what, keys, {"every", "until"});
  return VerbReader(context, node, *verb, scenario, fault).read();
}

}  // namespace understudy::sim
