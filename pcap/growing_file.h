// A file that has its name only when it is whole.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace understudy::capture {

/// It grows under a temporary name beside `path` and gets its name in close(); one that is
/// destroyed before that leaves nothing behind.
class GrowingFile {
 public:
  /// Fails when the file cannot be made: "cannot write DIR/lb1.eth0.pcap: Permission denied".
  static tl::expected<GrowingFile, std::string> create(std::string path);

  GrowingFile(GrowingFile&& other) noexcept = default;
  GrowingFile& operator=(GrowingFile&& other) noexcept;
  ~GrowingFile();

  /// Failures are kept for close().
  void put(const void* bytes, std::size_t size);
  /// What is written holds something that it cannot: close() fails with this.
  void refuse(const std::string& why);
  /// Gives the file its name. Only once. On failure nothing is left behind.
  tl::expected<void, std::string> close();

  const std::string& path() const { return path_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const;
  };

  GrowingFile(std::string path, std::string temporary, std::FILE* file);
  void discard();

  std::string path_;
  std::string temporary_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::string error_;  // the first one; empty while all is well
};

}  // namespace understudy::capture
