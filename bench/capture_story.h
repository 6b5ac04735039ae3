// A network's traffic as a capture has it, frame by frame, for as long as wanted: several virtual
// routers, two hosts, a handover every ten minutes, and other traffic between the adverts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/net/instant.h"

namespace understudy::bench {

struct StoryShape {
  unsigned adverts_in_1000 = 1000;  // of the frames, 1 to 1000; the others are TCP and UDP
  unsigned routers = 8;             // VRIDs 1 to 250
  unsigned addresses = 8;           // of each; 1 to 16. With 8 a million adverts are 98 MB as pcap
};

class CaptureStory {
 public:
  explicit CaptureStory(const StoryShape& shape);

  struct Frame {
    Instant at;                           // from 2023-11-14 on
    std::span<const std::uint8_t> bytes;  // Ethernet; good until the next call
  };
  Frame next();

 private:
  using Bytes = std::vector<std::uint8_t>;

  Bytes advert(unsigned router, unsigned host, std::uint8_t priority) const;
  void add_other_traffic();
  const Bytes& next_advert();
  void begin_announcing(unsigned router, unsigned host);

  StoryShape shape_;
  std::vector<Bytes> adverts_;  // by router, host, whether it resigns
  std::vector<Bytes> others_;
  std::vector<Bytes> announcements_;  // still to come
  std::uint64_t frames_ = 0;
  std::uint64_t sent_ = 0;  // adverts
  Instant at_;
};

}  // namespace understudy::bench
