#include "daemon/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>

namespace understudy::daemon {
namespace {

constexpr std::size_t kQueueSize = 8192;
volatile int g_exit_code = 0;

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance;
  return instance;
}

}  // namespace

void start_log(bool console) {
  // All signals belong to the event loop's thread; the logging thread inherits an all-blocked mask.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  spdlog::init_thread_pool(kQueueSize, 1);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (console) {
    logger() = spdlog::create_async_nb<spdlog::sinks::stderr_sink_st>("understudyd");
    logger()->set_pattern("%Y-%m-%d %H:%M:%S.%f %v");
  } else {
    logger() = spdlog::create_async_nb<spdlog::sinks::syslog_sink_st>("understudyd", "understudyd",
                                                                      LOG_PID, LOG_DAEMON, false);
  }
  logger()->flush_on(spdlog::level::trace);
}

void log_line(LogLevel level, std::string_view text) {
  if (!logger()) return;
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::info, spdlog::level::warn,
                                                   spdlog::level::err};
  logger()->log(kLevels[static_cast<std::size_t>(level)],
                spdlog::string_view_t{text.data(), text.size()});
}

void stop_log(int exit_code) {
  g_exit_code = exit_code;
  std::signal(SIGALRM, [](int) { _exit(g_exit_code); });
  const itimerval limit{{0, 0}, {0, 300'000}};
  setitimer(ITIMER_REAL, &limit, nullptr);
  logger().reset();
  spdlog::shutdown();
  const itimerval off{};
  setitimer(ITIMER_REAL, &off, nullptr);
}

}  // namespace understudy::daemon
