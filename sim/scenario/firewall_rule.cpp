#include "sim/scenario/firewall_rule.h"

#include <algorithm>
#include <vector>

#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

struct Word {
  std::string_view text;
  std::size_t offset;
};

std::vector<Word> split(std::string_view text) {
  std::vector<Word> words;
  std::size_t place = 0;
  while (true) {
    place = text.find_first_not_of(" \t\n", place);
    if (place == std::string_view::npos) return words;
    const std::size_t end = std::min(text.find_first_of(" \t\n", place), text.size());
    words.push_back({text.substr(place, end - place), place});
    place = end;
  }
}

struct Protocol {
  std::string_view name;
  std::uint8_t number;
};

constexpr Protocol kProtocols[] = {{"icmp", 1},       {"igmp", 2},    {"tcp", 6},
                                   {"udp", 17},       {"esp", 50},    {"ah", 51},
                                   {"ipv6-icmp", 58}, {"icmpv6", 58}, {"vrrp", 112}};

using Result = tl::expected<FirewallRule, ExpressionError>;

class RuleParser {
 public:
  RuleParser(std::string_view text, const Host& host)
      : text_(text), host_(host), words_(split(text)) {}

  Result parse() {
    for (const auto& [program, family] :
         {std::pair{"iptables", Family::ipv4}, std::pair{"ip6tables", Family::ipv6}}) {
      if (!next_is(program)) continue;
      ++place_;
      rule_.family = family;
    }
    if (next_is("-I") || next_is("--insert") || next_is("-A") || next_is("--append")) ++place_;
    if (const auto problem = chain()) return tl::unexpected(*problem);
    while (place_ < words_.size())
      if (const auto problem = option()) return tl::unexpected(*problem);
    if (!has_target_)
      return tl::unexpected(error_at_end("the rule says not what to do", "add -j DROP"));
    return rule_;
  }

 private:
  using Problem = std::optional<ExpressionError>;

  bool next_is(std::string_view word) const {
    return place_ < words_.size() && words_[place_].text == word;
  }
  static ExpressionError error(const Word& word, std::string message, std::string hint = {}) {
    return {word.offset, word.text.size(), std::move(message), std::move(hint)};
  }
  ExpressionError error_at_end(std::string message, std::string hint = {}) const {
    return {text_.size(), 1, std::move(message), std::move(hint)};
  }
  static std::string quoted(std::string_view text) {
    return "'" + std::string(text.substr(0, 60)) + "'";
  }

  Problem chain() {
    if (place_ >= words_.size())
      return error_at_end("a chain is missing", "write OUTPUT -p vrrp -j DROP");
    const Word& word = words_[place_++];
    if (word.text == "-D" || word.text == "--delete")
      return error(word, "a rule cannot be deleted by hand",
                   "give the fault that adds it a `for`: its end removes the rule");
    if (word.text == "FORWARD")
      return error(word, "chain FORWARD is not supported yet: hosts do not forward");
    if (word.text != "INPUT" && word.text != "OUTPUT")
      return error(word, "there is no chain " + quoted(word.text),
                   suggestion(word.text, {"INPUT", "OUTPUT"}));
    rule_.chain = word.text == "INPUT" ? FirewallChain::input : FirewallChain::output;
    const bool number = place_ < words_.size() && words_[place_].text == "1";
    if (number) ++place_;  // iptables -I OUTPUT 1: at the head, where it goes anyway
    return std::nullopt;
  }

  Problem option() {
    const Word word = words_[place_++];
    constexpr std::string_view kOptions[][2] = {{"-p", "--protocol"},      {"-s", "--source"},
                                                {"-d", "--destination"},   {"-i", "--in-interface"},
                                                {"-o", "--out-interface"}, {"-j", "--jump"}};
    char letter = 0;
    for (const auto& option : kOptions)
      if (word.text == option[0] || word.text == option[1]) letter = option[0][1];
    if (letter == 0) {
      if (word.text == "!") return error(word, "'!' is not supported yet");
      return error(word, quoted(word.text) + " is not supported in a firewall rule",
                   "there are: chain, -p, -s, -d, -i, -o, -j");
    }
    if (place_ >= words_.size()) return error(word, quoted(word.text) + " needs a value");
    const Word value = words_[place_++];
    if (value.text == "!") return error(value, "'!' is not supported yet");
    switch (letter) {
      case 'p':
        return protocol(value);
      case 's':
        return address(value, rule_.source);
      case 'd':
        return address(value, rule_.destination);
      case 'j':
        return target(value);
      default:
        return interface(word, value, letter);
    }
  }

  Problem protocol(const Word& value) {
    if (value.text == "all" || value.text == "0") {
      rule_.protocol.reset();
      return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const Protocol& known : kProtocols) {
      names.push_back(known.name);
      if (known.name == value.text) {
        rule_.protocol = known.number;
        return std::nullopt;
      }
    }
    if (value.text[0] >= '0' && value.text[0] <= '9') {
      const auto number = parse_integer(value.text, 255);
      if (!number) return error(value, number.error());
      rule_.protocol = static_cast<std::uint8_t>(*number);
      return std::nullopt;
    }
    return error(value, "there is no protocol " + quoted(value.text),
                 suggestion(value.text, names));
  }

  Problem address(const Word& value, std::optional<InterfaceAddress>& target_address) {
    const auto parsed = parse_interface_address(value.text, true);
    if (!parsed) return error(value, parsed.error());
    const auto family = parsed->address.family();
    if (rule_.family && *rule_.family != family)
      return error(value, std::string("this rule is for IPv") +
                              (*rule_.family == Family::ipv4 ? "4" : "6") + " alone");
    rule_.family = family;
    target_address = *parsed;
    return std::nullopt;
  }

  Problem interface(const Word& option, const Word& value, char letter) {
    if (letter == 'i' && rule_.chain == FirewallChain::output)
      return error(option, "chain OUTPUT knows no incoming interface", "write -o");
    if (letter == 'o' && rule_.chain == FirewallChain::input)
      return error(option, "chain INPUT knows no outgoing interface", "write -i");
    if (!find_nic(host_, value.text))
      return error(value, "host '" + host_.name + "' has no NIC " + quoted(value.text),
                   suggestion(value.text, nic_names(host_)));
    rule_.interface = value.text;
    return std::nullopt;
  }

  Problem target(const Word& value) {
    if (value.text != "DROP" && value.text != "ACCEPT") {
      if (value.text == "REJECT") return error(value, "REJECT is not supported yet", "use DROP");
      return error(value, "there is no target " + quoted(value.text),
                   suggestion(value.text, {"DROP", "ACCEPT"}));
    }
    rule_.drop = value.text == "DROP";
    has_target_ = true;
    return std::nullopt;
  }

  std::string_view text_;
  const Host& host_;
  std::vector<Word> words_;
  std::size_t place_ = 0;
  FirewallRule rule_;
  bool has_target_ = false;
};

}  // namespace

Result parse_firewall_rule(std::string_view text, const Host& host) {
  return RuleParser(text, host).parse();
}

}  // namespace understudy::sim
