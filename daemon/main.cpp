#include <iostream>

#include "daemon/options.h"
#include "daemon/start.h"

int main(int argc, char** argv) {
  const auto options = understudy::daemon::parse_options(argc, argv);
  if (!options) {
    (options.error().exit_code == 0 ? std::cout : std::cerr) << options.error().text;
    return options.error().exit_code;
  }
  return understudy::daemon::run(*options);
}
