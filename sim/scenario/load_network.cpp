// segments.
#include <array>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/load_word.h"
#include "sim/scenario/names.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostSegments = 64;

template <typename Value, std::size_t N>
void load_choice(LoadContext& context, const MapReader& map, std::string_view key,
                 const std::array<Word<Value>, N>& words, Value& target) {
  if (const YamlNode* node = map.get(key))
    target =
        load_word(context, *node, "value of `" + std::string(key) + "`", words).value_or(target);
}

void load_segment(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  Segment segment;
  segment.name = node.key;
  if (!context.check_key(node, "segment")) return;
  const std::string what = "segment '" + node.key + "'";
  const MapReader map(context, node, what, {"kind", "mac_aging", "igmp_snooping", "stp", "link"});
  load_choice(context, map, "kind", kSegmentWords, segment.kind);
  load_choice(context, map, "igmp_snooping", kSnoopingWords, segment.igmp_snooping);
  if (const YamlNode* stp = map.get("stp"); stp != nullptr && stp->text != "portfast")
    segment.stp_delay = context.duration(*stp).value_or(Duration{});
  if (const YamlNode* aging = map.get("mac_aging"))
    if (const auto value = context.duration(*aging)) {
      segment.mac_aging = *value;
      if (*value <= Duration{})
        context.error(*aging, "out-of-range", "`mac_aging` must be longer than 0 s");
    }
  if (segment.kind == SegmentKind::hub &&
      (segment.igmp_snooping != IgmpSnooping::off || segment.stp_delay > Duration{}))
    context.error(*map.get(segment.stp_delay > Duration{} ? "stp" : "igmp_snooping"), "conflict",
                  "a hub neither snoops nor speaks a spanning tree protocol",
                  "make it `kind: switch`");
  if (const YamlNode* link = map.get("link"))
    apply(context, *link, load_link_patch(context, *link, "`link` of " + what), segment.link);
  scenario.segments.push_back(std::move(segment));
}

}  // namespace

void load_segments(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (!context.is_map(node, "`segments`")) return;
  for (const YamlNode& item : node.items) {
    if (scenario.segments.size() >= kMostSegments) {
      context.error(item, "out-of-range",
                    "more than " + std::to_string(kMostSegments) + " segments");
      return;
    }
    load_segment(context, item, scenario);
  }
}

}  // namespace understudy::sim
