#include "sim/scenario/verb_reader.h"

#include <algorithm>
#include <limits>

#include "sim/scenario/firewall_rule.h"
#include "sim/scenario/units.h"

namespace understudy::sim {

const std::array<VerbReader::Entry, 15> VerbReader::kVerbs{{
    {"service", &VerbReader::service, {"do"}},
    {"daemon", &VerbReader::daemon, {"do", "config"}},
    {"host", &VerbReader::host, {"do"}},
    {"pause", &VerbReader::pause, {"what", "clocks"}},
    {"nic", &VerbReader::nic, {"do"}},
    {"link", &VerbReader::link, {"set"}},
    {"partition", &VerbReader::partition, {}},
    {"firewall", &VerbReader::firewall, {"rule"}},
    {"file", &VerbReader::file, {"path", "value"}},
    {"process", &VerbReader::process, {"count"}},
    {"clock", &VerbReader::clock, {"step", "drift"}},
    {"arp", &VerbReader::arp, {"do"}},
    {"switch", &VerbReader::switch_fault, {"do"}},
    {"inject", &VerbReader::inject, {}},
    {"note", &VerbReader::note, {}},
}};

std::vector<std::string_view> VerbReader::names() {
  std::vector<std::string_view> names;
  names.reserve(kVerbs.size());
  for (const Entry& verb : kVerbs) names.push_back(verb.name);
  return names;
}

std::vector<std::string_view> VerbReader::arguments_of(std::string_view verb) {
  std::vector<std::string_view> arguments;
  for (const Entry& entry : kVerbs)
    for (const std::string_view argument : entry.arguments)
      if (entry.name == verb && !argument.empty()) arguments.push_back(argument);
  return arguments;
}

bool VerbReader::read() {
  const bool is_map = verb_.key == "partition" || verb_.key == "inject";
  std::string text;
  if (is_map) {
    if (!context_.is_map(verb_, "`" + verb_.key + "`")) return false;
  } else if (const auto value = context_.string(verb_)) {
    text = *value;
  } else {
    return false;
  }
  const auto* verb = std::find_if(kVerbs.begin(), kVerbs.end(),
                                  [&](const Entry& entry) { return entry.name == verb_.key; });
  if (!(this->*verb->read)(text)) return false;
  if (subject_.empty()) subject_ = text;
  fault_.text = verb_.key == "note" ? text : verb_.key + " " + subject_ + ": " + action_;
  return true;
}

std::optional<std::size_t> VerbReader::find(std::string_view name) {
  const auto host = find_host(scenario_, name);
  if (!host) context_.unknown_name(verb_, "host", name, host_names(scenario_));
  return host;
}

std::optional<std::size_t> VerbReader::find_daemon(std::string_view name) {
  const auto host = find(name);
  if (!host || scenario_.hosts[*host].config) return host;
  context_.error(verb_, "no-daemon",
                 "host '" + std::string(name) + "' has no `config`, so it runs no daemon");
  return std::nullopt;
}

const YamlNode* VerbReader::argument(std::string_view key, const std::string& example) {
  const YamlNode* node = node_.find(key);
  if (node == nullptr)
    context_.key_error(verb_, "missing-key", "`" + verb_.key + "` needs `" + std::string(key) + "`",
                       example);
  return node;
}

bool VerbReader::service(const std::string& text) {
  const auto verb = action("do", kServiceWords);
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

bool VerbReader::daemon(const std::string& text) {
  const auto found = find_daemon(text);
  const auto verb = action("do", kDaemonWords);
  if (!found || !verb) return false;
  DaemonFault fault{*found, *verb};
  if (const YamlNode* config = node_.find("config")) {
    if (*verb == DaemonVerb::stop || *verb == DaemonVerb::kill) {
      context_.key_error(*config, "conflict", "a daemon that ends reads no configuration",
                         "`config` goes with reload, restart and start");
      return false;
    }
    fault.config = load_config(context_, *config, scenario_.hosts[*found], configs_);
    if (!fault.config) return false;
    action_ +=
        fault.config->path.empty() ? " with another configuration" : " with " + fault.config->path;
  }
  fault_.verb = std::move(fault);
  return true;
}

bool VerbReader::host(const std::string& text) {
  const auto found = find(text);
  const auto verb = action("do", kHostWords);
  if (!found || !verb) return false;
  fault_.verb = HostFault{*found, *verb};
  return true;
}

bool VerbReader::pause(const std::string& text) {
  static constexpr std::array kClocks{Word<bool>{"run", false}, Word<bool>{"stand", true}};
  const auto what = action("what", kPauseWords);
  if (what == PauseWhat::nic) {
    const auto place = load_nic_word(context_, verb_, scenario_, text);
    if (place) fault_.verb = PauseFault{place->host, PauseWhat::nic, place->nic};
    return place.has_value();
  }
  const auto found = what == PauseWhat::daemon ? find_daemon(text) : find(text);
  if (!found || !what) return false;
  PauseFault fault{*found, *what};
  if (const YamlNode* clocks = node_.find("clocks")) {
    if (*what != PauseWhat::vm) {
      context_.key_error(*clocks, "conflict", "only a paused machine's clocks can stand still");
      return false;
    }
    const auto stand = action("clocks", kClocks);
    if (!stand) return false;
    fault.clock_stands = *stand;
    action_ = *stand ? "vm, its clocks stand still" : "vm";
  }
  fault_.verb = fault;
  return true;
}

bool VerbReader::nic(const std::string& text) {
  enum class Do : std::uint8_t { down, up, flap };
  static constexpr std::array kDo{Word<Do>{"down", Do::down}, Word<Do>{"up", Do::up},
                                  Word<Do>{"flap", Do::flap}};
  const auto action_found = action("do", kDo);
  const auto place = load_nic_word(context_, verb_, scenario_, text);
  if (!place || !action_found) return false;
  fault_.verb = NicFault{place->host, place->nic, *action_found == Do::up};
  if (*action_found == Do::flap) {
    action_ = "down";  // and up again after a while
    if (!fault_.lasts) fault_.lasts = std::chrono::seconds{1};
  }
  return true;
}

bool VerbReader::firewall(const std::string& text) {
  const auto found = find(text);
  const YamlNode* rule = argument("rule", "rule: \"OUTPUT -p vrrp -j DROP\"");
  if (!found || rule == nullptr) return false;
  auto parsed = load_rule(context_, *rule, scenario_.hosts[*found]);
  if (!parsed) return false;
  action_ = rule->text;
  fault_.verb = FirewallFault{*found, std::move(*parsed)};
  return true;
}

bool VerbReader::file(const std::string& text) {
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

bool VerbReader::process(const std::string& text) {
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

bool VerbReader::clock(const std::string& text) {
  const auto found = find(text);
  const YamlNode* step = node_.find("step");
  const YamlNode* drift = node_.find("drift");
  if (step == nullptr && drift == nullptr) argument("step", "step: -5s, or drift: 200ppm");
  if (!found || (step == nullptr && drift == nullptr)) return false;
  ClockFault fault{*found};
  if (step != nullptr) {
    const auto words = context_.string(*step);
    if (!words) return false;
    const auto duration = parse_signed_duration(*words);
    if (!duration) {
      context_.error(*step, "bad-duration", duration.error());
      return false;
    }
    fault.step = *duration;
    action_ = "step " + *words;
  }
  if (drift != nullptr) {
    fault.drift = context_.drift(*drift);
    if (!fault.drift) return false;
    action_ += (action_.empty() ? "drift " : ", drift ") + drift->text;
  }
  fault_.verb = fault;
  return true;
}

bool VerbReader::note(const std::string& text) {
  fault_.verb = NoteFault{text};
  return true;
}

std::optional<FirewallRule> load_rule(LoadContext& context, const YamlNode& node,
                                      const Host& host) {
  const auto words = context.string(node);
  if (!words) return std::nullopt;
  const auto parsed = parse_firewall_rule(*words, host);
  if (parsed) return *parsed;
  context.report(Severity::error, context.place_in(node, parsed.error().offset),
                 parsed.error().length, "bad-rule", parsed.error().message, parsed.error().hint);
  return std::nullopt;
}

}  // namespace understudy::sim
