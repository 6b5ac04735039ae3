#include "daemon/confinement.h"

#include <cap-ng.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstring>

namespace understudy::daemon {

bool may_run() {
  return capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) != 0 &&
         capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) != 0;
}

tl::expected<void, std::string> confine(bool reads_files) {
  reads_files = reads_files && capng_have_capability(CAPNG_PERMITTED, CAP_DAC_READ_SEARCH) != 0;
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  const auto set = may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS;
  capng_clear(set);
  if (capng_updatev(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                    CAP_NET_RAW, CAP_NET_ADMIN, reads_files ? CAP_DAC_READ_SEARCH : -1, -1) != 0 ||
      capng_apply(set) != 0)
    return tl::unexpected(std::string{"cannot drop capabilities"});
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return tl::unexpected(std::string{"cannot set no_new_privs: "} + std::strerror(errno));
  return {};
}

}  // namespace understudy::daemon
