// keepalived.conf text -> Config and diagnostics. Never throws on input, never loses a finding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/config/diagnostic.h"

namespace understudy::config {

/// How the parser reads `include`d files; the host supplies it (core touches no file system).
class IncludeReader {
 public:
  virtual ~IncludeReader() = default;

  struct File {
    std::string name;  // as it should stand in diagnostics
    std::string text;
  };
  /// The files a pattern names, relative to `including_file`, in order; empty when there are none.
  virtual std::vector<File> read(std::string_view pattern, std::string_view including_file) = 0;

  /// What a key file (`file:PATH` in auth_hmac) holds, PATH relative to `including_file`; nullopt
  /// when it cannot be read. Whether others may read it is for the host to say.
  virtual std::optional<std::string> read_key(std::string_view path,
                                              std::string_view including_file) {
    static_cast<void>(path);
    static_cast<void>(including_file);
    return std::nullopt;
  }
};

struct ParseResult {
  Config config;
  std::vector<Diagnostic> diagnostics;  // in the order of the text
};

/// Parses one configuration. `file` names it in diagnostics. With errors the config holds what was
/// understood, and must not be run. Without a reader an `include` line is an error.
ParseResult parse(std::string_view text, std::string_view file, IncludeReader* includes = nullptr);

/// Addresses known to be on a host's interface; the host supplies them.
struct InterfaceSubnet {
  std::string interface;
  InterfaceAddress address;
};

/// Notes for virtual addresses that lie outside every subnet of their interface. Interfaces of
/// which nothing is known are passed over. `text` is the text that `config` was parsed from, for
/// the carets.
std::vector<Diagnostic> check_subnets(const Config& config, std::string_view text,
                                      const std::vector<InterfaceSubnet>& subnets);

}  // namespace understudy::config
