#include "sim/impaired_link.h"

#include <algorithm>

#include "sim/traffic.h"

namespace understudy::sim {
namespace {

constexpr unsigned kChanceBits = 60;
constexpr std::uint64_t kCertain = std::uint64_t{1} << kChanceBits;
constexpr std::uint64_t kIndependent = 1000;  // LinkSettings::loss_burst

std::string stream_name(std::string_view link, std::string_view purpose) {
  return std::string(link) + "/" + std::string(purpose);
}

/// value * numerator / denominator, rounded down, for a result below 2^64 and a numerator and
/// denominator below 2^32.
std::uint64_t scale(std::uint64_t value, std::uint64_t numerator, std::uint64_t denominator) {
  return value / denominator * numerator + value % denominator * numerator / denominator;
}

}  // namespace

bool is_impaired(const LinkSettings& settings) {
  return settings.loss != Share{} || !settings.loss_mask.empty() || settings.duplicate != Share{} ||
         settings.reorder != Share{} || settings.corrupt != Share{} || settings.rate != 0;
}

ImpairedLink::ImpairedLink(std::uint64_t seed, std::string_view link)
    : loss_(seed, stream_name(link, "loss")),
      duplicate_(seed, stream_name(link, "duplicate")),
      reorder_(seed, stream_name(link, "reorder")),
      corrupt_(seed, stream_name(link, "corrupt")) {}

void ImpairedLink::configure(const LinkSettings& settings, std::uint64_t mask_start) {
  const bool new_loss =
      settings.loss != settings_.loss || settings.loss_burst != settings_.loss_burst;
  settings_ = settings;
  mask_start_ = mask_start;
  if (!new_loss) return;
  bad_.reset();
  // The bad state is left with the chance 1 / burst. So that a share q of the frames is lost in the
  // long run it is entered with q / (1 - q) times that.
  const std::uint64_t lost = settings.loss.per_billion, kept = kAlways.per_billion - lost;
  if (lost == 0 || kept == 0 || settings.loss_burst <= kIndependent) return;
  leave_bad_ = scale(kCertain, kIndependent, settings.loss_burst);
  if (lost * kIndependent <= kept * settings.loss_burst) {
    enter_bad_ = scale(leave_bad_, lost, kept);
  } else {
    // So much loss comes in longer bursts than asked for: between two is one frame alone.
    enter_bad_ = kCertain;
    leave_bad_ = scale(kCertain, kept, lost);
  }
}

bool ImpairedLink::draw_loss() {
  const auto share = settings_.loss;
  if (share == Share{}) return false;
  if (share == kAlways) return true;
  if (settings_.loss_burst <= kIndependent) return strikes(loss_, share);
  if (!bad_) {
    bad_ = strikes(loss_, share);
  } else {
    const auto drawn = loss_.next() >> (64 - kChanceBits);
    bad_ = *bad_ ? drawn >= leave_bad_ : drawn < enter_bad_;
  }
  return *bad_;
}

std::optional<LossCause> ImpairedLink::draw_fate() {
  const bool lost = draw_loss();
  const auto ordinal = matching_++ - mask_start_;
  if (ordinal < settings_.loss_mask.size() && settings_.loss_mask[ordinal] == '1')
    return LossCause::loss_mask;
  return lost ? std::optional{LossCause::random_loss} : std::nullopt;
}

/// When the last of its bits is on the cable; nullopt: the queue is full.
std::optional<Instant> ImpairedLink::leave_queue(Instant now, const Frame& frame) {
  if (settings_.rate == 0) return now;
  sendings_.erase(sendings_.begin(), std::upper_bound(sendings_.begin(), sendings_.end(), now));
  if (free_at_ > now && sendings_.size() >= settings_.queue) return std::nullopt;
  const auto begin = std::max(now, free_at_);
  if (begin > now) sendings_.push_back(begin);
  // Rounded up: a bit is there when all of it is.
  constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
  const std::uint64_t work = std::uint64_t{frame.size} * 8 * kNanosecondsPerSecond;
  free_at_ = begin + Duration{static_cast<std::int64_t>((work - 1) / settings_.rate + 1)};
  return free_at_;
}

LinkFate ImpairedLink::take(Instant now, const Frame& frame, Duration jitter,
                            Instant& last_arrival) {
  LinkFate fate;
  if (matches(settings_.match, frame)) {
    fate.lost = draw_fate();
    fate.duplicated = strikes(duplicate_, settings_.duplicate);
    fate.held_back = strikes(reorder_, settings_.reorder);
    if (strikes(corrupt_, settings_.corrupt))
      fate.flipped_bit = static_cast<std::uint32_t>(corrupt_.below(std::uint64_t{frame.size} * 8));
  }
  const auto sent = leave_queue(now, frame);
  if (!sent) fate.lost = LossCause::queue_full;
  if (fate.lost) return fate;
  fate.at = std::max(last_arrival, *sent + settings_.delay + jitter);
  if (fate.held_back)
    fate.at += settings_.reorder_delay;
  else
    last_arrival = fate.at;
  return fate;
}

}  // namespace understudy::sim
