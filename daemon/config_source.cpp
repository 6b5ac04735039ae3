#include "daemon/config_source.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/unique_fd.h"

namespace understudy::daemon {
namespace {

constexpr std::size_t kLargestFile = 64 << 20;

std::string folder_of(std::string_view file) {
  const auto slash = file.rfind('/');
  return slash == std::string_view::npos ? std::string{} : std::string{file.substr(0, slash + 1)};
}

}  // namespace

tl::expected<std::string, std::string> read_text_file(const std::string& path) {
  const auto failed = [&](const std::string& why) { return tl::unexpected(path + ": " + why); };
  const UniqueFd fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd.valid()) return failed(std::strerror(errno));
  struct stat status {};
  if (fstat(fd.value(), &status) == 0 && S_ISDIR(status.st_mode))
    return failed(std::strerror(EISDIR));
  std::string text;
  for (;;) {
    constexpr std::size_t kChunk = 1 << 16;
    const auto before = text.size();
    text.resize(before + kChunk);
    const auto size = read(fd.value(), text.data() + before, kChunk);
    text.resize(before + (size > 0 ? static_cast<std::size_t>(size) : 0));
    if (size == 0) return text;
    if (size < 0 && errno != EINTR) return failed(std::strerror(errno));
    if (text.size() > kLargestFile) return failed("larger than 64 MiB");
  }
}

std::vector<config::IncludeReader::File> FileIncludeReader::read(std::string_view pattern,
                                                                 std::string_view including_file) {
  auto full = std::string{pattern};
  if (full.empty() || full.front() != '/') full = folder_of(including_file) + full;
  std::vector<File> files;
  glob_t found{};
  if (glob(full.c_str(), GLOB_BRACE, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i)
      if (auto text = read_text_file(found.gl_pathv[i]))
        files.push_back({found.gl_pathv[i], std::move(*text)});
  }
  globfree(&found);
  return files;
}

std::optional<std::string> FileIncludeReader::read_key(std::string_view path,
                                                       std::string_view including_file) {
  auto full = std::string{path};
  if (full.empty() || full.front() != '/') full = folder_of(including_file) + full;
  struct stat status {};
  if (stat(full.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  auto text = read_text_file(full);
  if (!text) return std::nullopt;
  const bool seen =
      std::find(exposed_keys_.begin(), exposed_keys_.end(), full) != exposed_keys_.end();
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0 && !seen) exposed_keys_.push_back(full);
  return std::move(*text);
}

tl::expected<LoadedConfig, std::string> load_config(const std::string& path) {
  auto text = read_text_file(path);
  if (!text) return tl::unexpected(text.error());
  FileIncludeReader includes;
  LoadedConfig loaded;
  loaded.parsed = config::parse(*text, path, &includes);
  for (const auto& key : includes.exposed_keys()) {
    Diagnostic warning;
    warning.file = key;
    warning.severity = Severity::warning;
    warning.code = "key-file-exposed";
    warning.message = "Others than its owner can read this key file";
    warning.hint = "write: chmod 600 " + key;
    loaded.parsed.diagnostics.push_back(std::move(warning));
  }
  loaded.text = std::move(*text);
  return loaded;
}

}  // namespace understudy::daemon
