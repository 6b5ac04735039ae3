// The numbers in tracked files, as they change.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/node/node.h"
#include "daemon/log.h"
#include "daemon/tracked_file.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// Watches the files' folders (inotify), so that a file may come, go, be written or be renamed
/// over. A file counts when its writer has closed it, so that the empty file of `echo 1 > file` is
/// not seen; one that is kept open is read 200 ms after a change. Once a second are read: files
/// whose folder is not there (it may come) and those that a symbolic link leads to.
class FileWatcher {
 public:
  static tl::expected<FileWatcher, std::string> open(const std::vector<config::TrackFile>& files);

  int fd() const { return inotify_.value(); }
  /// When look() wants to be called at the latest; Instant::max(): only when fd() is readable.
  Instant next_look() const;
  /// Adds a FileChanged for each value that is another one, and a line for each new problem. The
  /// first call adds all values.
  void look(Instant now, std::vector<Input>& changes, std::vector<LogLine>& lines);

  std::int64_t value(std::uint16_t file) const { return files_[file].now.value; }

 private:
  struct File {
    std::string label;  // for the log
    std::string path;
    std::string folder;
    std::string name;  // in its folder
    int watch = -1;    // -1: the folder is not watched
    bool by_link = false;
    bool told_missing_folder = false;
    bool stale = true;                  // is to be read
    std::optional<Instant> settles_at;  // is to be read then
    FileValue now;
    std::optional<std::int64_t> told;
  };

  explicit FileWatcher(UniqueFd inotify) : inotify_(std::move(inotify)) {}
  void take_events(Instant now);
  void take_event(int watch, std::uint32_t mask, const std::string& name, Instant now);
  void watch_folder(File& file, std::vector<LogLine>& lines);

  UniqueFd inotify_;
  std::vector<File> files_;
  Instant next_poll_ = Instant::min();
  bool polls_ = false;
};

}  // namespace understudy::daemon
