// The pid file: one daemon a file.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// Written and locked (a record lock, which ends with the process and no child inherits) while the
/// object lives; removed by its destructor in the process that made it.
class PidFile {
 public:
  /// The error is one line: who holds the file, or why it cannot be written.
  static tl::expected<PidFile, std::string> create(const std::string& path);
  PidFile(PidFile&& other) noexcept = default;
  PidFile& operator=(PidFile&&) = delete;
  ~PidFile();

 private:
  PidFile(std::string path, UniqueFd fd);

  std::string path_;
  UniqueFd fd_;
  int owner_;
};

}  // namespace understudy::daemon
