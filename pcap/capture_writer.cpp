#include "pcap/capture_writer.h"

#include <array>
#include <utility>

#include "pcap/little_endian.h"

namespace understudy::capture {

namespace {

constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSnapLength = 262144;
constexpr std::uint32_t kLinkEthernet = 1;
constexpr std::size_t kFileHeaderSize = 24;
constexpr std::size_t kRecordHeaderSize = 16;

}  // namespace

tl::expected<CaptureWriter, std::string> CaptureWriter::create(std::string path) {
  auto file = GrowingFile::create(std::move(path));
  if (!file) return tl::unexpected(file.error());
  return CaptureWriter(std::move(*file));
}

CaptureWriter::CaptureWriter(GrowingFile file) : file_(std::move(file)) {
  std::array<std::uint8_t, kFileHeaderSize> header{};
  put_u32(header.data(), kMagicNanoseconds);
  put_u16(header.data() + 4, 2);
  put_u16(header.data() + 6, 4);
  put_u32(header.data() + 16, kSnapLength);
  put_u32(header.data() + 20, kLinkEthernet);
  file_.put(header.data(), header.size());
}

void CaptureWriter::write(Instant at, std::span<const std::uint8_t> frame) {
  const std::int64_t nanoseconds = at.time_since_epoch().count();
  const std::int64_t seconds = nanoseconds / 1'000'000'000;
  if (nanoseconds < 0 || seconds > 0xffffffff || frame.size() > kSnapLength)
    return file_.refuse("a frame the format cannot hold");
  const auto size = static_cast<std::uint32_t>(frame.size());
  std::array<std::uint8_t, kRecordHeaderSize> header{};
  put_u32(header.data(), static_cast<std::uint32_t>(seconds));
  put_u32(header.data() + 4, static_cast<std::uint32_t>(nanoseconds % 1'000'000'000));
  put_u32(header.data() + 8, size);
  put_u32(header.data() + 12, size);
  file_.put(header.data(), header.size());
  file_.put(frame.data(), frame.size());
}

}  // namespace understudy::capture
