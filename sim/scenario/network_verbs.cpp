// Faults of the network: link, partition, arp, switch, inject.
#include <algorithm>

#include "sim/scenario/units.h"
#include "sim/scenario/verb_reader.h"

namespace understudy::sim {
namespace {

/// "loss 30%, delay 10ms": the values as the file has them.
std::string said(const YamlNode& settings) {
  std::string text;
  for (const YamlNode& item : settings.items) {
    if (item.kind != YamlNode::Kind::scalar) continue;
    std::string word = item.key;
    std::replace(word.begin(), word.end(), '_', ' ');
    text += (text.empty() ? "" : ", ") + word + " " + item.text.substr(0, 40);
  }
  return text;
}

std::string names_of(const Scenario& scenario, const std::vector<std::size_t>& hosts) {
  std::string text;
  for (const std::size_t host : hosts)
    text += (text.empty() ? "" : ", ") + scenario.hosts[host].name;
  return text;
}

}  // namespace

bool VerbReader::link(const std::string& text) {
  const auto place = load_link_place(context_, verb_, scenario_, text);
  const YamlNode* set = argument("set", "set: { loss: 30% }");
  if (set == nullptr) return false;
  const std::size_t errors = context_.error_count();
  const LinkPatch patch = load_link_patch(context_, *set, "`set`");
  if (!place || context_.error_count() != errors) return false;
  if (set->items.empty()) {
    context_.error(*set, "missing-key", "`set` changes nothing", "set: { loss: 30% }");
    return false;
  }
  const Nic& nic = scenario_.hosts[place->at.host].nics[place->at.nic];
  for (const auto* usual : {&nic.to_segment, &nic.from_segment}) {
    LinkSettings settings = usual->value_or(scenario_.segments[nic.segment].link);
    apply(context_, *set, patch, settings);  // for what does not go together
  }
  action_ = said(*set);
  fault_.verb =
      LinkFault{place->at.host, place->at.nic, place->to_segment, place->from_segment, patch};
  return context_.error_count() == errors;
}

std::vector<std::size_t> VerbReader::side(const YamlNode& node) {
  std::vector<std::size_t> hosts;
  const auto add = [&](const YamlNode& item) {
    const auto name = context_.string(item);
    if (!name) return;
    if (const auto host = find_host(scenario_, *name))
      hosts.push_back(*host);
    else
      context_.unknown_name(item, "host", *name, host_names(scenario_));
  };
  if (node.kind == YamlNode::Kind::scalar)
    add(node);
  else if (context_.is_list(node, node.key))
    for (const YamlNode& item : node.items) add(item);
  if (node.kind == YamlNode::Kind::list && node.items.empty())
    context_.error(node, "missing-key", "`" + node.key + "` names a host at least");
  return hosts;
}

bool VerbReader::share_segment(const PartitionFault& fault) const {
  for (const std::size_t left : fault.from)
    for (const std::size_t right : fault.to)
      for (const Nic& own : scenario_.hosts[left].nics)
        for (const Nic& other : scenario_.hosts[right].nics)
          if (own.segment == other.segment) return true;
  return false;
}

bool VerbReader::partition(const std::string&) {
  const std::size_t errors = context_.error_count();
  MapReader map(context_, verb_, "`partition`", {"from", "to", "both_ways", "match"});
  const YamlNode* from = map.require("from");
  const YamlNode* to = map.require("to");
  if (from == nullptr || to == nullptr) return false;
  PartitionFault fault{side(*from), side(*to)};
  if (const YamlNode* both = map.get("both_ways"))
    fault.both_ways = context_.boolean(*both).value_or(true);
  if (const YamlNode* match = map.get("match")) fault.match = load_match(context_, *match);
  if (context_.error_count() != errors) return false;
  for (const std::size_t host : fault.from)
    if (std::find(fault.to.begin(), fault.to.end(), host) != fault.to.end()) {
      context_.error(*to, "conflict",
                     "host '" + scenario_.hosts[host].name + "' is on both sides of the partition");
      return false;
    }
  if (!share_segment(fault)) {
    context_.error(verb_, "conflict", "the two sides share no segment: nothing is cut");
    return false;
  }
  subject_ = names_of(scenario_, fault.from) + (fault.both_ways ? " <-> " : " -> ") +
             names_of(scenario_, fault.to);
  action_ = fault.match == TrafficMatch{} ? "cut" : "cut for " + to_text(fault.match);
  fault_.verb = std::move(fault);
  return true;
}

bool VerbReader::arp(const std::string& text) {
  const auto found = find(text);
  const auto verb = action("do", kArpWords);
  if (!found || !verb) return false;
  fault_.verb = ArpFault{*found, *verb};
  return true;
}

bool VerbReader::switch_fault(const std::string& text) {
  const auto verb = action("do", kSwitchWords);
  const auto found = find_segment(scenario_, text);
  if (!found) context_.unknown_name(verb_, "segment", text, segment_names(scenario_));
  if (!found || !verb) return false;
  const Segment& segment = scenario_.segments[*found];
  if (segment.kind == SegmentKind::hub) {
    context_.error(verb_, "conflict", "segment '" + text + "' is a hub: it has no switch");
    return false;
  }
  if (*verb == SwitchVerb::querier_lost && segment.igmp_snooping != IgmpSnooping::on) {
    context_.error(verb_, "conflict", "segment '" + text + "' has no querier to lose",
                   "give the segment `igmp_snooping: on`");
    return false;
  }
  fault_.verb = SwitchFault{*found, *verb};
  return true;
}

bool VerbReader::inject(const std::string&) {
  const YamlNode* from = verb_.find("from");
  if (from == nullptr) {
    context_.key_error(verb_, "missing-key", "`inject` needs `from`",
                       "inject: { from: lb1.eth0, advert: { vrid: 51, priority: 255 } }");
    return false;
  }
  const auto word = context_.string(*from);
  const auto place = word ? load_nic_word(context_, *from, scenario_, *word) : std::nullopt;
  if (!place) return false;
  auto frames = load_frames(context_, verb_, scenario_, *place, configs_);
  if (!frames) return false;
  subject_ = "from " + *word;
  for (const std::string_view key : {"advert", "hex", "pcap"})
    if (verb_.find(key) != nullptr) action_ = key;
  if (const YamlNode* advert = verb_.find("advert")) action_ = "advert, " + said(*advert);
  if (frames->size() > 1) action_ += ", " + std::to_string(frames->size()) + " frames";
  fault_.verb = InjectFault{place->host, place->nic, std::move(*frames)};
  return true;
}

}  // namespace understudy::sim
