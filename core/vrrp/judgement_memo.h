// One packet, heard by many: its judgement is kept for all who have the same rules.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/vrrp/plain_rules.h"

namespace understudy {

/// What receive_plain() said last of one packet. In a simulated segment a flood comes to hosts of
/// which most have the same rules: the packet is judged once, and anew for rules that differ.
class JudgementMemo {
 public:
  JudgementMemo() = default;
  /// A copy knows nothing: the judgement borrows the packet.
  JudgementMemo(const JudgementMemo& /*other*/) {}
  JudgementMemo& operator=(const JudgementMemo& /*other*/) {
    forget();
    return *this;
  }
  ~JudgementMemo() = default;

  /// To be called before the bytes of the packet change.
  void forget() { rules_.reset(); }

  /// receive_plain(packet, rules). The packet is the same one, unchanged, since forget(); what is
  /// returned holds until the next call.
  const tl::expected<ReceivedAdvert, DecodeError>& judge(std::span<const std::uint8_t> packet,
                                                         const PlainRules& rules) {
    if (!rules_ || !rules_->surely_same(rules)) [[unlikely]]
      judge_anew(packet, rules);
    return judgement_;
  }

 private:
  [[gnu::noinline]] void judge_anew(std::span<const std::uint8_t> packet, const PlainRules& rules) {
    rules_ = rules;
    judgement_ = receive_plain(packet, rules);
  }

  std::optional<PlainRules> rules_;  // by which it was judged; none: nobody has asked
  tl::expected<ReceivedAdvert, DecodeError> judgement_;
};

}  // namespace understudy
