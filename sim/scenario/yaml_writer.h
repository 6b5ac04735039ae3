// YAML text, block style with flow maps for what is short.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::sim {

/// A scalar as YAML 1.2 and 1.1 both read it as this string: quoted where it could be anything
/// else.
std::string yaml_string(std::string_view text);

/// "{ a: 1, b: x }" of values that are YAML already.
class FlowMap {
 public:
  FlowMap& add(std::string_view key, std::string value) {
    items_.emplace_back(key, std::move(value));
    return *this;
  }
  FlowMap& add_string(std::string_view key, std::string_view text) {
    return add(key, yaml_string(text));
  }
  bool empty() const { return items_.empty(); }
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

/// "[a, b]" of values that are YAML already.
std::string flow_list(const std::vector<std::string>& items);

/// "|" and the lines of `text`, indented by `indent` blanks; whatever YAML's block scalars cannot
/// hold as it is becomes a quoted string.
std::string block_text(std::string_view text, std::size_t indent);

}  // namespace understudy::sim
