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

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58;

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
    const bool append = next_is("-A") || next_is("--append");
    const bool insert = next_is("-I") || next_is("--insert");
    if (append || insert) ++place_;
    if (const auto problem = chain(append)) return tl::unexpected(*problem);
    while (place_ < words_.size())
      if (const auto problem = option()) return tl::unexpected(*problem);
    if (!target_)
      return tl::unexpected(error_at_end("the rule says not what to do", "add -j DROP"));
    if (const auto problem = finish_reject()) return tl::unexpected(*problem);
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

  Problem chain(bool append) {
    if (place_ >= words_.size())
      return error_at_end("a chain is missing", "write OUTPUT -p vrrp -j DROP");
    const Word& word = words_[place_++];
    if (word.text == "-D" || word.text == "--delete")
      return error(word, "a rule cannot be deleted by hand",
                   "give the fault that adds it a `for`: its end removes the rule");
    if (word.text == "-P" || word.text == "--policy")
      return error(word, "a chain's policy cannot be set", "append a rule without conditions");
    if (word.text == "FORWARD")
      return error(word, "chain FORWARD is not simulated: hosts do not forward",
                   "INPUT and OUTPUT are what a daemon's packets pass");
    if (word.text != "INPUT" && word.text != "OUTPUT")
      return error(word, "there is no chain " + quoted(word.text),
                   suggestion(word.text, {"INPUT", "OUTPUT"}));
    rule_.chain = word.text == "INPUT" ? FirewallChain::input : FirewallChain::output;
    rule_.place = append ? 0 : 1;
    return place_ < words_.size() && is_digit(words_[place_].text[0]) ? rule_number(append)
                                                                      : std::nullopt;
  }

  /// iptables -I OUTPUT 3
  Problem rule_number(bool append) {
    const Word& word = words_[place_++];
    if (append) return error(word, "-A appends at the end", "to choose a place write -I");
    const auto number = parse_integer(word.text, 65'535);
    if (!number) return error(word, number.error());
    if (*number == 0) return error(word, "rules of a chain are numbered from 1");
    rule_.place = static_cast<std::uint16_t>(*number);
    return std::nullopt;
  }

  enum class Option : std::uint8_t {
    protocol,
    source,
    destination,
    incoming,
    outgoing,
    source_port,
    destination_port,
    icmp_type,
    match,
    reject_with,
    jump
  };
  struct OptionName {
    std::string_view brief, full;
    Option option;
  };
  static constexpr OptionName kOptions[] = {
      {"-p", "--protocol", Option::protocol},
      {"-s", "--source", Option::source},
      {"-d", "--destination", Option::destination},
      {"-i", "--in-interface", Option::incoming},
      {"-o", "--out-interface", Option::outgoing},
      {"--sport", "--source-port", Option::source_port},
      {"--dport", "--destination-port", Option::destination_port},
      {"--icmp-type", "--icmpv6-type", Option::icmp_type},
      {"-m", "--match", Option::match},
      {"--reject-with", "", Option::reject_with},
      {"-j", "--jump", Option::jump}};

  static const OptionName* find_option(std::string_view word) {
    for (const auto& known : kOptions)
      if (word == known.brief || word == known.full) return &known;
    return nullptr;
  }

  Problem option() {
    Word word = words_[place_++];
    const bool negated = word.text == "!";
    if (negated) {
      if (place_ >= words_.size()) return error(word, "'!' stands before nothing");
      word = words_[place_++];
    }
    const auto* known = find_option(word.text);
    if (known == nullptr)
      return error(word, quoted(word.text) + " is not supported in a firewall rule",
                   "there are: !, -p, -s, -d, -i, -o, --sport, --dport, --icmp-type, -j, "
                   "--reject-with");
    if (place_ >= words_.size()) return error(word, quoted(word.text) + " needs a value");
    const Word value = words_[place_++];
    if (value.text == "!")
      return error(value, "'!' stands before the option", "write ! " + std::string(word.text));
    return take(*known, word, value, negated);
  }

  Problem take(const OptionName& known, const Word& word, const Word& value, bool negated) {
    const auto negate = [&](std::uint8_t bit) {
      if (negated) rule_.negated |= bit;
    };
    switch (known.option) {
      case Option::protocol:
        negate(FirewallRule::kProtocol);
        return protocol(value);
      case Option::source:
        negate(FirewallRule::kSource);
        return address(value, rule_.source);
      case Option::destination:
        negate(FirewallRule::kDestination);
        return address(value, rule_.destination);
      case Option::incoming:
      case Option::outgoing:
        negate(FirewallRule::kInterface);
        return interface(word, value, known.option == Option::incoming ? 'i' : 'o');
      case Option::source_port:
        negate(FirewallRule::kSourcePorts);
        return ports(word, value, rule_.source_ports);
      case Option::destination_port:
        negate(FirewallRule::kDestinationPorts);
        return ports(word, value, rule_.destination_ports);
      case Option::icmp_type:
        negate(FirewallRule::kIcmpType);
        return icmp_type(word, value);
      default:
        break;
    }
    if (negated) return error(word, "'!' means nothing before " + quoted(word.text));
    if (known.option == Option::match) return match(value);
    if (known.option == Option::jump) return target(value);
    reject_with_ = value;
    return std::nullopt;
  }

  bool is_for(std::uint8_t protocol) const {
    return rule_.protocol == protocol && (rule_.negated & FirewallRule::kProtocol) == 0;
  }
  static bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

  /// "80", "80:90", ":1023", "1024:"
  Problem ports(const Word& option, const Word& value, std::optional<PortSpan>& into) {
    if (!is_for(kTcp) && !is_for(kUdp))
      return error(option, quoted(option.text) + " needs -p tcp or -p udp before it");
    const auto colon = value.text.find(':');
    const auto first = value.text.substr(0, colon);
    PortSpan span;
    const auto read = [&](std::string_view text, std::uint16_t& port) -> Problem {
      const auto number = parse_integer(text, 65'535);
      if (!number) return error(value, number.error(), "write a port, or LOWEST:HIGHEST");
      port = static_cast<std::uint16_t>(*number);
      return std::nullopt;
    };
    if (!first.empty() || colon == std::string_view::npos)
      if (auto problem = read(first, span.lowest)) return problem;
    const auto last = colon == std::string_view::npos ? first : value.text.substr(colon + 1);
    if (!last.empty())
      if (auto problem = read(last, span.highest)) return problem;
    if (span.lowest > span.highest) return error(value, "the span of ports is empty");
    into = span;
    return std::nullopt;
  }

  struct IcmpType {
    std::string_view name;
    std::uint8_t in_ipv4, in_ipv6;  // 255: not there
  };

  Problem icmp_type(const Word& option, const Word& value) {
    constexpr std::uint8_t kNone = 255;
    constexpr IcmpType kTypes[] = {{"echo-request", 8, 128},
                                   {"echo-reply", 0, 129},
                                   {"destination-unreachable", 3, 1},
                                   {"neighbour-solicitation", kNone, 135},
                                   {"neighbor-solicitation", kNone, 135},
                                   {"neighbour-advertisement", kNone, 136},
                                   {"neighbor-advertisement", kNone, 136}};
    const bool wide = is_for(kIcmp6);
    if (!wide && !is_for(kIcmp))
      return error(option, quoted(option.text) + " needs -p icmp or -p icmpv6 before it");
    if (is_digit(value.text[0])) {
      const auto number = parse_integer(value.text, 255);
      if (!number) return error(value, number.error());
      rule_.icmp_type = static_cast<std::uint8_t>(*number);
      return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const auto& type : kTypes) {
      const auto number = wide ? type.in_ipv6 : type.in_ipv4;
      if (number == kNone) continue;
      names.push_back(type.name);
      if (type.name == value.text) rule_.icmp_type = number;
    }
    if (rule_.icmp_type) return std::nullopt;
    return error(value, "there is no type " + quoted(value.text), suggestion(value.text, names));
  }

  /// What iptables-save prints after -p says nothing new; all else would be left out in silence.
  Problem match(const Word& value) {
    const bool says_nothing =
        (value.text == "tcp" && is_for(kTcp)) || (value.text == "udp" && is_for(kUdp)) ||
        (value.text == "icmp" && is_for(kIcmp)) || (value.text == "icmp6" && is_for(kIcmp6));
    if (says_nothing) return std::nullopt;
    return error(value, "the match " + quoted(value.text) + " is not simulated",
                 "rules look at -p, -s, -d, -i, -o, ports and ICMP types alone");
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
    if (value.text != "DROP" && value.text != "ACCEPT" && value.text != "REJECT")
      return error(value, "there is no target " + quoted(value.text),
                   suggestion(value.text, {"DROP", "ACCEPT", "REJECT"}));
    rule_.drop = value.text != "ACCEPT";
    rule_.reject = value.text == "REJECT";
    target_ = value;
    return std::nullopt;
  }

  struct RejectCode {
    std::string_view name;
    Family family;
    std::uint8_t code;
  };

  Problem finish_reject() {
    constexpr RejectCode kCodes[] = {
        {"icmp-net-unreachable", Family::ipv4, 0},   {"icmp-host-unreachable", Family::ipv4, 1},
        {"icmp-proto-unreachable", Family::ipv4, 2}, {"icmp-port-unreachable", Family::ipv4, 3},
        {"icmp-net-prohibited", Family::ipv4, 9},    {"icmp-host-prohibited", Family::ipv4, 10},
        {"icmp-admin-prohibited", Family::ipv4, 13}, {"icmp6-no-route", Family::ipv6, 0},
        {"icmp6-adm-prohibited", Family::ipv6, 1},   {"icmp6-addr-unreachable", Family::ipv6, 3},
        {"icmp6-port-unreachable", Family::ipv6, 4}};
    if (!rule_.reject)
      return reject_with_ ? Problem{error(*reject_with_, "only -j REJECT says so to the sender")}
                          : std::nullopt;
    if (!rule_.family)
      return error(*target_, "REJECT answers in one family",
                   "begin the rule with iptables or ip6tables");
    const bool wide = *rule_.family == Family::ipv6;
    if (!reject_with_) {
      rule_.reject_code = wide ? std::uint8_t{4} : std::uint8_t{3};
      return std::nullopt;
    }
    if (reject_with_->text == "tcp-reset")
      return is_for(kTcp) ? std::nullopt
                          : Problem{error(*reject_with_, "tcp-reset needs -p tcp before it")};
    std::vector<std::string_view> names{"tcp-reset"};
    for (const auto& known : kCodes) {
      if (known.family != *rule_.family) continue;
      names.push_back(known.name);
      if (known.name == reject_with_->text) rule_.reject_code = known.code;
    }
    if (rule_.reject_code) return std::nullopt;
    return error(*reject_with_, "REJECT knows no " + quoted(reject_with_->text),
                 suggestion(reject_with_->text, names));
  }

  std::string_view text_;
  const Host& host_;
  std::vector<Word> words_;
  std::size_t place_ = 0;
  FirewallRule rule_;
  std::optional<Word> target_, reject_with_;
};

}  // namespace

Result parse_firewall_rule(std::string_view text, const Host& host) {
  return RuleParser(text, host).parse();
}

}  // namespace understudy::sim
