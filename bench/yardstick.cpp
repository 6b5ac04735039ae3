// CMakeLists.txt compiles this file with -O2 -fno-tree-vectorize -falign-functions=64
// -falign-loops=64, whatever the build type: the unit must not move.
#include "bench/yardstick.h"

#include <array>
#include <random>
#include <vector>

namespace understudy::bench {

namespace {

constexpr std::size_t kBytes = 40;
using Buffer = std::array<std::uint8_t, kBytes>;

__attribute__((noinline)) std::uint32_t sum_and_read(const Buffer& b) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < kBytes; i += 2)
    sum += static_cast<std::uint32_t>(b[i] << 8 | b[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum ^ b[21] ^ static_cast<std::uint32_t>(b[22] << 8);
}

std::vector<Buffer> make_ring() {
  std::mt19937 random(1);
  std::vector<Buffer> ring(kRingSize);
  for (auto& buffer : ring)
    for (auto& byte : buffer) byte = static_cast<std::uint8_t>(random());
  return ring;
}

}  // namespace

std::uint32_t yardstick_round() {
  static const std::vector<Buffer> ring = make_ring();
  std::uint32_t sink = 0;
  for (const auto& buffer : ring) sink += sum_and_read(buffer);
  return sink;
}

}  // namespace understudy::bench
