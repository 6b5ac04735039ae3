#include "daemon/pid_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace understudy::daemon {
namespace {

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

// Whether the path still names the open file: its last holder may have removed it since.
bool still_there(const std::string& path, int fd) {
  struct stat by_path {};
  struct stat by_fd {};
  return stat(path.c_str(), &by_path) == 0 && fstat(fd, &by_fd) == 0 &&
         by_path.st_dev == by_fd.st_dev && by_path.st_ino == by_fd.st_ino;
}

}  // namespace

PidFile::PidFile(std::string path, UniqueFd fd)
    : path_(std::move(path)), fd_(std::move(fd)), owner_(getpid()) {}

tl::expected<PidFile, std::string> PidFile::create(const std::string& path) {
  for (;;) {
    UniqueFd fd{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)};
    if (!fd.valid())
      return tl::unexpected("cannot write the pid file " + path + ": " + std::strerror(errno));
    auto lock = whole_file(F_WRLCK);
    if (fcntl(fd.value(), F_SETLK, &lock) != 0) {
      auto holder = whole_file(F_WRLCK);
      if (fcntl(fd.value(), F_GETLK, &holder) == 0 && holder.l_type == F_UNLCK) continue;
      return tl::unexpected("already running: process " + std::to_string(holder.l_pid) +
                            " holds the pid file " + path);
    }
    if (!still_there(path, fd.value())) continue;
    const auto text = std::to_string(getpid()) + "\n";
    if (ftruncate(fd.value(), 0) != 0 ||
        write(fd.value(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      return tl::unexpected("cannot write the pid file " + path + ": " + std::strerror(errno));
    return PidFile{path, std::move(fd)};
  }
}

PidFile::~PidFile() {
  if (fd_.valid() && owner_ == getpid()) unlink(path_.c_str());
}

}  // namespace understudy::daemon
