// What the readers of the file formats have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pcap/input_buffer.h"
#include "pcap/packet.h"

namespace understudy::capture {

/// More than that no packet has, says libpcap (MAXIMUM_SNAPLEN), and so says Wireshark.
inline constexpr std::uint32_t kPacketMost = 262144;

/// Through which a file's packets came.
struct CaptureInterface {
  int link_type = 0;
  std::uint32_t snap_length = 0;  // bytes kept of a packet; 0: all
  std::string name;               // "eth0"; empty where the file does not say
};

/// What was passed over because it makes no sense, though the file goes on behind it.
struct Skipped {
  std::uint64_t count = 0;
  CaptureError first;
};

class CaptureFormat {
 public:
  virtual ~CaptureFormat() = default;

  /// False at the end, and where the file cannot be read any further: see fault().
  virtual bool read(CapturedPacket& packet) = 0;

  const std::optional<CaptureError>& fault() const { return fault_; }
  const std::vector<CaptureInterface>& interfaces() const { return interfaces_; }
  const Skipped& skipped() const { return skipped_; }
  /// Packets of a kind that has no time; they are given the time of the one before.
  std::uint64_t untimed() const { return untimed_; }
  const ByteSource& source() const { return input_.source(); }

 protected:
  explicit CaptureFormat(InputBuffer input) : input_(std::move(input)) {}

  /// Stops reading, at the next byte or at `offset`. Returns false.
  bool fail(std::string text) { return fail_at(input_.offset(), std::move(text)); }
  bool fail_at(std::uint64_t offset, std::string text);
  /// The same when `wanted` bytes were peeked in vain: "the file ends within it (7 of 60 bytes are
  /// there)", or what the source says.
  bool fail_short(std::uint64_t wanted);
  /// "4 zero bytes" and the like are no end: whether the input is at its end.
  bool at_end();

  InputBuffer input_;
  std::uint64_t number_ = 0;  // of the packet being read
  std::optional<CaptureError> fault_;
  std::vector<CaptureInterface> interfaces_;
  Skipped skipped_;
  std::uint64_t untimed_ = 0;
};

/// Reads the beginning of the file; says what it is instead when it is no pcap or pcapng file.
tl::expected<std::unique_ptr<CaptureFormat>, CaptureError> open_pcap(InputBuffer input);
tl::expected<std::unique_ptr<CaptureFormat>, CaptureError> open_pcapng(InputBuffer input);

}  // namespace understudy::capture
