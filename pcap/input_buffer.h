// A window on a byte source: as many bytes as a header or a packet needs, in one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pcap/byte_source.h"

namespace understudy::capture {

class InputBuffer {
 public:
  /// Reads `capacity` bytes at once.
  InputBuffer(std::unique_ptr<ByteSource> source, std::size_t capacity);

  /// The next `size` bytes, which stay good until the next peek() or skip(); nullptr when the
  /// source has fewer, or fails. The buffer grows to `size`, so callers bound it.
  const std::uint8_t* peek(std::size_t size) {
    if (end_ - at_ >= size) [[likely]]
      return bytes_.data() + at_;
    return refill(size);
  }
  /// Passes bytes that were peeked.
  void take(std::size_t size) { at_ += size; }
  /// Passes any number of bytes; false when the source has fewer.
  bool skip(std::uint64_t size);

  /// What is left in the window; after a peek() that failed: all there is.
  std::size_t left() const { return end_ - at_; }
  /// Of the next byte.
  std::uint64_t offset() const { return read_ - (end_ - at_); }
  /// Why the source ended; empty when it simply did.
  const std::string& failure() const { return failure_; }
  const ByteSource& source() const { return *source_; }

  /// From here on the bytes are taken for a gzip file.
  void unpack();

 private:
  const std::uint8_t* refill(std::size_t size);

  std::unique_ptr<ByteSource> source_;
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t read_ = 0;
  bool ended_ = false;
  std::string failure_;
};

}  // namespace understudy::capture
