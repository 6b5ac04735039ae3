// Blackouts out of fates, and their parts out of what happened meanwhile.
#include <gtest/gtest.h>

#include "sim/request_log.h"
#include "sim/stage.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration time) { return Instant{time}; }

Duration sum(const BlackoutRecord& record) {
  return record.detect + record.elect + record.announce + record.relearn + record.probe;
}

TEST(RequestLog, ABlackoutLastsFromItsFirstLostRequestToTheNextAnswered) {
  RequestLog log;
  for (int i = 0; i < 6; ++i) log.sent(at(i * 10ms));
  log.answered(0, at(1ms), 0);
  log.answered(4, at(41ms), 1);  // known before the fates of 1 to 3
  EXPECT_EQ(log.longest(at(0s), at(1s), at(41ms)), Duration{});
  log.lost(1);
  EXPECT_EQ(log.open_since(), at(10ms));
  EXPECT_EQ(log.longest(at(0s), at(1s), at(35ms)), 25ms) << "an open one lasts until now";
  log.lost(3);
  log.lost(2);
  ASSERT_EQ(log.record().blackouts.size(), 1U);
  EXPECT_EQ(log.record().blackouts[0].start, at(10ms));
  EXPECT_EQ(log.record().blackouts[0].end, at(40ms));
  EXPECT_EQ(log.record().longest_blackout, 30ms);
  EXPECT_EQ(log.longest(at(20ms), at(30ms), at(1s)), 10ms) << "cut to the interval";
  EXPECT_EQ(log.longest(at(50ms), at(60ms), at(1s)), Duration{});
  EXPECT_EQ(log.lost_count(), 3U);
}

TEST(RequestLog, AtTheEndYoungRequestsCountAsNothing) {
  RequestLog log;
  log.sent(at(0s));
  log.answered(0, at(1ms), 0);
  log.sent(at(999ms));
  log.finish(at(1s), kNoHost);
  EXPECT_TRUE(log.record().blackouts.empty());
}

TEST(RequestLog, AtTheEndRequestsThatWaitTooLongOpenABlackout) {
  RequestLog log;
  log.sent(at(0s));
  log.answered(0, at(1ms), 0);
  log.sent(at(900ms));
  log.sent(at(950ms));
  log.finish(at(1s), kNoHost);
  ASSERT_EQ(log.record().blackouts.size(), 1U);
  EXPECT_EQ(log.record().blackouts[0].start, at(900ms));
  EXPECT_EQ(log.record().blackouts[0].end, at(1s));
  EXPECT_EQ(sum(log.record().blackouts[0]), 100ms);
}

// At a cold start the request that ends the blackout may have waited in the ARP queue.
TEST(OutageMarks, AMasterElectedWhileTheLastRequestWaitedIsElectionTime) {
  OutageMarks marks;
  marks.add(OutageMark::elected, at(3'600ms), 0);
  marks.add(OutageMark::announced, at(3'600'100us), 0);
  const auto record = marks.split(at(0s), at(3'200ms), 0, false);
  EXPECT_EQ(record.elect, 3'200ms);
  EXPECT_EQ(sum(record), 3'200ms);
}

TEST(OutageMarks, AnElectionIsCutAtEachMark) {
  OutageMarks marks;
  marks.add(OutageMark::elected, at(14s), 1);
  marks.add(OutageMark::noticed, at(11s), 1);  // dated back
  marks.add(OutageMark::reached, at(14100ms), 1);
  marks.add(OutageMark::announced, at(14100ms), 1);
  const auto record = marks.split(at(10s), at(15s), 1, false);
  EXPECT_EQ(record.detect, 1s);
  EXPECT_EQ(record.elect, 3s);
  EXPECT_EQ(record.announce, 100ms);
  EXPECT_EQ(record.relearn, Duration{});
  EXPECT_EQ(record.probe, 900ms);
}

TEST(OutageMarks, TablesThatStayWrongAreRelearning) {
  OutageMarks marks;
  marks.add(OutageMark::elected, at(11s), 1);
  marks.add(OutageMark::reached, at(40s), 1);
  const auto record = marks.split(at(10s), at(40010ms), 1, false);
  EXPECT_EQ(record.elect, 1s);
  EXPECT_EQ(record.announce, Duration{}) << "there was none";
  EXPECT_EQ(record.relearn, 29s);
  EXPECT_EQ(record.probe, 10ms);
}

TEST(OutageMarks, ARepairWithoutElectionIsAllDetection) {
  OutageMarks marks;
  marks.add(OutageMark::repaired, at(12s), 0);
  marks.add(OutageMark::repaired, at(12500ms), 2);  // of another host
  const auto record = marks.split(at(10s), at(13s), 0, false);
  EXPECT_EQ(record.detect, 2s);
  EXPECT_EQ(record.probe, 1s);
  EXPECT_EQ(sum(record), 3s);
}

TEST(OutageMarks, WithoutAMasterTheRestIsElection) {
  OutageMarks marks;
  marks.add(OutageMark::noticed, at(12s), 0);
  const auto record = marks.split(at(10s), at(20s), kNoHost, true);
  EXPECT_EQ(record.detect, 2s);
  EXPECT_EQ(record.elect, 8s);
  EXPECT_EQ(sum(record), 10s);
}

TEST(OutageMarks, PartsAddUpWhateverTheMarks) {
  for (unsigned pattern = 0; pattern < 1U << 10; ++pattern) {
    OutageMarks marks;
    for (unsigned bit = 0; bit < 10; ++bit)
      if ((pattern >> bit & 1) != 0)
        marks.add(static_cast<OutageMark>(bit % 5), at((9 + bit * 7 % 10) * 1s), bit % 2);
    for (const std::size_t by : {std::size_t{0}, std::size_t{1}, kNoHost}) {
      const auto record = marks.split(at(10s), at(17s), by, pattern % 3 == 0);
      ASSERT_EQ(sum(record), 7s) << pattern;
      for (const auto part :
           {record.detect, record.elect, record.announce, record.relearn, record.probe})
        ASSERT_GE(part, Duration{}) << pattern;
    }
  }
}

}  // namespace
}  // namespace understudy::sim
