// A tracked file on this host's disk: reading its number, writing its first one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"

namespace understudy::daemon {

/// What a tracked file says. `problem` is empty, or why the value is 0 although the file is there.
struct FileValue {
  std::int64_t value = 0;
  std::string problem;

  friend bool operator==(const FileValue&, const FileValue&) = default;
};

/// The first number in `text`: decimal, with a sign perhaps, at most 32 bits; anything may follow.
/// Empty text is 0. What begins with no number, or with a larger one, is 0, too, and a problem.
FileValue parse_file_value(std::string_view text);

/// A file that is missing is 0, and no problem; one that cannot be read, or is no file, is one.
FileValue read_file_value(const std::string& path);

/// Writes what init_file asks for: a whole file with permissions 0644 appears where there was none,
/// or (overwrite) in the place of what was there. Lines for the log: what could not be written.
std::vector<std::string> write_initial_values(const std::vector<config::TrackFile>& files);

}  // namespace understudy::daemon
