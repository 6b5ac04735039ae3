// Any bytes as a capture file: explained, written as page and as JSON.
#include <cstdint>
#include <string>
#include <vector>

#include "pcap/byte_source.h"
#include "pcap/capture_stream.h"
#include "pcap/explanation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using namespace understudy::capture;
  const std::vector<std::string> names{"input"};
  CaptureStream stream(bytes_in_memory({data, size}), names[0]);
  const auto explanation = explain(stream, names);
  understudy::capture::text(explanation);
  understudy::capture::json(explanation);
  return 0;
}
