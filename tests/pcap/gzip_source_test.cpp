#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/pcap/made_captures.h"
#include "tests/pcap/read_capture.h"

namespace understudy::capture {
namespace {

/// One member of a gzip file.
Bytes packed(std::span<const std::uint8_t> bytes) {
  z_stream stream{};
  if (::deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  Bytes out(::deflateBound(&stream, bytes.size()) + 64);
  stream.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

Bytes joined(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

constexpr std::uint32_t kPackets = 3000;

Bytes capture() {
  MadePcap made;
  for (std::uint32_t i = 0; i < kPackets; ++i) {
    Bytes bytes(200);
    for (std::size_t j = 0; j < bytes.size(); ++j) {
      bytes[j] = static_cast<std::uint8_t>(i * j >> 3);
    }
    made.packet(i + 1, 0, bytes);
  }
  return made.bytes();
}

TEST(Gzip, ACompressedCaptureIsUnpackedOnTheWay) {
  const ReadCapture plain = read_capture(capture());
  for (const std::size_t most : {1U, 100U, 1U << 20}) {
    const Bytes bytes = packed(capture());
    const ReadCapture read = read_capture(std::make_unique<PiecewiseSource>(bytes, most));
    ASSERT_EQ(read.packets.size(), kPackets) << most << ' ' << read.fault_text();
    EXPECT_EQ(read.packets.back().bytes, plain.packets.back().bytes);
    EXPECT_FALSE(read.fault);
  }
}

TEST(Gzip, MembersFollowOneAnotherAndZerosFillTheFileUp) {
  const Bytes whole = capture();
  const auto all = std::span(whole);
  Bytes bytes = joined(packed(all.first(1000)), packed(all.subspan(1000)));
  EXPECT_EQ(read_capture(bytes).packets.size(), kPackets);
  bytes.resize(bytes.size() + 512);
  const ReadCapture read = read_capture(bytes);
  EXPECT_EQ(read.packets.size(), kPackets);
  EXPECT_FALSE(read.fault);
}

TEST(Gzip, WhatLiesBehindTheMembersIsAFault) {
  const ReadCapture read = read_capture(joined(packed(capture()), Bytes(20, 'x')));
  EXPECT_EQ(read.packets.size(), kPackets);
  ASSERT_TRUE(read.fault);
  EXPECT_NE(read.fault->text.find("the compressed data is corrupt about byte"), std::string::npos)
      << read.fault_text();
}

TEST(Gzip, AFileThatEndsTooEarlyGivesWhatIsThere) {
  const Bytes whole = packed(capture());
  const ReadCapture read = read_capture(std::span(whole).first(whole.size() / 2));
  EXPECT_GT(read.packets.size(), kPackets / 10);
  EXPECT_LT(read.packets.size(), kPackets);
  ASSERT_TRUE(read.fault);
  EXPECT_EQ(read.fault->text, "the compressed file ends before its data does");
  EXPECT_EQ(read.fault->packet, read.packets.size() + 1);
  // Without its check sum all packets are there.
  const ReadCapture nearly = read_capture(std::span(whole).first(whole.size() - 4));
  EXPECT_EQ(nearly.packets.size(), kPackets);
  EXPECT_TRUE(nearly.fault);
}

TEST(Gzip, CorruptDataGivesWhatCouldBeUnpacked) {
  Bytes bytes = packed(capture());
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 50; ++i) bytes[i] ^= 0x5a;
  const ReadCapture read = read_capture(bytes);
  EXPECT_GT(read.packets.size(), 10U);
  EXPECT_TRUE(read.fault);
}

TEST(Gzip, EveryShortFileHasAnAnswer) {
  const Bytes whole = packed(MadePcap().packet(1, 0, Bytes(20, 1)).bytes());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const ReadCapture read = read_capture(std::span(whole).first(size));
    EXPECT_TRUE(read.fault) << size;
  }
}

TEST(Gzip, ABombOfZerosTakesNoMemory) {
  Bytes zeros(64 * 1024 * 1024);
  const Bytes header = MadePcap().packet(1, 0, Bytes(6, 1)).bytes();
  std::copy(header.begin(), header.end(), zeros.begin());
  const ReadCapture read = read_capture(packed(zeros));
  EXPECT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.fault_text(),
            "packet 2: byte 46: nothing but zeros: the file was not written to its end");
}

}  // namespace
}  // namespace understudy::capture
