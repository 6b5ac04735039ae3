// What every part of the loader needs: places, findings, and typed reading of YAML values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.h"
#include "core/net/instant.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/yaml_document.h"

namespace understudy::sim {

/// A place in one of the files that a scenario consists of.
struct Place {
  const SourceText* source = nullptr;
  SourcePosition position;
};

/// Collects findings of one scenario and the files it includes. The typed readers report what is
/// wrong at the value's place and then return nullopt.
class LoadContext {
 public:
  LoadContext(const SourceText& source, std::vector<Diagnostic>& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  /// The scenario's own file.
  const SourceText& source() const { return source_; }
  /// The file in which a value stands.
  const SourceText& source_of(const YamlNode& node) const {
    return node.source != nullptr ? *node.source : source_;
  }
  Place place_of(const YamlNode& node) const { return {&source_of(node), node.position}; }
  Place key_place(const YamlNode& node) const;
  /// Where the byte at `offset` of a scalar's value stands.
  Place place_in(const YamlNode& scalar, std::size_t offset) const {
    return {&source_of(scalar), source_of(scalar).position_in(scalar, offset)};
  }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }
  std::size_t error_count() const { return errors_; }

  void error(const YamlNode& node, std::string code, std::string message, std::string hint = {});
  void key_error(const YamlNode& node, std::string code, std::string message,
                 std::string hint = {});
  void warning(const YamlNode& node, std::string code, std::string message, std::string hint = {});
  void report(Severity severity, Place place, std::size_t length, std::string code,
              std::string message, std::string hint);
  /// "there is no KIND 'NAME'", with the closest or all candidates as a hint.
  void unknown_name(const YamlNode& node, std::string_view kind, std::string_view name,
                    const std::vector<std::string_view>& candidates);

  std::optional<Duration> duration(const YamlNode& node);
  std::optional<DurationRange> duration_range(const YamlNode& node);
  std::optional<Share> share(const YamlNode& node);
  /// Parts per billion.
  std::optional<std::int64_t> drift(const YamlNode& node);
  /// A plain YAML integer in [lowest, highest].
  std::optional<std::int64_t> integer(
      const YamlNode& node, std::int64_t lowest = 0,
      std::int64_t highest = std::numeric_limits<std::int64_t>::max());
  /// true or false; `yes`, `no`, `on` and `off` are strings (YAML 1.2).
  std::optional<bool> boolean(const YamlNode& node);
  /// Any scalar but an empty one.
  std::optional<std::string> string(const YamlNode& node);
  /// Letters, digits, '_', '-' and '.', beginning with a letter, a digit or '_'; at most 64 bytes.
  /// Names become parts of file names and of expressions.
  bool check_name(std::string_view name, Place place, std::string_view kind);
  /// A map's key as a name.
  bool check_key(const YamlNode& node, std::string_view kind) {
    return check_name(node.key, key_place(node), kind);
  }
  /// A list; an empty or missing value is none, a single value is an error.
  bool is_list(const YamlNode& node, std::string_view what);
  bool is_map(const YamlNode& node, std::string_view what);

 private:
  const SourceText& source_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t errors_ = 0;
};

/// Reports what is no map, and keys that are unknown (with a "did you mean").
void check_keys(LoadContext& context, const YamlNode& node, const std::string& what,
                const std::vector<std::string_view>& known);

/// One map with known keys: check_keys(), then the values.
class MapReader {
 public:
  MapReader(LoadContext& context, const YamlNode& node, std::string what,
            std::initializer_list<std::string_view> known);

  const YamlNode& node() const { return node_; }
  /// The value of a key, or nullptr.
  const YamlNode* get(std::string_view key) const { return node_.find(key); }
  /// The same, and an error when it is missing.
  const YamlNode* require(std::string_view key);

 private:
  LoadContext& context_;
  const YamlNode& node_;
  std::string what_;
};

}  // namespace understudy::sim
