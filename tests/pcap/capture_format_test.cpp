// How the readers of the formats tell where and why they stop.
#include "pcap/capture_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace understudy::capture {
namespace {

/// Gives seven bytes, then fails.
class BrokenSource : public ByteSource {
 public:
  tl::expected<std::size_t, std::string> read(std::span<std::uint8_t> out) override {
    if (position_ != 0) return tl::unexpected(std::string("Input/output error"));
    position_ = std::min<std::size_t>(7, out.size());
    return position_;
  }
  std::uint64_t position() const override { return position_; }

 private:
  std::size_t position_ = 0;
};

/// "Packets" of four bytes each; what the readers use, made public.
class FourByteFormat : public CaptureFormat {
 public:
  explicit FourByteFormat(std::unique_ptr<ByteSource> source)
      : CaptureFormat(InputBuffer(std::move(source), 4)) {}

  bool read(CapturedPacket& packet) override {
    if (at_end()) return false;
    packet.number = ++number_;
    if (input_.peek(4) == nullptr) return fail_short(4);
    input_.take(4);
    return true;
  }

  using CaptureFormat::at_end;
  using CaptureFormat::fail;
  using CaptureFormat::fail_at;
};

constexpr std::array<std::uint8_t, 7> kSeven{1, 2, 3, 4, 5, 6, 7};

FourByteFormat format_of(std::size_t size) {
  return FourByteFormat(bytes_in_memory(std::span(kSeven).first(size)));
}

TEST(CaptureError, NamesThePacketAndTheByteWhereThereAreAny) {
  EXPECT_EQ((CaptureError{0, 24, "it is no capture"}).message(), "it is no capture");
  EXPECT_EQ((CaptureError{3, 40, "too long"}).message(), "packet 3: byte 40: too long");
}

TEST(CaptureFormat, AnEndBetweenPacketsIsNoFault) {
  for (const std::size_t size : {0U, 4U}) {
    auto format = format_of(size);
    CapturedPacket packet;
    for (std::size_t i = 0; i < size / 4; ++i) EXPECT_TRUE(format.read(packet));
    EXPECT_FALSE(format.read(packet));
    EXPECT_FALSE(format.fault()) << size;
  }
}

TEST(CaptureFormat, AnEndWithinAPacketTellsHowMuchIsThere) {
  auto format = format_of(7);
  CapturedPacket packet;
  EXPECT_TRUE(format.read(packet));
  EXPECT_FALSE(format.read(packet));
  ASSERT_TRUE(format.fault());
  EXPECT_EQ(format.fault()->message(),
            "packet 2: byte 4: the file ends within it: 3 of 4 bytes are there");
}

TEST(CaptureFormat, WhatTheSourceSaysGoesFirst) {
  FourByteFormat format(std::make_unique<BrokenSource>());
  CapturedPacket packet;
  EXPECT_TRUE(format.read(packet));
  EXPECT_FALSE(format.read(packet));
  ASSERT_TRUE(format.fault());
  EXPECT_EQ(format.fault()->message(), "packet 2: byte 4: Input/output error");
}

TEST(CaptureFormat, ASourceThatFailsIsNotAtItsEnd) {
  FourByteFormat format(std::make_unique<BrokenSource>());
  CapturedPacket packet;
  EXPECT_TRUE(format.read(packet));
  EXPECT_FALSE(format.at_end()) << "the rest of the seven bytes";
  EXPECT_FALSE(format.read(packet));
  EXPECT_FALSE(format.at_end());
}

TEST(CaptureFormat, LooksForTheEndWithoutPassingAnything) {
  auto format = format_of(4);
  EXPECT_FALSE(format.at_end());
  CapturedPacket packet;
  EXPECT_TRUE(format.read(packet));
  EXPECT_TRUE(format.at_end());
}

TEST(CaptureFormat, AFaultStandsAtTheNextByteOrWhereOneSays) {
  auto format = format_of(7);
  EXPECT_FALSE(format.fail("before all packets"));
  EXPECT_EQ(format.fault()->message(), "before all packets");
  CapturedPacket packet;
  EXPECT_TRUE(format.read(packet));
  EXPECT_FALSE(format.fail("odd"));
  EXPECT_EQ(format.fault()->message(), "packet 1: byte 4: odd");
  EXPECT_FALSE(format.fail_at(2, "odder"));
  EXPECT_EQ(format.fault()->message(), "packet 1: byte 2: odder");
}

}  // namespace
}  // namespace understudy::capture
