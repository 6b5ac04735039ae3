// Quantities as scenario files write them: "10ms", "1.5s", "15ms..40ms". Exact: no floating point.
#pragma once

#include <cstdint>
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

/// Decimal digits without sign, at most `highest`.
tl::expected<std::int64_t, std::string> parse_integer(std::string_view text, std::int64_t highest);

/// "192.168.56.130/24", "2001:db8::130/64". Without a length it is an error, unless
/// `length_optional`: then one address.
tl::expected<InterfaceAddress, std::string> parse_interface_address(std::string_view text,
                                                                    bool length_optional);

/// Seconds as an exact decimal with at least one place: "10.6485375", "0.65", "60.0", "-0.001".
std::string seconds_text(Duration duration);

/// For people, exact: "3.648 s", "650 ms", "20 us", "0 s".
std::string to_text(Duration duration);

}  // namespace understudy::sim
