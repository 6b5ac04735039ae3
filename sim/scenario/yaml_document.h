// A YAML document as a plain tree that remembers where everything stood. The subset that scenarios
// are written in: maps with plain names as keys, lists, scalars; no anchors, aliases or tags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.h"

namespace understudy::sim {

inline constexpr std::size_t kLargestScenarioFile = 1'000'000;  // bytes
inline constexpr std::size_t kDeepestNesting = 32;
inline constexpr std::size_t kMostNodes = 200'000;

class SourceText;

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool quoted = false;       // or a block scalar: then it is a string whatever it looks like
  bool substituted = false;  // its text is not what stands in the file
  const SourceText* source = nullptr;
  SourcePosition position;
  std::string text;             // of a scalar
  std::vector<YamlNode> items;  // of a list, or of a map: in the file's order
  std::string key;              // of a map's item
  SourcePosition key_position;
  const SourceText* key_source = nullptr;

  const YamlNode* find(std::string_view wanted) const {
    for (const YamlNode& item : items)
      if (item.key == wanted) return &item;
    return nullptr;
  }
};

/// The text of a file by lines, for carets and for places inside scalars.
class SourceText {
 public:
  SourceText(std::string file, std::string_view text);

  const std::string& file() const { return file_; }
  /// A line (from 1) without its end; empty when there is none.
  std::string_view line(std::uint32_t number) const;

  /// Where the byte at `offset` of a scalar's value stands. Exact for plain, quoted and literal
  /// scalars; folded ones that span lines give the scalar's first byte.
  SourcePosition position_in(const YamlNode& scalar, std::size_t offset) const;

 private:
  std::string file_;
  std::string text_;
  std::vector<std::string_view> lines_;
};

/// Parses the only document of `source`, which the tree refers to. Errors (too large, not UTF-8,
/// syntax, too deep, duplicate keys, anchors, tags, several documents) go to `diagnostics`; then
/// nullopt.
std::optional<YamlNode> parse_yaml(std::string_view text, const SourceText& source,
                                   std::vector<Diagnostic>& diagnostics);

/// `patch` over `base`: maps merge key by key, everything else is replaced. Keys new to a map come
/// after its own.
YamlNode merge(const YamlNode& base, const YamlNode& patch);

/// How many nodes a tree has, itself included.
std::size_t count_nodes(const YamlNode& node);

}  // namespace understudy::sim
