// params and ${param}.
#include <algorithm>

#include "sim/scenario/document_parts.h"
#include "sim/scenario/names.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostParams = 1'000;
constexpr std::size_t kMostText = 8'000'000;  // bytes of all scalars, parameters in their places

class Substitution {
 public:
  Substitution(LoadContext& context, const Params& params) : context_(context), params_(params) {}

  void replace_in(YamlNode& node) {
    if (node.kind == YamlNode::Kind::scalar) return replace_in_scalar(node);
    for (YamlNode& item : node.items) replace_in(item);
  }

 private:
  void replace_in_scalar(YamlNode& node) {
    if (node.text.find("${") == std::string::npos) return;
    std::string text;
    std::size_t place = 0;
    while (true) {
      const std::size_t dollar = node.text.find("${", place);
      text += node.text.substr(place, dollar - place);
      if (dollar == std::string::npos) break;
      if (dollar > place && node.text[dollar - 1] == '$') {  // $${ is a plain ${
        text += "{";
        place = dollar + 2;
        continue;
      }
      const std::size_t end = node.text.find('}', dollar);
      if (end == std::string::npos) {
        context_.report(Severity::error, context_.place_in(node, dollar), 2, "bad-param",
                        "this parameter is never closed", "write $${ for a plain ${");
        return;
      }
      const auto* value = find(node, dollar, node.text.substr(dollar + 2, end - dollar - 2));
      if (value == nullptr) return;
      text += *value;
      place = end + 1;
    }
    size_ += text.size();
    if (size_ > kMostText) {
      if (size_ - text.size() <= kMostText)
        context_.error(node, "too-large", "with its parameters the scenario becomes too large");
      return;
    }
    node.text = std::move(text);
    node.quoted = false;  // a parameter's value is what it looks like
    node.substituted = true;
  }

  const std::string* find(const YamlNode& node, std::size_t at, const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& [known, value] : params_) {
      if (known == name) return &value;
      names.push_back(known);
    }
    std::string hint = suggestion(name, names);
    if (hint.empty()) hint = "the file has no `params`; write $${ for a plain ${";
    context_.report(Severity::error, context_.place_in(node, at), name.size() + 3, "unknown-param",
                    "there is no parameter '" + name.substr(0, 80) + "'", std::move(hint));
    return nullptr;
  }

  LoadContext& context_;
  const Params& params_;
  std::size_t size_ = 0;
};

Params read_params(LoadContext& context, const YamlNode& root) {
  Params params;
  const YamlNode* node = root.find("params");
  if (node == nullptr || node->kind == YamlNode::Kind::null || !context.is_map(*node, "`params`"))
    return params;
  if (node->items.size() > kMostParams) {
    context.error(*node, "out-of-range",
                  "more than " + std::to_string(kMostParams) + " parameters");
    return params;
  }
  for (const YamlNode& item : node->items) {
    if (!context.check_key(item, "parameter")) continue;
    if (item.kind == YamlNode::Kind::list || item.kind == YamlNode::Kind::map) {
      context.error(item, "bad-type", "a parameter is a single value");
      continue;
    }
    if (item.text.find("${") != std::string::npos)
      context.error(item, "bad-param", "a parameter cannot be made of others");
    params.emplace_back(item.key, item.text);
  }
  return params;
}

void override_params(LoadContext& context, const YamlNode& root, const LoadOptions& options,
                     Params& params) {
  for (const auto& wanted : options.params) {
    const std::string& name = wanted.first;
    const auto found = std::find_if(params.begin(), params.end(),
                                    [&](const auto& param) { return param.first == name; });
    if (found != params.end()) {
      found->second = wanted.second;
      continue;
    }
    std::vector<std::string_view> names;
    for (const auto& param : params) names.push_back(param.first);
    const YamlNode* node = root.find("params");
    const Place place = node != nullptr ? context.key_place(*node) : Place{};
    context.report(Severity::error, place, 6, "unknown-param",
                   "the scenario has no parameter '" + name.substr(0, 80) + "' to be set",
                   suggestion(name, names));
  }
}

}  // namespace

Params substitute_params(LoadContext& context, YamlNode& root, const LoadOptions& options) {
  if (root.kind != YamlNode::Kind::map) return {};
  const std::size_t errors = context.error_count();
  Params params = read_params(context, root);
  override_params(context, root, options, params);
  if (context.error_count() != errors) return params;
  Substitution substitution(context, params);
  for (YamlNode& item : root.items)
    if (item.key != "params") substitution.replace_in(item);
  return params;
}

}  // namespace understudy::sim
