// One direction of a cable that does more to frames than delay them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network_listener.h"
#include "sim/random_stream.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// What becomes of one frame.
struct LinkFate {
  std::optional<LossCause> lost;
  Instant at{};  // of its arrival
  bool duplicated = false, held_back = false;
  std::optional<std::uint32_t> flipped_bit;  // in its bytes
};

/// Each impairment draws from a stream of its own, named "LINK/loss", "LINK/duplicate",
/// "LINK/reorder", "LINK/corrupt", once for every matching frame that is put on the link, whatever
/// the others do to it: one more impairment changes no draw of the rest, and one that is off draws
/// nothing. A duplicate arrives right behind its original; both are damaged alike.
class ImpairedLink {
 public:
  ImpairedLink(std::uint64_t seed, std::string_view link);

  /// From now on. A new loss or loss_burst begins in the long run's state, anew; a loss_mask counts
  /// the matching frames from `mask_start` on.
  void configure(const LinkSettings& settings, std::uint64_t mask_start);
  /// How many matching frames there have been.
  std::uint64_t matching() const { return matching_; }

  /// A frame is put on the link. `jitter` is what was drawn for it; `last_arrival` is that of the
  /// frame before it, and moves on.
  LinkFate take(Instant now, const Frame& frame, Duration jitter, Instant& last_arrival);

 private:
  bool strikes(RandomStream& stream, Share share) {
    return share.per_billion != 0 && stream.below(kAlways.per_billion) < share.per_billion;
  }
  bool draw_loss();
  std::optional<LossCause> draw_fate();
  std::optional<Instant> leave_queue(Instant now, const Frame& frame);

  LinkSettings settings_;
  RandomStream loss_, duplicate_, reorder_, corrupt_;
  std::uint64_t matching_ = 0, mask_start_ = 0;
  // Gilbert's chain: frames are lost in its bad state. Chances in 2^-60.
  std::uint64_t enter_bad_ = 0, leave_bad_ = 0;
  std::optional<bool> bad_;        // unset: not drawn yet
  Instant free_at_{};              // when the last frame has been sent, with a rate
  std::vector<Instant> sendings_;  // when those that wait begin to be sent
};

/// Whether settings ask for more than delay and jitter.
bool is_impaired(const LinkSettings& settings);

}  // namespace understudy::sim
