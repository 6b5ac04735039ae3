#include "core/config/definitions.h"

namespace understudy::config {
namespace {

// A definition that contains itself would be replaced for ever.
constexpr int kMostReplacements = 200;

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::size_t name_end(std::string_view text, std::size_t at) {
  while (at < text.size() && continues_name(text[at])) ++at;
  return at;
}

struct Use {
  std::string_view name;
  std::size_t length = 0;  // of the whole; 0: no use of a definition
  bool braces = false;
};

Use use_at(std::string_view text, std::size_t dollar) {
  std::size_t begin = dollar + 1;
  const bool braces = begin < text.size() && text[begin] == '{';
  if (braces) ++begin;
  if (begin >= text.size() || !begins_name(text[begin])) return {};
  const auto end = name_end(text, begin);
  const auto name = text.substr(begin, end - begin);
  if (braces) {
    // The built-in ones may have parameters, `${_RANDOM 1 5}`.
    const auto close = text.find('}', end);
    if (close == std::string_view::npos || (close != end && text[end] != ' ')) return {};
    return {name, close + 1 - dollar, true};
  }
  if (end < text.size() && std::string_view(" \t,)").find(text[end]) == std::string_view::npos)
    return {};
  return {name, end - dollar, false};
}

}  // namespace

Definitions::Assignment Definitions::find_assignment(std::string_view line) {
  if (line.size() < 3 || line[0] != '$' || !begins_name(line[1])) return {};
  const auto end = name_end(line, 1);
  if (end >= line.size() || line[end] != '=') return {};
  return {line.substr(1, end - 1), end + 1};
}

void Definitions::set(std::string_view name, std::string_view value) {
  values_.insert_or_assign(std::string(name), std::string(value));
}

Definitions::Replaced Definitions::replace(std::string_view line, std::size_t longest) const {
  Replaced result;
  result.text = line;
  result.columns.resize(line.size());
  for (std::size_t i = 0; i < line.size(); ++i)
    result.columns[i] = {static_cast<std::uint32_t>(i + 1), static_cast<std::uint32_t>(i + 1)};
  int replacements = 0;
  for (auto at = result.text.find('$'); at != std::string::npos;) {
    const auto use = use_at(result.text, at);
    const auto found = use.length > 0 ? values_.find(use.name) : values_.end();
    if (found == values_.end()) {
      if (use.braces) {
        result.outcome = use.name.front() == '_' ? Outcome::built_in : Outcome::undefined;
        result.at = at;
        result.length = use.length;
        return result;
      }
      at = result.text.find('$', at + 1);
      continue;
    }
    const Columns origin{result.columns[at].first, result.columns[at + use.length - 1].last};
    const auto& value = found->second;
    if (++replacements > kMostReplacements ||
        result.text.size() - use.length + value.size() > longest) {
      result.outcome = Outcome::too_long;
      result.at = at;
      result.length = use.length;
      return result;
    }
    const auto column = result.columns.begin() + static_cast<std::ptrdiff_t>(at);
    result.columns.insert(
        result.columns.erase(column, column + static_cast<std::ptrdiff_t>(use.length)),
        value.size(), origin);
    result.text.replace(at, use.length, value);
    at = result.text.find('$', at);
  }
  return result;
}

}  // namespace understudy::config
