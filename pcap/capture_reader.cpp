#include "pcap/capture_reader.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace understudy::capture {

namespace {

constexpr std::size_t kReadAtOnce = 256 * 1024;

CaptureError file_error(std::string text) { return {0, 0, std::move(text)}; }

/// What files begin with, and what to do about those that we cannot read.
struct Magic {
  std::string_view bytes;
  std::string_view what;
};

using namespace std::string_view_literals;

constexpr Magic kOthers[] = {
    {"\x28\xb5\x2f\xfd"sv, "it is compressed with zstd: try zstd -dc FILE | understudy explain -"},
    {"\xfd\x37zXZ\0"sv, "it is compressed with xz: try xz -dc FILE | understudy explain -"},
    {"BZh"sv, "it is compressed with bzip2: try bzip2 -dc FILE | understudy explain -"},
    {"\x04\x22\x4d\x18"sv, "it is compressed with lz4: try lz4 -dc FILE | understudy explain -"},
    {"PK\x03\x04"sv, "it is a zip archive: unpack it first"},
    {"snoop\0\0\0"sv, "it is a snoop capture: editcap -F pcapng IN OUT makes it one of ours"},
    {"TRSNIFF data"sv, "it is a Sniffer capture: editcap -F pcapng IN OUT makes it one of ours"},
    {"GMBU"sv, "it is a Network Monitor capture: editcap -F pcapng IN OUT makes it one of ours"},
    {"RTSS"sv, "it is a Network Monitor capture: editcap -F pcapng IN OUT makes it one of ours"},
    {"\xa1\xb2\xc3\xcb"sv, "it holds a BPF program, not packets"},
};

std::string unknown_format(std::span<const std::uint8_t> begin) {
  const std::string_view bytes(reinterpret_cast<const char*>(begin.data()), begin.size());
  for (const Magic& other : kOthers) {
    if (bytes.starts_with(other.bytes)) return "no pcap or pcapng file: " + std::string(other.what);
  }
  std::string text = "unknown file format, neither pcap nor pcapng: it begins with";
  for (const std::uint8_t byte : begin.first(std::min<std::size_t>(begin.size(), 4))) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += {' ', kDigits[byte >> 4], kDigits[byte & 15U]};
  }
  return text;
}

constexpr std::array<std::uint8_t, 4> kPcapMagics[] = {
    {0xa1, 0xb2, 0xc3, 0xd4}, {0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d},
    {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34}, {0x34, 0xcd, 0xb2, 0xa1},
};
constexpr std::array<std::uint8_t, 4> kPcapngMagic = {0x0a, 0x0d, 0x0d, 0x0a};

tl::expected<std::unique_ptr<CaptureFormat>, CaptureError> open_format(InputBuffer input) {
  const std::uint8_t* begin = input.peek(2);
  if (begin != nullptr && begin[0] == 0x1f && begin[1] == 0x8b) input.unpack();
  begin = input.peek(4);
  if (begin == nullptr) {
    if (!input.failure().empty()) return tl::unexpected(file_error(input.failure()));
    if (input.left() == 0) return tl::unexpected(file_error("the file is empty"));
    return tl::unexpected(file_error("no pcap or pcapng file: it ends after " +
                                     std::to_string(input.left()) +
                                     (input.left() == 1 ? " byte" : " bytes")));
  }
  const auto begins_with = [begin](const std::array<std::uint8_t, 4>& magic) {
    return std::equal(magic.begin(), magic.end(), begin);
  };
  if (std::ranges::any_of(kPcapMagics, begins_with)) return open_pcap(std::move(input));
  if (begins_with(kPcapngMagic)) return open_pcapng(std::move(input));
  (void)input.peek(16);
  const std::size_t known = std::min<std::size_t>(input.left(), 16);
  return tl::unexpected(file_error(unknown_format({input.peek(known), known})));
}

}  // namespace

tl::expected<CaptureReader, CaptureError> CaptureReader::open(const std::string& path,
                                                              Patience patience) {
  auto source = open_file(path, std::move(patience));
  if (!source) return tl::unexpected(file_error(source.error()));
  return adopt(std::move(*source));
}

tl::expected<CaptureReader, CaptureError> CaptureReader::adopt(std::unique_ptr<ByteSource> source) {
  auto format = open_format(InputBuffer(std::move(source), kReadAtOnce));
  if (!format) return tl::unexpected(format.error());
  return CaptureReader(std::move(*format));
}

}  // namespace understudy::capture
