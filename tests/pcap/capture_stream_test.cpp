#include "pcap/capture_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pcap/byte_source.h"
#include "pcap/packet_filter.h"
#include "tests/pcap/crafted.h"
#include "tests/pcap/made_captures.h"
#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

using testing::ElementsAre;

class Files {
 public:
  std::string add(const std::string& name, const Bytes& bytes) {
    const std::string path = directory_.file(name);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

 private:
  TemporaryDirectory directory_;
};

/// "2:1.5" for each packet: file and time.
std::vector<std::string> story(CaptureStream& stream) {
  std::vector<std::string> packets;
  while (const CapturedPacket* packet = stream.next()) {
    const auto tenths = packet->at.time_since_epoch().count() / 100'000'000;
    packets.push_back(std::to_string(packet->file) + ":" + std::to_string(tenths / 10) + "." +
                      std::to_string(tenths % 10));
  }
  return packets;
}

std::vector<std::string> texts(const CaptureStream& stream) {
  std::vector<std::string> lines;
  for (const CaptureNote& note : stream.notes()) {
    lines.push_back(std::string(note.error ? "error: " : "warning: ") + note.text);
  }
  return lines;
}

TEST(CaptureStream, FilesAreMergedByTimeAndTiesKeepTheOrderOfTheFiles) {
  Files files;
  const Bytes frame(60, 1);
  const std::string one =
      files.add("1", MadePcap().packet(1, 0, frame).packet(4, 0, frame).bytes());
  const std::string two = files.add(
      "2", MadePcap().packet(1, 0, frame).packet(2, 500'000, frame).packet(9, 0, frame).bytes());
  const std::string three = files.add("3", MadePcapng().interface({}).bytes());
  const std::string four = files.add(
      "4",
      MadePcapng().interface({}).packet(0, 2'400'000, frame).packet(0, 2'500'000, frame).bytes());
  CaptureStream stream({one, two, three, four});
  EXPECT_THAT(story(stream),
              ElementsAre("0:1.0", "1:1.0", "3:2.4", "1:2.5", "3:2.5", "0:4.0", "1:9.0"));
  EXPECT_EQ(stream.files_read(), 4U);
  EXPECT_TRUE(stream.notes().empty());
  EXPECT_EQ(stream.progress().bytes, stream.progress().total);
  EXPECT_EQ(stream.next(), nullptr);
}

TEST(CaptureStream, AFaultIsANoteAndTheRestIsRead) {
  Files files;
  const Bytes frame(60, 1);
  Bytes broken = MadePcap().packet(1, 0, frame).packet(2, 0, frame).bytes();
  broken.pop_back();
  CaptureStream stream({files.add("broken", broken), "/nowhere/at/all",
                        files.add("text", Bytes(9, 'x')), files.add("empty", {}),
                        files.add("good", MadePcap().packet(3, 0, frame).bytes())});
  EXPECT_THAT(story(stream), ElementsAre("0:1.0", "4:3.0"));
  EXPECT_EQ(stream.files_read(), 2U);
  EXPECT_THAT(
      texts(stream),
      ElementsAre("error: packet 2: byte 100: the file ends within it: 75 of 76 bytes are "
                  "there",
                  "error: No such file or directory",
                  "error: unknown file format, neither pcap nor pcapng: it begins with 78 78 78 78",
                  "error: the file is empty"));
}

TEST(CaptureStream, AFileOfWhichNothingCouldBeReadDoesNotCount) {
  Bytes zeros = MadePcap().bytes();
  EXPECT_EQ(CaptureStream(bytes_in_memory(zeros), "none").files_read(), 1U);
  zeros.resize(zeros.size() + 1000);
  CaptureStream stream(bytes_in_memory(zeros), "zeros");
  EXPECT_EQ(stream.next(), nullptr);
  EXPECT_EQ(stream.files_read(), 0U);
}

TEST(CaptureStream, TimeThatRunsBackwardsIsToldWithNumbers) {
  Files files;
  const Bytes frame(60, 1);
  MadePcap made;
  made.packet(10, 0, frame).packet(9, 750'000, frame).packet(11, 0, frame).packet(8, 0, frame);
  CaptureStream stream({files.add("1", made.bytes())});
  EXPECT_THAT(story(stream), ElementsAre("0:10.0", "0:9.7", "0:11.0", "0:8.0"));
  EXPECT_THAT(texts(stream),
              ElementsAre("warning: time runs backwards: 2 packets are older than what came before "
                          "(packet 2 by 0.25 s; the most: 3 s)"));
}

TEST(CaptureStream, AFilterIsAppliedByLinkType) {
  const Bytes advert = crafted_frame("192.0.2.1", 100);
  const Bytes ip(advert.begin() + 14, advert.end());
  Bytes other = advert;
  other[23] = 17;
  MadePcapng made;
  made.interface({.link_type = 1}).interface({.link_type = 101});
  made.packet(0, 1'000'000, advert).packet(0, 2'000'000, other);
  made.packet(1, 3'000'000, ip).packet(1, 4'000'000, Bytes(ip.size(), 0x45));
  CaptureStream stream(bytes_in_memory(made.bytes()), "-", {.filter = "ip proto 112"});
  EXPECT_THAT(story(stream), ElementsAre("0:1.0", "0:3.0"));
  EXPECT_TRUE(stream.notes().empty());
}

TEST(CaptureStream, AFilterThatALinkTypeDoesNotKnowIsANote) {
  MadePcapng made;
  made.interface({.link_type = 101}).packet(0, 1'000'000, Bytes(40, 0x45));
  CaptureStream stream(bytes_in_memory(made.bytes()), "-",
                       {.filter = "ether host 02:00:00:00:00:01"});
  EXPECT_EQ(story(stream).size(), 1U);
  ASSERT_EQ(stream.notes().size(), 1U);
  EXPECT_TRUE(stream.notes()[0].error);
  EXPECT_NE(stream.notes()[0].text.find("RAW"), std::string::npos) << stream.notes()[0].text;
}

TEST(CaptureStream, StandardInputIsReadOnce) {
  Files files;
  CaptureStream stream({files.add("1", MadePcap().bytes()), "-", "-"});
  EXPECT_EQ(stream.notes().back().text, "standard input is read once");
}

TEST(CaptureStream, InterfacesHaveNamesWhereTheFileSaysThem) {
  MadePcapng made;
  made.interface({.name = "eth0"}).section(true).interface({.name = "eth1"});
  made.packet(0, 1, Bytes(60, 1));
  CaptureStream stream(bytes_in_memory(made.bytes()), "a");
  EXPECT_EQ(stream.next()->interface, 1U);
  EXPECT_EQ(stream.interface_name(0, 0), "eth0");
  EXPECT_EQ(stream.interface_name(0, 1), "eth1");
  EXPECT_EQ(stream.interface_name(0, 2), "");
  EXPECT_EQ(stream.interface_name(1, 0), "");
}

TEST(PacketFilter, SaysWhatIsWrongWithAnExpression) {
  EXPECT_FALSE(filter_problem("vrrp or arp"));
  EXPECT_FALSE(filter_problem("ether host 02:00:00:00:00:01"));
  ASSERT_TRUE(filter_problem("vrrp or or"));
  EXPECT_NE(filter_problem("vrrp or or")->find("syntax error"), std::string::npos);
}

}  // namespace
}  // namespace understudy::capture
