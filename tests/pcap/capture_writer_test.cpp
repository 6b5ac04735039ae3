#include "pcap/capture_writer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

std::size_t files_in(const TemporaryDirectory& directory) {
  const std::filesystem::directory_iterator all(directory.path());
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(CaptureWriter, WritesHeaderAndRecordsByteForByte) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.pcap");
  auto writer = CaptureWriter::create(path);
  ASSERT_TRUE(writer) << writer.error();
  writer->write(Instant{Duration{3'000'000'258}}, Bytes{0xaa, 0xbb, 0xcc});
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(contents(path), (Bytes{0x4d, 0x3c, 0xb2, 0xa1, 2,    0,    4,   0, 0, 0, 0, 0,
                                   0,    0,    0,    0,    0,    0,    4,   0, 1, 0, 0, 0,  // file
                                   3,    0,    0,    0,    2,    1,    0,   0, 3, 0, 0, 0,
                                   3,    0,    0,    0,    0xaa, 0xbb, 0xcc}));  // record
}

TEST(CaptureWriter, HasNoNameBeforeItIsClosed) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.pcap");
  auto writer = CaptureWriter::create(path);
  ASSERT_TRUE(writer);
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(writer->close());
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(files_in(directory), 1U);
}

TEST(CaptureWriter, LeavesNothingBehindWhenItIsNotClosed) {
  const TemporaryDirectory directory;
  {
    auto writer = CaptureWriter::create(directory.file("a.pcap"));
    ASSERT_TRUE(writer);
    auto moved = std::move(*writer);
    moved.write(Instant{}, Bytes{1});
  }
  EXPECT_EQ(files_in(directory), 0U);
}

TEST(CaptureWriter, AnOlderFileStaysUntilTheNewOneIsWhole) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.pcap");
  std::ofstream(path) << "old";
  {
    auto writer = CaptureWriter::create(path);
    ASSERT_TRUE(writer);
  }
  EXPECT_EQ(contents(path), (Bytes{'o', 'l', 'd'}));
}

TEST(CaptureWriter, SaysWhichFileAndWhy) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("no-such-folder/a.pcap");
  const auto writer = CaptureWriter::create(path);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error(), "cannot write " + path + ": No such file or directory");
}

TEST(CaptureWriter, AFrameTheFormatCannotHoldIsReportedAtTheEnd) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.pcap");
  auto writer = CaptureWriter::create(path);
  ASSERT_TRUE(writer);
  writer->write(Instant{Duration{-1}}, Bytes{1});
  const auto closed = writer->close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error(), "cannot write " + path + ": a frame the format cannot hold");
  EXPECT_EQ(files_in(directory), 0U);
}

TEST(CaptureWriter, ClosesOnce) {
  const TemporaryDirectory directory;
  auto writer = CaptureWriter::create(directory.file("a.pcap"));
  ASSERT_TRUE(writer->close());
  writer->write(Instant{}, Bytes{1});
  EXPECT_FALSE(writer->close());
}

}  // namespace
}  // namespace understudy::capture
