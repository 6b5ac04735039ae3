#include "pcap/capture_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "pcap/capture_writer.h"
#include "pcap/link_type.h"
#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

TEST(CaptureReader, ReadsBackWhatTheWriterWrote) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.pcap");
  auto writer = CaptureWriter::create(path);
  const Bytes first(60, 1);
  const Bytes second(1514, 2);
  writer->write(Instant{Duration{1}}, first);
  writer->write(Instant{Duration{4'000'000'000'999'999'999}}, second);
  ASSERT_TRUE(writer->close());

  auto reader = CaptureReader::open(path);
  ASSERT_TRUE(reader) << reader.error().message();
  const CapturedPacket* packet = reader->read();
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(packet->link_type, kLinkEthernet);
  EXPECT_EQ(packet->number, 1U);
  EXPECT_EQ(packet->at, Instant{Duration{1}});
  EXPECT_TRUE(std::ranges::equal(packet->bytes, first));
  EXPECT_FALSE(packet->cut());
  packet = reader->read();
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(packet->at, Instant{Duration{4'000'000'000'999'999'999}});
  EXPECT_TRUE(std::ranges::equal(packet->bytes, second));
  EXPECT_EQ(reader->read(), nullptr);
  EXPECT_FALSE(reader->fault());
}

TEST(CaptureReader, SaysWhatIsWrongWithFilesItCannotRead) {
  const TemporaryDirectory directory;
  put(directory.file("empty"), {});
  put(directory.file("text"), Bytes(100, 'x'));
  put(directory.file("short"), Bytes{0xa1, 0xb2});
  put(directory.file("zstd"), Bytes{0x28, 0xb5, 0x2f, 0xfd, 4, 0});
  const auto error = [&](const std::string& name) {
    const auto reader = CaptureReader::open(directory.file(name));
    return reader ? std::string("opened") : reader.error().message();
  };
  EXPECT_EQ(error("missing"), "No such file or directory");
  EXPECT_EQ(error("empty"), "the file is empty");
  EXPECT_EQ(error("."), "is a directory");
  EXPECT_EQ(error("text"),
            "unknown file format, neither pcap nor pcapng: it begins with 78 78 78 78");
  EXPECT_EQ(error("short"), "no pcap or pcapng file: it ends after 2 bytes");
  EXPECT_EQ(error("zstd"),
            "no pcap or pcapng file: it is compressed with zstd: try zstd -dc FILE | understudy "
            "explain -");
}

}  // namespace
}  // namespace understudy::capture
