#include "pcap/capture_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::capture {

namespace {

constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSnapLength = 262144;
constexpr std::uint32_t kLinkEthernet = 1;
constexpr std::size_t kFileHeaderSize = 24;
constexpr std::size_t kRecordHeaderSize = 16;

void put_u16(std::uint8_t* out, std::uint32_t value) {
  out[0] = static_cast<std::uint8_t>(value);
  out[1] = static_cast<std::uint8_t>(value >> 8);
}

void put_u32(std::uint8_t* out, std::uint32_t value) {
  put_u16(out, value);
  put_u16(out + 2, value >> 16);
}

std::string failure(const std::string& path, int error_number) {
  return "cannot write " + path + ": " + std::strerror(error_number);
}

}  // namespace

void CaptureWriter::CloseFile::operator()(std::FILE* file) const { std::fclose(file); }

tl::expected<CaptureWriter, std::string> CaptureWriter::create(std::string path) {
  std::string temporary = path + "." + std::to_string(::getpid()) + ".part";
  const int descriptor =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) return tl::unexpected(failure(path, errno));
  std::FILE* file = ::fdopen(descriptor, "wb");
  if (file == nullptr) {
    const int error_number = errno;
    ::close(descriptor);
    ::unlink(temporary.c_str());
    return tl::unexpected(failure(path, error_number));
  }
  CaptureWriter writer(std::move(path), std::move(temporary), file);
  std::array<std::uint8_t, kFileHeaderSize> header{};
  put_u32(header.data(), kMagicNanoseconds);
  put_u16(header.data() + 4, 2);
  put_u16(header.data() + 6, 4);
  put_u32(header.data() + 16, kSnapLength);
  put_u32(header.data() + 20, kLinkEthernet);
  writer.put(header.data(), header.size());
  return writer;
}

CaptureWriter::CaptureWriter(std::string path, std::string temporary, std::FILE* file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}

CaptureWriter& CaptureWriter::operator=(CaptureWriter&& other) noexcept {
  if (this != &other) {
    discard();
    path_ = std::move(other.path_);
    temporary_ = std::move(other.temporary_);
    file_ = std::move(other.file_);
    error_ = std::move(other.error_);
  }
  return *this;
}

CaptureWriter::~CaptureWriter() { discard(); }

void CaptureWriter::write(Instant at, std::span<const std::uint8_t> frame) {
  const std::int64_t nanoseconds = at.time_since_epoch().count();
  const std::int64_t seconds = nanoseconds / 1'000'000'000;
  if (nanoseconds < 0 || seconds > 0xffffffff || frame.size() > kSnapLength) {
    if (error_.empty()) error_ = "cannot write " + path_ + ": a frame the format cannot hold";
    return;
  }
  const auto size = static_cast<std::uint32_t>(frame.size());
  std::array<std::uint8_t, kRecordHeaderSize> header{};
  put_u32(header.data(), static_cast<std::uint32_t>(seconds));
  put_u32(header.data() + 4, static_cast<std::uint32_t>(nanoseconds % 1'000'000'000));
  put_u32(header.data() + 8, size);
  put_u32(header.data() + 12, size);
  put(header.data(), header.size());
  put(frame.data(), frame.size());
}

tl::expected<void, std::string> CaptureWriter::close() {
  if (!file_) return tl::unexpected("cannot write " + path_ + ": closed twice");
  if (std::fflush(file_.get()) != 0 && error_.empty()) error_ = failure(path_, errno);
  if (std::fclose(file_.release()) != 0 && error_.empty()) error_ = failure(path_, errno);
  if (error_.empty() && ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    error_ = failure(path_, errno);
  }
  if (error_.empty()) return {};
  ::unlink(temporary_.c_str());
  return tl::unexpected(error_);
}

void CaptureWriter::put(const void* bytes, std::size_t size) {
  if (!file_ || !error_.empty() || size == 0) return;
  if (std::fwrite(bytes, 1, size, file_.get()) != size) error_ = failure(path_, errno);
}

void CaptureWriter::discard() {
  if (!file_) return;
  file_.reset();
  ::unlink(temporary_.c_str());
}

}  // namespace understudy::capture
