// Writes a capture of any length, to measure with: make_capture FILE PACKETS [ADVERTS_IN_1000]
// FILE.pcapng is written as pcapng, anything else as pcap.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/capture_story.h"
#include "pcap/capture_writer.h"
#include "pcap/pcapng_writer.h"

namespace {

using namespace understudy;

template <typename Put>
void tell(bench::CaptureStory& story, std::uint64_t packets, const Put& put) {
  for (std::uint64_t i = 0; i < packets; ++i) put(story.next());
}

tl::expected<void, std::string> make(const std::string& path, std::uint64_t packets,
                                     const bench::StoryShape& shape) {
  bench::CaptureStory story(shape);
  if (path.ends_with(".pcapng")) {
    auto writer = capture::PcapngWriter::create(path, {"eth0"});
    if (!writer) return tl::unexpected(writer.error());
    tell(story, packets, [&](const auto& frame) { writer->write(0, frame.at, frame.bytes); });
    return writer->close();
  }
  auto writer = capture::CaptureWriter::create(path);
  if (!writer) return tl::unexpected(writer.error());
  tell(story, packets, [&](const auto& frame) { writer->write(frame.at, frame.bytes); });
  return writer->close();
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t packets = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  understudy::bench::StoryShape shape;
  if (argc > 3) shape.adverts_in_1000 = static_cast<unsigned>(std::strtoul(argv[3], nullptr, 10));
  if (packets == 0 || shape.adverts_in_1000 == 0 || shape.adverts_in_1000 > 1000) {
    std::fputs("usage: make_capture FILE PACKETS [ADVERTS_IN_1000]\n", stderr);
    return 2;
  }
  const auto made = make(argv[1], packets, shape);
  if (made) return 0;
  std::fprintf(stderr, "make_capture: %s\n", made.error().c_str());
  return 1;
}
