#include <gtest/gtest.h>

#include "tests/pcap/made_captures.h"
#include "tests/pcap/read_capture.h"

namespace understudy::capture {
namespace {

const Bytes kSix{1, 2, 3, 4, 5, 6};

TEST(PcapFormat, EveryMagicInEitherByteOrder) {
  struct Row {
    std::uint32_t magic;
    std::int64_t fraction_ns;
  };
  for (const Row row : {Row{0xa1b2c3d4, 1000}, Row{0xa1b23c4d, 1}, Row{0xa1b2cd34, 1000}}) {
    for (const bool big_endian : {false, true}) {
      MadePcap made(big_endian, row.magic);
      made.packet(1, 2, kSix).packet(4'000'000'000, 999'999, kSix, 1500);
      const ReadCapture read = read_capture(made.bytes());
      ASSERT_EQ(read.packets.size(), 2U) << std::hex << row.magic << ' ' << read.fault_text();
      EXPECT_FALSE(read.fault);
      EXPECT_EQ(read.packets[0].at_ns, 1'000'000'000 + 2 * row.fraction_ns);
      EXPECT_EQ(read.packets[0].bytes, kSix);
      EXPECT_EQ(read.packets[0].number, 1U);
      EXPECT_EQ(read.packets[1].at_ns, 4'000'000'000'000'000'000 + 999'999 * row.fraction_ns);
      EXPECT_EQ(read.packets[1].original_size, 1500U);
      EXPECT_EQ(read.packets[1].number, 2U);
    }
  }
}

TEST(PcapFormat, LengthsOfOldVersionsStandTheOtherWayRound) {
  // Version, the first length, the second: six bytes of 1500 were captured.
  const auto original = [](std::uint16_t minor, std::uint32_t first, std::uint32_t second) {
    MadePcap made(false, 0xa1b2c3d4, 1, minor);
    const ReadCapture read = read_capture(made.record(1, 0, first, second, kSix).bytes());
    return read.packets.size() == 1 ? read.packets[0].original_size : 0U;
  };
  EXPECT_EQ(original(2, 1500, 6), 1500U);
  EXPECT_EQ(original(3, 1500, 6), 1500U);
  EXPECT_EQ(original(3, 6, 1500), 1500U);
  EXPECT_EQ(original(4, 6, 1500), 1500U);
}

TEST(PcapFormat, AnFcsLengthIsNoLinkType) {
  MadePcap made(false, 0xa1b2c3d4, 0x24000001);  // two words of FCS behind Ethernet frames
  const ReadCapture read = read_capture(made.packet(1, 0, kSix).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].link_type, 1);
}

TEST(PcapFormat, AFileCutAnywhereGivesItsWholePacketsAndThePlaceOfTheCut) {
  MadePcap made;
  made.packet(1, 0, kSix).packet(2, 0, Bytes(100, 7)).packet(3, 0, {});
  const Bytes& whole = made.bytes();
  constexpr std::size_t kStarts[] = {24, 46, 162, 178};  // of the packets, and the end
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const ReadCapture read = read_capture(std::span(whole).first(size));
    std::size_t packets = 0;
    while (packets < 3 && kStarts[packets + 1] <= size) ++packets;
    EXPECT_EQ(read.opened, size >= 24) << size;
    EXPECT_EQ(read.packets.size(), packets) << size;
    const bool between = size >= 24 && size == kStarts[packets];
    ASSERT_EQ(read.fault.has_value(), !between) << size;
    if (between) continue;
    EXPECT_FALSE(read.fault->text.empty());
    if (size < 24) continue;
    EXPECT_EQ(read.fault->packet, packets + 1);
    EXPECT_EQ(read.fault->offset, kStarts[packets]);
  }
  EXPECT_EQ(read_capture(std::span(whole).first(60)).fault_text(),
            "packet 2: byte 46: the file ends within it: 14 of 16 bytes are there");
  EXPECT_EQ(read_capture(std::span(whole).first(70)).fault_text(),
            "packet 2: byte 46: the file ends within it: 24 of 116 bytes are there");
}

TEST(PcapFormat, AGiantLengthIsDamageAndNoMemory) {
  MadePcap made;
  made.packet(1, 0, kSix).record(2, 0, 0xfffffff0, 60, kSix);
  const ReadCapture read = read_capture(made.bytes());
  EXPECT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.fault_text(),
            "packet 2: byte 46: claims 4294967280 bytes, and no packet has more than 262144: the "
            "file is damaged here");
}

TEST(PcapFormat, APacketOfEveryPossibleSizeIsRead) {
  MadePcap made;
  made.packet(1, 0, Bytes(262144, 9)).packet(2, 0, kSix);
  const ReadCapture read = read_capture(made.bytes());
  ASSERT_EQ(read.packets.size(), 2U) << read.fault_text();
  EXPECT_EQ(read.packets[0].bytes, Bytes(262144, 9));
  EXPECT_EQ(read.packets[1].bytes, kSix);
}

TEST(PcapFormat, ZerosAfterTheHeaderAreNoPackets) {
  MadePcap made;
  Bytes bytes = made.packet(1, 0, kSix).bytes();
  bytes.resize(bytes.size() + 100'000);
  const ReadCapture read = read_capture(bytes);
  EXPECT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.fault_text(),
            "packet 2: byte 46: nothing but zeros: the file was not written to its end");
}

TEST(PcapFormat, AnAbsurdSnapLengthDoesNotMatter) {
  for (const std::uint32_t snap_length : {0U, 1U, 0xffffffffU}) {
    ByteMaker maker(false);
    maker.u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(snap_length).u32(1);
    maker.u32(1).u32(0).u32(6).u32(6).raw(kSix);
    EXPECT_EQ(read_capture(maker.bytes()).packets.size(), 1U) << snap_length;
  }
}

TEST(PcapFormat, OtherVersionsAreRefused) {
  ByteMaker maker(true);
  maker.u32(0xa1b2c3d4).u16(7).u16(1).raw(Bytes(16, 0));
  EXPECT_EQ(read_capture(maker.bytes()).fault_text(), "version 7.1 of the pcap format is unknown");
}

TEST(PcapFormat, PiecesOfAPipeMakeTheSamePackets) {
  MadePcap made;
  for (std::uint32_t i = 0; i < 50; ++i) made.packet(i + 1, i, Bytes(i * 7 % 90, 5));
  for (const std::size_t most : {1U, 3U, 17U, 4096U}) {
    const ReadCapture read = read_capture(std::make_unique<PiecewiseSource>(made.bytes(), most));
    EXPECT_EQ(read.packets.size(), 50U) << most;
    EXPECT_FALSE(read.fault);
  }
}

}  // namespace
}  // namespace understudy::capture
