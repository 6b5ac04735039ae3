// The lines of virtual_ipaddress: ADDR[/LEN] [brd A|+|-] [dev IF] [scope S] [label L], in any
// order.
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

constexpr std::size_t kMostAddresses = 255;  // the count is one byte on the wire

enum class Broadcast { none, computed, given };

struct AddressLine {
  const Statement& statement;
  Findings& findings;
  InterfaceAddress address;
  std::optional<std::size_t> address_word;
  Broadcast broadcast = Broadcast::none;
  bool sound = true;

  void fail(std::string_view code, std::size_t word, std::string message, std::string hint = {}) {
    findings.error(code, statement.place(word), std::move(message), std::move(hint));
    sound = false;
  }
};

std::optional<int> parse_number(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
    return std::nullopt;
  return value;
}

void read_address(AddressLine& line, std::size_t word) {
  const std::string_view text = line.statement.words[word].text;
  const auto slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  line.address_word = word;
  if (!address) {
    line.fail("bad-address", word, in_quotes(text) + " is no IP address");
    return;
  }
  if (!address->is_ipv4()) {
    line.fail("not-supported-yet", word, "IPv6 addresses are not supported yet");
    return;
  }
  if (address->is_unspecified() || address->is_multicast() || address->ipv4().value == 0xffffffff) {
    line.fail("bad-address", word, in_quotes(text) + " cannot be the address of a host");
    return;
  }
  line.address.address = *address;
  if (slash == std::string_view::npos) return;
  const auto length = parse_number(text.substr(slash + 1), 32);
  if (length)
    line.address.prefix_length = static_cast<std::uint8_t>(*length);
  else
    line.fail("out-of-range", word,
              "The prefix length must be from 0 to 32, not " + in_quotes(text.substr(slash + 1)));
}

void read_broadcast(AddressLine& line, std::size_t word) {
  const auto& text = line.statement.words[word].text;
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
  const auto& text = line.statement.words[word].text;
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
  const auto& text = line.statement.words[word].text;
  if (is_interface_name(text))
    name = text;
  else
    line.fail("bad-value", word, in_quotes(text) + " is too long or no interface name");
}

struct Option {
  std::string_view name;
  bool has_value;
  bool refused;
};

constexpr Option kUnsupported[] = {
    {"home", false, false},       {"-nodad", false, false},     {"nodad", false, false},
    {"mngtmpaddr", false, false}, {"autojoin", false, false},   {"noprefixroute", false, false},
    {"no_track", false, false},   {"track_group", true, false}, {"preferred_lft", true, false},
    {"use_vmac", false, true},    {"peer", true, true},
};

// The number of words taken.
std::size_t read_unsupported(AddressLine& line, std::size_t word) {
  const auto& text = line.statement.words[word].text;
  for (const auto& option : kUnsupported) {
    if (text != option.name) continue;
    if (option.refused)
      line.fail("not-supported-yet", word, in_quotes(text) + " is not supported yet");
    else
      line.findings.warning("not-supported-yet", line.statement.place(word),
                            in_quotes(text) + " is not supported yet and has no effect");
    return option.has_value ? 2 : 1;
  }
  if (parse_ip_address(std::string_view(text).substr(0, text.find('/')))) {
    line.fail("extra-words", word, "Only one address may stand on a line",
              "put " + in_quotes(text) + " on a line of its own");
    return 1;
  }
  static const std::vector<std::string_view> options = {"brd", "dev", "scope", "label", "peer"};
  const auto match = text.starts_with("//") ? std::string_view() : closest_match(text, options);
  line.findings.warning("unknown-keyword", line.statement.place(word),
                        "Unknown option " + in_quotes(text) + " of an address",
                        text.starts_with("//") ? "'//' begins no comment: write '#'"
                        : match.empty()        ? ""
                                               : "did you mean " + in_quotes(match) + "?");
  return 1;
}

void read_words(AddressLine& line) {
  const auto& words = line.statement.words;
  for (std::size_t i = 0; i < words.size();) {
    const auto& text = words[i].text;
    const bool takes_value =
        text == "brd" || text == "broadcast" || text == "dev" || text == "scope" || text == "label";
    if (takes_value && required_word(line.statement, i + 1, line.findings) == nullptr) {
      line.sound = false;
      return;
    }
    if (text == "brd" || text == "broadcast")
      read_broadcast(line, i + 1);
    else if (text == "dev")
      read_name(line, i + 1, line.address.device);
    else if (text == "scope")
      read_scope(line, i + 1);
    else if (text == "label")
      read_name(line, i + 1, line.address.label);
    else if (!line.address_word)
      read_address(line, i);
    else {
      i += read_unsupported(line, i);
      continue;
    }
    i += takes_value ? 2 : 1;
  }
  if (!line.address_word) line.fail("bad-address", 0, "There is no address on this line");
}

void compute_broadcast(InterfaceAddress& address) {
  // In a /31 or /32 there is no broadcast address.
  if (address.prefix_length > 30) return;
  const auto host_bits = 0xffffffffU >> address.prefix_length;
  address.broadcast = Ipv4Address{address.address.ipv4().value | host_bits};
}

}  // namespace

bool is_interface_name(std::string_view text) {
  return !text.empty() && text.size() <= 15 && text.find('/') == std::string_view::npos &&
         text.find(' ') == std::string_view::npos && text != "." && text != "..";
}

void read_addresses(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse) {
  auto& addresses = draft.instance.addresses;
  draft.has_address_block = true;
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    AddressLine line{statement, parse.findings, {}, {}};
    read_words(line);
    if (!line.sound) return;
    if (line.broadcast == Broadcast::computed) compute_broadcast(line.address);
    const auto place = statement.place(*line.address_word);
    for (const auto& other : addresses)
      if (other.address.address == line.address.address) {
        parse.findings.error("duplicate-address", place,
                             in_quotes(to_string(line.address.address)) + " stands here twice",
                             "the first one is on line " + std::to_string(other.at.line));
        return;
      }
    if (addresses.size() == kMostAddresses) {
      parse.findings.error("too-many-addresses", place, "An advert holds at most 255 addresses");
      return;
    }
    addresses.push_back(
        {line.address, {place.line.number, place.column}, parse.included_file(place)});
    draft.addresses_at.push_back(place);
  });
}

}  // namespace understudy::config
