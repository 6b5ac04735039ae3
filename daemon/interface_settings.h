// The kernel's settings of one interface, as they lie below /proc/sys/net.
#pragma once

#include <optional>
#include <string>

#include "core/net/ip_address.h"

namespace understudy::daemon {

/// What /proc/sys/net/FAMILY/conf/INTERFACE/SETTING holds; nullopt when there is no such file.
std::optional<int> read_setting(Family family, const std::string& interface, const char* setting);

/// Writes it; false when the kernel or the file system refuses. CAP_NET_ADMIN is enough for it.
bool write_setting(Family family, const std::string& interface, const char* setting, int value);

}  // namespace understudy::daemon
