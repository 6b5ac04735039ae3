#include "daemon/process_watcher.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <ctime>

#include "daemon/clock.h"

namespace understudy::daemon {
namespace {

constexpr Duration kSlice = std::chrono::microseconds{500};
constexpr Duration kBetweenSlices = std::chrono::milliseconds{1};
constexpr int kPauseFactor = 100;  // a round of 1 ms, then 100 ms of rest
constexpr Duration kShortestPause = std::chrono::milliseconds{100};
constexpr Duration kLongestPause = std::chrono::seconds{2};
// With the connector: another program may have talked the kernel out of telling.
constexpr Duration kSafetyPause = std::chrono::seconds{30};
constexpr Duration kYoung = std::chrono::seconds{3};  // it may yet execute what it was born for
constexpr std::uint32_t kRecheck = 16;
constexpr std::size_t kFolderChunk = 4096;  // about 130 processes: what the kernel does in one go
constexpr unsigned kEventsPerLook = 1024;
constexpr std::uint64_t kConnector = 0;  // no process has this number

Duration thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

bool dead(const UniqueFd& pidfd) {
  pollfd entry{pidfd.value(), POLLIN, 0};
  return poll(&entry, 1, 0) > 0;
}

}  // namespace

ProcessWatcher::ProcessWatcher(const std::vector<config::TrackProcess>& processes, UniqueFd epoll)
    : processes_(processes),
      epoll_(std::move(epoll)),
      counts_(processes.size()),
      told_(processes.size()) {
  for (const auto& process : processes) {
    const auto needed = parts_needed(process);
    parts_.name = parts_.name || needed.name;
    parts_.command_line = parts_.command_line || needed.command_line;
  }
}

tl::expected<ProcessWatcher, std::string> ProcessWatcher::open(
    const std::vector<config::TrackProcess>& processes, Instant now, Births births) {
  UniqueFd epoll{epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll.valid())
    return tl::unexpected(std::string{"cannot make an epoll: "} + std::strerror(errno));
  ProcessWatcher watcher{processes, std::move(epoll)};
  watcher.method_ = "looking through /proc";
  if (births == Births::connector_or_scan) {
    if (auto events = ProcessEvents::open()) {
      epoll_event wanted{EPOLLIN, {}};
      wanted.data.u64 = kConnector;
      epoll_ctl(watcher.fd(), EPOLL_CTL_ADD, events->fd(), &wanted);
      watcher.events_ = std::move(*events);
      watcher.method_ = "the kernel's process connector";
    } else {
      watcher.method_ += " (no process connector: " + events.error() + ")";
    }
  }
  watcher.begin_round();
  if (!watcher.folder_.valid())
    return tl::unexpected(std::string{"cannot look through /proc: "} + std::strerror(errno));
  watcher.go_on(now, std::nullopt);
  return watcher;
}

void ProcessWatcher::look(Instant now, std::vector<Input>& changes) {
  take_deaths();
  if (events_) take_events();
  if (round_wanted_ || now >= next_look_) {
    if (!folder_.valid()) begin_round();
    if (!go_on(now, now + kSlice)) next_look_ = monotonic_now() + kBetweenSlices;
  }
  for (std::uint16_t i = 0; i < counts_.size(); ++i) {
    if (told_[i] == counts_[i]) continue;
    told_[i] = counts_[i];
    changes.emplace_back(ProcessChanged{i, counts_[i]});
  }
}

void ProcessWatcher::take_deaths() {
  std::array<epoll_event, 64> ready;
  for (;;) {
    const int count = epoll_wait(fd(), ready.data(), static_cast<int>(ready.size()), 0);
    if (count <= 0) return;
    bool any = false;
    for (int i = 0; i < count; ++i) {
      const auto which = ready[static_cast<std::size_t>(i)].data.u64;
      if (which == kConnector) continue;
      any = true;
      const auto pid = static_cast<pid_t>(which);
      forget(pid);
      inspect(pid);  // its number may have a new owner already
    }
    if (!any) return;
  }
}

void ProcessWatcher::take_events() {
  for (unsigned i = 0; i < kEventsPerLook; ++i) {
    const auto event = events_->next();
    if (!event) return;
    switch (event->kind) {
      case ProcessEvent::Kind::fork:
        // A child is at first what its parent is.
        if (counted_.count(event->pid) != 0) inspect(event->child);
        break;
      case ProcessEvent::Kind::name:
        inspect(event->pid);
        break;
      case ProcessEvent::Kind::lost:
        round_wanted_ = true;
    }
  }
}

void ProcessWatcher::begin_round() {
  ++round_;
  round_took_ = {};
  round_wanted_ = false;
  entries_.clear();
  entry_at_ = 0;
  folder_ = UniqueFd{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

// Reads more entries of the folder. false: there are none.
bool ProcessWatcher::read_folder() {
  entry_at_ = 0;
  entries_.resize(kFolderChunk);
  const auto size =
      folder_.valid() ? syscall(SYS_getdents64, folder_.value(), entries_.data(), kFolderChunk) : 0;
  entries_.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return size > 0;
}

// Goes on with the round, to its end or until then; whether it has ended.
bool ProcessWatcher::go_on(Instant now, std::optional<Instant> until) {
  const auto before = thread_time();
  bool ended = false;
  while (!ended && (!until || monotonic_now() < *until)) {
    if (entry_at_ >= entries_.size() && !read_folder()) {
      ended = true;
      break;
    }
    // struct linux_dirent64: inode, offset, record length, type, name
    const char* entry = entries_.data() + entry_at_;
    std::uint16_t length = 0;
    std::memcpy(&length, entry + 16, sizeof length);
    entry_at_ += length;
    const char* name = entry + 19;
    pid_t pid = 0;
    const auto* end = name + std::strlen(name);
    if (const auto [last, error] = std::from_chars(name, end, pid);
        error == std::errc{} && last == end)
      meet(pid, now);
  }
  round_took_ += thread_time() - before;
  if (ended) end_round(now);
  return ended;
}

void ProcessWatcher::meet(pid_t pid, Instant now) {
  if (events_) return inspect(pid);
  auto [found, is_new] = seen_.try_emplace(pid, Seen{round_, now});
  auto& seen = found->second;
  seen.round = round_;
  const bool young = now - seen.first < kYoung;
  const bool turn = (static_cast<std::uint32_t>(pid) + round_) % kRecheck == 0;
  if (is_new || young || turn || counted_.count(pid) != 0) inspect(pid);
}

void ProcessWatcher::end_round(Instant now) {
  folder_.reset();
  for (auto it = seen_.begin(); it != seen_.end();)
    it = it->second.round == round_ ? std::next(it) : seen_.erase(it);
  // Those that are not held show their end by being gone.
  if (unheld_ > 0) {
    std::vector<pid_t> unheld;
    for (const auto& [pid, counted] : counted_)
      if (!counted.pidfd.valid()) unheld.push_back(pid);
    for (const auto pid : unheld)
      if (kind_of(pid) == ProcessKind::ended) forget(pid);
  }
  const auto rest = std::clamp(round_took_ * kPauseFactor, kShortestPause, kLongestPause);
  next_look_ = now + (round_wanted_ ? Duration{} : events_ ? kSafetyPause : rest);
}

std::vector<std::uint16_t> ProcessWatcher::kinds_of(pid_t pid) const {
  std::vector<std::uint16_t> kinds;
  const auto identity = read_identity(pid, parts_);
  if (!identity) return kinds;
  for (std::size_t i = 0; i < processes_.size(); ++i)
    if (matches(processes_[i], *identity)) kinds.push_back(static_cast<std::uint16_t>(i));
  if (!kinds.empty() && kind_of(pid) == ProcessKind::kernel_thread) kinds.clear();
  return kinds;
}

// Finds out what a process is now.
void ProcessWatcher::inspect(pid_t pid) {
  auto kinds = kinds_of(pid);
  const auto found = counted_.find(pid);
  if (found != counted_.end()) {
    if (found->second.processes == kinds) return;
    forget(pid);
  }
  if (!kinds.empty()) count_in(pid, kinds);
}

void ProcessWatcher::count_in(pid_t pid, const std::vector<std::uint16_t>& processes) {
  UniqueFd pidfd{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))};
  if (!pidfd.valid() && errno == ESRCH) return;
  // Only what is still so now that we hold it is about the process that we hold; and one that waits
  // for its parent has a name, but has ended.
  if (pidfd.valid()) {
    if (kinds_of(pid) != processes || dead(pidfd)) return;
    epoll_event wanted{EPOLLIN, {}};
    wanted.data.u64 = static_cast<std::uint64_t>(pid);
    if (epoll_ctl(fd(), EPOLL_CTL_ADD, pidfd.value(), &wanted) != 0) pidfd.reset();
  }
  if (!pidfd.valid()) {
    if (kind_of(pid) == ProcessKind::ended) return;
    ++unheld_;
  }
  for (const auto process : processes) ++counts_[process];
  counted_.emplace(pid, Counted{std::move(pidfd), processes});
}

void ProcessWatcher::forget(pid_t pid) {
  const auto found = counted_.find(pid);
  if (found == counted_.end()) return;
  for (const auto process : found->second.processes) --counts_[process];
  if (!found->second.pidfd.valid()) --unheld_;
  counted_.erase(found);
}

}  // namespace understudy::daemon
