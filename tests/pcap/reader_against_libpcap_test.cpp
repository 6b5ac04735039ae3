// Our reader against libpcap's, on every capture that lies in the tree and on made ones.
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "pcap/link_type.h"
#include "tests/pcap/made_captures.h"
#include "tests/pcap/read_capture.h"

namespace understudy::capture {
namespace {

struct Expected {
  std::vector<ReadPacket> packets;
  bool opened = false;
  bool failed = false;
  int data_link = 0;
};

Expected read_with_libpcap(Bytes bytes) {
  Expected expected;
  char text[PCAP_ERRBUF_SIZE];
  std::FILE* file = ::fmemopen(bytes.data(), bytes.size(), "rb");
  pcap_t* handle = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, text);
  if (handle == nullptr) {
    std::fclose(file);
    return expected;
  }
  expected.opened = true;
  expected.data_link = pcap_datalink(handle);
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(handle, &header, &data)) == 1) {
    const std::int64_t seconds = static_cast<std::uint32_t>(header->ts.tv_sec);
    expected.packets.push_back({expected.packets.size() + 1,
                                seconds * 1'000'000'000 + header->ts.tv_usec,
                                Bytes(data, data + header->caplen), header->len, 0, 0});
  }
  expected.failed = result == PCAP_ERROR;
  pcap_close(handle);
  return expected;
}

void compare(const Bytes& bytes, const std::string& name) {
  const ReadCapture ours = read_capture(bytes);
  const Expected theirs = read_with_libpcap(bytes);
  ASSERT_EQ(ours.opened, theirs.opened) << name;
  ASSERT_EQ(ours.packets.size(), theirs.packets.size()) << name << ": " << ours.fault_text();
  EXPECT_EQ(ours.fault.has_value() && ours.opened, theirs.failed) << name;
  for (std::size_t i = 0; i < ours.packets.size(); ++i) {
    const ReadPacket &one = ours.packets[i], &other = theirs.packets[i];
    EXPECT_EQ(one.at_ns, other.at_ns) << name << ", packet " << i + 1;
    EXPECT_EQ(one.bytes, other.bytes) << name << ", packet " << i + 1;
    EXPECT_EQ(one.original_size, other.original_size) << name << ", packet " << i + 1;
    EXPECT_EQ(data_link_of(one.link_type), theirs.data_link) << name;
  }
}

Bytes contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

TEST(ReaderAgainstLibpcap, CapturesOfTheTree) {
  const std::filesystem::path tests = std::filesystem::path(UNDERSTUDY_SOURCE_DIR) / "tests";
  std::size_t files = 0;
  for (const char* folder : {"captures", "fuzz/capture_corpus"}) {
    for (const auto& entry : std::filesystem::directory_iterator(tests / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".pcap" && extension != ".pcapng") continue;
      const Bytes bytes = contents(entry.path());
      // What libpcap cannot read is another test's.
      if (read_with_libpcap(bytes).opened) {
        compare(bytes, entry.path().string());
        ++files;
      }
    }
  }
  EXPECT_GE(files, 15U);
}

TEST(ReaderAgainstLibpcap, MadePcapFilesOfEveryKindWholeAndCut) {
  for (const std::uint32_t magic : {0xa1b2c3d4U, 0xa1b23c4dU, 0xa1b2cd34U}) {
    for (const bool big_endian : {false, true}) {
      for (const std::uint16_t minor : {std::uint16_t{2}, std::uint16_t{3}, std::uint16_t{4}}) {
        MadePcap made(big_endian, magic, 113, minor);
        for (std::uint32_t i = 1; i < 6; ++i) made.packet(i << 29, i * 1000, Bytes(i * 11, 3));
        const Bytes& whole = made.bytes();
        for (std::size_t size = 24; size <= whole.size(); size += 7) {
          compare(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)),
                  std::to_string(magic) + " cut to " + std::to_string(size));
        }
      }
    }
  }
}

TEST(ReaderAgainstLibpcap, MadePcapngFiles) {
  for (const bool big_endian : {false, true}) {
    for (const int resolution : {-1, 3, 6, 9, 0x80 | 20}) {
      MadePcapng made(big_endian);
      made.interface({.link_type = 1, .snap_length = 65535, .resolution = resolution, .offset = 5});
      for (std::uint32_t i = 1; i < 6; ++i) {
        made.packet(0, i * 1'000'003, Bytes(i * 11, 3), 100);
        made.block(0x0bad, Bytes(i * 4, 1)).obsolete(0, i * 1'000'007, Bytes(i * 3, 4));
      }
      compare(made.bytes(), "resolution " + std::to_string(resolution));
    }
  }
}

}  // namespace
}  // namespace understudy::capture
