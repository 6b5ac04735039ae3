// timeline: what each fault does.
#include <algorithm>
#include <vector>

#include "sim/scenario/verb_reader.h"

namespace understudy::sim {

bool load_verb(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault,
               ConfigStore& configs) {
  if (!context.is_map(node, "a fault")) return false;
  const std::vector<std::string_view> verbs = VerbReader::names();
  const YamlNode* verb = nullptr;
  for (const YamlNode& item : node.items) {
    if (std::find(verbs.begin(), verbs.end(), item.key) == verbs.end()) continue;
    if (verb != nullptr) {
      context.key_error(item, "conflict",
                        "a fault has one verb: `" + verb->key + "` or `" + item.key + "`");
      return false;
    }
    verb = &item;
  }
  std::vector<std::string_view> keys = {"id", "at", "after", "for", "every", "until"};
  if (verb == nullptr) {
    const std::size_t errors = context.error_count();
    for (const std::string_view name : verbs) {
      keys.push_back(name);
      for (const std::string_view argument : VerbReader::arguments_of(name))
        if (std::find(keys.begin(), keys.end(), argument) == keys.end()) keys.push_back(argument);
    }
    check_keys(context, node, "a fault", keys);
    if (context.error_count() == errors)
      context.error(node, "missing-key", "this fault has no verb", suggestion("", verbs));
    return false;
  }
  keys.push_back(verb->key);
  for (const std::string_view argument : VerbReader::arguments_of(verb->key))
    keys.push_back(argument);
  check_keys(context, node, "a `" + verb->key + "` fault", keys);
  return VerbReader(context, node, *verb, scenario, fault, configs).read();
}

}  // namespace understudy::sim
