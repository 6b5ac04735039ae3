// A client that opens one new connection every few milliseconds, asks for "/" and says who
// answered.
//
//   probe_client ADDRESS PORT EVERY_MS TIMEOUT_MS
//
// One line a request, in the order in which they end: "SENT_NS DONE_NS OUTCOME", both times on
// CLOCK_MONOTONIC. The outcome is the first word of the answer's body, or "!REASON" when there was
// none. Ends when its standard input does: it then sends nothing more and waits for what is under
// way.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace {

constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::string_view kQuestion = "GET / HTTP/1.0\r\n\r\n";

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * kNanosecondsPerSecond + now.tv_nsec;
}

struct Options {
  sockaddr_in server{};
  std::int64_t every_ns = 0;
  std::int64_t timeout_ns = 0;
};

bool parse_number(std::string_view text, int low, int high, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out >= low && out <= high;
}

bool parse_options(int argc, char** argv, Options& options) {
  int port = 0;
  int every_ms = 0;
  int timeout_ms = 0;
  if (argc != 5 || inet_pton(AF_INET, argv[1], &options.server.sin_addr) != 1 ||
      !parse_number(argv[2], 1, 65535, port) || !parse_number(argv[3], 1, 10'000, every_ms) ||
      !parse_number(argv[4], 1, 60'000, timeout_ms)) {
    return false;
  }
  options.server.sin_family = AF_INET;
  options.server.sin_port = htons(static_cast<std::uint16_t>(port));
  options.every_ns = every_ms * kNanosecondsPerMillisecond;
  options.timeout_ns = timeout_ms * kNanosecondsPerMillisecond;
  return true;
}

// The first word after the blank line of a "200" answer; empty when there is none.
std::string_view first_word_of_body(std::string_view answer) {
  if (answer.substr(0, 5) != "HTTP/" || answer.find(" 200") == std::string_view::npos) {
    return {};
  }
  const std::size_t blank = answer.find("\r\n\r\n");
  if (blank == std::string_view::npos) {
    return {};
  }
  const std::string_view body = answer.substr(blank + 4);
  return body.substr(0, body.find_first_of(" \r\n"));
}

std::string_view reason(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "!refused";
    case ECONNRESET:
      return "!reset";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "!unreachable";
    default:
      return "!failed";
  }
}

class Prober {
 public:
  explicit Prober(const Options& options)
      : options_(options), poll_(epoll_create1(EPOLL_CLOEXEC)) {}

  int run() {
    const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (poll_ < 0 || timer < 0) {
      std::perror("probe_client");
      return 2;
    }
    itimerspec schedule{};
    schedule.it_interval.tv_nsec = options_.every_ns % kNanosecondsPerSecond;
    schedule.it_interval.tv_sec = options_.every_ns / kNanosecondsPerSecond;
    schedule.it_value.tv_nsec = 1;
    timerfd_settime(timer, 0, &schedule, nullptr);
    watch(timer, EPOLLIN);
    watch(STDIN_FILENO, EPOLLIN);
    while (sending_ || !open_.empty()) {
      std::array<epoll_event, 64> events{};
      const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 10);
      for (int i = 0; i < count; ++i) {
        handle(events[static_cast<std::size_t>(i)], timer);
      }
      expire();
      flush();
    }
    return 0;
  }

 private:
  struct Request {
    std::int64_t sent_ns = 0;
    std::uint64_t number = 0;
    bool asked = false;
    std::string answer;
  };

  void watch(int descriptor, std::uint32_t what) const {
    epoll_event event{};
    event.events = what;
    event.data.fd = descriptor;
    epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event);
  }

  void handle(const epoll_event& event, int timer) {
    if (event.data.fd == timer) {
      std::uint64_t ticks = 0;
      if (read(timer, &ticks, sizeof ticks) == sizeof ticks && sending_) {
        start();
      }
    } else if (event.data.fd == STDIN_FILENO) {
      std::array<char, 64> ignored{};
      if (read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) {
        sending_ = false;
        epoll_ctl(poll_, EPOLL_CTL_DEL, STDIN_FILENO, nullptr);
      }
    } else {
      advance(event.data.fd);
    }
  }

  void start() {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    Request request;
    request.sent_ns = monotonic_ns();
    request.number = next_number_++;
    if (descriptor < 0) {
      report(request, "!socket");
      return;
    }
    const auto* server = reinterpret_cast<const sockaddr*>(&options_.server);
    if (connect(descriptor, server, sizeof options_.server) != 0 && errno != EINPROGRESS) {
      report(request, reason(errno));
      close(descriptor);
      return;
    }
    watch(descriptor, EPOLLOUT);
    by_age_.emplace_back(descriptor, request.number);
    open_.emplace(descriptor, request);
  }

  void advance(int descriptor) {
    const auto found = open_.find(descriptor);
    if (found == open_.end()) {
      return;
    }
    Request& request = found->second;
    if (!request.asked) {
      ask(descriptor, request);
      return;
    }
    std::array<char, 2048> bytes{};
    const ssize_t count = read(descriptor, bytes.data(), bytes.size());
    if (count > 0) {
      request.answer.append(bytes.data(), static_cast<std::size_t>(count));
    } else if (count == 0) {
      const std::string_view word = first_word_of_body(request.answer);
      finish(descriptor, word.empty() ? "!empty" : word);
    } else if (errno != EAGAIN) {
      finish(descriptor, reason(errno));
    }
  }

  void ask(int descriptor, Request& request) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      finish(descriptor, reason(error));
      return;
    }
    if (send(descriptor, kQuestion.data(), kQuestion.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(kQuestion.size())) {
      finish(descriptor, reason(errno));
      return;
    }
    request.asked = true;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    epoll_ctl(poll_, EPOLL_CTL_MOD, descriptor, &event);
  }

  void finish(int descriptor, std::string_view outcome) {
    const auto found = open_.find(descriptor);
    report(found->second, outcome);
    open_.erase(found);
    close(descriptor);
  }

  void expire() {
    const std::int64_t limit = monotonic_ns() - options_.timeout_ns;
    while (!by_age_.empty()) {
      const auto [descriptor, number] = by_age_.front();
      const auto found = open_.find(descriptor);
      if (found != open_.end() && found->second.number == number) {
        if (found->second.sent_ns > limit) {
          return;
        }
        finish(descriptor, "!timeout");
      }
      by_age_.pop_front();
    }
  }

  void report(const Request& request, std::string_view outcome) {
    output_ += std::to_string(request.sent_ns) + ' ' + std::to_string(monotonic_ns()) + ' ';
    output_.append(outcome);
    output_ += '\n';
  }

  void flush() {
    std::string_view left = output_;
    while (!left.empty()) {
      const ssize_t count = write(STDOUT_FILENO, left.data(), left.size());
      if (count <= 0) {
        sending_ = false;  // nobody reads any more
        break;
      }
      left.remove_prefix(static_cast<std::size_t>(count));
    }
    output_.clear();
  }

  Options options_;
  int poll_;
  bool sending_ = true;
  std::uint64_t next_number_ = 0;
  std::unordered_map<int, Request> open_;  // by descriptor
  std::deque<std::pair<int, std::uint64_t>> by_age_;
  std::string output_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse_options(argc, argv, options)) {
    std::fputs("usage: probe_client ADDRESS PORT EVERY_MS TIMEOUT_MS\n", stderr);
    return 2;
  }
  return Prober(options).run();
}
