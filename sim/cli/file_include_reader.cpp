#include "sim/cli/file_include_reader.h"

#include <glob.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

namespace understudy::cli {
namespace {

constexpr std::size_t kLargestFile = 64U << 20;

}  // namespace

tl::expected<std::string, std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             std::fclose);
  if (!file) return tl::unexpected(std::string(std::strerror(errno)));
  std::string text;
  std::array<char, 65536> buffer;
  while (true) {
    const auto read = std::fread(buffer.data(), 1, buffer.size(), file.get());
    text.append(buffer.data(), read);
    if (text.size() > kLargestFile) return tl::unexpected(std::string("it is larger than 64 MiB"));
    if (read < buffer.size()) break;
  }
  if (std::ferror(file.get()) != 0) return tl::unexpected(std::string(std::strerror(errno)));
  return text;
}

std::vector<config::IncludeReader::File> FileIncludeReader::read(std::string_view pattern,
                                                                 std::string_view including_file) {
  const auto path = std::filesystem::path(including_file).parent_path() / pattern;
  std::vector<File> files;
  glob_t found{};
  if (glob(path.c_str(), GLOB_BRACE | GLOB_MARK, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      std::string name = found.gl_pathv[i];
      struct stat status {};
      if (stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      if (auto text = read_file(name)) files.push_back({std::move(name), std::move(*text)});
    }
  }
  globfree(&found);
  return files;
}

}  // namespace understudy::cli
