#include "core/config/parser.h"

#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/block_reader.h"
#include "core/config/findings.h"
#include "core/config/line_reader.h"

namespace understudy::config {
namespace {

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
  Draft draft{findings, {}, {}, {}, {}};
  for (Block block; blocks.next(block);) read_block(block, draft);
  ParseResult result;
  result.config = finish(draft, file, !lines.gave_up());
  result.diagnostics = findings.take();
  return result;
}

}  // namespace understudy::config
