#include "daemon/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "core/version.h"
#include "daemon/exit_code.h"

namespace understudy::daemon {

tl::expected<Options, OptionsExit> parse_options(int argc, const char* const* argv) {
  Options options;
  bool vrrp_only = false;
  std::string profile{to_string(options.profile)};
  CLI::App app{"VRRP daemon that runs keepalived.conf files", "understudyd"};
  app.set_version_flag("-v,--version", std::string{"understudyd "} + kVersion);
  app.add_option("-f,--use-file", options.config_file, "configuration file")
      ->capture_default_str()
      ->type_name("CONF");
  app.add_option("-p,--pid", options.pid_file, "pid file")
      ->capture_default_str()
      ->type_name("PIDFILE");
  app.add_flag("-n,--dont-fork", options.foreground, "stay in the foreground");
  app.add_flag("-l,--log-console", options.log_console, "log to standard error instead of syslog");
  app.add_flag("-D,--log-detail", options.log_detail, "log more");
  app.add_flag("-t,--config-test", options.test_only,
               "read the configuration, say what is wrong with it, and exit");
  app.add_flag("-P,--vrrp", vrrp_only, "keepalived's 'VRRP only': always so here");
  app.add_option("--profile", profile, "whose behaviour: keepalived's, or RFC 3768's to the letter")
      ->check(CLI::IsMember({"keepalived", "rfc"}))
      ->capture_default_str()
      ->type_name("NAME");
  app.footer(
      "Exit status: 0 fine, 1 errors in the configuration, 2 bad usage or an unreadable file,\n"
      "3 cannot run on this host (no rights, another daemon with this pid file).");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(error, out, err);
    if (code == 0) return tl::unexpected(OptionsExit{kExitFine, out.str()});
    return tl::unexpected(OptionsExit{kExitUnreadable, "understudyd: " + err.str()});
  }
  if (profile == to_string(Profile::rfc)) options.profile = Profile::rfc;
  return options;
}

}  // namespace understudy::daemon
