#include "core/config/keyword_table.h"

#include <algorithm>
#include <array>

#include "core/config/keyword_lists.h"

namespace understudy::config {
namespace {

using enum BlockKind;

constexpr auto kFormer = std::to_array<FormerKeyword>({
    {"script_security", "enable_script_security"},
    {"raise", "rise"},
    {"advert_in", "advert_int"},
    {"netify_backup", "notify_backup"},
    {"smtp_connect_time", "smtp_connect_timeout"},
    {"lvs_sync_daemon_inteface", "lvs_sync_daemon_interface"},
    {"nb_get_retry", "retry"},
    {"nat_mask", ""},
    {"lvs_id", "router_id"},
    {"local_address_group", ""},
});

}  // namespace

std::span<const Keyword> keywords_of(BlockKind block) {
  switch (block) {
    case top:
      return top_keywords();
    case global_defs:
      return global_keywords();
    case vrrp_instance:
      return instance_keywords();
    default:
      return object_keywords(block);
  }
}

const Keyword* find_keyword(BlockKind block, std::string_view word) {
  const auto keywords = keywords_of(block);
  const auto found = std::find_if(keywords.begin(), keywords.end(),
                                  [&](const Keyword& keyword) { return keyword.name == word; });
  return found == keywords.end() ? nullptr : &*found;
}

std::string_view to_string(BlockKind block) {
  switch (block) {
    case top:
      return "the top level";
    case global_defs:
      return "global_defs";
    case vrrp_script:
      return "vrrp_script";
    case track_file:
      return "track_file";
    case vrrp_track_process:
      return "vrrp_track_process";
    case vrrp_sync_group:
      return "vrrp_sync_group";
    case garp_group:
      return "garp_group";
    case auth_hmac:
      return "auth_hmac";
    case vrrp_instance:
      return "vrrp_instance";
    case authentication:
      return "authentication";
    case none:
    case values:
    case skipped:
      break;
  }
  return "the block";
}

const FormerKeyword* find_former_keyword(std::string_view word) {
  const auto found = std::find_if(kFormer.begin(), kFormer.end(),
                                  [&](const FormerKeyword& former) { return former.name == word; });
  return found == kFormer.end() ? nullptr : &*found;
}

}  // namespace understudy::config
