// What may stand in the smaller blocks: tracked objects, and blocks inside others.
#include "core/config/keyword_lists.h"

namespace understudy::config {
namespace {

using enum BlockKind;
using enum Support;

constexpr auto kScript = std::to_array<Keyword>({
    command("script"),
    acting("interval"),
    acting("timeout"),
    acting("weight"),
    acting("rise"),
    acting("fall"),
    acting("user"),
    acting("init_fail"),
});

constexpr auto kAuthentication = std::to_array<Keyword>({
    acting("auth_type"),
    acting("auth_pass"),
});

}  // namespace

std::span<const Keyword> object_keywords(BlockKind block) {
  switch (block) {
    case vrrp_script:
      return kScript;
    case authentication:
      return kAuthentication;
    default:
      return {};
  }
}

}  // namespace understudy::config
