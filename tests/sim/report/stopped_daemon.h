// The result that design promises as an example: the daemon of the master is stopped.
#pragma once

#include "sim/run_result.h"

namespace understudy::sim {

inline RunResult stopped_daemon() {
  using namespace std::chrono_literals;
  RunResult result;
  result.scenario = "nginx-pair";
  result.case_name = "stop-daemon-on-master";
  result.duration = 60s;
  result.digest = 0x00f3c0a000000001;
  result.hosts = {"lb1", "lb2"};
  result.transitions = {
      {Instant{10648537500ns}, 1, "VI_1", State::backup, State::master, Reason::graceful_shutdown}};
  result.probes = {{"web",
                    5500,
                    5435,
                    {{Instant{10s}, Instant{10650ms}, 0ns, 648537500ns, 100us, 0ns, 1362500ns}},
                    650ms}};
  result.dual_master = {{"VI_1", 0ns}};
  result.dual_holder = {{"192.168.56.100", 0ns}};
  result.no_master = {{"VI_1", 648537500ns}};
  result.expectations = {{"within 700ms after stop: master(VI_1) == lb2", Verdict::pass, 51462500ns,
                          Instant{10648537500ns}, ""}};
  result.oracles = {{"one_master", Verdict::pass, std::nullopt, "", ""},
                    {"true_arp", Verdict::waived, Instant{12s + 1ns}, "a \"reason\"", ""}};
  result.timeline = {
      {Instant{10s}, TimelineEntry::Kind::fault, "", "daemon lb1: stop"},
      {Instant{10648537500ns}, TimelineEntry::Kind::announcement, "lb2", "announces"},
      {Instant{10648537500ns}, TimelineEntry::Kind::transition, "lb2", "VI_1: BACKUP -> MASTER"}};
  result.frames = {3, 2, 1, 0, 0, 0};
  return result;
}

}  // namespace understudy::sim
