// One address as virtual_ipaddress and static_ipaddress have it: ADDR[/LEN] [brd A|+|-] [dev IF]
// [scope S] [label L] [peer A[/LEN]] and flags, in any order.
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

enum class Broadcast { none, computed, given };

struct AddressLine {
  const Statement& statement;
  Findings& findings;
  InterfaceAddress address = {};
  std::optional<std::size_t> address_word = {};
  std::optional<std::size_t> broadcast_word = {};
  std::optional<std::size_t> label_word = {};
  std::optional<std::size_t> home_word = {};
  std::optional<std::size_t> peer_word = {};
  std::optional<std::uint8_t> peer_length = {};
  Broadcast broadcast = Broadcast::none;
  bool sound = true;

  void fail(std::string_view code, std::size_t word, std::string message, std::string hint = {}) {
    findings.error(code, statement.place(word), std::move(message), std::move(hint));
    sound = false;
  }
  const std::string& text(std::size_t word) const { return statement.words[word].text; }
};

std::optional<int> parse_number(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
    return std::nullopt;
  return value;
}

struct Prefix {
  IpAddress address;
  std::optional<std::uint8_t> length;
};

std::optional<Prefix> parse_prefix(AddressLine& line, std::size_t word) {
  const std::string_view text = line.text(word);
  const auto slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) {
    line.fail("bad-address", word, in_quotes(text) + " is no IP address");
    return std::nullopt;
  }
  const bool broadcast = address->is_ipv4() && address->ipv4().value == 0xffffffff;
  const bool loopback = *address == parse_ip_address("::1");
  if (address->is_unspecified() || address->is_multicast() || broadcast || loopback) {
    line.fail("bad-address", word, in_quotes(text) + " cannot be the address of a host");
    return std::nullopt;
  }
  Prefix prefix{*address, {}};
  if (slash == std::string_view::npos) return prefix;
  const int most = address->is_ipv4() ? 32 : 128;
  const auto length = parse_number(text.substr(slash + 1), most);
  if (!length) {
    line.fail("out-of-range", word,
              "The prefix length must be from 0 to " + std::to_string(most) + ", not " +
                  in_quotes(text.substr(slash + 1)));
    return std::nullopt;
  }
  prefix.length = static_cast<std::uint8_t>(*length);
  return prefix;
}

void read_address(AddressLine& line, std::size_t word) {
  line.address_word = word;
  const auto prefix = parse_prefix(line, word);
  if (!prefix) return;
  line.address.address = prefix->address;
  line.address.prefix_length = prefix->length.value_or(prefix->address.is_ipv4() ? 32 : 128);
}

void read_peer(AddressLine& line, std::size_t word) {
  const auto prefix = parse_prefix(line, word);
  if (!prefix) return;
  line.peer_word = word;
  line.address.peer = prefix->address;
  line.peer_length = prefix->length;
}

void read_broadcast(AddressLine& line, std::size_t word) {
  const auto& text = line.text(word);
  line.broadcast_word = word;
  if (text == "+") {
    line.broadcast = Broadcast::computed;
  } else if (text == "-") {
    line.broadcast = Broadcast::none;
  } else if (const auto address = parse_ipv4_address(text)) {
    line.broadcast = Broadcast::given;
    line.address.broadcast = *address;
  } else {
    line.fail("bad-address", word, in_quotes(text) + " is no IPv4 address, '+' or '-'");
  }
}

void read_scope(AddressLine& line, std::size_t word) {
  struct Scope {
    std::string_view name;
    std::uint8_t number;
  };
  static constexpr Scope kScopes[] = {
      {"global", 0}, {"site", 200}, {"link", 253}, {"host", 254}, {"nowhere", 255}};
  const auto& text = line.text(word);
  for (const auto& scope : kScopes)
    if (text == scope.name) {
      line.address.scope = scope.number;
      return;
    }
  if (const auto number = parse_number(text, 255))
    line.address.scope = static_cast<std::uint8_t>(*number);
  else
    line.fail("bad-value", word,
              in_quotes(text) + " is no scope: global, site, link, host, nowhere or 0 to 255");
}

void read_name(AddressLine& line, std::size_t word, std::string& name) {
  const auto& text = line.text(word);
  if (is_interface_name(text))
    name = text;
  else
    line.fail("bad-value", word, in_quotes(text) + " is too long or no interface name");
}

void read_lifetime(AddressLine& line, std::size_t word) {
  const auto& text = line.text(word);
  if (text == "forever") return;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size())
    line.address.preferred_lifetime = seconds;
  else
    line.fail("bad-value", word, in_quotes(text) + " is no number of seconds, nor 'forever'");
}

void read_valued(AddressLine& line, std::string_view option, std::size_t value) {
  if (option == "brd" || option == "broadcast") {
    read_broadcast(line, value);
  } else if (option == "dev") {
    read_name(line, value, line.address.device);
  } else if (option == "scope") {
    read_scope(line, value);
  } else if (option == "label") {
    line.label_word = value;
    read_name(line, value, line.address.label);
  } else if (option == "peer") {
    read_peer(line, value);
  } else if (option == "preferred_lft") {
    read_lifetime(line, value);
  } else {  // track_group
    line.findings.warning("not-supported-yet", line.statement.place(value - 1),
                          in_quotes(option) + " is not supported yet and has no effect");
  }
}

bool takes_value(std::string_view option) {
  for (const auto* name :
       {"brd", "broadcast", "dev", "scope", "label", "peer", "preferred_lft", "track_group"})
    if (option == name) return true;
  return false;
}

// False when the word is no flag.
bool read_flag(AddressLine& line, std::size_t word) {
  const auto& text = line.text(word);
  const auto pass_over = [&](std::string_view why) {
    line.findings.warning("no-effect", line.statement.place(word),
                          in_quotes(text) + " has no effect: " + std::string(why));
  };
  if (text == "noprefixroute") {
    line.address.no_prefix_route = true;
  } else if (text == "home") {
    line.home_word = word;
    line.address.home = true;
  } else if (text == "-nodad") {
    pass_over("duplicate address detection would keep the address unusable after each takeover");
  } else if (text == "mngtmpaddr") {
    pass_over("temporary addresses are not made from addresses that move");
  } else if (text == "autojoin") {
    pass_over("it is for multicast addresses");
  } else if (text == "use_vmac") {
    line.fail("not-supported-yet", word, "'use_vmac' of a single address is not supported yet",
              "write 'use_vmac' in the vrrp_instance");
  } else {
    // no_track and nodad ask for what is done anyway.
    return text == "no_track" || text == "nodad";
  }
  return true;
}

void report_unknown(AddressLine& line, std::size_t word) {
  const auto& text = line.text(word);
  if (parse_ip_address(std::string_view(text).substr(0, text.find('/')))) {
    line.fail("extra-words", word, "Only one address may stand on a line",
              "put " + in_quotes(text) + " on a line of its own");
    return;
  }
  static const std::vector<std::string_view> options = {
      "brd", "dev", "scope", "label", "peer", "noprefixroute", "home", "preferred_lft", "no_track"};
  const auto match = text.starts_with("//") ? std::string_view() : closest_match(text, options);
  line.findings.warning("unknown-keyword", line.statement.place(word),
                        "Unknown option " + in_quotes(text) + " of an address",
                        text.starts_with("//") ? "'//' begins no comment: write '#'"
                        : match.empty()        ? ""
                                               : "did you mean " + in_quotes(match) + "?");
}

void read_words(AddressLine& line) {
  const auto& words = line.statement.words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (takes_value(words[i].text)) {
      if (required_word(line.statement, i + 1, line.findings) == nullptr) {
        line.sound = false;
        return;
      }
      read_valued(line, words[i].text, i + 1);
      ++i;
    } else if (!read_flag(line, i)) {
      if (line.address_word)
        report_unknown(line, i);
      else
        read_address(line, i);
    }
  }
  if (!line.address_word) line.fail("bad-address", 0, "There is no address on this line");
}

void compute_broadcast(InterfaceAddress& address) {
  // In a /31 or /32 there is no broadcast address.
  if (address.prefix_length > 30) return;
  const auto host_bits = 0xffffffffU >> address.prefix_length;
  address.broadcast = Ipv4Address{address.address.ipv4().value | host_bits};
}

// What one family alone has.
void check_family(AddressLine& line) {
  auto& address = line.address;
  const bool ipv4 = address.address.is_ipv4();
  const auto pass_over = [&](std::optional<std::size_t> word, std::string_view what) {
    if (word)
      line.findings.warning("no-effect", line.statement.place(*word),
                            std::string(what) + (ipv4 ? " is for IPv6 only" : " is for IPv4 only"));
  };
  if (ipv4) {
    pass_over(line.home_word, "'home'");
    address.home = false;
  } else {
    pass_over(line.broadcast_word, "A broadcast address");
    pass_over(line.label_word, "A label");
    address.broadcast.reset();
    address.label.clear();
    line.broadcast = Broadcast::none;
  }
  if (!address.peer) return;
  if (address.peer->family() != address.address.family())
    line.fail("bad-address", *line.peer_word, "The peer is of the other address family");
  else if (line.peer_length)
    address.prefix_length = *line.peer_length;  // the peer's, as `ip address add` has it
}

}  // namespace

std::optional<AddressDraft> read_address_line(const Statement& statement, Findings& findings) {
  AddressLine line{statement, findings};
  read_words(line);
  if (line.sound) check_family(line);
  if (!line.sound) return std::nullopt;
  if (line.broadcast == Broadcast::computed) compute_broadcast(line.address);
  const auto place = statement.place(*line.address_word);
  return AddressDraft{{line.address, position_of(place)}, place};
}

}  // namespace understudy::config
