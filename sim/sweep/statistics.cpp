#include "sim/sweep/statistics.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace understudy::sim {
namespace {

using Binomial = boost::math::binomial_distribution<double>;

}  // namespace

double probability_at_most(std::uint64_t hits, std::uint64_t runs, double confidence) {
  if (hits >= runs) return 1;
  return Binomial::find_upper_bound_on_p(static_cast<double>(runs), static_cast<double>(hits),
                                         1 - confidence);
}

double probability_at_least(std::uint64_t hits, std::uint64_t runs, double confidence) {
  if (hits == 0 || runs == 0) return 0;
  return Binomial::find_lower_bound_on_p(static_cast<double>(runs), static_cast<double>(hits),
                                         1 - confidence);
}

double binomial_cdf(std::uint64_t hits, std::uint64_t runs, double probability) {
  if (hits >= runs) return 1;
  return boost::math::cdf(Binomial(static_cast<double>(runs), probability),
                          static_cast<double>(hits));
}

// The value of rank r is below the quantile only when at least r values are; so it is at or above
// with the chance that fewer than r are below: cdf(r - 1).
std::optional<std::uint64_t> rank_above_quantile(std::uint64_t runs, double quantile,
                                                 double confidence) {
  if (runs == 0 || binomial_cdf(runs - 1, runs, quantile) < confidence) return std::nullopt;
  std::uint64_t low = 1, high = runs;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (binomial_cdf(middle - 1, runs, quantile) >= confidence)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

std::optional<std::uint64_t> rank_below_quantile(std::uint64_t runs, double quantile,
                                                 double confidence) {
  const auto above = rank_above_quantile(runs, 1 - quantile, confidence);
  if (!above) return std::nullopt;
  return runs + 1 - *above;
}

std::uint64_t rank_of_quantile(std::uint64_t runs, double quantile) {
  // So that 0.99 of 100, which is 99.0000000000000014, is 99.
  const auto rank = std::ceil(quantile * static_cast<double>(runs) - 1e-9);
  return std::clamp<std::uint64_t>(rank < 1 ? 1 : static_cast<std::uint64_t>(rank), 1, runs);
}

}  // namespace understudy::sim
