// The lines of track_script, track_interface, track_file and track_process:
// NAME [weight N] [reverse|noreverse].
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

struct TrackBlock {
  std::string_view name;
  std::vector<TrackingDraft::Line> TrackingDraft::*lines;
  int most_weight;
};

constexpr TrackBlock kBlocks[] = {
    {"track_script", &TrackingDraft::scripts, 253},
    {"track_interface", &TrackingDraft::interfaces, 253},
    {"track_file", &TrackingDraft::files, std::numeric_limits<std::int32_t>::max()},
    {"track_process", &TrackingDraft::processes, 254},
};

void read_options(const Statement& statement, int most, Tracked& tracked, Findings& findings) {
  for (std::size_t i = 1; i < statement.words.size(); ++i) {
    const auto& text = statement.words[i].text;
    if (text == "weight") {
      if (const auto read = read_integer(statement, ++i, -most, most, findings, "weight"))
        tracked.weight = static_cast<int>(*read);
    } else if (text == "reverse" || text == "noreverse") {
      tracked.weight_reverse = text == "reverse";
    } else if (text.starts_with("//")) {
      warn_extra_words(statement, i, findings);
      return;
    } else {
      const auto match = closest_match(text, {"weight", "reverse", "noreverse"});
      findings.error("bad-value", statement.place(i),
                     "Behind " + in_quotes(statement.words.front().text) +
                         " only 'weight N', 'reverse' or 'noreverse' may stand, not " +
                         in_quotes(text),
                     match.empty() ? "" : "did you mean " + in_quotes(match) + "?");
      return;
    }
  }
}

}  // namespace

void read_tracked(const Block& block, std::size_t at, TrackingDraft& draft, Findings& findings) {
  const auto keyword = block[at].keyword->name;
  const auto* kind = kBlocks;
  while (kind->name != keyword) ++kind;
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    TrackingDraft::Line line;
    line.at = statement.place();
    line.tracked.name = statement.words.front().text;
    line.tracked.at = position_of(line.at);
    read_options(statement, kind->most_weight, line.tracked, findings);
    if (draft.names.emplace(kind->name, line.tracked.name).second)
      (draft.*kind->lines).push_back(std::move(line));
    else
      findings.warning(
          "tracked-twice", line.at,
          in_quotes(line.tracked.name) + " is tracked already; this line is passed over");
  });
}

void read_object_weight(const Statement& statement, int most, int& weight, bool& reverse,
                        Findings& findings) {
  if (const auto read = read_integer(statement, 1, -most, most, findings))
    weight = static_cast<int>(*read);
  if (statement.words.size() < 3) return;
  if (statement.words[2].text == "reverse") {
    reverse = true;
    warn_extra_words(statement, 3, findings);
  } else {
    findings.error(
        "bad-value", statement.place(2),
        "Behind the weight only 'reverse' may stand, not " + in_quotes(statement.words[2].text));
  }
}

}  // namespace understudy::config
