#include "daemon/background.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/exit_code.h"

namespace understudy::daemon {

tl::expected<Background, std::string> Background::enter() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return tl::unexpected(std::string{"cannot open a pipe: "} + std::strerror(errno));
  UniqueFd read_end{ends[0]};
  UniqueFd write_end{ends[1]};
  const pid_t pid = fork();
  if (pid < 0) return tl::unexpected(std::string{"cannot fork: "} + std::strerror(errno));
  if (pid > 0) {
    write_end.reset();
    char word = kExitCannotRun;
    while (read(read_end.value(), &word, 1) < 0 && errno == EINTR) {
    }
    _exit(word);
  }
  setsid();
  if (chdir("/") != 0) return tl::unexpected(std::string{"cannot enter /"});
  return Background{std::move(write_end)};
}

void Background::report(int exit_code, bool keep_streams) {
  const char word = static_cast<char>(exit_code);
  if (!keep_streams) {
    const UniqueFd null{open("/dev/null", O_RDWR | O_CLOEXEC)};
    for (int fd = 0; null.valid() && fd <= 2; ++fd) dup2(null.value(), fd);
  }
  while (write(pipe_.value(), &word, 1) < 0 && errno == EINTR) {
  }
  pipe_.reset();
}

}  // namespace understudy::daemon
