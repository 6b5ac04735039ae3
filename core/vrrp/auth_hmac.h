// keepalived's authenticated trailer (auth_hmac, 2.4.2 and later): 28 bytes after the message, an
// HMAC-SHA-256 cut to 128 bits and a sequence that is also a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/vrrp/decode_error.h"

namespace understudy {

inline constexpr std::size_t kHmacTrailerSize = 28;

/// Time since 1970, UTC, as the host's clock has it.
using WallTime = std::chrono::nanoseconds;

struct HmacKey {
  std::uint8_t id = 0;              // 1 to 255
  std::vector<std::uint8_t> bytes;  // 32 to 64
  friend bool operator==(const HmacKey&, const HmacKey&) = default;
};

struct HmacRules {
  /// Who must sign: everybody; everybody may; we do not, others may.
  enum class Mode : std::uint8_t { enforce, permissive, receive_only };
  std::vector<HmacKey> keys;
  std::uint8_t active_key = 0;  // signs what we send; one of `keys`
  Mode mode = Mode::enforce;
  bool monotonic = false;            // anti_replay monotonic: the clock is not looked at
  std::uint32_t window_seconds = 5;  // of freshness, both ways

  bool signs() const { return mode != Mode::receive_only; }
  friend bool operator==(const HmacRules&, const HmacRules&) = default;
};

/// What a trailer says besides the code itself. `sequence` is seconds << 32 | fraction << 16 |
/// counter.
struct HmacTrailer {
  std::uint8_t key_id = 0;
  std::uint64_t sequence = 0;

  std::uint32_t seconds() const { return static_cast<std::uint32_t>(sequence >> 32); }
};

/// a is newer than b, by RFC 1982's serial numbers.
constexpr bool is_newer(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(a - b) > 0;
}

/// The sequence for an advert sent now: the clock's, or the last one + 1 where the clock has not
/// moved on. A last one outside the window gives way to the clock (time mode), after a clock step.
std::uint64_t next_hmac_sequence(WallTime now, std::uint64_t last, const HmacRules& rules);

/// Writes the trailer of `message` (the VRRP message with its checksum) to `out`, which has
/// kHmacTrailerSize bytes.
void write_hmac_trailer(std::span<const std::uint8_t> message, const IpAddress& source,
                        const HmacKey& key, std::uint64_t sequence, std::uint8_t* out);

/// The last sequence accepted from each sender: at most as many as there are peers, or 4 on
/// multicast, where a fifth pushes out the one longest unused. A value.
class HmacMarks {
 public:
  static constexpr std::size_t kMostOnMulticast = 4;

  /// `most` senders are remembered; room for all is made here.
  explicit HmacMarks(std::size_t most = 0) : marks_(most) {}

  /// Whether `sequence` is newer than the sender's mark, or it has none that counts: one outside
  /// the window is forgotten in time mode.
  bool admits(const IpAddress& sender, std::uint64_t sequence, WallTime now,
              const HmacRules& rules) const;
  void remember(const IpAddress& sender, std::uint64_t sequence);
  std::uint64_t digest() const;

  friend bool operator==(const HmacMarks&, const HmacMarks&) = default;

 private:
  struct Mark {
    IpAddress sender;
    std::uint64_t sequence = 0;
    std::uint64_t used = 0;  // order of use; 0: free
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  std::vector<Mark> marks_;
  std::uint64_t uses_ = 0;
};

/// Judges a trailer in keepalived's order: malformed, stale, unknown key, invalid, replay. nullopt:
/// it is good. `skew_seconds` is ours - theirs, set in time mode.
struct HmacVerdict {
  std::optional<DecodeError> refusal;
  HmacTrailer trailer;
  std::int64_t skew_seconds = 0;
};
HmacVerdict judge_hmac_trailer(std::span<const std::uint8_t> message,
                               std::span<const std::uint8_t> trailer, const IpAddress& source,
                               WallTime now, const HmacRules& rules, const HmacMarks& marks);

}  // namespace understudy
