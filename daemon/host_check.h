// What a configuration asks of this very host: interfaces, users, rights.
#pragma once

#include <vector>

#include "core/config/diagnostic.h"
#include "daemon/config_source.h"
#include "daemon/netlink.h"
#include "daemon/script_command.h"

namespace understudy::daemon {

/// One diagnostic (of `severity`) for each interface that is not there, at its place in the file,
/// and for each virtual MAC's interface whose name something else has.
std::vector<Diagnostic> check_interfaces(const LoadedConfig& loaded, Netlink& netlink,
                                         Severity severity);

/// Warnings for interfaces that are only tracked: they may come later, and count as down till then.
std::vector<Diagnostic> check_tracked_interfaces(const LoadedConfig& loaded, Netlink& netlink);

/// Notes for virtual addresses outside every subnet of their interface, by the real interfaces.
std::vector<Diagnostic> check_subnets(const LoadedConfig& loaded, Netlink& netlink);

/// Warnings for commands that cannot be run, or that somebody else could replace.
std::vector<Diagnostic> check_scripts(const LoadedConfig& loaded, const ScriptTable& table);

/// The error for a script whose user or group does not exist.
Diagnostic unknown_user(const LoadedConfig& loaded, const UnknownUser& unknown);

/// "FILE:LINE:COLUMN: warning: TEXT", for the log.
std::string one_line(const Diagnostic& diagnostic);

}  // namespace understudy::daemon
