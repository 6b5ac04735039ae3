// Every timer row of the conformance data, through a node: one nanosecond before the deadline
// nothing happens, at it it fires.
#include "core/vrrp/timers.h"
#include "tests/core/node/one_router.h"
#include "tests/support/golden_file.h"

namespace understudy {
namespace {

using std::chrono::seconds;

class TimerRows : public OneRouter {
 protected:
  // Priority 255 is the owner's, who has no down timer; everyone else's number is its priority.
  void start_with(const golden::TimerRow& row) {
    use(static_cast<std::uint8_t>(row.version));
    instance_.priority = row.priority;
    if (row.version == 2) instance_.advert_interval = row.interval;
    sent_.clear();
    start();
  }
  void expect_to_fire_at(Duration when, const std::string& trace) {
    ASSERT_EQ(due(), when) << trace;
    EXPECT_EQ(deadline(when - Duration{1}), "") << trace;
    EXPECT_EQ(state(), State::backup) << trace;
    deadline(when);
    EXPECT_EQ(state(), State::master) << trace;
  }
};

TEST_F(TimerRows, MasterDownFiresAtItsNanosecond) {
  RecordProperty("covers",
                 "V3-6.1-01 V3-6.1-02 V3-6.1-03 V2-6.1-01 V2-6.1-02 KA-ST-09 V3-6.4.2-13");
  int rows = 0;
  for (const auto& row : golden::file().timers) {
    if (row.priority == 255) continue;
    for (const auto profile : {Profile::rfc, Profile::keepalived}) {
      profile_ = profile;
      start_with(row);
      // Version 3 learns its interval from the master; ours stays one second.
      hear(seconds{1}, {.priority = 255, .interval = row.interval});
      EXPECT_EQ(router().master_interval(), row.interval);
      expect_to_fire_at(seconds{1} + row.down, std::to_string(row.version) + " " +
                                                   std::to_string(row.priority) + " " +
                                                   std::to_string(row.interval.count()));
    }
    ++rows;
  }
  EXPECT_EQ(rows, 48);
}

TEST_F(TimerRows, SkewAfterAResignationFiresAtItsNanosecond) {
  RecordProperty("covers", "V3-6.4.2-11 V3-6.1-01 V2-6.4.2-04");
  for (const auto& row : golden::file().timers) {
    if (row.priority == 255) continue;
    start_with(row);
    hear(Duration{}, {.priority = 255, .interval = row.interval});
    // A resignation teaches no interval.
    hear(seconds{0},
         {.priority = 0, .interval = row.version == 3 ? Duration{seconds{7}} : row.interval});
    expect_to_fire_at(row.skew, std::to_string(row.version) + " " + std::to_string(row.priority));
  }
}

// 255 in the rows: the arithmetic itself.
TEST(TimerArithmetic, RowsOfTheOwnersPriority) {
  RecordProperty("covers", "V3-6.1-01 V3-6.1-02 V2-6.1-01");
  for (const auto& row : golden::file().timers) {
    const auto version = static_cast<std::uint8_t>(row.version);
    EXPECT_EQ(skew_time(version, row.priority, row.interval), row.skew);
    EXPECT_EQ(master_down_interval(version, row.priority, row.interval), row.down);
  }
}

}  // namespace
}  // namespace understudy
