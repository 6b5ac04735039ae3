#include "sim/scenario/load_context.h"

#include <algorithm>

#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

std::string_view kind_name(YamlNode::Kind kind) {
  constexpr std::string_view kNames[] = {"nothing", "a single value", "a list", "a map"};
  return kNames[static_cast<std::uint8_t>(kind)];
}

std::size_t length_of(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) return 1;
  return std::max<std::size_t>(node.text.size() + (node.quoted ? 2 : 0), 1);
}

std::string join(const std::vector<std::string_view>& words) {
  constexpr std::size_t kMostShown = 12;
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < kMostShown; ++i)
    text += (i == 0 ? "" : ", ") + std::string(words[i]);
  if (words.size() > kMostShown) text += ", ...";
  return text;
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

namespace {

/// Scalars are shown where they stand, maps and lists by their key.
bool shown_by_key(const YamlNode& node) {
  return node.kind != YamlNode::Kind::scalar && !node.key.empty();
}

}  // namespace

Place LoadContext::key_place(const YamlNode& node) const {
  if (node.key.empty()) return place_of(node);
  return {node.key_source != nullptr ? node.key_source : &source_, node.key_position};
}

void LoadContext::report(Severity severity, Place place, std::size_t length, std::string code,
                         std::string message, std::string hint) {
  if (severity == Severity::error) ++errors_;
  constexpr std::size_t kMostReported = 100;
  if (diagnostics_.size() >= kMostReported) return;
  Diagnostic diagnostic;
  const SourceText& source = place.source != nullptr ? *place.source : source_;
  const SourcePosition position = place.position;
  diagnostic.file = source.file();
  diagnostic.position = position;
  diagnostic.severity = severity;
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  const std::string_view line = source.line(position.line);
  diagnostic.source_line = line;
  const std::size_t room = line.size() >= position.column ? line.size() - position.column + 1 : 1;
  diagnostic.length = static_cast<std::uint32_t>(std::clamp<std::size_t>(length, 1, room));
  // Cases share their base, so that its findings would come once a case.
  if (std::find(diagnostics_.begin(), diagnostics_.end(), diagnostic) == diagnostics_.end())
    diagnostics_.push_back(std::move(diagnostic));
}

void LoadContext::error(const YamlNode& node, std::string code, std::string message,
                        std::string hint) {
  const bool by_key = shown_by_key(node);
  report(Severity::error, by_key ? key_place(node) : place_of(node),
         by_key ? node.key.size() : length_of(node), std::move(code), std::move(message),
         std::move(hint));
}

void LoadContext::key_error(const YamlNode& node, std::string code, std::string message,
                            std::string hint) {
  report(Severity::error, key_place(node), std::max<std::size_t>(node.key.size(), 1),
         std::move(code), std::move(message), std::move(hint));
}

void LoadContext::warning(const YamlNode& node, std::string code, std::string message,
                          std::string hint) {
  report(Severity::warning, shown_by_key(node) ? key_place(node) : place_of(node), length_of(node),
         std::move(code), std::move(message), std::move(hint));
}

void LoadContext::unknown_name(const YamlNode& node, std::string_view kind, std::string_view name,
                               const std::vector<std::string_view>& candidates) {
  error(node, "unknown-name",
        "there is no " + std::string(kind) + " '" + std::string(name.substr(0, 80)) + "'",
        suggestion(name, candidates));
}

std::optional<Duration> LoadContext::duration(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) {
    error(node, "bad-type",
          "a duration is wanted here, such as 10ms, not " + std::string(kind_name(node.kind)));
    return std::nullopt;
  }
  const auto value = parse_duration(node.text);
  if (value) return *value;
  error(node, "bad-duration", value.error());
  return std::nullopt;
}

std::optional<DurationRange> LoadContext::duration_range(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) {
    error(node, "bad-type", "a duration or a range is wanted here, such as 15ms..40ms");
    return std::nullopt;
  }
  const auto value = parse_duration_range(node.text);
  if (value) return *value;
  error(node, "bad-duration", value.error());
  return std::nullopt;
}

std::optional<Share> LoadContext::share(const YamlNode& node) {
  const auto text = string(node);
  if (!text) return std::nullopt;
  const auto value = parse_share(*text);
  if (value) return *value;
  error(node, "bad-share", value.error());
  return std::nullopt;
}

std::optional<std::int64_t> LoadContext::drift(const YamlNode& node) {
  const auto text = string(node);
  if (!text) return std::nullopt;
  const auto value = parse_drift(*text);
  if (value) return *value;
  error(node, "bad-drift", value.error());
  return std::nullopt;
}

std::optional<std::int64_t> LoadContext::integer(const YamlNode& node, std::int64_t lowest,
                                                 std::int64_t highest) {
  if (node.kind != YamlNode::Kind::scalar || node.quoted) {
    error(node, "bad-type", "a whole number is wanted here");
    return std::nullopt;
  }
  const auto too_low = [&]() -> std::optional<std::int64_t> {
    error(node, "out-of-range",
          "'" + node.text + "' is out of range: at least " + std::to_string(lowest));
    return std::nullopt;
  };
  const bool negative = node.text.starts_with('-');
  if (negative && lowest >= 0) return too_low();
  const auto text = std::string_view(node.text).substr(negative ? 1 : 0);
  const auto magnitude =
      parse_integer(text, negative ? std::numeric_limits<std::int64_t>::max() : highest);
  if (!magnitude) {
    error(node, "bad-number", magnitude.error());
    return std::nullopt;
  }
  const std::int64_t value = negative ? -*magnitude : *magnitude;
  if (value < lowest) return too_low();
  return value;
}

std::optional<bool> LoadContext::boolean(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar && !node.quoted) {
    if (node.text == "true" || node.text == "True" || node.text == "TRUE") return true;
    if (node.text == "false" || node.text == "False" || node.text == "FALSE") return false;
  }
  error(node, "bad-type", "write true or false here");
  return std::nullopt;
}

std::optional<std::string> LoadContext::string(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar && !node.text.empty()) return node.text;
  if (node.kind == YamlNode::Kind::null || node.kind == YamlNode::Kind::scalar)
    error(node, "bad-type", "a value is missing here");
  else
    error(node, "bad-type",
          "a single value is wanted here, not " + std::string(kind_name(node.kind)));
  return std::nullopt;
}

bool LoadContext::check_name(std::string_view name, Place place, std::string_view kind) {
  constexpr std::size_t kLongestName = 64;
  const bool good = !name.empty() && name.size() <= kLongestName && is_name_byte(name[0]) &&
                    std::all_of(name.begin(), name.end(),
                                [](char c) { return is_name_byte(c) || c == '-' || c == '.'; });
  if (!good)
    report(Severity::error, place, name.size(), "bad-name",
           "'" + std::string(name.substr(0, kLongestName)) + "' cannot name a " + std::string(kind),
           "use letters, digits, '_', '-' and '.', at most 64, beginning with a letter or digit");
  return good;
}

bool LoadContext::is_list(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::list) return true;
  error(node, "bad-type",
        "`" + std::string(what) + "` must be a list, not " + std::string(kind_name(node.kind)),
        "begin each entry with '- '");
  return false;
}

bool LoadContext::is_map(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::map) return true;
  error(node, "bad-type",
        std::string(what) + " must be a map, not " + std::string(kind_name(node.kind)));
  return false;
}

void check_keys(LoadContext& context, const YamlNode& node, const std::string& what,
                const std::vector<std::string_view>& known) {
  if (!context.is_map(node, what)) return;
  for (const YamlNode& item : node.items) {
    if (std::find(known.begin(), known.end(), item.key) != known.end()) continue;
    const std::string_view closest = closest_match(item.key, known);
    context.key_error(item, "unknown-key",
                      "unknown key '" + item.key.substr(0, 80) + "' in " + what,
                      closest.empty() ? "known keys: " + join(known)
                                      : "did you mean '" + std::string(closest) + "'?");
  }
}

MapReader::MapReader(LoadContext& context, const YamlNode& node, std::string what,
                     std::initializer_list<std::string_view> known)
    : context_(context), node_(node), what_(std::move(what)) {
  check_keys(context, node, what_, known);
}

const YamlNode* MapReader::require(std::string_view key) {
  const YamlNode* value = node_.find(key);
  if (value == nullptr && node_.kind == YamlNode::Kind::map)
    context_.error(node_, "missing-key", what_ + " needs `" + std::string(key) + "`");
  return value;
}

}  // namespace understudy::sim
