#include "core/config/line_words.h"

#include <charconv>
#include <system_error>

#include "core/config/block_handlers.h"
#include "core/config/values.h"
#include "core/net/route.h"

namespace understudy::config {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view LineWords::peek() const {
  return at_end() ? std::string_view() : std::string_view(statement_.words[next_].text);
}

void LineWords::fail(std::string_view code, std::size_t word, std::string message,
                     std::string hint) {
  findings_.error(code, statement_.place(word), std::move(message), std::move(hint));
  sound_ = false;
}

void LineWords::warn(std::string_view code, std::size_t word, std::string message,
                     std::string hint) {
  findings_.warning(code, statement_.place(word), std::move(message), std::move(hint));
}

bool LineWords::take_value() {
  const bool there = required_word(statement_, next_, findings_) != nullptr;
  if (there)
    ++next_;
  else
    sound_ = false;
  return there;
}

std::optional<std::uint32_t> LineWords::number(std::uint32_t least, std::uint32_t most) {
  const auto option = word();
  if (!take_value()) return std::nullopt;
  const auto& text = statement_.words[word()].text;
  const auto value = parse_number(text);
  if (value && *value >= least && *value <= most) return value;
  fail("out-of-range", word(),
       in_quotes(statement_.words[option].text) + " must be a number from " +
           std::to_string(least) + " to " + std::to_string(most) + ", not " + in_quotes(text));
  return std::nullopt;
}

std::optional<IpAddress> LineWords::address() {
  if (!take_value()) return std::nullopt;
  const auto& text = statement_.words[word()].text;
  const auto address = parse_ip_address(text);
  if (!address) {
    fail("bad-address", word(), in_quotes(text) + " is no IP address");
  } else if (address->is_unspecified() || address->is_multicast()) {
    fail("bad-address", word(), in_quotes(text) + " cannot be the address of a host");
  } else {
    return address;
  }
  return std::nullopt;
}

std::optional<Prefix> LineWords::prefix() {
  if (!take_value()) return std::nullopt;
  return prefix_here();
}

std::optional<Prefix> LineWords::prefix_here() {
  const auto& text = statement_.words[word()].text;
  if (text == "default" || text == "any" || text == "all") return Prefix{{}, 0, word(), true};
  const auto slash = text.find('/');
  const auto address = parse_ip_address(std::string_view(text).substr(0, slash));
  if (!address) {
    fail("bad-address", word(), in_quotes(text) + " is no IP address or prefix");
    return std::nullopt;
  }
  const auto most = static_cast<unsigned>(address_size(address->family()) * 8);
  unsigned length = most;
  if (slash != std::string::npos) {
    const auto given = parse_number(std::string_view(text).substr(slash + 1));
    if (!given || *given > most) {
      fail("out-of-range", word(),
           "The prefix length must be from 0 to " + std::to_string(most) + ", not " +
               in_quotes(text.substr(slash + 1)));
      return std::nullopt;
    }
    length = *given;
  }
  const auto network = network_of(*address, length);
  if (network != *address) {
    // Linux refuses such an IPv4 route, and cuts IPv6 ones.
    const auto right = to_string(network) + "/" + std::to_string(length);
    const auto message = in_quotes(text) + " has bits set behind its prefix";
    const auto hint = "write " + in_quotes(right);
    if (address->is_ipv4()) {
      fail("bad-address", word(), message, hint);
      return std::nullopt;
    }
    warn("host-bits", word(), message, hint);
  }
  return Prefix{network, static_cast<std::uint8_t>(length), word(), false};
}

std::optional<std::string> LineWords::interface() {
  if (!take_value()) return std::nullopt;
  const auto& text = statement_.words[word()].text;
  if (is_interface_name(text)) return text;
  fail("bad-value", word(), in_quotes(text) + " is too long or no interface name");
  return std::nullopt;
}

std::optional<std::uint32_t> LineWords::table() {
  if (!take_value()) return std::nullopt;
  const auto& text = statement_.words[word()].text;
  if (text == "main") return 254;
  if (text == "local") return 255;
  if (text == "default") return 253;
  const auto value = parse_number(text);
  if (value && *value != 0) return value;
  fail("bad-value", word(), in_quotes(text) + " is no routing table",
       "write main, local, default or the table's number");
  return std::nullopt;
}

std::optional<std::uint8_t> LineWords::tos() {
  const auto value = number(0, 255);
  if (!value) return std::nullopt;
  if ((*value & 3) != 0) {
    fail("out-of-range", word(), "The lowest two bits of a TOS byte must be 0: they are ECN's");
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(*value);
}

}  // namespace understudy::config
