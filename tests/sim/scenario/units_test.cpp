#include "sim/scenario/units.h"

#include <gtest/gtest.h>

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadExactly) {
  EXPECT_EQ(parse_duration("1ns"), 1ns);
  EXPECT_EQ(parse_duration("50us"), 50us);
  EXPECT_EQ(parse_duration("10ms"), 10ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("3.648437500s"), 3648437500ns);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
  EXPECT_EQ(parse_duration("2min"), 120s);
  EXPECT_EQ(parse_duration("1.5min"), 90s);
  EXPECT_EQ(parse_duration("4h"), 14400s);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("10000h"), kLongestDuration);
}

TEST(Duration, RefusesWhatIsNone) {
  for (const char* text :
       {"",      "s",    "1",       "1.s",           ".5s",    "1 s",
        "1s ",   " 1s",  "1e3s",    "-1s",           "+1s",    "1.5",
        "1m",    "1S",   "0.5ns",   "1.0000000001s", "10001h", "99999999999999999999999999s",
        "0x10s", "1,5s", "10000.1h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(DurationRange, HasTwoEnds) {
  const auto range = parse_duration_range("15ms..40ms");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->lowest, 15ms);
  EXPECT_EQ(range->highest, 40ms);
  const auto from_zero = parse_duration_range("0..2ms");
  ASSERT_TRUE(from_zero);
  EXPECT_EQ(from_zero->lowest, 0ms);
  EXPECT_EQ(from_zero->highest, 2ms);
  const auto plain = parse_duration_range("2ms");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->lowest, plain->highest);
  for (const char* text : {"..", "1ms..", "..1ms", "2ms..1ms", "1..2ms", "1ms..2", "1ms...2ms"})
    EXPECT_FALSE(parse_duration_range(text)) << text;
}

TEST(Seconds, AreExactDecimals) {
  EXPECT_EQ(seconds_text(0ns), "0.0");
  EXPECT_EQ(seconds_text(1ns), "0.000000001");
  EXPECT_EQ(seconds_text(650ms), "0.65");
  EXPECT_EQ(seconds_text(10648537500ns), "10.6485375");
  EXPECT_EQ(seconds_text(60s), "60.0");
  EXPECT_EQ(seconds_text(-1ms), "-0.001");
  EXPECT_EQ(seconds_text(36000000s + 1ns), "36000000.000000001");
}

TEST(Text, PicksTheUnit) {
  EXPECT_EQ(to_text(0ns), "0 s");
  EXPECT_EQ(to_text(20us), "20 us");
  EXPECT_EQ(to_text(650ms), "650 ms");
  EXPECT_EQ(to_text(3648437500ns), "3.6484375 s");
  EXPECT_EQ(to_text(60s), "60 s");
  EXPECT_EQ(to_text(-500ms), "-500 ms");
}

}  // namespace
}  // namespace understudy::sim
