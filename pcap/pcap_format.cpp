// pcap files (draft-ietf-opsawg-pcap): a header of 24 bytes, then records.
#include <cstring>
#include <utility>

#include "pcap/capture_format.h"
#include "pcap/number_order.h"

namespace understudy::capture {
namespace {

constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;  // else microseconds: 0xa1b2c3d4
constexpr std::uint32_t kModified = 0xa1b2cd34;     // of Linux systems about 2000: longer records
constexpr std::size_t kFileHeader = 24, kRecordHeader = 16, kModifiedRecordHeader = 24;
constexpr std::uint32_t kLinkTypeBits = 0x03ffffff;  // above: length of the FCS, as in Ethernet

/// The order of a record's two lengths changed between versions 2.2 and 2.4.
enum class Lengths : std::uint8_t { captured_first, original_first, smaller_first };

class PcapFormat : public CaptureFormat {
 public:
  explicit PcapFormat(InputBuffer input) : CaptureFormat(std::move(input)) {}

  /// Whether the header makes sense; else there is a fault.
  bool begin() {
    const std::uint8_t* header = input_.peek(kFileHeader);
    if (header == nullptr) {
      if (!input_.failure().empty()) return fail(input_.failure());
      return fail("truncated: the file ends within its header: " + std::to_string(input_.left()) +
                  " of 24 bytes are there");
    }
    order_ = NumberOrder(header[0] == 0xa1);
    const std::uint32_t magic = order_.u32(header);
    fraction_ = magic == kNanoseconds ? 1 : 1000;
    record_header_ = magic == kModified ? kModifiedRecordHeader : kRecordHeader;
    const unsigned major = order_.u16(header + 4), minor = order_.u16(header + 6);
    if (major != 2) {
      return fail("version " + std::to_string(major) + "." + std::to_string(minor) +
                  " of the pcap format is unknown");
    }
    if (minor < 3) lengths_ = Lengths::original_first;
    if (minor == 3) lengths_ = Lengths::smaller_first;
    CaptureInterface interface;
    interface.snap_length = order_.u32(header + 16);
    interface.link_type = static_cast<int>(order_.u32(header + 20) & kLinkTypeBits);
    link_type_ = interface.link_type;
    interfaces_.push_back(std::move(interface));
    input_.take(kFileHeader);
    return true;
  }

  bool read(CapturedPacket& packet) override {
    ++number_;
    const std::uint8_t* header = input_.peek(record_header_);
    if (header == nullptr) {
      return at_end() ? false : fail_short(record_header_);
    }
    std::uint32_t size = order_.u32(header + 8), original = order_.u32(header + 12);
    if (lengths_ != Lengths::captured_first) [[unlikely]]
      swap_lengths(size, original);
    if (size > kPacketMost || original == 0) [[unlikely]]
      if (!makes_sense(header, size)) return false;
    const std::uint8_t* record = input_.peek(record_header_ + size);
    if (record == nullptr) return fail_short(record_header_ + size);
    packet.number = number_;
    // 32 bits of seconds without a sign: until 2106.
    packet.at = Instant{Duration{std::int64_t{order_.u32(record)} * 1'000'000'000 +
                                 std::int64_t{order_.u32(record + 4)} * fraction_}};
    packet.bytes = {record + record_header_, size};
    packet.original_size = original;
    packet.interface = 0;
    packet.link_type = link_type_;
    input_.take(record_header_ + size);
    return true;
  }

 private:
  void swap_lengths(std::uint32_t& size, std::uint32_t& original) const {
    if (lengths_ == Lengths::original_first || size > original) std::swap(size, original);
  }

  bool makes_sense(const std::uint8_t* header, std::uint32_t size) {
    if (size > kPacketMost) {
      return fail("claims " + std::to_string(size) + " bytes, and no packet has more than " +
                  std::to_string(kPacketMost) + ": the file is damaged here");
    }
    constexpr std::uint8_t kZeros[kRecordHeader] = {};
    if (std::memcmp(header, kZeros, kRecordHeader) != 0) return true;
    return fail("nothing but zeros: the file was not written to its end");
  }

  NumberOrder order_;
  std::int64_t fraction_ = 1000;  // nanoseconds
  std::size_t record_header_ = kRecordHeader;
  Lengths lengths_ = Lengths::captured_first;
  int link_type_ = 0;
};

}  // namespace

tl::expected<std::unique_ptr<CaptureFormat>, CaptureError> open_pcap(InputBuffer input) {
  auto format = std::make_unique<PcapFormat>(std::move(input));
  if (!format->begin()) return tl::unexpected(*format->fault());
  return format;
}

}  // namespace understudy::capture
