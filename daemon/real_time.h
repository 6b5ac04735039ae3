// Being on time on a busy host.
#pragma once

namespace understudy::daemon {

/// Gives the calling process the lowest real-time priority, which its threads and children do not
/// inherit: what it does is short, and an advert that waits for a compiler's time slice looks like
/// a dead master. false: the host does not allow it, and the process stays as it was.
bool become_real_time();

}  // namespace understudy::daemon
