#include "daemon/script_exec.h"

#include <fcntl.h>
#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "core/vrrp/state.h"
#include "daemon/script_security.h"

namespace understudy::daemon {
namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void replace_standard_streams() {
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) return;
  for (int fd = 0; fd <= 2; ++fd) dup2(null, fd);
  if (null > 2) close(null);
}

bool become(const ScriptCommand& command) {
  if (geteuid() != 0) return command.uid == geteuid();
  if (command.uid == 0 && command.groups.empty()) return setgid(command.gid) == 0;
  return setgroups(command.groups.size(), command.groups.data()) == 0 && setgid(command.gid) == 0 &&
         setuid(command.uid) == 0;
}

// What a service manager told the daemon is none of a script's business.
void clean_environment() {
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS",
                           "LISTEN_PID", "LISTEN_FDNAMES"})
    unsetenv(name);
  setenv("PATH", kPath, 0);
}

}  // namespace

std::vector<std::string> arguments(const ScriptCommand& command, const RunnerRequest& request) {
  auto words = command.argv;
  if (command.notify_type.empty()) return words;
  const auto state = static_cast<State>(request.state);
  words.insert(words.end(), {command.notify_type, command.name,
                             state == State::init ? "STOP" : std::string{to_string(state)},
                             std::to_string(request.priority)});
  return words;
}

void exec_script(const ScriptCommand& command, const RunnerRequest& request) {
  setsid();
  reset_signals();
  replace_standard_streams();
  clean_environment();
  const auto words = arguments(command, request);
  const auto program = words.empty() ? std::string{} : find_program(words.front());
  if (program.empty()) _exit(kExitNotFound);
  if (command.secure_only && command.uid == 0 && find_insecurity(program)) _exit(kExitNotRunnable);
  if (!become(command)) _exit(kExitNotRunnable);

  std::vector<char*> argv;
  argv.push_back(const_cast<char*>("/bin/sh"));  // used from here on for ENOEXEC only
  argv.push_back(const_cast<char*>(program.c_str()));
  for (std::size_t i = 1; i < words.size(); ++i)
    argv.push_back(const_cast<char*>(words[i].c_str()));
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data() + 1);
  if (errno == ENOEXEC) execv("/bin/sh", argv.data());
  _exit(errno == ENOENT ? kExitNotFound : kExitNotRunnable);
}

}  // namespace understudy::daemon
