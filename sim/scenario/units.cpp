#include "sim/scenario/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace understudy::sim {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;  // of what is counted inside
};

/// A kind of quantity: its units, and how to speak of it.
struct Quantity {
  std::span<const Unit> units;
  std::string_view unit_list;  // "ns, us, ms, s, min or h"
  std::string_view named;      // "a duration"
  std::string_view examples;   // "10ms, 1.5s or 4h"
  std::string_view smallest;   // "a nanosecond"
  std::int64_t largest;
  std::string_view largest_text;
};

constexpr std::array kTimeUnits{Unit{"ns", 1},
                                Unit{"us", 1'000},
                                Unit{"ms", 1'000'000},
                                Unit{"s", 1'000'000'000},
                                Unit{"min", 60'000'000'000},
                                Unit{"h", 3'600'000'000'000}};
constexpr Quantity kTime{
    kTimeUnits,     "ns, us, ms, s, min or h", "a duration", "10ms, 1.5s or 4h",
    "a nanosecond", kLongestDuration.count(),  "10000h"};

constexpr std::array kShareUnits{Unit{"%", 10'000'000}};
constexpr Quantity kShare{kShareUnits,   "%",           "a share", "0.5% or 30%",
                          "a billionth", 1'000'000'000, "100%"};

constexpr std::array kDriftUnits{Unit{"ppm", 1'000}, Unit{"ppb", 1}};
constexpr Quantity kDrift{kDriftUnits,   "ppm or ppb", "a drift",  "20ppm or -200ppm",
                          "one in 10^9", 900'000'000,  "900000ppm"};

constexpr std::array kRateUnits{Unit{"bit", 1}, Unit{"kbit", 1'000}, Unit{"Mbit", 1'000'000},
                                Unit{"Gbit", 1'000'000'000}};
constexpr Quantity kRate{kRateUnits,       "bit, kbit, Mbit or Gbit", "a rate",  "100Mbit or 1Gbit",
                         "a bit a second", 1'000'000'000'000,         "1000Gbit"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string quote(std::string_view text) { return "'" + std::string(text.substr(0, 60)) + "'"; }

tl::expected<std::int64_t, std::string> unit_of(const Quantity& quantity, std::string_view text,
                                                std::string_view name) {
  for (const Unit& unit : quantity.units)
    if (unit.name == name) return unit.factor;
  const std::string list(quantity.unit_list);
  if (name.empty()) {
    const std::string first(&quantity == &kTime ? "s" : quantity.units.front().name);
    std::string message =
        quote(text) + " needs a unit (" + list + "): write " + std::string(text) + first;
    if (&quantity == &kTime) message += " or " + std::string(text) + "ms";
    return tl::unexpected(std::move(message));
  }
  if (name == "m" && &quantity == &kTime)
    return tl::unexpected(quote(text) + ": 'm' could be minutes or milli: write min or ms");
  return tl::unexpected("there is no unit " + quote(name) + " of " + std::string(quantity.named) +
                        ": use " + list);
}

/// Digits, at most one '.', a unit. Exact.
tl::expected<std::int64_t, std::string> parse_quantity(const Quantity& quantity,
                                                       std::string_view text) {
  if (text.empty())
    return tl::unexpected(std::string(quantity.named) + " is missing, such as " +
                          std::string(quantity.examples));
  if (text[0] == '-') return tl::unexpected(quote(text) + " must not be negative");
  std::size_t place = 0;
  while (place < text.size() && is_digit(text[place])) ++place;
  const std::string_view whole = text.substr(0, place);
  std::string_view fraction;
  if (place < text.size() && text[place] == '.') {
    const std::size_t start = ++place;
    while (place < text.size() && is_digit(text[place])) ++place;
    fraction = text.substr(start, place - start);
    if (fraction.empty()) return tl::unexpected(quote(text) + " has no digit after its point");
  }
  if (whole.empty())
    return tl::unexpected(quote(text) + " is not " + std::string(quantity.named) + ", such as " +
                          std::string(quantity.examples));
  auto unit = unit_of(quantity, text, text.substr(place));
  if (!unit) return unit;

  const std::string too_large = quote(text) +
                                (&quantity == &kTime ? " is too long" : " is too large") +
                                ": at most " + std::string(quantity.largest_text);
  std::int64_t value = 0;
  for (const char digit : whole) {
    value = value * 10 + (digit - '0');
    if (value > quantity.largest / *unit) return tl::unexpected(too_large);
  }
  value *= *unit;
  std::int64_t scale = *unit;
  for (const char digit : fraction) {
    if (scale % 10 != 0 && digit != '0')
      return tl::unexpected(quote(text) + " is finer than " + std::string(quantity.smallest));
    scale /= 10;
    value += scale * (digit - '0');
  }
  if (value > quantity.largest) return tl::unexpected(too_large);
  return value;
}

}  // namespace

tl::expected<Duration, std::string> parse_duration(std::string_view text) {
  const auto value = parse_quantity(kTime, text);
  if (!value) return tl::unexpected(value.error());
  return Duration{*value};
}

tl::expected<Share, std::string> parse_share(std::string_view text) {
  const auto value = parse_quantity(kShare, text);
  if (!value) return tl::unexpected(value.error());
  return Share{static_cast<std::uint32_t>(*value)};
}

tl::expected<std::int64_t, std::string> parse_drift(std::string_view text) {
  const bool negative = text.starts_with('-');
  auto value = parse_quantity(kDrift, text.substr(negative ? 1 : 0));
  if (value && negative) value = -*value;
  return value;
}

tl::expected<std::uint64_t, std::string> parse_rate(std::string_view text) {
  const auto value = parse_quantity(kRate, text);
  if (!value) return tl::unexpected(value.error());
  return static_cast<std::uint64_t>(*value);
}

tl::expected<DurationRange, std::string> parse_duration_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const auto both = parse_duration(text);
    if (!both) return tl::unexpected(both.error());
    return DurationRange{*both, *both};
  }
  const std::string_view left = text.substr(0, dots);
  const auto lowest =
      left == "0" ? tl::expected<Duration, std::string>(Duration{}) : parse_duration(left);
  if (!lowest) return tl::unexpected(lowest.error());
  const auto highest = parse_duration(text.substr(dots + 2));
  if (!highest) return tl::unexpected(highest.error());
  if (*highest < *lowest)
    return tl::unexpected(quote(text) + " runs backwards: the lower end comes first");
  return DurationRange{*lowest, *highest};
}

tl::expected<std::int64_t, std::string> parse_integer(std::string_view text, std::int64_t highest) {
  if (text.empty()) return tl::unexpected(std::string("a whole number is missing"));
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return tl::unexpected(quote(text) + " is not a whole number");
    if (value > (std::numeric_limits<std::int64_t>::max() - (c - '0')) / 10)
      return tl::unexpected(quote(text) + " is too large: at most " + std::to_string(highest));
    value = value * 10 + (c - '0');
  }
  if (value > highest)
    return tl::unexpected(quote(text) + " is too large: at most " + std::to_string(highest));
  return value;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::expected<Duration, std::string> parse_signed_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  auto duration = parse_duration(text.substr(negative ? 1 : 0));
  if (!duration) return duration;
  return negative ? -*duration : *duration;
}

tl::expected<InterfaceAddress, std::string> parse_interface_address(std::string_view text,
                                                                    bool length_optional) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) return tl::unexpected(quote(text) + " is not an IP address");
  InterfaceAddress result;
  result.address = *address;
  const int whole = address->is_ipv4() ? 32 : 128;
  result.prefix_length = static_cast<std::uint8_t>(whole);
  if (slash == std::string_view::npos) {
    if (length_optional) return result;
    return tl::unexpected(quote(text) + " needs a prefix length, such as " + std::string(text) +
                          (address->is_ipv4() ? "/24" : "/64"));
  }
  const auto length = parse_integer(text.substr(slash + 1), whole);
  if (!length) return tl::unexpected("prefix length " + length.error());
  result.prefix_length = static_cast<std::uint8_t>(*length);
  return result;
}

namespace {

/// nanoseconds / 10^places as a decimal without trailing zeros; `whole_places`: digits kept.
std::string decimal(std::int64_t count, int places, std::size_t kept) {
  const bool negative = count < 0;
  auto magnitude =
      negative ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  std::string digits = std::to_string(magnitude);
  const auto width = static_cast<std::size_t>(places);
  if (digits.size() <= width) digits.insert(0, width + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - width);
  while (fraction.size() > kept && fraction.back() == '0') fraction.pop_back();
  std::string text = digits.substr(0, digits.size() - width);
  if (!fraction.empty()) text += "." + fraction;
  return negative ? "-" + text : text;
}

}  // namespace

std::string quantity_text(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  struct Shown {
    std::string_view name;
    int places;
  };
  const std::int64_t magnitude = count < 0 ? -count : count;
  const Shown unit = magnitude >= 1'000'000'000 ? Shown{"s", 9}
                     : magnitude >= 1'000'000   ? Shown{"ms", 6}
                     : magnitude >= 1'000       ? Shown{"us", 3}
                                                : Shown{"ns", 0};
  return decimal(count, unit.places, 0) + std::string(unit.name);
}

std::string quantity_text(Share share) { return decimal(share.per_billion, 7, 0) + "%"; }

std::string drift_text(std::int64_t parts_per_billion) {
  return decimal(parts_per_billion, 3, 0) + "ppm";
}

std::string rate_text(std::uint64_t bits_a_second) {
  const auto factor_of = [](const Unit& unit) { return static_cast<std::uint64_t>(unit.factor); };
  // The smallest is a bit.
  const auto unit = std::find_if(kRateUnits.rbegin(), kRateUnits.rend(), [&](const Unit& one) {
    return bits_a_second % factor_of(one) == 0;
  });
  return std::to_string(bits_a_second / factor_of(*unit)) + std::string(unit->name);
}

std::string seconds_text(Duration duration) { return decimal(duration.count(), 9, 1); }

std::string to_text(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0 s";
  const std::int64_t magnitude =
      count < 0 && count != std::numeric_limits<std::int64_t>::min() ? -count : count;
  if (magnitude >= 1'000'000'000 || magnitude < 0) return decimal(count, 9, 0) + " s";
  if (magnitude >= 1'000'000) return decimal(count, 6, 0) + " ms";
  if (magnitude >= 1'000) return decimal(count, 3, 0) + " us";
  return std::to_string(count) + " ns";
}

}  // namespace understudy::sim
