// A lab as Python holds it: one thread at a time, without the GIL while the run goes on.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/diagnostic.h"
#include "sim/lab.h"
#include "sim/run_trace.h"

namespace understudy::python {

class SignalWatch;

/// Times are nanoseconds, hosts and instances go by their names. A name that is unknown is a
/// ValueError; whoever comes while another thread is here, or when it is closed, gets a
/// RuntimeError.
class SteppedLab {
 public:
  /// `duration` may be longer than the scenario's. No captures without a folder.
  static std::unique_ptr<SteppedLab> begin(sim::Scenario scenario,
                                           std::optional<std::int64_t> duration,
                                           const std::string& pcap_directory, bool traced);
  static std::unique_ptr<SteppedLab> replay(const sim::LabSnapshot& snapshot);

  void close();
  bool closed() const { return lab_ == nullptr; }
  std::int64_t now();
  std::int64_t end();
  bool finished();
  std::uint64_t digest();
  std::vector<std::string> hosts();

  void run_until(std::int64_t until);
  /// When it came true, or None, and what was seen then; diagnostics instead of both.
  pybind11::tuple wait_for(const std::string& condition, std::int64_t until);
  /// The value (True or False, a number, seconds, or None), what was seen, and the kind of value
  /// ("condition", "number", "duration"); diagnostics in front.
  pybind11::tuple evaluate(const std::string& expression);

  /// The deed's number or None, and diagnostics.
  pybind11::tuple act(const std::string& text);
  void end_deed(std::size_t number);
  bool can_end(std::size_t number);
  /// Text, begin, and end or None.
  pybind11::tuple deed(std::size_t number);

  std::optional<std::string> state(const std::string& host, const std::string& instance);
  std::optional<int> priority(const std::string& host, const std::string& instance);
  std::vector<std::string> masters(const std::string& instance);
  std::vector<std::string> holders(const std::string& address);
  std::optional<std::string> arp(const std::string& host, const std::string& address);
  std::optional<std::string> reached(const std::string& host, const std::string& address);
  std::string mac(const std::string& host);
  std::string service(const std::string& host, const std::string& service);
  /// What people read, from a time on: (time, kind, host, text).
  pybind11::list timeline(std::int64_t since);
  /// (time, host, instance, from, to, reason)
  pybind11::list transitions(std::int64_t since);

  sim::LabSnapshot snapshot();
  /// JSON of schema understudy.sim/1, and the rows of its trace or None.
  pybind11::tuple finish();
  /// The scenario with what was done in its timeline.
  pybind11::bytes yaml();
  pybind11::tuple explain(const std::string& again, const std::string& pcap_directory);

 private:
  class Use;
  SteppedLab() = default;

  sim::RunOptions options();
  template <typename Work>
  auto work(const Work& step);
  std::size_t host_index(const std::string& name) const;
  std::string check_instance(std::optional<std::size_t> host, const std::string& name) const;
  const std::string& name_of(std::size_t host) const { return lab_->scenario().hosts[host].name; }
  std::string place() const { return lab_->scenario().file + " (lab)"; }

  std::atomic_flag busy_;
  SignalWatch* watch_ = nullptr;  // while the run goes on
  std::shared_ptr<sim::RunTrace> trace_;
  std::unique_ptr<sim::Lab> lab_;  // null: closed
};

}  // namespace understudy::python
