#include "daemon/tracked_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <limits>

#include "daemon/unique_fd.h"

namespace understudy::daemon {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

// Empty on success, else what failed.
std::string write_whole(const std::string& path, const std::string& text, bool overwrite) {
  // A name that cannot be longer than the file's own by much, and that no reader of the file knows.
  const auto draft = path + ".new" + std::to_string(getpid());
  unlink(draft.c_str());
  {
    const UniqueFd fd{
        open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
    if (!fd.valid()) return std::strerror(errno);
    if (write(fd.value(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        fchmod(fd.value(), 0644) != 0) {
      const std::string why = std::strerror(errno);
      unlink(draft.c_str());
      return why;
    }
  }
  // link() never replaces: a file that somebody made meanwhile stays.
  const int failed =
      overwrite ? rename(draft.c_str(), path.c_str()) : link(draft.c_str(), path.c_str());
  const int error = errno;
  unlink(draft.c_str());
  return failed == 0 || (error == EEXIST && !overwrite) ? std::string{} : std::strerror(error);
}

}  // namespace

FileValue parse_file_value(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int32_t value = 0;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
  if (error == std::errc::result_out_of_range)
    return {0, "holds a number that is out of range (32 bits)"};
  if (error != std::errc{}) return {0, "does not begin with a number"};
  return {value, {}};
}

FileValue read_file_value(const std::string& path) {
  // A pipe must not hold us up; a number needs no more than this.
  const UniqueFd fd{open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (!fd.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    return {0, std::string{"cannot be read: "} + std::strerror(errno)};
  }
  struct stat status {};
  if (fstat(fd.value(), &status) != 0 || !S_ISREG(status.st_mode)) return {0, "is no regular file"};
  std::array<char, 256> text;
  ssize_t size = 0;
  do size = read(fd.value(), text.data(), text.size());
  while (size < 0 && errno == EINTR);
  if (size < 0) return {0, std::string{"cannot be read: "} + std::strerror(errno)};
  return parse_file_value({text.data(), static_cast<std::size_t>(size)});
}

std::vector<std::string> write_initial_values(const std::vector<config::TrackFile>& files) {
  std::vector<std::string> failures;
  for (const auto& file : files) {
    if (!file.initial_value) continue;
    struct stat status {};
    const bool there = lstat(file.path.c_str(), &status) == 0;
    if (there && !file.overwrite) continue;
    std::string why;
    if (there && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
      why = "there is something that is no file";
    else
      why = write_whole(file.path, std::to_string(*file.initial_value) + "\n", file.overwrite);
    if (!why.empty())
      failures.push_back("track_file " + file.name + ": cannot write " + file.path + ": " + why);
  }
  return failures;
}

}  // namespace understudy::daemon
