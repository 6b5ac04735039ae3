#include "sim/cli/output.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace understudy::cli {
namespace {

bool write_whole(std::FILE* file, const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fflush(file) == 0 && written;
}

bool fail(const std::string& path, int error_number) {
  std::fprintf(stderr, "%s: error: cannot write: %s\n", path.c_str(), std::strerror(error_number));
  return false;
}

/// A device or pipe (/dev/null, >(...)) is written in place: renaming would replace it.
bool is_special(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

bool print(const std::string& text) {
  return write_whole(stdout, text) || fail("standard output", errno);
}

bool write_output(const std::string& path, const std::string& text) {
  if (path == "-") return print(text);
  const bool in_place = is_special(path);
  const std::string target = in_place ? path : path + "." + std::to_string(getpid()) + ".part";
  std::FILE* file = std::fopen(target.c_str(), in_place ? "wb" : "wbx");
  if (file == nullptr) return fail(path, errno);
  bool good = write_whole(file, text);
  int error_number = errno;
  if (std::fclose(file) != 0 && good) {
    good = false;
    error_number = errno;
  }
  if (in_place) return good || fail(path, error_number);
  if (good && std::rename(target.c_str(), path.c_str()) != 0) {
    good = false;
    error_number = errno;
  }
  if (good) return true;
  std::remove(target.c_str());
  return fail(path, error_number);
}

unsigned output_width() {
  constexpr unsigned kElsewhere = 100;
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return kElsewhere;
  return size.ws_col == 0 ? kElsewhere : size.ws_col;
}

bool output_has_color() {
  const char* terminal = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
         std::string_view(terminal) != "dumb" && (no_color == nullptr || *no_color == '\0');
}

}  // namespace understudy::cli
