// Reads a line of options word by word, as the lines of virtual_routes and virtual_rules have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/block_reader.h"
#include "core/config/findings.h"
#include "core/net/ip_address.h"

namespace understudy::config {

/// An address range as a line has it. `word` is where it stands.
struct Prefix {
  IpAddress address;
  std::uint8_t length = 0;
  std::size_t word = 0;
  bool any = false;  // "default" or "all": of either family
};

/// A cursor over a statement's words. Values are the words behind the one just taken; one that is
/// missing or wrong is an error at its place, and makes the line unsound.
class LineWords {
 public:
  LineWords(const Statement& statement, Findings& findings)
      : statement_(statement), findings_(findings) {}

  bool at_end() const { return next_ >= statement_.words.size(); }
  /// The next word, passed over.
  const std::string& take() { return statement_.words[next_++].text; }
  /// The next word, which stays; empty at the end.
  std::string_view peek() const;
  /// Where the word last taken stands.
  std::size_t word() const { return next_ - 1; }

  bool sound() const { return sound_; }
  void fail(std::string_view code, std::size_t word, std::string message, std::string hint = {});
  void warn(std::string_view code, std::size_t word, std::string message, std::string hint = {});

  /// Decimal or 0x hexadecimal, within [least, most].
  std::optional<std::uint32_t> number(std::uint32_t least, std::uint32_t most);
  std::optional<IpAddress> address();
  /// ADDR[/LEN], "default", "any" or "all", of the word last taken.
  std::optional<Prefix> prefix_here();
  /// The same of the next word.
  std::optional<Prefix> prefix();
  std::optional<std::string> interface();
  /// A routing table: main, local, default or a number.
  std::optional<std::uint32_t> table();
  /// A TOS byte without its lowest two bits, which are ECN's.
  std::optional<std::uint8_t> tos();
  /// Passes over a value that is not looked at, where there is one.
  void skip_value() {
    if (!at_end()) ++next_;
  }
  void skip_all() { next_ = statement_.words.size(); }

 private:
  // False, and an error, when there is no word behind the one last taken.
  bool take_value();

  const Statement& statement_;
  Findings& findings_;
  std::size_t next_ = 0;
  bool sound_ = true;
};

/// An option that keepalived has and we have not.
struct UnsupportedOption {
  std::string_view name;
  bool has_value;
};

}  // namespace understudy::config
