// What to type to see a run again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::sim {

/// As one word of a shell: in quotes where it needs them.
std::string shell_word(std::string_view text);

/// "understudy sim FILE --case NAME --seed N --param NAME=VALUE ...". An empty case name is none;
/// `params` are NAME=VALUE.
std::string replay_command(std::string_view file, std::string_view case_name, std::uint64_t seed,
                           const std::vector<std::string>& params);

}  // namespace understudy::sim
