#include <zlib.h>

#include <algorithm>
#include <utility>

#include "pcap/byte_source.h"

namespace understudy::capture {
namespace {

constexpr std::size_t kPackedBuffer = 64 * 1024;
constexpr int kGzipOnly = 16 + MAX_WBITS;

class GzipSource : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> packed, std::vector<std::uint8_t> begun)
      : packed_(std::move(packed)), input_(std::move(begun)), size_(input_.size()) {
    input_.resize(std::max(size_, kPackedBuffer));
    ready_ = ::inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override { ::inflateEnd(&stream_); }

  tl::expected<std::size_t, std::string> read(std::span<std::uint8_t> out) override {
    if (!ready_) return tl::unexpected(std::string("no memory to unpack it"));
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), 1U << 30));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room && !finished_) step();
    const std::size_t made = room - stream_.avail_out;
    if (made == 0 && !failure_.empty()) return tl::unexpected(failure_);
    return made;
  }

  std::uint64_t position() const override { return packed_->position(); }
  std::optional<std::uint64_t> size() const override { return packed_->size(); }

 private:
  /// Unpacks once, or reads more to unpack, or notes the end.
  void step() {
    if (at_ == size_ && !pending_ && !refill()) return;
    if (between_members_ && !begin_member()) return;
    stream_.next_in = input_.data() + at_;
    stream_.avail_in = static_cast<uInt>(size_ - at_);
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    at_ = size_ - stream_.avail_in;
    pending_ = stream_.avail_out == 0 && result == Z_OK;
    if (result == Z_STREAM_END) {
      between_members_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail(stream_.msg == nullptr ? "unknown data" : stream_.msg);
    }
  }

  bool refill() {
    auto count = packed_->read(input_);
    if (!count) {
      failure_ = count.error();
      finished_ = true;
      return false;
    }
    at_ = 0;
    size_ = *count;
    if (size_ > 0) return true;
    finished_ = true;
    if (!between_members_) failure_ = "the compressed file ends before its data does";
    return false;
  }

  /// Behind a member: another one, or zeros that fill the file up.
  bool begin_member() {
    while (at_ < size_ && padded(input_[at_])) ++at_;
    if (at_ == size_) return false;
    if (padding_) {
      fail("zeros between its members");
      return false;
    }
    ::inflateReset(&stream_);
    between_members_ = false;
    return true;
  }

  bool padded(std::uint8_t byte) {
    padding_ = padding_ || byte == 0;
    return byte == 0;
  }

  void fail(const char* why) {
    const std::uint64_t byte = packed_->position() - (size_ - at_);
    failure_ = "the compressed data is corrupt about byte " + std::to_string(byte) +
               " of the file: " + why;
    finished_ = true;
  }

  std::unique_ptr<ByteSource> packed_;
  std::vector<std::uint8_t> input_;
  std::size_t at_ = 0;
  std::size_t size_;
  z_stream stream_{};
  bool ready_ = false;
  bool pending_ = false;  // zlib may hold more than there was room for
  bool between_members_ = false;
  bool padding_ = false;  // seen behind the last member
  bool finished_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<ByteSource> unpack_gzip(std::unique_ptr<ByteSource> packed,
                                        std::vector<std::uint8_t> begun) {
  return std::make_unique<GzipSource>(std::move(packed), std::move(begun));
}

}  // namespace understudy::capture
