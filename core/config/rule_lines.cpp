#include "core/config/rule_lines.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/line_words.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr UnsupportedOption kUnsupported[] = {
    {"not", false},
    {"realms", true},
    {"realm", true},
    {"goto", true},
    {"nop", false},
    {"uidrange", true},
    {"tunnel-id", true},
    {"l3mdev", false},
    {"protocol", true},
    {"ipproto", true},
    {"sport", true},
    {"dport", true},
    {"suppress_ifgroup", true},
    {"sup_group", true},
    {"track_group", true},
    {"nat", true},
    {"map-to", true},
    {"ip_proto", true},
};

class RuleLine {
 public:
  RuleLine(const Statement& statement, Findings& findings) : words_(statement, findings) {}

  /// nullopt: an error has been reported.
  std::optional<RoutingRule> read(RulePreferences& preferences) {
    while (!words_.at_end()) {
      const auto& text = words_.take();
      if (!read_match(text) && !read_outcome(text)) refuse(text);
    }
    if (words_.sound()) settle();
    if (!words_.sound()) return std::nullopt;
    if (!rule_.preference) {
      rule_.preference = preferences.take(rule_.family);
      words_.warn("rule-preference", 0,
                  "This rule has no preference: it gets " + std::to_string(*rule_.preference),
                  "write 'preference N'");
    }
    return rule_;
  }

 private:
  bool read_match(const std::string& text) {
    if (text == "inet" || text == "inet6") {
      take_family(text == "inet" ? Family::ipv4 : Family::ipv6, words_.word());
    } else if (text == "from") {
      read_range(rule_.from, rule_.from_length);
    } else if (text == "to") {
      read_range(rule_.to, rule_.to_length);
    } else if (text == "iif" || text == "dev") {
      if (auto name = words_.interface()) rule_.input_interface = std::move(*name);
    } else if (text == "oif") {
      if (auto name = words_.interface()) rule_.output_interface = std::move(*name);
    } else if (text == "tos" || text == "dsfield") {
      if (const auto tos = words_.tos()) rule_.tos = *tos;
    } else if (text == "fwmark") {
      read_mark();
    } else {
      return false;
    }
    return true;
  }

  bool read_outcome(const std::string& text) {
    using Action = RoutingRule::Action;
    if (text == "table" || text == "lookup") {
      take_action(Action::lookup);
      if (const auto table = words_.table()) rule_.table = *table;
    } else if (text == "blackhole") {
      take_action(Action::blackhole);
    } else if (text == "unreachable") {
      take_action(Action::unreachable);
    } else if (text == "prohibit") {
      take_action(Action::prohibit);
    } else if (text == "preference" || text == "order" || text == "priority" || text == "pref") {
      if (const auto number = words_.number(0, 0xffffffff)) rule_.preference = *number;
    } else if (text == "suppress_prefixlength" || text == "sup_pl") {
      if (const auto length = words_.number(0, 128)) rule_.suppress_prefix_length = *length;
    } else if (text == "no_track") {
      rule_.tracked = false;
    } else {
      return false;
    }
    return true;
  }

  void read_range(IpAddress& address, std::uint8_t& length) {
    const auto prefix = words_.prefix();
    if (!prefix || prefix->any) return;
    address = prefix->address;
    length = prefix->length;
    take_family(address.family(), prefix->word);
  }

  // N[/M]
  void read_mark() {
    const std::string text{words_.peek()};
    const auto slash = text.find('/');
    if (slash == std::string::npos) {
      rule_.mark = words_.number(0, 0xffffffff);
      return;
    }
    words_.skip_value();
    const auto mark = parse(std::string_view(text).substr(0, slash));
    const auto mask = parse(std::string_view(text).substr(slash + 1));
    if (!mark || !mask)
      words_.fail("bad-value", words_.word(), in_quotes(text) + " is no mark",
                  "write N or N/MASK, as in 0x10/0xff");
    rule_.mark = mark;
    rule_.mark_mask = mask;
  }

  static std::optional<std::uint32_t> parse(std::string_view text) {
    const int base = text.starts_with("0x") ? 16 : 10;
    if (base == 16) text.remove_prefix(2);
    std::uint32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
  }

  void take_action(RoutingRule::Action action) {
    if (has_action_) words_.fail("bad-rule", words_.word(), "This rule says twice what to do");
    has_action_ = true;
    rule_.action = action;
  }

  void take_family(Family family, std::size_t word) {
    if (!family_) family_ = family;
    if (*family_ != family)
      words_.fail("bad-rule", word, "The addresses of a rule must be of one family");
  }

  void refuse(const std::string& text) {
    for (const auto& option : kUnsupported) {
      if (text != option.name) continue;
      words_.fail("not-supported-yet", words_.word(),
                  in_quotes(text) + " of a rule is not supported yet");
      if (option.has_value) words_.skip_value();
      return;
    }
    static const std::vector<std::string_view> options = {
        "from",   "to",         "iif",      "oif",       "tos",         "fwmark",   "table",
        "lookup", "preference", "priority", "blackhole", "unreachable", "prohibit", "no_track"};
    const bool slashes = text.starts_with("//");
    const auto match = slashes ? std::string_view() : closest_match(text, options);
    words_.fail("bad-rule", words_.word(), "Unknown option " + in_quotes(text) + " of a rule",
                slashes         ? "'//' begins no comment: write '#'"
                : match.empty() ? ""
                                : "did you mean " + in_quotes(match) + "?");
    if (slashes) words_.skip_all();
  }

  void settle() {
    rule_.family = family_.value_or(Family::ipv4);
    const auto longest = address_size(rule_.family) * 8;
    if (!has_action_)
      words_.fail("bad-rule", 0, "This rule does not say what to do",
                  "write 'table T', or blackhole, unreachable or prohibit");
    else if (rule_.suppress_prefix_length && rule_.action != RoutingRule::Action::lookup)
      words_.fail("bad-rule", 0, "'suppress_prefixlength' needs a table to look into");
    else if (rule_.suppress_prefix_length.value_or(0) > longest)
      words_.fail("out-of-range", 0, "An IPv4 prefix has at most 32 bits");
  }

  LineWords words_;
  RoutingRule rule_;
  std::optional<Family> family_;
  bool has_action_ = false;
};

}  // namespace

std::uint32_t RulePreferences::take(Family family) {
  auto& next = family == Family::ipv4 ? next_ipv4 : next_ipv6;
  return next > 1 ? next-- : next;
}

void read_rules(const Block& block, std::size_t at, RulePreferences& preferences,
                std::vector<RoutingRule>& rules, Findings& findings) {
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    if (auto rule = RuleLine(statement, findings).read(preferences))
      rules.push_back(std::move(*rule));
  });
}

}  // namespace understudy::config
