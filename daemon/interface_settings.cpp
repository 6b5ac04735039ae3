#include "daemon/interface_settings.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "daemon/unique_fd.h"

namespace understudy::daemon {
namespace {

std::string path_of(Family family, const std::string& interface, const char* setting) {
  std::string path =
      family == Family::ipv4 ? "/proc/sys/net/ipv4/conf/" : "/proc/sys/net/ipv6/conf/";
  return path + interface + "/" + setting;
}

}  // namespace

std::optional<int> read_setting(Family family, const std::string& interface, const char* setting) {
  const UniqueFd file{open(path_of(family, interface, setting).c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.valid()) return std::nullopt;
  std::array<char, 16> text{};
  const auto size = read(file.value(), text.data(), text.size());
  if (size <= 0) return std::nullopt;
  int value = 0;
  if (std::from_chars(text.data(), text.data() + size, value).ec != std::errc{})
    return std::nullopt;
  return value;
}

bool write_setting(Family family, const std::string& interface, const char* setting, int value) {
  const UniqueFd file{open(path_of(family, interface, setting).c_str(), O_WRONLY | O_CLOEXEC)};
  const auto text = std::to_string(value);
  return file.valid() &&
         write(file.value(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace understudy::daemon
