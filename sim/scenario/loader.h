// Scenario files: YAML -> cases, with diagnostics that show the place.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/diagnostic.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// How the loader reads the files a scenario names (keepalived.conf files), relative to the
/// scenario's own folder.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The text of a file, or nullopt with `error` set to one sentence.
  virtual std::optional<std::string> read(const std::string& path, std::string& error) = 0;
  /// The names of the files that the pattern of a configuration's `include` line means, in order.
  /// Here: the pattern itself.
  virtual std::vector<std::string> matching(const std::string& pattern) { return {pattern}; }
};

struct LoadResult {
  std::vector<Scenario> cases;          // in the file's order; empty when there are errors
  std::vector<Diagnostic> diagnostics;  // of the scenario and of the configs it names
};

struct LoadOptions {
  /// Values for the file's `params`, instead of its own; a name it does not have is an error.
  std::vector<std::pair<std::string, std::string>> params;
};

/// Parses scenario text. `file` names it in diagnostics; paths in it are relative to its folder.
LoadResult load(std::string_view text, const std::string& file, FileReader& files,
                const LoadOptions& options = {});

/// The same from the file system.
LoadResult load_file(const std::string& path, const LoadOptions& options = {});

}  // namespace understudy::sim
