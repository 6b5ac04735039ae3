// Which processes of this host are those that the configuration tracks.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

#include "core/node/node.h"
#include "daemon/process_events.h"
#include "daemon/process_identity.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// Deaths are known at once: every process that counts is held by a pidfd. Births and new names
/// come from the kernel's process connector where it is to be had, else from looking through /proc.
/// Looking goes in slices of half a millisecond and takes about a hundredth of a core: every 100 ms
/// on small hosts, at most every 2 s on large ones. A process that has been there for a while is
/// looked at anew in every sixteenth round only.
class ProcessWatcher {
 public:
  enum class Births : std::uint8_t { connector_or_scan, scan };

  /// Looks through all of /proc once.
  static tl::expected<ProcessWatcher, std::string> open(
      const std::vector<config::TrackProcess>& processes, Instant now,
      Births births = Births::connector_or_scan);

  /// How births are noticed, for the log.
  const std::string& method() const { return method_; }
  /// Readable when look() has something to do.
  int fd() const { return epoll_.value(); }
  /// When look() wants to be called at the latest.
  Instant next_look() const { return next_look_; }
  /// Adds what changed: a ProcessChanged for each count that is another one. The first call adds
  /// them all.
  void look(Instant now, std::vector<Input>& changes);

  std::uint32_t count(std::uint16_t process) const { return counts_[process]; }
  /// Processes that count but could not be held: their deaths show in the next round only.
  std::size_t unheld() const { return unheld_; }

 private:
  struct Counted {
    UniqueFd pidfd;
    std::vector<std::uint16_t> processes;  // which of the tracked ones it is
  };
  struct Seen {
    std::uint32_t round = 0;
    Instant first;
  };

  ProcessWatcher(const std::vector<config::TrackProcess>& processes, UniqueFd epoll);
  void take_deaths();
  void take_events();
  void begin_round();
  bool go_on(Instant now, std::optional<Instant> until);
  bool read_folder();
  void meet(pid_t pid, Instant now);
  void end_round(Instant now);
  void inspect(pid_t pid);
  void count_in(pid_t pid, const std::vector<std::uint16_t>& processes);
  void forget(pid_t pid);
  std::vector<std::uint16_t> kinds_of(pid_t pid) const;

  std::vector<config::TrackProcess> processes_;
  IdentityParts parts_;
  UniqueFd epoll_;
  std::optional<ProcessEvents> events_;
  std::string method_;

  std::map<pid_t, Counted> counted_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::optional<std::uint32_t>> told_;
  std::size_t unheld_ = 0;

  // The round through /proc that is going on, or the next one.
  UniqueFd folder_;
  std::vector<char> entries_;  // what getdents64 gave
  std::size_t entry_at_ = 0;
  std::uint32_t round_ = 0;
  Duration round_took_{};
  bool round_wanted_ = false;  // events were lost
  std::unordered_map<pid_t, Seen> seen_;
  Instant next_look_{};
};

}  // namespace understudy::daemon
