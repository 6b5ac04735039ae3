// What happens to a document before it is read as a scenario: files are included, parameters put
// in their places.
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/load_parts.h"

namespace understudy::sim {

/// The texts of all files; trees refer to them.
struct SourceStore {
  FileReader& files;
  std::deque<SourceText> sources = {};
};

/// parse_yaml() of a text that the store then keeps.
std::optional<YamlNode> parse_source(std::string_view text, const std::string& file,
                                     SourceStore& store, std::vector<Diagnostic>& diagnostics);

/// "a/../b.yaml" as "b.yaml".
std::string normal_path(const std::string& path);

/// `root` merged over the files it includes, which may include others. Circles, depth and size are
/// refused.
YamlNode expand_includes(LoadContext& context, YamlNode root, SourceStore& store);

using Params = std::vector<std::pair<std::string, std::string>>;

/// Puts the values of `params` (of the file, or of `options` instead) for every ${name} of `root`,
/// a case that is merged already. Returns the values as they were used.
Params substitute_params(LoadContext& context, YamlNode& root, const LoadOptions& options);

}  // namespace understudy::sim
