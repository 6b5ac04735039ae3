// The keywords of each block, a file for each kind of block, and how they are written down.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/config/keyword_table.h"

namespace understudy::config {

std::span<const Keyword> top_keywords();
std::span<const Keyword> global_keywords();
std::span<const Keyword> instance_keywords();
/// Of the blocks that describe what is tracked, groups of instances, and blocks inside others.
std::span<const Keyword> object_keywords(BlockKind block);

constexpr Keyword acting(std::string_view name, BlockKind opens = BlockKind::none) {
  return {name, Support::acts, opens, false, {}, {}};
}
constexpr Keyword command(std::string_view name) {
  return {name, Support::acts, BlockKind::none, true, {}, {}};
}
constexpr Keyword ignoring(std::string_view name, BlockKind opens = BlockKind::none) {
  return {name, Support::ignored, opens, false, {}, {}};
}
constexpr Keyword refusing(std::string_view name, std::string_view why,
                           BlockKind opens = BlockKind::none) {
  return {name, Support::refused, opens, false, why, {}};
}
constexpr Keyword refusing_unless(std::string_view name, std::string_view harmless,
                                  std::string_view why) {
  return {name, Support::refused, BlockKind::none, false, why, harmless};
}

}  // namespace understudy::config
