#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/config/diagnostic.h"

namespace understudy {
namespace {

constexpr std::size_t kLongestWord = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Damerau-Levenshtein distance, adjacent transpositions only, of words no longer than kLongestWord;
// something above `limit` when it is above it.
std::size_t distance(std::string_view left, std::string_view right, std::size_t limit) {
  std::array<std::array<std::uint8_t, kLongestWord + 1>, kLongestWord + 1> table;
  for (std::size_t j = 0; j <= right.size(); ++j) table[0][j] = static_cast<std::uint8_t>(j);
  std::size_t least_before = 0;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    table[i][0] = static_cast<std::uint8_t>(i);
    std::size_t least = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const char a = lower(left[i - 1]);
      const char b = lower(right[j - 1]);
      int best = std::min(
          {table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a == b ? 0 : 1)});
      if (i > 1 && j > 1 && a == lower(right[j - 2]) && lower(left[i - 2]) == b)
        best = std::min(best, table[i - 2][j - 2] + 1);
      table[i][j] = static_cast<std::uint8_t>(best);
      least = std::min<std::size_t>(least, table[i][j]);
    }
    // Every further cell comes from one of the last two rows.
    if (std::min(least, least_before) > limit) return limit + 1;
    least_before = least;
  }
  return table[left.size()][right.size()];
}

}  // namespace

std::string_view closest_match(std::string_view word,
                               const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const auto limit = std::min<std::size_t>(word.size() / 3, 3);
  std::string_view best;
  std::size_t best_distance = limit + 1;
  for (const auto candidate : candidates) {
    if (best_distance == 0) break;
    if (candidate.size() > kLongestWord || candidate.size() > word.size() + limit ||
        word.size() > candidate.size() + limit)
      continue;
    const auto found = distance(word, candidate, best_distance - 1);
    if (found < best_distance) {
      best_distance = found;
      best = candidate;
    }
  }
  return best;
}

}  // namespace understudy
