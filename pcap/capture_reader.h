// Capture files as a stream of packets: pcap (micro- and nanoseconds, either byte order) and
// whatever else libpcap opens, pcapng of one link type included.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "pcap/packet.h"

struct pcap;

namespace understudy::capture {

class CaptureReader {
 public:
  /// "-" is standard input.
  static tl::expected<CaptureReader, CaptureError> open(const std::string& path);
  /// Takes `file`, also when it fails.
  static tl::expected<CaptureReader, CaptureError> adopt(std::FILE* file);

  /// The next packet, nullopt at the end. After an error there is no going on.
  tl::expected<std::optional<CapturedPacket>, CaptureError> next();

  /// A DLT_ value of libpcap, and its name for people ("EN10MB (Ethernet)").
  int link_type() const;
  std::string link_type_name() const;

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };
  explicit CaptureReader(pcap* handle) : handle_(handle) {}

  std::unique_ptr<pcap, Close> handle_;
  std::uint64_t number_ = 0;
};

}  // namespace understudy::capture
