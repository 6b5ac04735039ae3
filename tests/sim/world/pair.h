// The nginx pair, made in code: lb1 (priority 100), lb2 (90) and a client on one switch, 50 us a
// cable, no jitter, phase 0; a probe asks for 192.168.56.100 every 10 ms from 5 s on.
#pragma once

#include <string>
#include <string_view>

#include "sim/run.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim::test {

using namespace std::chrono_literals;

inline constexpr std::size_t kLb1 = 0, kLb2 = 1, kClient = 2;

/// keepalived.conf text of one instance. `extra` goes into the instance's block.
std::string instance_text(int priority, std::string_view extra = {});
config::Config parse_config(const std::string& text);

/// Without scripts, 60 s.
Scenario pair();
/// A host with a NIC eth0: 192.168.56.LAST/24 and 2001:db8::LAST/64 (the number as it reads).
Host dual_stack_machine(std::string name, unsigned last);
/// lb1, lb2 and a client as in pair(), with both families; the text of both configurations is given
/// and the probe asks for `target`.
Scenario dual_stack_pair(const std::string& lb1, const std::string& lb2, std::string_view target);
/// The pair over IPv6: version 3, one VIP 2001:db8::100, the same priorities and interval.
Scenario pair6();
/// keepalived.conf text of its instance VI_6.
std::string instance6_text(int priority, std::string_view extra = {});

/// With chk_nginx every 3 s on both, which restarts nginx or else stops the daemon.
Scenario pair_with_checks(Duration runtime = 15ms);

/// Appends a fault; returns its index.
std::size_t add_fault(Scenario& scenario, Duration at, Verb verb,
                      std::optional<Duration> lasts = std::nullopt);
void add_expectation(Scenario& scenario, ExpectationForm form, Duration at, std::string_view text);
/// That `text` holds just after `time`.
void expect_at(Scenario& scenario, Duration time, std::string_view text);
void waive(Scenario& scenario, std::string oracle);

RunResult play(const Scenario& scenario, const RunOptions& options = {});

/// When `host` entered `state` for the first time at or after `from`; the epoch's end when never.
Instant entered(const RunResult& result, std::size_t host, State state, Duration from = {});
const OracleResult& oracle(const RunResult& result, std::string_view name);
/// Fails the test for each expectation that did not pass.
void expect_all_pass(const RunResult& result);
bool all_oracles_pass(const RunResult& result);

constexpr Instant at(Duration time) { return Instant{time}; }

}  // namespace understudy::sim::test
