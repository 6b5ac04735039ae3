// What the blocks of keepalived.conf mean: each function reads one block into the parse's state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/drafts.h"

namespace understudy::config {

// ---- blocks of the top level
void read_global_defs(const Block& block, Draft& draft);
void read_script(const Block& block, Draft& draft);
void read_track_file(const Block& block, Draft& draft);
void read_track_process(const Block& block, Draft& draft);
void read_instance(const Block& block, Draft& draft);
void read_sync_group(const Block& block, Draft& draft);
void read_garp_group(const Block& block, Draft& draft);
void read_interface_delays(const Block& block, Draft& draft);
void read_static_addresses(const Block& block, Draft& draft);

// ---- blocks and lines inside others
/// virtual_ipaddress or virtual_ipaddress_excluded, whose statement is block[at].
void read_addresses(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse);
/// One line: ADDR[/LEN] with its options in any order. nullopt when it is no sound address.
std::optional<AddressDraft> read_address_line(const Statement& statement, Findings& findings);
/// track_script, track_interface, track_file or track_process.
void read_tracked(const Block& block, std::size_t at, TrackingDraft& draft, Findings& findings);
void read_notify(const Statement& statement, NotifyDraft& draft, Findings& findings);
void read_auth_hmac(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse);
/// unicast_src_ip, unicast_peer, mcast_dst_ip, ... . False when the keyword is none of these.
bool read_wire_statement(const Block& block, std::size_t at, InstanceDraft& draft,
                         Findings& findings);
/// An option that instances and global_defs have. False when the keyword is none.
bool read_shared_option(const Statement& statement, SharedOptions& options, Findings& findings);

/// A MAC address of 6 bytes, or of 5 that the VRID follows.
std::optional<MacAddress> parse_virtual_mac(const std::string& text, std::uint8_t vrid);
/// weight N [reverse] of a tracked object.
void read_object_weight(const Statement& statement, int most, int& weight, bool& reverse,
                        Findings& findings);

/// Reports a statement that has no effect yet, is unknown, or stands in the wrong block. True when
/// the statement is to be acted on.
bool wants_action(const Statement& statement, Findings& findings);

/// Reads the command of a `script` or `notify_*` statement. `user`: what stands behind the command.
std::optional<Command> read_command(const Statement& statement, Findings& findings,
                                    std::vector<std::string>& behind);

/// Applies defaults and the rules between keywords, and checks names across blocks. `whole`: the
/// text was read to its end.
Config finish(Draft& draft, std::string_view file, bool whole);

}  // namespace understudy::config
