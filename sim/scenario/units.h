// Quantities as scenario files write them: "10ms", "1.5s", "15ms..40ms". Exact: no floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/net/instant.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// No duration in a scenario is longer, so that sums of several cannot overflow.
inline constexpr Duration kLongestDuration = std::chrono::hours{10'000};

/// Digits, at most one '.', and a unit (ns, us, ms, s, min, h), without blanks. Negative, finer
/// than a nanosecond or longer than kLongestDuration is an error; the string says what is wrong.
tl::expected<Duration, std::string> parse_duration(std::string_view text);

/// The same with an optional '-' in front: what a clock is set by.
tl::expected<Duration, std::string> parse_signed_duration(std::string_view text);

/// A duration, or "LOWEST..HIGHEST" where LOWEST may be a bare 0.
tl::expected<DurationRange, std::string> parse_duration_range(std::string_view text);

/// "0.5%", 0% to 100%, not finer than a billionth.
tl::expected<Share, std::string> parse_share(std::string_view text);

/// "20ppm", "-0.5ppm", "100ppb", in parts per billion; at most 900000 ppm either way.
tl::expected<std::int64_t, std::string> parse_drift(std::string_view text);

/// "100Mbit" (bit, kbit, Mbit, Gbit), in bits a second; at most 1000 Gbit.
tl::expected<std::uint64_t, std::string> parse_rate(std::string_view text);

/// Decimal digits without sign, at most `highest`.
tl::expected<std::int64_t, std::string> parse_integer(std::string_view text, std::int64_t highest);

/// Decimal digits alone, up to the highest of 64 bits: a seed. nullopt for anything else.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// "192.168.56.130/24", "2001:db8::130/64". Without a length it is an error, unless
/// `length_optional`: then one address.
tl::expected<InterfaceAddress, std::string> parse_interface_address(std::string_view text,
                                                                    bool length_optional);

/// As a scenario file writes it, exact: "1.5s", "10ms", "-250us", "0s"; "0.5%"; "20ppm"; "100Mbit".
std::string quantity_text(Duration duration);
std::string quantity_text(Share share);
std::string drift_text(std::int64_t parts_per_billion);
std::string rate_text(std::uint64_t bits_a_second);

/// Seconds as an exact decimal with at least one place: "10.6485375", "0.65", "60.0", "-0.001".
std::string seconds_text(Duration duration);

/// For people, exact: "3.648 s", "650 ms", "20 us", "0 s".
std::string to_text(Duration duration);

}  // namespace understudy::sim
