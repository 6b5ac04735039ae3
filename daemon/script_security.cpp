#include "daemon/script_security.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace understudy::daemon {
namespace {

std::optional<std::string> judge(const std::string& path, uid_t trusted) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return path + ": " + std::strerror(errno);
  if (status.st_uid != 0 && status.st_uid != trusted)
    return path + " belongs to user " + std::to_string(status.st_uid);
  if (S_ISLNK(status.st_mode)) return std::nullopt;  // its mode means nothing
  if (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0) return std::nullopt;
  if ((status.st_mode & S_IWOTH) != 0) return path + " is writable by everyone";
  if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0)
    return path + " is writable by group " + std::to_string(status.st_gid);
  return std::nullopt;
}

std::optional<std::string> judge_components(const std::string& path, uid_t trusted) {
  if (auto found = judge("/", trusted)) return found;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    if (auto found = judge(path.substr(0, end), trusted)) return found;
    if (end == std::string::npos) return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> find_insecurity(const std::string& path, uid_t trusted) {
  if (path.empty() || path.front() != '/') return path + " is no absolute path";
  const std::unique_ptr<char, decltype(&std::free)> real{realpath(path.c_str(), nullptr),
                                                         &std::free};
  if (!real) return path + ": " + std::strerror(errno);
  if (auto found = judge_components(path, trusted)) return found;
  return judge_components(real.get(), trusted);
}

}  // namespace understudy::daemon
