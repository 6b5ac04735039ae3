// Once per cause and source, not once per packet: what keeps a flood out of the log.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"

namespace understudy::daemon {

/// A bounded table of what was logged lately. The first of a kind is logged; the ones after it are
/// counted and summed up after a minute, then after two, four, ... at most an hour. What was quiet
/// for the whole of such a span is forgotten, and logged anew when it comes again.
class RepeatLimiter {
 public:
  struct Key {
    std::uint8_t kind = 0;
    std::uint16_t subject = 0;
    std::uint32_t cause = 0;
    IpAddress source;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  enum class Verdict : std::uint8_t {
    log,        // the first of its kind
    quiet,      // counted
    overflowed  // the table just filled up; once a minute
  };
  struct Summary {
    Key key;
    std::uint64_t more = 0;  // since it was last logged
  };
  struct Summaries {
    std::vector<Summary> list;    // with more > 0, in the order of the keys
    std::uint64_t elsewhere = 0;  // of kinds the table had no room for
  };

  explicit RepeatLimiter(std::size_t capacity = 256) : capacity_(capacity) {}

  /// With `over_after`, what was not counted for longer than that is over, and logged anew.
  Verdict count(const Key& key, Instant now, Duration over_after = Duration::max());
  /// Forgets all of that kind and subject; returns how many had been counted and not summed up.
  std::uint64_t forget(std::uint8_t kind, std::uint16_t subject);
  /// What is due at `now`.
  Summaries take_due(Instant now);
  /// Everything not summed up yet, at the end.
  Summaries take_all();
  std::optional<Instant> next_due() const;

 private:
  struct Entry {
    std::uint64_t more = 0;
    Duration wait{};
    Instant due{};
    Instant last{};
  };

  std::size_t capacity_;
  std::map<Key, Entry> entries_;
  std::uint64_t elsewhere_ = 0;
  std::optional<Instant> elsewhere_due_;
};

}  // namespace understudy::daemon
