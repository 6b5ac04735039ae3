// Any bytes as a capture file, given whole and in pieces, filtered and sieved: the same packets, of
// bounded size, numbered and inside what was given. The first byte chooses the pieces.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pcap/capture_stream.h"
#include "pcap/sieve.h"
#include "tests/pcap/read_capture.h"

namespace {

using namespace understudy::capture;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_packets(const ReadCapture& read) {
  std::uint64_t last = 0;
  for (const ReadPacket& packet : read.packets) {
    require(packet.number > last && packet.bytes.size() <= kPacketMost && packet.at_ns >= 0);
    last = packet.number;
    require(packet.interface < read.interfaces.size());
    require(packet.link_type == read.interfaces[packet.interface].link_type);
  }
  require(read.opened || (read.fault && read.packets.empty()));
  require(!read.fault || !read.fault->message().empty());
}

void sieve(std::span<const std::uint8_t> bytes) {
  Sieve sieve;
  CaptureStream stream(bytes_in_memory(bytes), "input",
                       {.filter = "not udp", .stop = nullptr, .waiting = {}});
  while (const CapturedPacket* packet = stream.next()) {
    const NetworkPacket* found = sieve.find(*packet);
    if (found == nullptr || found->payload.empty()) continue;
    require(found->payload.data() >= found->bytes.data() &&
            found->payload.data() + found->payload.size() <=
                found->bytes.data() + found->bytes.size());
  }
  (void)stream.notes();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 64 + std::size_t{1};
  const std::span<const std::uint8_t> bytes{data + 1, size - 1};
  const ReadCapture whole = read_capture(bytes);
  check_packets(whole);
  const ReadCapture pieces = read_capture(std::make_unique<PiecewiseSource>(bytes, piece));
  require(pieces.packets.size() == whole.packets.size() &&
          pieces.fault.has_value() == whole.fault.has_value());
  for (std::size_t i = 0; i < whole.packets.size(); ++i) {
    require(pieces.packets[i].bytes == whole.packets[i].bytes &&
            pieces.packets[i].at_ns == whole.packets[i].at_ns);
  }
  sieve(bytes);
  return 0;
}
