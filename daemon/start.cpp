#include "daemon/start.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include "core/version.h"
#include "daemon/background.h"
#include "daemon/confinement.h"
#include "daemon/exit_code.h"
#include "daemon/host.h"
#include "daemon/host_check.h"
#include "daemon/pid_file.h"
#include "daemon/real_time.h"
#include "daemon/tracked_file.h"
#include "daemon/watchers.h"

namespace understudy::daemon {
namespace {

template <typename T>
using Started = tl::expected<T, StartError>;

StartError cannot_run(std::string text) { return {kExitCannotRun, std::move(text)}; }

void print(const std::vector<Diagnostic>& diagnostics) {
  for (const auto& diagnostic : diagnostics) std::cerr << format(diagnostic);
}

void append(std::vector<Diagnostic>& to, const std::vector<Diagnostic>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// Descriptors 0 to 2 are always taken, so that no socket of ours becomes "standard output".
void fill_standard_streams() {
  for (int fd = open("/dev/null", O_RDWR); fd >= 0; fd = open("/dev/null", O_RDWR)) {
    if (fd <= 2) continue;
    close(fd);
    return;
  }
}

int test(const LoadedConfig& loaded) {
  auto diagnostics = loaded.parsed.diagnostics;
  const bool bad = has_errors(diagnostics);
  if (auto netlink = Netlink::open(); netlink && !bad) {
    append(diagnostics, check_interfaces(loaded, *netlink, Severity::warning));
    append(diagnostics, check_tracked_interfaces(loaded, *netlink));
    append(diagnostics, check_subnets(loaded, *netlink));
    const auto node = make_node_config(loaded.parsed.config);
    const auto table = make_script_table(loaded.parsed.config, *node);
    if (table) append(diagnostics, check_scripts(loaded, *table));
  }
  print(diagnostics);
  return bad ? kExitBadConfig : kExitFine;
}

// All that is needed to run, made before the daemon leaves the terminal.
struct Ready {
  Prepared prepared;
  Netlink netlink;
};

Started<Ready> get_ready(const LoadedConfig& loaded, Profile profile) {
  if (!may_run())
    return tl::unexpected(
        cannot_run("understudyd: needs root, or the capabilities CAP_NET_ADMIN and CAP_NET_RAW"));
  auto netlink = Netlink::open();
  if (!netlink) return tl::unexpected(cannot_run("understudyd: " + netlink.error()));
  auto prepared = prepare(loaded, profile, *netlink);
  if (!prepared) {
    std::string text;
    for (const auto& error : prepared.error()) text += format(error);
    text.pop_back();
    return tl::unexpected(StartError{kExitBadConfig, text});
  }
  return Ready{std::move(*prepared), std::move(*netlink)};
}

// A tracked process takes a descriptor; there may be many of a kind.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void log_start(const std::vector<Diagnostic>& remarks) {
  log_line(LogLevel::info, std::string{"Starting understudyd v"} + kVersion);
  for (const auto& remark : remarks)
    log_line(remark.severity == Severity::note ? LogLevel::info : LogLevel::warning,
             one_line(remark));
}

// In the process that stays: everything from the pid file to the end of the loop. `started` is
// called once nothing can fail any more.
template <typename Callback>
Started<void> serve(const Options& options, Ready ready, Callback started) {
  const auto failed = [](const std::string& why) {
    return tl::unexpected(cannot_run("understudyd: " + why));
  };
  const auto& prepared = ready.prepared;
  auto pid_file = PidFile::create(options.pid_file);
  if (!pid_file) return failed(pid_file.error());
  auto network = Network::open(*prepared.node, std::move(ready.netlink));
  if (!network) return failed(network.error());
  auto scripts = ScriptClient::fork_runner(prepared.table, [&options] {
    return read_script_table(options.config_file, options.profile);
  });
  if (!scripts) return failed(scripts.error());
  const auto unwritten = write_initial_values(prepared.node->files);
  if (!prepared.node->processes.empty()) raise_descriptor_limit();
  const bool real_time = become_real_time();
  if (const auto confined = confine(!prepared.node->files.empty()); !confined)
    return failed(confined.error());
  auto watchers = Watchers::open(*prepared.node);
  if (!watchers) return failed(watchers.error());
  started();
  start_log(options.log_console);
  log_start(prepared.remarks);
  for (const auto& text : unwritten) log_line(LogLevel::warning, text);
  if (!real_time)
    log_line(LogLevel::info, "no real-time priority here: a busy host may delay adverts");
  Host{prepared, std::move(*network), std::move(*scripts), std::move(*watchers),
       HostSettings{options.config_file, options.profile, options.log_detail}}
      .run();
  return {};
}

}  // namespace

int run(const Options& given) {
  fill_standard_streams();
  auto options = given;
  options.pid_file = std::filesystem::absolute(options.pid_file).string();
  const auto loaded = load_config(options.config_file);
  if (!loaded) {
    std::cerr << "understudyd: " << loaded.error() << '\n';
    return kExitUnreadable;
  }
  if (options.test_only) return test(*loaded);
  options.config_file = std::filesystem::absolute(options.config_file).string();  // for reloads
  if (has_errors(loaded->parsed.diagnostics)) {
    print(loaded->parsed.diagnostics);
    return kExitBadConfig;
  }
  auto ready = get_ready(*loaded, options.profile);
  if (!ready) {
    std::cerr << ready.error().text << '\n';
    return ready.error().exit_code;
  }
  std::optional<Background> background;
  if (!options.foreground) {
    auto entered = Background::enter();
    if (!entered) {
      std::cerr << "understudyd: " << entered.error() << '\n';
      return kExitCannotRun;
    }
    background = std::move(*entered);
  }
  const auto served = serve(options, std::move(*ready), [&] {
    if (background) background->report(kExitFine, options.log_console);
  });
  if (!served) {
    std::cerr << served.error().text << '\n';
    if (background) background->report(served.error().exit_code, true);
    return served.error().exit_code;
  }
  log_line(LogLevel::info, std::string{"Stopped understudyd v"} + kVersion);
  stop_log(kExitFine);
  return kExitFine;
}

}  // namespace understudy::daemon
