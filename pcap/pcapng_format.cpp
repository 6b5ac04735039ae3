// pcapng files (draft-ietf-opsawg-pcapng): blocks that say their type and length, in sections that
// have a byte order each.
#include <algorithm>
#include <utility>

#include "pcap/capture_format.h"
#include "pcap/number_order.h"
#include "pcap/time_scale.h"

namespace understudy::capture {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kInterfaceDescription = 1, kObsoletePacket = 2, kSimplePacket = 3,
                        kEnhancedPacket = 6;
constexpr std::size_t kBlockHead = 8, kBlockTail = 4, kSmallestBlock = 12;
constexpr std::size_t kSectionHead = 24, kInterfaceHead = 16, kPacketHead = 28, kSimpleHead = 12;
// Of blocks that are read in one piece: a packet and options of several pages.
constexpr std::uint32_t kBlockMost = 1024 * 1024;
constexpr std::size_t kInterfacesMost = 65536;
constexpr std::size_t kNameMost = 128;
constexpr std::uint16_t kOptionEnd = 0, kOptionName = 2, kOptionResolution = 9, kOptionOffset = 14;

class PcapngFormat : public CaptureFormat {
 public:
  explicit PcapngFormat(InputBuffer input) : CaptureFormat(std::move(input)) {}

  /// Whether there is a section; else there is a fault.
  bool begin() {
    const std::uint8_t* head = input_.peek(kSectionHead);
    if (head == nullptr) return fail_short(kSectionHead);
    return begin_section(head);
  }

  bool read(CapturedPacket& packet) override {
    ++number_;
    for (;;) {
      const std::uint8_t* head = input_.peek(kBlockHead);
      if (head == nullptr) return at_end() ? false : fail_short(kBlockHead);
      const std::uint32_t type = order_.u32(head), size = order_.u32(head + 4);
      if (type == kSectionHeader) [[unlikely]] {
        if (!begin_next_section()) return false;
        continue;
      }
      if (size < kSmallestBlock || size % 4 != 0) [[unlikely]]
        return fail_size(type, size);
      if (type == kEnhancedPacket || type == kObsoletePacket || type == kSimplePacket) [[likely]] {
        const std::uint8_t* block = whole_block(size);
        if (block == nullptr) return false;
        const bool good = type == kSimplePacket ? read_simple(block, size, packet)
                                                : read_enhanced(block, size, type, packet);
        if (good) return true;
        ++number_;
        continue;
      }
      if (!(type == kInterfaceDescription ? read_interface(size) : pass(size))) return false;
    }
  }

 private:
  bool fail_size(std::uint32_t type, std::uint32_t size) {
    if (type == 0 && size == 0)
      return fail("nothing but zeros: the file was not written to its end");
    return fail("a block of " + std::to_string(size) +
                " bytes cannot be: the file is damaged here");
  }

  bool fail_tail(std::uint64_t offset, std::uint32_t size, std::uint32_t tail) {
    return fail_at(offset, "a block says " + std::to_string(size) + " bytes at its beginning and " +
                               std::to_string(tail) + " at its end: the file is damaged here");
  }

  /// A block in one piece; nullptr, and a fault, when there is none. It is taken.
  const std::uint8_t* whole_block(std::uint32_t size) {
    if (size > kBlockMost) {
      fail("a block of " + std::to_string(size) + " bytes, and no packet has so many");
      return nullptr;
    }
    const std::uint8_t* block = input_.peek(size);
    if (block == nullptr) {
      fail_short(size);
      return nullptr;
    }
    const std::uint32_t tail = order_.u32(block + size - kBlockTail);
    if (tail != size) [[unlikely]] {
      fail_tail(input_.offset(), size, tail);
      return nullptr;
    }
    input_.take(size);
    return block;
  }

  /// Passes a block that is not wanted, of any size.
  bool pass(std::uint32_t size) {
    const std::uint64_t offset = input_.offset();
    const auto cut_short = [&] {
      if (!input_.failure().empty()) return fail_at(offset, input_.failure());
      return fail_at(offset, "the file ends within a block of " + std::to_string(size) + " bytes");
    };
    if (!input_.skip(size - kBlockTail)) return cut_short();
    const std::uint8_t* tail = input_.peek(kBlockTail);
    if (tail == nullptr) return cut_short();
    if (order_.u32(tail) != size) return fail_tail(offset, size, order_.u32(tail));
    input_.take(kBlockTail);
    return true;
  }

  bool begin_next_section() {
    const std::uint8_t* head = input_.peek(kSectionHead);
    if (head == nullptr) return fail_short(kSectionHead);
    return begin_section(head);
  }

  bool begin_section(const std::uint8_t* head) {
    const std::uint8_t* const magic = head + kBlockHead;
    if (NumberOrder(true).u32(magic) != kByteOrderMagic &&
        NumberOrder(false).u32(magic) != kByteOrderMagic) {
      return fail("a section without a byte order: the file is damaged here");
    }
    order_ = NumberOrder(magic[0] == 0x1a);
    const std::uint32_t size = order_.u32(head + 4);
    const unsigned major = order_.u16(head + 12), minor = order_.u16(head + 14);
    if (size < kSectionHead + kBlockTail || size % 4 != 0) return fail_size(kSectionHeader, size);
    if (major != 1) {
      return fail("version " + std::to_string(major) + "." + std::to_string(minor) +
                  " of the pcapng format is unknown");
    }
    section_ = interfaces_.size();
    return pass(size);
  }

  bool read_interface(std::uint32_t size) {
    if (interfaces_.size() == kInterfacesMost) {
      return fail("more than " + std::to_string(kInterfacesMost) + " interfaces");
    }
    if (size < kInterfaceHead + kBlockTail) return fail_size(kInterfaceDescription, size);
    const std::uint8_t* block = whole_block(size);
    if (block == nullptr) return false;
    CaptureInterface interface;
    interface.link_type = order_.u16(block + 8);
    interface.snap_length = order_.u32(block + 12);
    std::uint8_t resolution = 6;
    std::int64_t offset = 0;
    std::span<const std::uint8_t> rest{block + kInterfaceHead, size - kInterfaceHead - kBlockTail};
    while (rest.size() >= 4) {
      const std::uint16_t code = order_.u16(rest.data()), length = order_.u16(rest.data() + 2);
      const std::size_t padded = 4 + (length + std::size_t{3}) / 4 * 4;
      if (code == kOptionEnd || padded > rest.size()) break;
      const std::uint8_t* value = rest.data() + 4;
      if (code == kOptionName)
        interface.name.assign(value, value + std::min<std::size_t>(length, kNameMost));
      if (code == kOptionResolution && length == 1) resolution = *value;
      if (code == kOptionOffset && length == 8)
        offset = static_cast<std::int64_t>(order_.u64(value));
      rest = rest.subspan(padded);
    }
    interfaces_.push_back(std::move(interface));
    scales_.emplace_back(resolution, offset);
    return true;
  }

  /// Enhanced packet block, or the packet block that it replaced: only the interface differs.
  bool read_enhanced(const std::uint8_t* block, std::uint32_t size, std::uint32_t type,
                     CapturedPacket& packet) {
    if (size < kPacketHead + kBlockTail)
      return skip(size, "a packet block without room for its header");
    const std::size_t index =
        section_ + (type == kEnhancedPacket ? order_.u32(block + 8) : order_.u16(block + 8));
    if (index >= interfaces_.size()) [[unlikely]]
      return skip(size, "of interface " + std::to_string(index - section_) +
                            ", which the section does not describe");
    const std::uint32_t captured = order_.u32(block + 20);
    if (captured > size - kPacketHead - kBlockTail || captured > kPacketMost) [[unlikely]]
      return skip(size, "claims " + std::to_string(captured) + " bytes in a block of " +
                            std::to_string(size));
    const auto at =
        scales_[index].at(std::uint64_t{order_.u32(block + 12)} << 32 | order_.u32(block + 16));
    if (!at) [[unlikely]]
      return skip(size, "its time lies before 1970 or after 2262");
    packet.number = number_;
    packet.at = *at;
    packet.bytes = {block + kPacketHead, captured};
    packet.original_size = order_.u32(block + 24);
    packet.interface = static_cast<std::uint32_t>(index);
    packet.link_type = interfaces_[index].link_type;
    latest_ = *at;
    return true;
  }

  /// Of the section's first interface, without a time.
  bool read_simple(const std::uint8_t* block, std::uint32_t size, CapturedPacket& packet) {
    if (section_ >= interfaces_.size()) {
      return skip(size, "of interface 0, which the section does not describe");
    }
    if (size < kSimpleHead + kBlockTail)
      return skip(size, "a packet block without room for its header");
    const std::uint32_t original = order_.u32(block + 8);
    const std::uint32_t snap_length = interfaces_[section_].snap_length;
    std::uint32_t captured = std::min<std::uint32_t>(
        original, size - static_cast<std::uint32_t>(kSimpleHead + kBlockTail));
    if (snap_length != 0) captured = std::min(captured, snap_length);
    captured = std::min(captured, kPacketMost);
    ++untimed_;
    packet.number = number_;
    packet.at = latest_;
    packet.bytes = {block + kSimpleHead, captured};
    packet.original_size = original;
    packet.interface = static_cast<std::uint32_t>(section_);
    packet.link_type = interfaces_[section_].link_type;
    return true;
  }

  /// The block is taken already. Returns false.
  bool skip(std::uint32_t size, std::string why) {
    if (skipped_.count++ == 0) {
      skipped_.first = {number_, input_.offset() - size, std::move(why)};
    }
    return false;
  }

  NumberOrder order_;
  std::size_t section_ = 0;  // index of its first interface
  std::vector<TimeScale> scales_;
  Instant latest_;
};

}  // namespace

tl::expected<std::unique_ptr<CaptureFormat>, CaptureError> open_pcapng(InputBuffer input) {
  auto format = std::make_unique<PcapngFormat>(std::move(input));
  if (!format->begin()) return tl::unexpected(*format->fault());
  return format;
}

}  // namespace understudy::capture
