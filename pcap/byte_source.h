// Where a capture's bytes come from: a file, a pipe, memory; one after another, never back.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::capture {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills `out` with at least one byte, as many as are there; 0 at the end. A failure is a
  /// sentence, and the last word.
  virtual tl::expected<std::size_t, std::string> read(std::span<std::uint8_t> out) = 0;
  /// Bytes read so far, as they lie on the disk.
  virtual std::uint64_t position() const = 0;
  /// All there are; nullopt when nobody knows (a pipe).
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

/// What ends the wait for a pipe that is silent, or has no writer yet. With neither it is endless.
struct Patience {
  /// When this becomes true, a pipe that stays silent for a second has ended.
  const std::atomic<bool>* stop = nullptr;
  /// Called about ten times a second of silence. May throw.
  std::function<void()> waiting = {};

  bool ends() const { return stop != nullptr || waiting; }
};

/// "-" is standard input. Fails with "No such file or directory", "is a directory", "the file is
/// empty".
tl::expected<std::unique_ptr<ByteSource>, std::string> open_file(const std::string& path,
                                                                 Patience patience = {});

/// Bytes that the caller keeps.
std::unique_ptr<ByteSource> bytes_in_memory(std::span<const std::uint8_t> bytes);

/// What a gzip file holds, its members one after another. `begun` was read from `packed` already.
/// Gives all that can be unpacked before it fails.
std::unique_ptr<ByteSource> unpack_gzip(std::unique_ptr<ByteSource> packed,
                                        std::vector<std::uint8_t> begun);

}  // namespace understudy::capture
