// The runs of a sweep as a block of numbers, for workers elsewhere and for numpy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep/sweep.h"

namespace understudy::python {

/// Of a row: seed, digest, verdict (0 pass, 1 fail, 2 vacuous, 3 waived), whether there is a
/// margin, margin, and the expectation it is of; then come the columns. All are int64 in this
/// machine's order.
inline constexpr std::size_t kRowNumbers = 6;

std::string rows_of(const sim::SweepPoint& point, std::size_t columns);

/// Adds rows to what is already there. False when the bytes are no whole rows of a
/// scenario with so many columns and expectations.
bool add_rows(sim::SweepPart& part, std::string_view rows, std::size_t columns,
              std::size_t expectations);

}  // namespace understudy::python
