#include "pcap/input_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace understudy::capture {

InputBuffer::InputBuffer(std::unique_ptr<ByteSource> source, std::size_t capacity)
    : source_(std::move(source)), bytes_(capacity) {}

const std::uint8_t* InputBuffer::refill(std::size_t size) {
  if (ended_) return nullptr;
  std::memmove(bytes_.data(), bytes_.data() + at_, end_ - at_);
  end_ -= at_;
  at_ = 0;
  if (size > bytes_.size()) bytes_.resize(size);
  while (end_ < size) {
    const auto count = source_->read(std::span(bytes_).subspan(end_));
    if (!count) failure_ = count.error();
    if (!count || *count == 0) {
      ended_ = true;
      return nullptr;
    }
    end_ += *count;
    read_ += *count;
  }
  return bytes_.data();
}

bool InputBuffer::skip(std::uint64_t size) {
  while (size > left()) {
    size -= left();
    take(left());
    if (refill(1) == nullptr) return false;
  }
  take(static_cast<std::size_t>(size));
  return true;
}

void InputBuffer::unpack() {
  std::vector<std::uint8_t> begun(bytes_.begin() + static_cast<std::ptrdiff_t>(at_),
                                  bytes_.begin() + static_cast<std::ptrdiff_t>(end_));
  source_ = unpack_gzip(std::move(source_), std::move(begun));
  at_ = end_ = 0;
  read_ = 0;
  ended_ = false;
}

}  // namespace understudy::capture
