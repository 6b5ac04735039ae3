// Reads the values of statements: numbers, times, switches, names. Each reports what is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/block_reader.h"
#include "core/config/config.h"
#include "core/config/findings.h"
#include "core/net/instant.h"

namespace understudy::config {

/// 'text'
std::string in_quotes(std::string_view text);

/// Null, and an error, when the statement has no such word.
const Word* required_word(const Statement& statement, std::size_t word, Findings& findings);

/// A decimal integer within [least, most]. `what` begins the message; empty: the keyword.
std::optional<std::int64_t> read_integer(const Statement& statement, std::size_t word,
                                         std::int64_t least, std::int64_t most, Findings& findings,
                                         std::string_view what = {});

/// Seconds with up to six decimals ("1", "0.25"), within [least, most].
std::optional<Duration> read_seconds(const Statement& statement, std::size_t word, Duration least,
                                     Duration most, Findings& findings);

/// How many gratuitous ARP a burst has: 0 counts as 1, with a warning.
std::optional<unsigned> read_garp_repeat(const Statement& statement, Findings& findings);
/// Whole seconds until the second burst; 0: none.
std::optional<Duration> read_garp_delay(const Statement& statement, Findings& findings);

/// Seconds between two announcements, from 1 us; 0 is taken as none, with a warning.
std::optional<Duration> read_announcement_spacing(const Statement& statement, Findings& findings);

/// An IPv4 or IPv6 multicast address.
std::optional<IpAddress> read_multicast_group(const Statement& statement, Findings& findings);

/// on, true, yes or nothing; off, false, no.
std::optional<bool> read_switch(const Statement& statement, Findings& findings);

/// What Linux takes as the name of an interface or a label.
bool is_interface_name(std::string_view text);
/// The statement's word as an interface's name; an error when it is none.
std::optional<std::string> read_interface_name(const Statement& statement, std::size_t word,
                                               Findings& findings);

/// Warns of words from `first` on, which keepalived passes over.
void warn_extra_words(const Statement& statement, std::size_t first, Findings& findings);

/// "10.5 s"
std::string seconds_text(Duration duration);

/// USER [[:]GROUP] from word `first` on.
ScriptUser read_user(const Statement& statement, std::size_t first);

/// Calls act(statement, index) for each statement directly in the block of block[parent].
template <typename Act>
void for_each_in(const Block& block, std::size_t parent, Act act) {
  for (std::size_t i = parent + 1; i < block[parent].end; i = block[i].end) act(block[i], i);
}

}  // namespace understudy::config
