// What a sample says about where it came from. Every bound is one-sided and exact: it assumes
// nothing about the distribution.
#pragma once

#include <cstdint>
#include <optional>

namespace understudy::sim {

/// Clopper-Pearson: the probability is at most (at least) this with the given confidence, when
/// `hits` of `runs` had the property. 1 (0) when there are no runs. Clopper and Pearson, Biometrika
/// 26 (1934).
double probability_at_most(std::uint64_t hits, std::uint64_t runs, double confidence);
double probability_at_least(std::uint64_t hits, std::uint64_t runs, double confidence);

/// The chance that at most `hits` of `runs` have a property of this probability.
double binomial_cdf(std::uint64_t hits, std::uint64_t runs, double probability);

/// Order statistics: the quantile lies at or below (above) the value of this rank, counted from 1,
/// with the given confidence. nullopt: the runs are too few to say.
std::optional<std::uint64_t> rank_above_quantile(std::uint64_t runs, double quantile,
                                                 double confidence);
std::optional<std::uint64_t> rank_below_quantile(std::uint64_t runs, double quantile,
                                                 double confidence);
/// The rank that stands for the quantile itself, counted from 1. `runs` at least 1.
std::uint64_t rank_of_quantile(std::uint64_t runs, double quantile);

}  // namespace understudy::sim
