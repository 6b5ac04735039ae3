#include "daemon/file_watcher.h"

#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace understudy::daemon {
namespace {

constexpr Duration kSettle = std::chrono::milliseconds{200};
constexpr Duration kPoll = std::chrono::seconds{1};

constexpr std::uint32_t kWritten = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
constexpr std::uint32_t kChanging = IN_MODIFY | IN_CREATE | IN_ATTRIB;
constexpr std::uint32_t kFolderGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real{realpath(path.c_str(), nullptr),
                                                         &std::free};
  return real ? std::string{real.get()} : std::string{};
}

}  // namespace

tl::expected<FileWatcher, std::string> FileWatcher::open(
    const std::vector<config::TrackFile>& files) {
  UniqueFd inotify{inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  if (!inotify.valid())
    return tl::unexpected(std::string{"cannot watch files: "} + std::strerror(errno));
  FileWatcher watcher{std::move(inotify)};
  for (const auto& each : files) {
    File file;
    file.label = "track_file " + each.name;
    file.path = each.path;
    const auto slash = each.path.rfind('/');
    file.folder = slash == std::string::npos ? "." : each.path.substr(0, slash);
    if (file.folder.empty()) file.folder = "/";
    file.name = slash == std::string::npos ? each.path : each.path.substr(slash + 1);
    watcher.files_.push_back(std::move(file));
  }
  return watcher;
}

Instant FileWatcher::next_look() const {
  auto next = polls_ ? next_poll_ : Instant::max();
  for (const auto& file : files_)
    if (file.settles_at) next = std::min(next, *file.settles_at);
  return next;
}

void FileWatcher::look(Instant now, std::vector<Input>& changes, std::vector<LogLine>& lines) {
  take_events(now);
  const bool poll = now >= next_poll_;
  if (poll) {
    next_poll_ = now + kPoll;
    polls_ = false;
  }
  for (std::size_t i = 0; i < files_.size(); ++i) {
    auto& file = files_[i];
    if (file.watch < 0) watch_folder(file, lines);
    if (poll && (file.watch < 0 || file.by_link)) file.stale = true;
    polls_ = polls_ || file.watch < 0 || file.by_link;
    if (file.settles_at && *file.settles_at <= now) file.stale = true;
    if (!file.stale) continue;
    file.stale = false;
    file.settles_at.reset();
    // A link may come, go and point elsewhere: what it leads to is not watched.
    const auto real = real_path(file.path);
    file.by_link = real.empty() ? real_path(file.folder) != file.folder : real != file.path;
    auto value = read_file_value(file.path);
    if (!value.problem.empty() && value.problem != file.now.problem)
      lines.push_back({LogLevel::warning,
                       file.label + ": " + file.path + " " + value.problem + ": counts as 0"});
    file.now = std::move(value);
    if (file.told == file.now.value) continue;
    file.told = file.now.value;
    changes.emplace_back(FileChanged{static_cast<std::uint16_t>(i), file.now.value});
  }
}

void FileWatcher::take_events(Instant now) {
  alignas(inotify_event) std::array<char, 8192> buffer;
  for (;;) {
    const auto size = read(inotify_.value(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      take_event(event.wd, event.mask, event.len > 0 ? std::string{name} : std::string{}, now);
      at += sizeof event + event.len;
    }
  }
}

void FileWatcher::take_event(int watch, std::uint32_t mask, const std::string& name, Instant now) {
  if ((mask & IN_MOVE_SELF) != 0) inotify_rm_watch(inotify_.value(), watch);
  for (auto& file : files_) {
    if ((mask & IN_Q_OVERFLOW) != 0) {
      file.stale = true;
    } else if (file.watch != watch) {
      continue;
    } else if ((mask & kFolderGone) != 0) {
      file.watch = -1;
      file.stale = true;
    } else if (name != file.name) {
      continue;
    } else if ((mask & kWritten) != 0) {
      file.stale = true;
    } else if ((mask & kChanging) != 0 && !file.settles_at) {
      file.settles_at = now + kSettle;
    }
  }
}

// A file that is not watched is read again when its folder is found.
void FileWatcher::watch_folder(File& file, std::vector<LogLine>& lines) {
  file.watch = inotify_add_watch(inotify_.value(), file.folder.c_str(),
                                 kWritten | kChanging | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
  if (file.watch >= 0) {
    file.stale = true;
    file.told_missing_folder = false;
    return;
  }
  if (file.told_missing_folder) return;
  file.told_missing_folder = true;
  lines.push_back({LogLevel::warning, file.label + ": cannot watch " + file.folder + " (" +
                                          std::strerror(errno) + "): " + file.path +
                                          " is read once a second"});
}

}  // namespace understudy::daemon
