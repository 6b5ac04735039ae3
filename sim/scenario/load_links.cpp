// links: the settings of cables, one direction or both.
#include <algorithm>
#include <array>

#include "sim/scenario/link_patch.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostKinds = 16;
constexpr std::size_t kLongestMask = 100'000;
constexpr std::int64_t kLongestQueue = 1'000'000;
constexpr std::uint32_t kLongestBurst = 1'000'000;  // frames

struct TrafficKind {
  std::string_view name;
  std::uint16_t kinds;
};
constexpr std::array kTraffic{
    TrafficKind{"all", TrafficMatch::kAll},   TrafficKind{"vrrp", TrafficMatch::kVrrp},
    TrafficKind{"arp", TrafficMatch::kArp},   TrafficKind{"nd", TrafficMatch::kNd},
    TrafficKind{"igmp", TrafficMatch::kIgmp}, TrafficKind{"tcp", TrafficMatch::kTcp},
    TrafficKind{"icmp", TrafficMatch::kIcmp}, TrafficKind{"other", TrafficMatch::kOther}};

std::optional<std::uint16_t> load_kind(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  std::vector<std::string_view> names;
  for (const TrafficKind& kind : kTraffic) {
    if (kind.name == *text) return kind.kinds;
    names.push_back(kind.name);
  }
  context.unknown_name(node, "kind of traffic", *text, names);
  return std::nullopt;
}

/// A mean number of frames in thousandths: "3", "2.5".
std::optional<std::uint32_t> load_burst(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  const std::size_t point = std::min(text->find('.'), text->size());
  const auto whole = parse_integer(std::string_view(*text).substr(0, point), kLongestBurst);
  std::string fraction = point < text->size() ? text->substr(point + 1) : "0";
  const bool fits = fraction.size() <= 3;
  fraction.resize(3, '0');
  const auto thousandths = parse_integer(fraction, 999);
  if (!whole || !thousandths || !fits) {
    context.error(node, "bad-number",
                  "'" + text->substr(0, 60) + "' is no mean number of frames, such as 3 or 2.5");
    return std::nullopt;
  }
  const auto value = static_cast<std::uint32_t>(*whole * 1000 + *thousandths);
  if (value >= 1000) return value;
  context.error(node, "out-of-range", "a burst has one frame at least");
  return std::nullopt;
}

std::optional<std::string> load_mask(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  const std::size_t wrong = text->find_first_not_of("01");
  if (wrong != std::string::npos) {
    context.report(Severity::error, context.place_in(node, wrong), 1, "bad-mask",
                   "a mask has a 1 for a frame that is lost and a 0 for one that is not",
                   "loss_mask: \"0111\": the first frame arrives, the next three do not");
    return std::nullopt;
  }
  if (text->size() <= kLongestMask) return *text;
  context.error(node, "too-large",
                "a mask has " + std::to_string(kLongestMask) + " frames at most");
  return std::nullopt;
}

std::optional<std::uint64_t> load_rate(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  const auto rate = parse_rate(*text);
  if (rate && *rate > 0) return *rate;
  context.error(
      node, rate ? "out-of-range" : "bad-rate",
      rate ? "a link without any rate carries nothing: take it down instead" : rate.error());
  return std::nullopt;
}

/// With runs of mean length b a share of more than b / (b + 1) cannot be lost: two runs would have
/// no frame between them.
void check_burst(LoadContext& context, const YamlNode& node, const LinkSettings& settings) {
  if (settings.loss_burst == 1000 || settings.loss == kAlways) return;
  const std::uint64_t burst = settings.loss_burst;
  if (settings.loss.per_billion * (burst + 1000) <= kAlways.per_billion * burst) return;
  const auto most = static_cast<std::uint32_t>(kAlways.per_billion * burst / (burst + 1000));
  context.error(node, "out-of-range",
                "a loss of " + quantity_text(settings.loss) + " needs longer bursts: with this " +
                    "`loss_burst` at most " + quantity_text(Share{most}) + " can be lost");
}

/// "lb1.eth0 -> lan", "lan -> lb1.eth0", "lb1.eth0 <-> lan".
struct Ends {
  std::string_view left, right, arrow;
};

std::optional<Ends> split_arrow(std::string_view text) {
  for (const std::string_view arrow : {"<->", "->"}) {
    const std::size_t at = text.find(arrow);
    if (at == std::string_view::npos) continue;
    const auto trim = [](std::string_view word) {
      const std::size_t first = word.find_first_not_of(' ');
      if (first == std::string_view::npos) return std::string_view{};
      return word.substr(first, word.find_last_not_of(' ') - first + 1);
    };
    return Ends{trim(text.substr(0, at)), trim(text.substr(at + arrow.size())), arrow};
  }
  return std::nullopt;
}

std::vector<std::string> nic_words(const Scenario& scenario) {
  std::vector<std::string> words;
  for (const Host& host : scenario.hosts)
    for (const Nic& nic : host.nics) words.push_back(host.name + "." + nic.name);
  return words;
}

}  // namespace

std::optional<NicPlace> find_nic_word(const Scenario& scenario, std::string_view word) {
  for (std::size_t h = 0; h < scenario.hosts.size(); ++h) {
    const Host& host = scenario.hosts[h];
    if (!word.starts_with(host.name) || word.size() <= host.name.size() ||
        word[host.name.size()] != '.')
      continue;
    if (const auto nic = find_nic(host, word.substr(host.name.size() + 1)))
      return NicPlace{h, *nic};
  }
  return std::nullopt;
}

std::optional<NicPlace> load_nic_word(LoadContext& context, const YamlNode& node,
                                      const Scenario& scenario, std::string_view word) {
  if (const auto found = find_nic_word(scenario, word)) return found;
  const auto words = nic_words(scenario);
  context.unknown_name(node, "NIC", word, {words.begin(), words.end()});
  return std::nullopt;
}

TrafficMatch load_match(LoadContext& context, const YamlNode& node) {
  TrafficMatch match;
  if (node.kind == YamlNode::Kind::scalar) {
    match.kinds = load_kind(context, node).value_or(TrafficMatch::kAll);
    return match;
  }
  if (!context.is_list(node, "match")) return match;
  if (node.items.empty() || node.items.size() > kMostKinds)
    context.error(node, "out-of-range", "`match` names one kind of traffic at least");
  match.kinds = 0;
  for (const YamlNode& item : node.items)
    match.kinds |= load_kind(context, item).value_or(TrafficMatch::kAll);
  return match;
}

std::string to_text(TrafficMatch match) {
  for (const TrafficKind& kind : kTraffic)
    if (kind.kinds == match.kinds) return std::string(kind.name);
  std::string text;
  for (const TrafficKind& kind : kTraffic)
    if (kind.kinds != TrafficMatch::kAll && (match.kinds & kind.kinds) != 0)
      text += (text.empty() ? "" : ", ") + std::string(kind.name);
  return "[" + text + "]";
}

LinkPatch load_link_patch(LoadContext& context, const YamlNode& node, const std::string& what) {
  LinkPatch patch;
  const MapReader map(context, node, what,
                      {"delay", "jitter", "loss", "loss_burst", "loss_mask", "duplicate", "reorder",
                       "reorder_delay", "corrupt", "rate", "queue", "match"});
  if (node.kind != YamlNode::Kind::map) return patch;
  const auto with = [&](std::string_view key, const auto& read) {
    if (const YamlNode* value = map.get(key)) read(*value);
  };
  with("delay", [&](const YamlNode& value) { patch.delay = context.duration(value); });
  with("jitter", [&](const YamlNode& value) { patch.jitter = context.duration(value); });
  with("reorder_delay",
       [&](const YamlNode& value) { patch.reorder_delay = context.duration(value); });
  with("loss", [&](const YamlNode& value) { patch.loss = context.share(value); });
  with("duplicate", [&](const YamlNode& value) { patch.duplicate = context.share(value); });
  with("reorder", [&](const YamlNode& value) { patch.reorder = context.share(value); });
  with("corrupt", [&](const YamlNode& value) { patch.corrupt = context.share(value); });
  with("loss_burst", [&](const YamlNode& value) { patch.loss_burst = load_burst(context, value); });
  with("loss_mask", [&](const YamlNode& value) { patch.loss_mask = load_mask(context, value); });
  with("rate", [&](const YamlNode& value) { patch.rate = load_rate(context, value); });
  with("queue", [&](const YamlNode& value) {
    if (const auto frames = context.integer(value, 1, kLongestQueue))
      patch.queue = static_cast<std::uint32_t>(*frames);
  });
  with("match", [&](const YamlNode& value) { patch.match = load_match(context, value); });
  return patch;
}

void apply(LoadContext& context, const YamlNode& node, const LinkPatch& patch,
           LinkSettings& settings) {
  apply(patch, settings);
  check_burst(context, node, settings);
}

std::optional<LinkPlace> load_link_place(LoadContext& context, const YamlNode& node,
                                         const Scenario& scenario, std::string_view text) {
  const auto fail = [&](std::string message) -> std::optional<LinkPlace> {
    const std::string hint =
        "write \"lb1.eth0 -> lan\", \"lan -> lb1.eth0\" or \"lb1.eth0 <-> lan\"";
    if (node.kind == YamlNode::Kind::scalar)
      context.error(node, "bad-link", std::move(message), hint);
    else
      context.key_error(node, "bad-link", std::move(message), hint);
    return std::nullopt;
  };
  const auto ends = split_arrow(text);
  if (!ends) return fail("'" + std::string(text.substr(0, 80)) + "' names no direction of a link");
  const bool from_nic =
      ends->left.find('.') != std::string_view::npos && !find_segment(scenario, ends->left);
  const std::string_view nic_word = from_nic ? ends->left : ends->right;
  const std::string_view segment_word = from_nic ? ends->right : ends->left;
  const auto place = load_nic_word(context, node, scenario, nic_word);
  if (!place) return std::nullopt;
  const auto segment = find_segment(scenario, segment_word);
  if (!segment) {
    context.unknown_name(node, "segment", segment_word, segment_names(scenario));
    return std::nullopt;
  }
  const Segment& own = scenario.segments[scenario.hosts[place->host].nics[place->nic].segment];
  if (own.name != segment_word)
    return fail("NIC '" + std::string(nic_word) + "' is on segment '" + own.name + "', not on '" +
                std::string(segment_word) + "'");
  const bool both = ends->arrow == "<->";
  return LinkPlace{*place, both || from_nic, both || !from_nic};
}

void load_links(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (!context.is_map(node, "`links`")) return;
  for (const YamlNode& item : node.items) {
    const auto place = load_link_place(context, item, scenario, item.key);
    const auto patch = load_link_patch(context, item, "link '" + item.key.substr(0, 80) + "'");
    if (!place) continue;
    Nic& nic = scenario.hosts[place->at.host].nics[place->at.nic];
    const LinkSettings& usual = scenario.segments[nic.segment].link;
    for (auto* settings : {&nic.to_segment, &nic.from_segment}) {
      if (!(settings == &nic.to_segment ? place->to_segment : place->from_segment)) continue;
      if (!*settings) *settings = usual;
      apply(context, item, patch, **settings);
    }
  }
}

}  // namespace understudy::sim
