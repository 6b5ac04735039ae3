// The configuration as it lies on this host's disk.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/config/parser.h"

namespace understudy::daemon {

/// Files the `include` keyword names: glob patterns, relative to the including file's folder; and
/// key files.
class FileIncludeReader : public config::IncludeReader {
 public:
  std::vector<File> read(std::string_view pattern, std::string_view including_file) override;
  /// Regular files alone.
  std::optional<std::string> read_key(std::string_view path,
                                      std::string_view including_file) override;

  /// Key files read that others than their owner can read.
  const std::vector<std::string>& exposed_keys() const { return exposed_keys_; }

 private:
  std::vector<std::string> exposed_keys_;
};

/// A file's text, up to 64 MiB. The error is "FILE: why".
tl::expected<std::string, std::string> read_text_file(const std::string& path);

struct LoadedConfig {
  std::string text;
  config::ParseResult parsed;
};

/// Reads and parses. An error means that the file could not be read.
tl::expected<LoadedConfig, std::string> load_config(const std::string& path);

}  // namespace understudy::daemon
