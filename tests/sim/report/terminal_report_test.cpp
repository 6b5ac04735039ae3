#include "sim/report/terminal_report.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/sim/report/stopped_daemon.h"

namespace understudy::sim {
namespace {

TEST(TerminalReport, ReadsLikeThis) {
  EXPECT_EQ(
      terminal_report(stopped_daemon(), {false, 96}, {"About it.", "out/x", "again"}),
      R"(-- stop-daemon-on-master --------------------------------------------------------------- pass --
   About it.

   10.000000 s       daemon lb1: stop
   10.648537 s  lb2  VI_1: BACKUP -> MASTER
   10.648537 s  lb2  announces

  probe         from    total ms      detect       elect    announce     relearn       probe
  web    10.000000 s     650.000       0.000     648.537       0.100       0.000       1.362
  web    5435 of 5500 requests answered

  VI_1: no master for 648.537 ms

  pass     within 700ms after stop: master(VI_1) == lb2  51.462 ms to spare
  waived   true_arp at 12.000000 s: a "reason"
  pass     oracles: one_master

  captures: out/x

)");
}

TEST(TerminalReport, FailuresSayWhatWasSeenAndHowToSeeItAgain) {
  RunResult result = stopped_daemon();
  result.verdict = Verdict::fail;
  result.expectations[0].verdict = Verdict::fail;
  result.expectations[0].margin = std::chrono::nanoseconds{-1500};
  result.expectations[0].detail = "came 1500 ns too late";
  const std::string text = terminal_report(result, {false, 96}, {"", "", "understudy sim x"});
  EXPECT_TRUE(
      text.starts_with("FAIL stop-daemon-on-master: probe web: 65 of 5500 requests lost, 650 ms at "
                       "a stretch; again: understudy sim x\n"))
      << text;
  EXPECT_NE(text.find("  FAIL     within"), std::string::npos) << text;
  EXPECT_NE(text.find("2 us too much"), std::string::npos) << text;
  EXPECT_NE(text.find("           came 1500 ns too late\n"), std::string::npos) << text;
}

TEST(TerminalReport, CausesStandAboveTheTimeline) {
  RunResult result = stopped_daemon();
  result.verdict = Verdict::fail;
  result.explained = "blackout(web) <= 600ms";
  Cause fault;
  fault.at = Instant{std::chrono::seconds{10}};
  fault.what = "daemon lb1: stop";
  fault.config = "pair.yaml";
  fault.line = 32;
  Cause advert;
  advert.at = Instant{std::chrono::seconds{10}};
  advert.host = "lb1";
  advert.what = "VI_1: advert, priority 0: it resigns";
  advert.capture = "lb1.eth0";
  advert.frame = 41;
  advert.rfc = "RFC 3768, 6.4.3";
  result.causes = {fault, advert};
  const std::string text = terminal_report(result, {false, 120});
  EXPECT_NE(
      text.find(
          "  why: blackout(web) <= 600ms\n"
          "   10.000000 s       daemon lb1: stop [pair.yaml:32]\n"
          "   10.000000 s  lb1  VI_1: advert, priority 0: it resigns [frame 41 of lb1.eth0; RFC "
          "3768, 6.4.3]\n\n"),
      std::string::npos)
      << text;
  EXPECT_LT(text.find("why:"), text.find("BACKUP -> MASTER"));
}

TEST(TerminalReport, ColoursOnlyWhenAsked) {
  EXPECT_EQ(terminal_report(stopped_daemon(), {false, 96}).find('\x1b'), std::string::npos);
  EXPECT_NE(terminal_report(stopped_daemon(), {true, 96}).find("\x1b[32mpass"), std::string::npos);
}

TEST(TerminalReport, TextsOfFilesCannotSteerTheTerminal) {
  RunResult result = stopped_daemon();
  result.case_name = "a\x1b[2J";
  result.timeline[0].text = "b\x07\r\n";
  result.expectations[0].text = "c\x1b]0;x";
  result.oracles[1].detail = "d\x7f";
  result.probes[0].name = "e\x1b";
  const std::string text = terminal_report(result, {false, 96}, {"f\x1b", "g\x1b", "h\x1b"});
  EXPECT_EQ(text.find_first_of("\x1b\x07\r\x7f"), std::string::npos);
}

TEST(TerminalReport, TheTableFitsEightyColumns) {
  RunResult result = stopped_daemon();
  std::istringstream lines(terminal_report(result, {false, 80}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(TerminalReport, LongTextsWrapInsideTheWidth) {
  RunResult result = stopped_daemon();
  for (int i = 0; i < 30; ++i) {
    result.timeline[0].text += " wörd" + std::to_string(i);
    result.expectations[0].text += " and so on";
  }
  result.timeline[1].text = std::string(300, 'x');
  std::istringstream lines(terminal_report(result, {false, 96}));
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    EXPECT_LE(columns, 96) << line;
  }
}

TEST(TerminalSummary, CountsCases) {
  RunResult good = stopped_daemon(), bad = stopped_daemon();
  bad.verdict = Verdict::fail;
  bad.case_name = "other";
  EXPECT_EQ(terminal_summary({good}, {}), "1 case passes\n");
  EXPECT_EQ(terminal_summary({good, good}, {}), "2 cases pass\n");
  EXPECT_EQ(terminal_summary({good, bad}, {}), "1 of 2 cases pass: other FAIL\n");
}

}  // namespace
}  // namespace understudy::sim
