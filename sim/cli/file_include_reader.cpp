#include "sim/cli/file_include_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "sim/files_matching.h"

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
  for (auto& name : sim::files_matching(path.string()))
    if (auto text = read_file(name)) files.push_back({std::move(name), std::move(*text)});
  return files;
}

std::optional<std::string> FileIncludeReader::read_key(std::string_view path,
                                                       std::string_view including_file) {
  const std::string name = std::filesystem::path(including_file).parent_path() / path;
  struct stat status {};
  if (stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  auto text = read_file(name);
  if (!text) return std::nullopt;
  const bool seen = std::any_of(warnings_.begin(), warnings_.end(),
                                [&](const Diagnostic& warning) { return warning.file == name; });
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0 && !seen) {
    Diagnostic warning;
    warning.file = name;
    warning.severity = Severity::warning;
    warning.code = "key-file-exposed";
    warning.message = "Others than its owner can read this key file";
    warning.hint = "write: chmod 600 " + name;
    warnings_.push_back(std::move(warning));
  }
  return std::move(*text);
}

std::vector<Diagnostic> FileIncludeReader::take_warnings() { return std::exchange(warnings_, {}); }

}  // namespace understudy::cli
