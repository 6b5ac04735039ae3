// Every keyword of keepalived.conf that matters outside LVS, and what this version does with it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace understudy::config {

/// What the lines of a block are.
enum class BlockKind : std::uint8_t {
  none,  // a keyword that opens no block
  top,   // the file itself
  global_defs,
  vrrp_script,
  track_file,
  vrrp_track_process,
  vrrp_sync_group,
  garp_group,
  vrrp_instance,
  authentication,
  auth_hmac,
  values,   // lines that begin with no keyword: addresses, names
  skipped,  // not looked into
};

/// What becomes of a keyword.
enum class Support : std::uint8_t {
  acts,     // has a meaning here
  silent,   // asks for what is done anyway
  ignored,  // no effect yet, and without it the same host answers for the address
  refused,  // without it another host, or in another way, might answer: an error
};

struct Keyword {
  std::string_view name;
  Support support = Support::acts;
  BlockKind opens = BlockKind::none;
  bool command = false;            // its value is a command line
  std::string_view why;            // refused: what would be different; a clause
  std::string_view harmless = {};  // refused, but not with these values: "off|false|no"
};

/// The keywords that may stand in a block of this kind; none for values and skipped ones.
std::span<const Keyword> keywords_of(BlockKind block);
/// Null when the word is no keyword there. Case counts.
const Keyword* find_keyword(BlockKind block, std::string_view word);
/// "vrrp_instance"; the file itself is "the top level".
std::string_view to_string(BlockKind block);

/// Keywords of old versions, other programs and common slips, with what was meant; empty: nothing.
struct FormerKeyword {
  std::string_view name;
  std::string_view meant;
};
const FormerKeyword* find_former_keyword(std::string_view word);

}  // namespace understudy::config
