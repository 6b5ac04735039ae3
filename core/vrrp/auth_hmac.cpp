#include "core/vrrp/auth_hmac.h"

#include <nettle/hmac.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/contract.h"
#include "core/net/digest.h"
#include "core/vrrp/wire_format.h"

namespace understudy {
namespace {

constexpr std::uint8_t kTypeSha256 = 1;
constexpr std::size_t kCodeSize = 16;
constexpr std::size_t kSignedSize = kHmacTrailerSize - kCodeSize;  // of the trailer
constexpr std::int64_t kNanosecondsASecond = 1'000'000'000;

using Code = std::array<std::uint8_t, kCodeSize>;

// What is signed: family, version, VRID, source, the message without its checksum, the trailer
// without its code.
Code compute(std::span<const std::uint8_t> message, const IpAddress& source, const HmacKey& key,
             const std::uint8_t* trailer) {
  std::array<std::uint8_t, 20> prefix{};
  prefix[0] = source.is_ipv4() ? 4 : 6;
  prefix[1] = message[wire::kVersionType] >> 4;
  prefix[2] = message[wire::kVrid];
  const auto address = source.bytes();
  std::memcpy(prefix.data() + 4, address.data(), address.size());
  constexpr std::array<std::uint8_t, kCodeSize> kZeros{};
  hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, key.bytes.size(), key.bytes.data());
  const auto add = [&](const std::uint8_t* bytes, std::size_t size) {
    hmac_sha256_update(&context, size, bytes);
  };
  add(prefix.data(), prefix.size());
  add(message.data(), wire::kChecksum);
  add(kZeros.data(), 2);
  add(message.data() + wire::kAddresses, message.size() - wire::kAddresses);
  add(trailer, kSignedSize);
  add(kZeros.data(), kZeros.size());
  Code code;
  hmac_sha256_digest(&context, code.size(), code.data());
  return code;
}

// Looks at every byte, so that time tells nothing of where the codes differ.
bool same_code(const Code& ours, const std::uint8_t* theirs) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < ours.size(); ++i)
    difference |= static_cast<unsigned>(ours[i] ^ theirs[i]);
  return difference == 0;
}

std::int64_t whole_seconds(WallTime time) { return time.count() / kNanosecondsASecond; }

std::uint64_t sequence_of(WallTime time) {
  const auto seconds = static_cast<std::uint64_t>(whole_seconds(time)) & 0xffffffff;
  const auto rest = static_cast<std::uint64_t>(time.count() % kNanosecondsASecond);
  return seconds << 32 | (rest * 65536 / kNanosecondsASecond) << 16;
}

bool is_fresh(WallTime now, std::uint64_t sequence, const HmacRules& rules) {
  const auto skew = whole_seconds(now) - static_cast<std::int64_t>(sequence >> 32);
  return std::abs(skew) <= std::int64_t{rules.window_seconds};
}

}  // namespace

std::uint64_t next_hmac_sequence(WallTime now, std::uint64_t last, const HmacRules& rules) {
  const auto clock = sequence_of(now);
  if (is_newer(clock, last)) return clock;
  if (!rules.monotonic && !is_fresh(now, last, rules)) return clock;
  return last + 1;
}

void write_hmac_trailer(std::span<const std::uint8_t> message, const IpAddress& source,
                        const HmacKey& key, std::uint64_t sequence, std::uint8_t* out) {
  ensure(message.size() >= wire::kHeaderSize);
  out[0] = kTypeSha256;
  out[1] = key.id;
  store_be16(out + 2, 0);
  store_be32(out + 4, static_cast<std::uint32_t>(sequence >> 32));
  store_be32(out + 8, static_cast<std::uint32_t>(sequence));
  const auto code = compute(message, source, key, out);
  std::memcpy(out + kSignedSize, code.data(), code.size());
}

bool HmacMarks::admits(const IpAddress& sender, std::uint64_t sequence, WallTime now,
                       const HmacRules& rules) const {
  for (const auto& mark : marks_) {
    if (mark.used == 0 || mark.sender != sender) continue;
    if (is_newer(sequence, mark.sequence)) return true;
    return !rules.monotonic && !is_fresh(now, mark.sequence, rules);
  }
  return true;
}

void HmacMarks::remember(const IpAddress& sender, std::uint64_t sequence) {
  if (marks_.empty()) return;
  const auto end = marks_.end();
  auto place = std::find_if(marks_.begin(), end, [&](const Mark& mark) {
    return mark.used != 0 && mark.sender == sender;
  });
  // A free place has the lowest order of use, 0.
  if (place == end)
    place = std::min_element(marks_.begin(), end, [](const Mark& left, const Mark& right) {
      return left.used < right.used;
    });
  *place = {sender, sequence, ++uses_};
}

std::uint64_t HmacMarks::digest() const {
  Digest digest;
  for (const auto& mark : marks_) {
    digest.add(mark.sender.bytes());
    digest.add(mark.sequence);
    digest.add(mark.used);
  }
  return digest.value();
}

HmacVerdict judge_hmac_trailer(std::span<const std::uint8_t> message,
                               std::span<const std::uint8_t> trailer, const IpAddress& source,
                               WallTime now, const HmacRules& rules, const HmacMarks& marks) {
  HmacVerdict verdict;
  const auto* at = trailer.data();
  const auto refuse = [&verdict](DecodeError error) {
    verdict.refusal = error;
    return verdict;
  };
  verdict.trailer.key_id = at[1];
  verdict.trailer.sequence = std::uint64_t{load_be32(at + 4)} << 32 | load_be32(at + 8);
  if (at[0] != kTypeSha256 || load_be16(at + 2) != 0) return refuse(DecodeError::hmac_malformed);
  if (!rules.monotonic) {
    verdict.skew_seconds =
        whole_seconds(now) - static_cast<std::int64_t>(verdict.trailer.seconds());
    if (!is_fresh(now, verdict.trailer.sequence, rules)) return refuse(DecodeError::hmac_stale);
  }
  const auto key = std::find_if(rules.keys.begin(), rules.keys.end(), [&](const HmacKey& each) {
    return each.id == verdict.trailer.key_id;
  });
  if (key == rules.keys.end()) return refuse(DecodeError::hmac_unknown_key);
  if (!same_code(compute(message, source, *key, at), at + kSignedSize))
    return refuse(DecodeError::hmac_invalid);
  if (!marks.admits(source, verdict.trailer.sequence, now, rules))
    return refuse(DecodeError::hmac_replay);
  return verdict;
}

}  // namespace understudy
