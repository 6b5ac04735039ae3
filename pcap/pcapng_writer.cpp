#include "pcap/pcapng_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/version.h"
#include "pcap/little_endian.h"

namespace understudy::capture {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterface = 1, kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kLinkEthernet = 1;
constexpr std::uint32_t kSnapLength = 262144;
constexpr std::size_t kOptionMost = 65535;

// Options.
constexpr std::uint32_t kEnd = 0, kComment = 1;
constexpr std::uint32_t kSectionApplication = 4;
constexpr std::uint32_t kInterfaceName = 2, kInterfaceResolution = 9;
constexpr std::uint32_t kPacketFlags = 2;
constexpr std::uint8_t kNanoseconds = 9;  // 10^-9 s

void append_u32(std::vector<std::uint8_t>& block, std::uint32_t value) {
  block.resize(block.size() + 4);
  put_u32(block.data() + block.size() - 4, value);
}

void append_padded(std::vector<std::uint8_t>& block, std::span<const std::uint8_t> bytes) {
  block.insert(block.end(), bytes.begin(), bytes.end());
  block.resize((block.size() + 3) / 4 * 4);
}

/// At most `most` bytes, without half a character at the end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

tl::expected<PcapngWriter, std::string> PcapngWriter::create(
    std::string path, const std::vector<std::string>& interfaces, std::string_view comment) {
  auto file = GrowingFile::create(std::move(path));
  if (!file) return tl::unexpected(file.error());
  PcapngWriter writer(std::move(*file), interfaces.size());
  writer.begin_block(kSectionHeader);
  append_u32(writer.block_, kByteOrderMagic);
  append_u32(writer.block_, 1);           // version 1.0: two numbers of 16 bits
  append_u32(writer.block_, 0xffffffff);  // the section's length is not known ...
  append_u32(writer.block_, 0xffffffff);  // ... before its end
  if (!comment.empty()) writer.add_text(kComment, comment);
  writer.add_text(kSectionApplication, std::string("understudy ") + std::string(kVersion));
  writer.end_options();
  writer.end_block();
  for (const auto& name : interfaces) {
    writer.begin_block(kInterface);
    append_u32(writer.block_, kLinkEthernet);  // and 16 reserved bits
    append_u32(writer.block_, kSnapLength);
    writer.add_text(kInterfaceName, name);
    writer.add_option(kInterfaceResolution, std::array{kNanoseconds});
    writer.end_options();
    writer.end_block();
  }
  return writer;
}

PcapngWriter::PcapngWriter(GrowingFile file, std::size_t interfaces)
    : file_(std::move(file)), interfaces_(interfaces) {}

void PcapngWriter::write(std::uint32_t interface, Instant at, std::span<const std::uint8_t> frame,
                         Direction direction, std::string_view comment) {
  const std::int64_t nanoseconds = at.time_since_epoch().count();
  if (nanoseconds < 0 || frame.size() > kSnapLength || interface >= interfaces_)
    return file_.refuse("a frame the format cannot hold");
  begin_block(kEnhancedPacket);
  append_u32(block_, interface);
  append_u32(block_, static_cast<std::uint32_t>(nanoseconds >> 32));
  append_u32(block_, static_cast<std::uint32_t>(nanoseconds));
  append_u32(block_, static_cast<std::uint32_t>(frame.size()));
  append_u32(block_, static_cast<std::uint32_t>(frame.size()));
  append_padded(block_, frame);
  if (!comment.empty()) add_text(kComment, comment);
  if (direction != Direction::unknown) {
    std::array<std::uint8_t, 4> flags{};
    put_u32(flags.data(), static_cast<std::uint32_t>(direction));
    add_option(kPacketFlags, flags);
  }
  if (!comment.empty() || direction != Direction::unknown) end_options();
  end_block();
}

void PcapngWriter::begin_block(std::uint32_t type) {
  block_.clear();
  append_u32(block_, type);
  append_u32(block_, 0);  // the block's length, when it is known
}

void PcapngWriter::end_block() {
  const auto size = static_cast<std::uint32_t>(block_.size() + 4);
  append_u32(block_, size);
  put_u32(block_.data() + 4, size);
  file_.put(block_.data(), block_.size());
}

void PcapngWriter::add_option(std::uint32_t code, std::span<const std::uint8_t> value) {
  value = value.first(std::min(value.size(), kOptionMost));
  append_u32(block_, code | static_cast<std::uint32_t>(value.size()) << 16);
  append_padded(block_, value);
}

void PcapngWriter::add_text(std::uint32_t code, std::string_view text) {
  text = cut(text, kOptionMost);
  add_option(code, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void PcapngWriter::end_options() { append_u32(block_, kEnd); }

}  // namespace understudy::capture
