// Captures made by our writer, their packets by libtins: what explain makes of them.
#include "pcap/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pcap/capture_writer.h"
#include "tests/pcap/crafted.h"
#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr auto kLb1 = "192.0.2.1";
constexpr auto kLb2 = "192.0.2.2";

class Explain : public testing::Test {
 protected:
  struct Sent {
    Duration at;
    std::string source;
    std::uint8_t priority;
  };

  std::string capture(const std::string& name, const std::vector<Sent>& adverts) {
    auto writer = CaptureWriter::create(directory_.file(name));
    for (const auto& advert : adverts) {
      writer->write(Instant{advert.at}, crafted_frame(advert.source, advert.priority));
    }
    EXPECT_TRUE(writer->close());
    return directory_.file(name);
  }

  /// Daemon stopped on the master: 5 s of lb1, priority 0 at 10.5 s, then lb2.
  std::string stopped_daemon() {
    std::vector<Sent> adverts;
    for (int i = 0; i <= 5; ++i) adverts.push_back({seconds{5 + i}, kLb1, 100});
    adverts.push_back({milliseconds{10500}, kLb1, 0});
    for (int i = 0; i < 3; ++i) adverts.push_back({milliseconds{11149 + 1000 * i}, kLb2, 90});
    return capture("stopped.pcap", adverts);
  }

  static Explanation explain_all(const std::vector<std::string>& paths) { return explain(paths); }

  TemporaryDirectory directory_;
};

/// Whether `document` has everything that `wanted` has.
bool holds(const json& document, const json& wanted) {
  if (wanted.is_array()) {
    if (!document.is_array() || document.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!holds(document[i], wanted[i])) return false;
    return true;
  }
  if (!wanted.is_object()) return document == wanted;
  return std::ranges::all_of(wanted.items(), [&](const auto& item) {
    return document.contains(item.key()) && holds(document[item.key()], item.value());
  });
}

TEST_F(Explain, TheDocumentIsTheOnePromised) {
  const auto document = json::parse(capture::json(explain_all({stopped_daemon()})));
  EXPECT_EQ(document["schema"], "understudy.explain/1");
  // The promised fields; there may be more.
  EXPECT_TRUE(holds(document["virtual_routers"], json::parse(R"([{
      "vrid": 51, "family": "ipv4", "version": 2, "addresses": ["192.0.2.100"], "speakers": [
      {"source": "192.0.2.1", "mac": "02:00:00:00:00:01", "priority": 100, "first_s": 0.0,
       "last_s": 5.5, "adverts": 7, "advert_interval_s": 1.0, "resignations": 1, "lost": 0},
      {"source": "192.0.2.2", "mac": "02:00:00:00:00:01", "priority": 90, "first_s": 6.149,
       "last_s": 8.149, "adverts": 3, "changes": []}]}])")));
  EXPECT_TRUE(holds(document["masters"], json::parse(R"([
      {"vrid": 51, "family": "ipv4", "source": "192.0.2.1", "from_s": 0.0, "to_s": 5.5,
       "ended": "resigned"},
      {"vrid": 51, "family": "ipv4", "source": "192.0.2.2", "from_s": 6.149, "to_s": 8.149,
       "ended": "lasting"}])")));
  EXPECT_TRUE(holds(document["transitions"], json::parse(R"([
      {"t": 0.0, "vrid": 51, "family": "ipv4", "from": null, "to": "192.0.2.1",
       "reason": "first_seen", "detail": "the first advert heard", "packet": 1},
      {"t": 6.149, "vrid": 51, "family": "ipv4", "from": "192.0.2.1", "to": "192.0.2.2",
       "reason": "graceful_shutdown", "kind": "takeover", "packet": 8, "detail":
       "priority 0 heard 0.649 s before; skew of priority 90 is (256 - 90)/256 s = 0.648437 s"}])")));
  EXPECT_EQ(document["findings"], json::array());
  EXPECT_EQ(document["warnings"], json::array());
}

TEST_F(Explain, ThePageForPeopleSaysWhoWasMasterAndWhy) {
  const std::string page = text(explain_all({stopped_daemon()}));
  EXPECT_THAT(page, HasSubstr("10 packets in 8.149 s, 10 adverts\n"));
  EXPECT_THAT(page, HasSubstr("virtual router 51, IPv4, version 2: 192.0.2.100\n"));
  EXPECT_THAT(page, HasSubstr("     0.000000  to      5.500000  192.0.2.1  resigned\n"));
  EXPECT_THAT(page,
              HasSubstr("192.0.2.1 -> 192.0.2.2  graceful_shutdown  priority 0 heard 0.649 s"));
  EXPECT_THAT(page, HasSubstr("nothing wrong was seen"));
}

TEST_F(Explain, SeveralCapturesOfOneNetworkAreOneStory) {
  const auto one = capture("lb1.pcap", {{seconds{1}, kLb1, 100}, {seconds{2}, kLb1, 100}});
  const auto other = capture("lb2.pcap", {{seconds{1} + milliseconds{1}, kLb1, 100},
                                          {seconds{2} + milliseconds{1}, kLb1, 100},
                                          {seconds{2} + milliseconds{5}, kLb2, 120}});
  const auto explanation = explain_all({other, one});
  EXPECT_EQ(explanation.files_read, 2U);
  EXPECT_EQ(explanation.copies, 2U);
  EXPECT_EQ(explanation.observation.adverts, 3U);
  ASSERT_EQ(explanation.observation.changes.size(), 2U);
  EXPECT_EQ(explanation.observation.changes[1].at, Instant{milliseconds{2005}});
}

TEST_F(Explain, TheSameAdvertASecondLaterIsNoCopy) {
  const auto one = capture("lb1.pcap", {{seconds{1}, kLb1, 100}});
  const auto other = capture("lb2.pcap", {{seconds{2}, kLb1, 100}});
  EXPECT_EQ(explain_all({one, other}).copies, 0U);
}

TEST_F(Explain, AFileThatBreaksOffIsExplainedUpToThere) {
  const std::string path = stopped_daemon();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5);
  const auto explanation = explain_all({path});
  EXPECT_EQ(explanation.files_read, 1U);
  EXPECT_EQ(explanation.packets, 9U);
  ASSERT_EQ(explanation.remarks.size(), 1U);
  EXPECT_TRUE(explanation.remarks[0].error);
  EXPECT_EQ(explanation.remarks[0].file, path);
  EXPECT_THAT(explanation.remarks[0].text, HasSubstr("packet 10"));
  EXPECT_EQ(explanation.observation.changes.size(), 2U);
}

TEST_F(Explain, WhatCannotBeReadDoesNotHideWhatCan) {
  const auto explanation = explain_all({directory_.file("missing.pcap"), stopped_daemon()});
  EXPECT_EQ(explanation.files_read, 1U);
  ASSERT_EQ(explanation.remarks.size(), 1U);
  EXPECT_EQ(explanation.remarks[0].text, "No such file or directory");
  EXPECT_EQ(explanation.observation.adverts, 10U);
  EXPECT_EQ(explain_all({directory_.file("missing.pcap")}).files_read, 0U);
}

TEST_F(Explain, PacketsCutWhenCapturedAreCountedAndNotBlamed) {
  Bytes file{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0};
  const Bytes record{1, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 54, 0, 0, 0};
  Bytes frame = crafted_frame(kLb1, 100);
  file.insert(file.end(), record.begin(), record.end());
  file.insert(file.end(), frame.begin(), frame.begin() + 40);
  std::ofstream(directory_.file("cut.pcap"), std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const auto explanation = explain_all({directory_.file("cut.pcap")});
  EXPECT_TRUE(explanation.observation.findings.empty());
  ASSERT_EQ(explanation.remarks.size(), 1U);
  EXPECT_EQ(explanation.remarks[0].text, "1 advert cut when captured (snaplen), not judged");
}

TEST_F(Explain, ACaptureWithoutPacketsIsReadable) {
  const auto explanation = explain_all({capture("nothing.pcap", {})});
  EXPECT_EQ(explanation.files_read, 1U);
  EXPECT_EQ(text(explanation), "0 packets in 0 s, 0 adverts\nno virtual router was heard\n");
  EXPECT_EQ(json::parse(capture::json(explanation))["masters"], json::array());
}

}  // namespace
}  // namespace understudy::capture
