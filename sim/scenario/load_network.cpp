// segments.
#include <array>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostSegments = 64;

template <typename Value, std::size_t N>
void load_choice(LoadContext& context, const MapReader& map, std::string_view key,
                 const std::array<std::pair<std::string_view, Value>, N>& choices, Value& target) {
  const YamlNode* node = map.get(key);
  const auto text = node != nullptr ? context.string(*node) : std::nullopt;
  if (!text) return;
  std::vector<std::string_view> names;
  for (const auto& [name, value] : choices) {
    names.push_back(name);
    if (name != *text) continue;
    target = value;
    return;
  }
  context.unknown_name(*node, "value of `" + std::string(key) + "`", *text, names);
}

void load_segment(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  static constexpr std::array kKinds{std::pair{std::string_view("switch"), SegmentKind::switched},
                                     std::pair{std::string_view("hub"), SegmentKind::hub}};
  static constexpr std::array kSnooping{
      std::pair{std::string_view("off"), IgmpSnooping::off},
      std::pair{std::string_view("on"), IgmpSnooping::on},
      std::pair{std::string_view("on-no-querier"), IgmpSnooping::on_no_querier}};
  Segment segment;
  segment.name = node.key;
  if (!context.check_key(node, "segment")) return;
  const std::string what = "segment '" + node.key + "'";
  const MapReader map(context, node, what, {"kind", "mac_aging", "igmp_snooping", "stp", "link"});
  load_choice(context, map, "kind", kKinds, segment.kind);
  load_choice(context, map, "igmp_snooping", kSnooping, segment.igmp_snooping);
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
