#include "core/net/ip_address.h"

#include <charconv>

namespace understudy {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text, int base, std::uint32_t highest) {
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || rest != end || value > highest) return std::nullopt;
  return value;
}

// Groups of 16 bits separated by ':', the last perhaps a dotted quad. Returns how many, or -1.
int parse_groups(std::string_view text, std::array<std::uint16_t, 8>& groups) {
  int count = 0;
  while (!text.empty()) {
    if (count == 8) return -1;
    const auto colon = text.find(':');
    const auto word = text.substr(0, colon);
    if (colon == std::string_view::npos && word.find('.') != std::string_view::npos) {
      const auto quad = parse_ipv4_address(word);
      if (!quad || count > 6) return -1;
      groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(quad->value >> 16);
      groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(quad->value);
      return count;
    }
    if (word.empty() || word.size() > 4) return -1;
    const auto value = parse_number(word, 16, 0xffff);
    if (!value) return -1;
    groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(*value);
    if (colon == std::string_view::npos) return count;
    text.remove_prefix(colon + 1);
    if (text.empty()) return -1;  // a trailing single colon
  }
  return count;
}

std::optional<IpAddress> parse_ipv6(std::string_view text) {
  std::array<std::uint16_t, 8> head{}, tail{};
  const auto gap = text.find("::");
  if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos)
    return std::nullopt;
  const int before = parse_groups(text.substr(0, gap), head);
  const int after = gap == std::string_view::npos ? 0 : parse_groups(text.substr(gap + 2), tail);
  if (before < 0 || after < 0) return std::nullopt;
  if (gap == std::string_view::npos ? before != 8 : before + after > 7) return std::nullopt;
  if (gap != std::string_view::npos && text.substr(0, gap).find('.') != std::string_view::npos)
    return std::nullopt;  // a dotted quad stands at the end alone
  std::array<std::uint8_t, 16> bytes{};
  const auto put = [&bytes](int place, std::uint16_t group) {
    const auto at = 2 * static_cast<std::size_t>(place);
    bytes[at] = static_cast<std::uint8_t>(group >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(group);
  };
  for (int i = 0; i < before; ++i) put(i, head[static_cast<std::size_t>(i)]);
  for (int i = 0; i < after; ++i) put(8 - after + i, tail[static_cast<std::size_t>(i)]);
  return IpAddress::from_bytes(bytes);
}

std::string format_ipv6(std::span<const std::uint8_t> bytes) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  // RFC 5952, section 4.2: the first longest run of at least two zero groups is shortened.
  std::size_t best = 8, best_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > best_length) {
      best = i;
      best_length = length;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8;) {
    if (i == best) {
      text += "::";
      i += best_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[4];
    const auto end = std::to_chars(digits, digits + 4, groups[i], 16).ptr;
    text.append(digits, end);
    ++i;
  }
  return text;
}

}  // namespace

std::optional<Ipv4Address> parse_ipv4_address(std::string_view text) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const auto dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto word = text.substr(0, dot);
    if (word.empty() || word.size() > 3 || (word.size() > 1 && word[0] == '0')) return std::nullopt;
    const auto byte = parse_number(word, 10, 255);
    if (!byte) return std::nullopt;
    value = value << 8 | *byte;
    text.remove_prefix(i < 3 ? dot + 1 : dot);
  }
  return Ipv4Address{value};
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_ipv6(text);
  if (const auto address = parse_ipv4_address(text)) return IpAddress{*address};
  return std::nullopt;
}

std::string to_string(Ipv4Address address) {
  std::string text;
  for (const auto byte : address.bytes()) {
    if (!text.empty()) text += '.';
    text += std::to_string(byte);
  }
  return text;
}

std::string to_string(const IpAddress& address) {
  return address.is_ipv4() ? to_string(address.ipv4()) : format_ipv6(address.bytes());
}

}  // namespace understudy
