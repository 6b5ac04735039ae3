#include "core/config/parser.h"

#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/block_reader.h"
#include "core/config/findings.h"
#include "core/config/line_reader.h"
#include "core/config/route_lines.h"
#include "core/config/rule_lines.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

void read_lines(const Block& block, Draft& draft) {
  const auto name = block.front().keyword->name;
  auto& findings = draft.findings;
  warn_extra_words(block.front(), 1, findings);
  if (name == "static_ipaddress")
    read_static_addresses(block, draft);
  else if (name == "static_routes")
    read_routes(block, 0, RouteOwner::host, draft.statics.routes, findings);
  else if (name == "static_rules")
    read_rules(block, 0, draft.rule_preferences, draft.statics.rules, findings);
  else if (name == "interface_up_down_delays")
    read_interface_delays(block, draft);
}

void read_block(const Block& block, Draft& draft) {
  const auto& statement = block.front();
  if (!wants_action(statement, draft.findings)) return;
  switch (statement.keyword->opens) {
    case BlockKind::global_defs:
      read_global_defs(block, draft);
      break;
    case BlockKind::vrrp_script:
      read_script(block, draft);
      break;
    case BlockKind::track_file:
      read_track_file(block, draft);
      break;
    case BlockKind::vrrp_track_process:
      read_track_process(block, draft);
      break;
    case BlockKind::vrrp_sync_group:
      read_sync_group(block, draft);
      break;
    case BlockKind::garp_group:
      read_garp_group(block, draft);
      break;
    case BlockKind::values:
      read_lines(block, draft);
      break;
    case BlockKind::vrrp_instance:
      read_instance(block, draft);
      break;
    default:
      break;
  }
}

}  // namespace

ParseResult parse(std::string_view text, std::string_view file, IncludeReader* includes) {
  Findings findings;
  LineReader lines(text, file, includes, findings);
  BlockReader blocks(lines, findings);
  Draft draft{findings, includes};
  for (Block block; blocks.next(block);) read_block(block, draft);
  ParseResult result;
  result.config = finish(draft, file, !lines.gave_up());
  result.diagnostics = findings.take();
  return result;
}

}  // namespace understudy::config
