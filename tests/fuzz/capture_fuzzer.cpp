// Any bytes as a capture file: explained, written as page and as JSON.
#include <cstdint>
#include <cstdio>

#include "pcap/explanation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::FILE* file = ::fmemopen(const_cast<std::uint8_t*>(data), size, "rb");
  if (file == nullptr) return 0;
  const auto explanation = understudy::capture::explain(file, "input");
  understudy::capture::text(explanation);
  understudy::capture::json(explanation);
  return 0;
}
