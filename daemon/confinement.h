// What the daemon may still do once it runs: raw sockets and network administration, nothing else.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace understudy::daemon {

/// Whether the process has CAP_NET_RAW and CAP_NET_ADMIN.
bool may_run();

/// Drops every other capability for good and forbids new ones (no_new_privs). With `reads_files`
/// the one to read any file stays, where there was one: tracked files may be private to others.
tl::expected<void, std::string> confine(bool reads_files = false);

}  // namespace understudy::daemon
