#include "pcap/pcapng_writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes contents(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::uint32_t u32(const Bytes& bytes, std::size_t at) {
  return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}

/// The blocks of a file; each must say its length twice, in fours.
std::vector<Bytes> blocks_of(const Bytes& file) {
  std::vector<Bytes> blocks;
  for (std::size_t at = 0; at + 12 <= file.size();) {
    const auto size = u32(file, at + 4);
    EXPECT_EQ(size % 4, 0U);
    if (size < 12 || at + size > file.size()) {
      ADD_FAILURE() << "a block of " << size << " bytes at " << at;
      break;
    }
    EXPECT_EQ(u32(file, at + size - 4), size);
    blocks.emplace_back(file.begin() + static_cast<std::ptrdiff_t>(at),
                        file.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  return blocks;
}

TEST(PcapngWriter, WritesAnInterfaceAndAPacketByteForByte) {
  const TemporaryDirectory directory;
  const auto path = directory.file("a.pcapng");
  auto writer = PcapngWriter::create(path, {"lb1.eth0"});
  ASSERT_TRUE(writer) << writer.error();
  writer->write(0, Instant{Duration{0x1'0000'0002}}, Bytes{0xaa, 0xbb, 0xcc}, Direction::outbound,
                "lost");
  ASSERT_TRUE(writer->close());
  const auto blocks = blocks_of(contents(path));
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(u32(blocks[0], 0), 0x0a0d0d0aU);
  EXPECT_EQ(u32(blocks[0], 8), 0x1a2b3c4dU);
  EXPECT_EQ(u32(blocks[0], 12), 1U);
  EXPECT_EQ(blocks[1], (Bytes{1, 0, 0, 0, 44, 0,   0,   0,   1,   0,   0,   0,   0,   0, 4,
                              0, 2, 0, 8, 0,  'l', 'b', '1', '.', 'e', 't', 'h', '0', 9, 0,
                              1, 0, 9, 0, 0,  0,   0,   0,   0,   0,   44,  0,   0,   0}));
  EXPECT_EQ(blocks[2],
            (Bytes{6,   0,   0, 0, 56, 0, 0, 0, 0, 0,    0,    0,    1, 0, 0,  0, 2, 0,   0,
                   0,   3,   0, 0, 0,  3, 0, 0, 0, 0xaa, 0xbb, 0xcc, 0, 1, 0,  4, 0, 'l', 'o',
                   's', 't', 2, 0, 4,  0, 2, 0, 0, 0,    0,    0,    0, 0, 56, 0, 0, 0}));
}

TEST(PcapngWriter, PadsFramesAndCommentsOfEveryLength) {
  for (std::size_t size = 0; size < 9; ++size) {
    const TemporaryDirectory directory;
    const auto path = directory.file("a.pcapng");
    auto writer = PcapngWriter::create(path, {"a", "bc"}, std::string(size, 's'));
    ASSERT_TRUE(writer);
    writer->write(1, Instant{}, Bytes(size, 0x55), Direction::inbound, std::string(size, 'c'));
    writer->write(0, Instant{}, Bytes(size, 0x55));
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(blocks_of(contents(path)).size(), 5U) << size;
  }
}

TEST(PcapngWriter, CutsTextsThatNoOptionCanHold) {
  const TemporaryDirectory directory;
  const auto path = directory.file("a.pcapng");
  auto writer = PcapngWriter::create(path, {"a"});
  ASSERT_TRUE(writer);
  std::string text(65'534, 'x');
  text += "\xc3\xa4";  // its second byte would lie behind the end
  writer->write(0, Instant{}, Bytes{1}, Direction::unknown, text);
  ASSERT_TRUE(writer->close());
  const auto blocks = blocks_of(contents(path));
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(u32(blocks[2], 32), 1U | 65'534U << 16);
}

TEST(PcapngWriter, RefusesWhatTheFormatCannotHold) {
  const TemporaryDirectory directory;
  const struct {
    std::uint32_t interface;
    Duration at;
    std::size_t size;
  } cases[] = {{1, {}, 1}, {0, Duration{-1}, 1}, {0, {}, 262'145}};
  for (const auto& one : cases) {
    const auto path = directory.file("a.pcapng");
    auto writer = PcapngWriter::create(path, {"a"});
    ASSERT_TRUE(writer);
    writer->write(one.interface, Instant{one.at}, Bytes(one.size, 0));
    const auto closed = writer->close();
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error(), "cannot write " + path + ": a frame the format cannot hold");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

TEST(PcapngWriter, SaysWhyAFileCannotBeMade) {
  const auto writer = PcapngWriter::create("/nowhere/at/all.pcapng", {"a"});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error(), "cannot write /nowhere/at/all.pcapng: No such file or directory");
}

}  // namespace
}  // namespace understudy::capture
