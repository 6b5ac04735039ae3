#include "sim/report/json_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/sim/report/stopped_daemon.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

TEST(JsonReport, HasThePromisedShape) {
  // The promised example, a nanosecond for a nanosecond.
  EXPECT_EQ(json_report({stopped_daemon()}, false),
            R"({
  "schema": "understudy.sim/1",
  "scenario": "nginx-pair",
  "case": "stop-daemon-on-master",
  "seed": 0,
  "duration_s": 60.0,
  "digest": "00f3c0a000000001",
  "verdict": "pass",
  "transitions": [
    {"t": 10.6485375, "host": "lb2", "instance": "VI_1", "from": "BACKUP", "to": "MASTER", "reason": "graceful_shutdown"}
  ],
  "probes": [
    {"name": "web", "sent": 5500, "answered": 5435, "longest_blackout_s": 0.65, "blackouts": [{"start_s": 10.0, "end_s": 10.65, "detect_s": 0.0, "elect_s": 0.6485375, "announce_s": 0.0001, "relearn_s": 0.0, "probe_s": 0.0013625}]}
  ],
  "dual_master_s": {
    "VI_1": 0.0
  },
  "dual_holder_s": {
    "192.168.56.100": 0.0
  },
  "no_master_s": {
    "VI_1": 0.6485375
  },
  "expectations": [
    {"text": "within 700ms after stop: master(VI_1) == lb2", "verdict": "pass", "margin_s": 0.0514625, "at_s": 10.6485375, "detail": ""}
  ],
  "oracles": [
    {"name": "one_master", "verdict": "pass", "at_s": null, "detail": ""},
    {"name": "true_arp", "verdict": "waived", "at_s": 12.000000001, "detail": "a \"reason\""}
  ],
  "frames": {
    "sent": 3,
    "delivered": 2,
    "lost": 1
  }
}
)");
}

TEST(JsonReport, MeasuresHaveTheirUnits) {
  RunResult result = stopped_daemon();
  using Unit = MeasureResult::Unit;
  result.measures = {{"outage", Unit::nanoseconds, 650'000'001},
                     {"lost", Unit::number, 65},
                     {"late", Unit::boolean, 1},
                     {"none", Unit::number, std::nullopt}};
  const auto text = json_report({result}, false);
  EXPECT_NE(text.find("\"outage\": 0.650000001,"), std::string::npos) << text;
  const auto measures = nlohmann::json::parse(text).at("measures");
  EXPECT_EQ(measures.at("lost"), 65);
  EXPECT_EQ(measures.at("late"), true);
  EXPECT_TRUE(measures.at("none").is_null());
}

TEST(JsonReport, CausesSayWhereTheyCanBeLookedUp) {
  RunResult result = stopped_daemon();
  EXPECT_FALSE(nlohmann::json::parse(json_report({result}, false)).contains("causes"));
  Cause cause;
  cause.at = Instant{10s + 1ns};
  cause.host = "lb1";
  cause.what = "advert \"0\"";
  cause.capture = "lb1.eth0";
  cause.frame = 41;
  cause.frame_of_all = 120;
  cause.config = "lb1.conf";
  cause.line = 12;
  cause.keyword = "priority";
  cause.rfc = "RFC 9568, 6.4.3";
  result.explained = "why";
  result.causes = {cause, Cause{}};
  const auto json = nlohmann::json::parse(json_report({result}, false));
  EXPECT_EQ(json.at("explained"), "why");
  const auto& first = json.at("causes").at(0);
  EXPECT_EQ(first.at("host"), "lb1");
  EXPECT_EQ(first.at("what"), "advert \"0\"");
  EXPECT_EQ(first.at("frame").at("capture"), "lb1.eth0");
  EXPECT_EQ(first.at("frame").at("number"), 41);
  EXPECT_EQ(first.at("frame").at("number_of_all"), 120);
  EXPECT_EQ(first.at("config").at("line"), 12);
  EXPECT_EQ(first.at("config").at("keyword"), "priority");
  EXPECT_EQ(first.at("rfc"), "RFC 9568, 6.4.3");
  EXPECT_TRUE(json.at("causes").at(1).at("frame").is_null());
  EXPECT_TRUE(json.at("causes").at(1).at("config").is_null());
}

TEST(JsonReport, NoNanosecondIsLostInFloatingPoint) {
  RunResult result = stopped_daemon();
  result.duration = 123456789s + 1ns;  // more digits than a double has
  result.expectations[0].margin = -1ns;
  const std::string text = json_report({result}, false);
  EXPECT_NE(text.find("\"duration_s\": 123456789.000000001,"), std::string::npos) << text;
  EXPECT_NE(text.find("\"margin_s\": -0.000000001,"), std::string::npos) << text;
}

TEST(JsonReport, ListsParse) {
  const auto none = nlohmann::json::parse(json_report({}, true));
  EXPECT_TRUE(none.is_array() && none.empty());
  const auto two = nlohmann::json::parse(json_report({stopped_daemon(), stopped_daemon()}, true));
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[1]["probes"][0]["blackouts"][0]["elect_s"], 0.6485375);
}

TEST(JsonReport, OddTextsStayJson) {
  RunResult result = stopped_daemon();
  result.scenario = "a\"b\\c\n\x01\xff\xc3\xa4";
  const auto parsed = nlohmann::json::parse(json_report({result}, false));
  EXPECT_EQ(parsed["scenario"], "a\"b\\c\n\x01\xef\xbf\xbd\xc3\xa4");
}

}  // namespace
}  // namespace understudy::sim
