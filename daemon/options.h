// understudyd's command line: keepalived's options where keepalived has them.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "core/vrrp/state.h"

namespace understudy::daemon {

struct Options {
  std::string config_file = "/etc/keepalived/keepalived.conf";  // -f
  std::string pid_file = "/run/understudyd.pid";                // -p
  bool foreground = false;                                      // -n
  bool log_console = false;                                     // -l
  bool log_detail = false;                                      // -D
  bool test_only = false;                                       // -t
  Profile profile = Profile::keepalived;                        // --profile
};

/// What ends the program before it starts: help and version (status 0) or bad usage (status 2).
struct OptionsExit {
  int exit_code = 0;
  std::string text;  // for standard output when exit_code is 0, else for standard error
};

tl::expected<Options, OptionsExit> parse_options(int argc, const char* const* argv);

}  // namespace understudy::daemon
