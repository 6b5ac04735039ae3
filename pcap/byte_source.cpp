#include "pcap/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::capture {
namespace {

// A pipe's writer that was interrupted together with us writes what it still has.
constexpr int kPatienceMs = 1000;
constexpr int kWaitingMs = 100;

class FileSource : public ByteSource {
 public:
  FileSource(int descriptor, std::optional<std::uint64_t> size, Patience patience)
      : descriptor_(descriptor), size_(size), patience_(std::move(patience)) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }

  tl::expected<std::size_t, std::string> read(std::span<std::uint8_t> out) override {
    for (;;) {
      if (!size_ && patience_.ends() && !has_more()) return 0;
      const ssize_t count = ::read(descriptor_, out.data(), out.size());
      if (count >= 0) {
        position_ += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
      }
      if (errno != EINTR) return tl::unexpected(std::string(std::strerror(errno)));
    }
  }

  std::uint64_t position() const override { return position_; }
  std::optional<std::uint64_t> size() const override { return size_; }

 private:
  /// Waits for bytes, an end or a failure, which reading tells apart. False: the patience is over.
  bool has_more() const {
    for (;;) {
      const bool stopped = patience_.stop != nullptr && *patience_.stop;
      pollfd waiting{descriptor_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, stopped ? kPatienceMs : kWaitingMs);
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
      if (ready == 0 && stopped) return false;
      if (patience_.waiting) patience_.waiting();
    }
  }

  int descriptor_;
  std::optional<std::uint64_t> size_;
  Patience patience_;
  std::uint64_t position_ = 0;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  tl::expected<std::size_t, std::string> read(std::span<std::uint8_t> out) override {
    const std::size_t count = std::min(out.size(), bytes_.size() - position_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), count, out.begin());
    position_ += count;
    return count;
  }

  std::uint64_t position() const override { return position_; }
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

}  // namespace

tl::expected<std::unique_ptr<ByteSource>, std::string> open_file(const std::string& path,
                                                                 Patience patience) {
  const bool standard_input = path == "-";
  // Opening a pipe that nobody writes to would wait without end.
  const int mode = O_RDONLY | O_CLOEXEC | O_NOCTTY | (patience.ends() ? O_NONBLOCK : 0);
  const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), mode);
  if (!standard_input && patience.ends() && descriptor >= 0)
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  if (descriptor < 0) return tl::unexpected(std::string(std::strerror(errno)));
  struct stat status {};
  std::optional<std::uint64_t> size;
  const char* problem = nullptr;
  if (::fstat(descriptor, &status) == 0) {
    if (S_ISDIR(status.st_mode)) problem = "is a directory";
    if (S_ISREG(status.st_mode)) size = static_cast<std::uint64_t>(status.st_size);
    if (size && *size == 0 && !standard_input) problem = "the file is empty";
  }
  if (standard_input && ::isatty(descriptor) != 0) problem = "a terminal gives no capture";
  auto source = std::make_unique<FileSource>(descriptor, size, std::move(patience));
  if (problem != nullptr) return tl::unexpected(std::string(problem));
  if (size) ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return source;
}

std::unique_ptr<ByteSource> bytes_in_memory(std::span<const std::uint8_t> bytes) {
  return std::make_unique<MemorySource>(bytes);
}

}  // namespace understudy::capture
