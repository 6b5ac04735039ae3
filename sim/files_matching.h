// What a pattern of a configuration's `include` line means on a disk.
#pragma once

#include <string>
#include <vector>

namespace understudy::sim {

/// The names of the regular files that a glob pattern with braces matches, sorted as a shell sorts
/// them; none for a pattern that matches nothing. As keepalived reads `include`.
std::vector<std::string> files_matching(const std::string& pattern);

}  // namespace understudy::sim
