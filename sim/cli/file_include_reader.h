// Configuration files as they lie on a disk.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/config/parser.h"

namespace understudy::cli {

/// The whole of a file of at most 64 MiB; the error says why not, without the name.
tl::expected<std::string, std::string> read_file(const std::string& path);

/// Resolves `include`: a glob pattern with braces, relative to the including file. What cannot be
/// read, and folders, are left out, as keepalived does.
class FileIncludeReader : public config::IncludeReader {
 public:
  std::vector<File> read(std::string_view pattern, std::string_view including_file) override;
  /// Regular files alone.
  std::optional<std::string> read_key(std::string_view path,
                                      std::string_view including_file) override;

  /// A warning for each key file read that others than its owner can read.
  std::vector<Diagnostic> take_warnings();

 private:
  std::vector<Diagnostic> warnings_;
};

}  // namespace understudy::cli
