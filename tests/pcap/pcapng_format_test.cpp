#include <gtest/gtest.h>

#include <algorithm>

#include "tests/pcap/made_captures.h"
#include "tests/pcap/read_capture.h"

namespace understudy::capture {
namespace {

const Bytes kSix{1, 2, 3, 4, 5, 6};

TEST(PcapngFormat, SectionsOfBothByteOrdersAndSeveralLinkTypes) {
  MadePcapng made(true);
  made.interface({.link_type = 1, .name = "eth0"}).interface({.link_type = 113, .name = "any"});
  made.packet(1, 1'500'000, kSix).packet(0, 1'600'000, {7}, 90);
  made.section(false).interface({.link_type = 101, .name = "tun0", .resolution = 9});
  made.packet(0, 1'700'000'001, kSix);
  const ReadCapture read = read_capture(made.bytes());
  ASSERT_EQ(read.packets.size(), 3U) << read.fault_text();
  EXPECT_EQ(read.packets[0].link_type, 113);
  EXPECT_EQ(read.packets[0].interface, 1U);
  EXPECT_EQ(read.packets[0].at_ns, 1'500'000'000);
  EXPECT_EQ(read.packets[0].bytes, kSix);
  EXPECT_EQ(read.packets[1].interface, 0U);
  EXPECT_EQ(read.packets[1].original_size, 90U);
  EXPECT_EQ(read.packets[2].link_type, 101);
  EXPECT_EQ(read.packets[2].interface, 2U);  // counted over all sections
  EXPECT_EQ(read.packets[2].at_ns, 1'700'000'001);
  EXPECT_EQ(read.packets[2].number, 3U);
  ASSERT_EQ(read.interfaces.size(), 3U);
  EXPECT_EQ(read.interfaces[2].name, "tun0");
}

TEST(PcapngFormat, TicksOfEveryResolutionAndOffset) {
  struct Row {
    int resolution;
    std::int64_t offset;
    std::uint64_t ticks;
    std::int64_t at_ns;
  };
  constexpr std::int64_t kYears = 1'700'000'000;  // seconds
  for (const Row& row : {
           Row{-1, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
           Row{0, 0, 1'700'000'000, 1'700'000'000'000'000'000},
           Row{3, 0, 5, 5'000'000},
           Row{9, 0, 17, 17},
           Row{12, 0, 5'999, 5},
           Row{9, kYears, 17, 1'700'000'000'000'000'017},
           Row{6, -1, 2'000'000, 1'000'000'000},
           Row{0x80 | 1, 0, 3, 1'500'000'000},
           Row{0x80 | 32, 0, (std::uint64_t{7} << 32) + (std::uint64_t{1} << 31), 7'500'000'000},
           Row{0x80 | 63, 0, std::uint64_t{1} << 62, 500'000'000},
           Row{0xff, 0, ~std::uint64_t{0}, 0},
           Row{127, 0, ~std::uint64_t{0}, 0},
       }) {
    MadePcapng made;
    made.interface({.resolution = row.resolution, .offset = row.offset});
    const ReadCapture read = read_capture(made.packet(0, row.ticks, kSix).bytes());
    ASSERT_EQ(read.packets.size(), 1U) << row.resolution;
    EXPECT_EQ(read.packets[0].at_ns, row.at_ns) << row.resolution;
  }
}

TEST(PcapngFormat, TimesThatCannotBeArePassedOver) {
  MadePcapng made;
  made.interface({.resolution = 0}).interface({.resolution = 0, .offset = -100});
  made.packet(0, ~std::uint64_t{0}, kSix).packet(1, 99, kSix).packet(1, 100, kSix);
  const ReadCapture read = read_capture(made.bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].number, 3U);
  EXPECT_EQ(read.packets[0].at_ns, 0);
  EXPECT_EQ(read.skipped.count, 2U);
  EXPECT_EQ(read.skipped.first.message(),
            "packet 1: byte 104: its time lies before 1970 or after 2262");
}

TEST(PcapngFormat, SimpleAndObsoletePacketBlocks) {
  MadePcapng made;
  made.interface({.snap_length = 4});
  made.obsolete(0, 3'000'000, kSix).simple(6, {1, 2, 3, 4}).simple(2, {8, 9});
  const ReadCapture read = read_capture(made.bytes());
  ASSERT_EQ(read.packets.size(), 3U) << read.fault_text();
  EXPECT_EQ(read.packets[0].bytes, kSix);
  EXPECT_EQ(read.packets[0].at_ns, 3'000'000'000);
  EXPECT_EQ(read.packets[1].bytes, (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(read.packets[1].original_size, 6U);
  EXPECT_EQ(read.packets[1].at_ns, 3'000'000'000);  // it has none of its own
  EXPECT_EQ(read.packets[2].bytes, (Bytes{8, 9}));
  EXPECT_EQ(read.untimed, 2U);
}

TEST(PcapngFormat, OtherBlocksArePassedOverWhateverTheirSize) {
  MadePcapng made;
  made.interface({}).block(4, Bytes(20, 1)).block(0x0bad, Bytes(3'000'000, 2));
  const ReadCapture read = read_capture(made.packet(0, 1, kSix).block(5, {}).bytes());
  ASSERT_EQ(read.packets.size(), 1U) << read.fault_text();
  EXPECT_EQ(read.packets[0].number, 1U);
  EXPECT_FALSE(read.fault);
}

TEST(PcapngFormat, PacketsThatMakeNoSenseInABlockThatDoesArePassedOver) {
  MadePcapng made;
  made.interface({});
  made.packet(1, 1, kSix);                // there is no interface 1
  made.enhanced(0, 2, 5000, 5000, kSix);  // more bytes than the block has
  made.block(6, Bytes(8, 0)).packet(0, 4, kSix);
  const ReadCapture read = read_capture(made.bytes());
  ASSERT_EQ(read.packets.size(), 1U) << read.fault_text();
  EXPECT_EQ(read.packets[0].number, 4U);
  EXPECT_EQ(read.skipped.count, 3U);
  EXPECT_EQ(read.skipped.first.message(),
            "packet 1: byte 52: of interface 1, which the section does not describe");
  EXPECT_FALSE(read.fault);
}

TEST(PcapngFormat, WhereBlocksCannotBeToldApartReadingEnds) {
  const auto fault = [](MadePcapng made) {
    made.packet(0, 9, kSix);
    const ReadCapture read = read_capture(made.bytes());
    EXPECT_EQ(read.packets.size(), 1U);
    return read.fault_text();
  };
  const MadePcapng good = MadePcapng().interface({}).packet(0, 1, kSix);
  constexpr std::string_view kPlace = "packet 2: byte 92: ";
  EXPECT_EQ(fault(MadePcapng(good).block_of_size(6, 44, Bytes(32, 0), 48)),
            std::string(kPlace) +
                "a block says 44 bytes at its beginning and 48 at its end: the "
                "file is damaged here");
  EXPECT_EQ(fault(MadePcapng(good).block_of_size(9, 0, {}, 0)),
            std::string(kPlace) + "a block of 0 bytes cannot be: the file is damaged here");
  EXPECT_EQ(fault(MadePcapng(good).block_of_size(9, 13, {}, 13)),
            std::string(kPlace) + "a block of 13 bytes cannot be: the file is damaged here");
  EXPECT_EQ(fault(MadePcapng(good).block_of_size(9, 0xfffffffc, {}, 0)),
            std::string(kPlace) + "the file ends within a block of 4294967292 bytes");
  EXPECT_EQ(fault(MadePcapng(good).block_of_size(6, 0x7ffffffc, {}, 0)),
            std::string(kPlace) + "a block of 2147483644 bytes, and no packet has so many");
  EXPECT_EQ(fault(MadePcapng(good).section(false, 2)),
            std::string(kPlace) + "version 2.0 of the pcapng format is unknown");
  EXPECT_EQ(fault(MadePcapng(good).block(0x0a0d0d0a, Bytes(16, 3))),
            std::string(kPlace) + "a section without a byte order: the file is damaged here");
  EXPECT_EQ(fault(MadePcapng(good).block_of_size(0, 0, Bytes(100, 0), 0)),
            std::string(kPlace) + "nothing but zeros: the file was not written to its end");
}

TEST(PcapngFormat, AFileCutAnywhereGivesItsWholePackets) {
  MadePcapng made(true);
  made.interface({.name = "eth0", .resolution = 9});
  const std::size_t begin = made.bytes().size();
  std::vector<std::size_t> ends;
  for (const std::size_t size : {6U, 0U, 61U}) {
    ends.push_back(made.packet(0, 1, Bytes(size, 1)).bytes().size());
  }
  made.block(5, Bytes(40, 0));
  const Bytes& whole = made.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const ReadCapture read = read_capture(std::span(whole).first(size));
    const auto packets = static_cast<std::size_t>(
        std::ranges::count_if(ends, [size](std::size_t end) { return end <= size; }));
    EXPECT_EQ(read.packets.size(), packets) << size;
    const bool between = size == 28 || size == begin || std::ranges::count(ends, size) != 0;
    EXPECT_EQ(read.fault.has_value(), !between) << size;
  }
}

TEST(PcapngFormat, InterfacesWithoutEndAreRefused) {
  MadePcapng made;
  for (int i = 0; i <= 65536; ++i) made.interface({});
  EXPECT_EQ(read_capture(made.bytes()).fault->text, "more than 65536 interfaces");
}

TEST(PcapngFormat, OptionsThatRunBeyondTheirBlockEndIt) {
  MadePcapng made;
  ByteMaker body(false);
  body.u16(1).u16(0).u32(0).u16(9).u16(1).u8(9).pad().u16(2).u16(60000).u32(0);
  made.block(1, body.bytes()).packet(0, 5, kSix);
  const ReadCapture read = read_capture(made.bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].at_ns, 5);
  EXPECT_EQ(read.interfaces[0].name, "");
}

}  // namespace
}  // namespace understudy::capture
