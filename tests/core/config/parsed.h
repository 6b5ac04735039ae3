// Parses a text of a test, and says in one line what the parser had to say.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/parser.h"

namespace understudy::config {

/// "3:5 error unknown-script" for each diagnostic, in order.
inline std::vector<std::string> findings_of(const ParseResult& result) {
  std::vector<std::string> lines;
  for (const auto& diagnostic : result.diagnostics)
    lines.push_back(std::to_string(diagnostic.position.line) + ":" +
                    std::to_string(diagnostic.position.column) + " " +
                    std::string(to_string(diagnostic.severity)) + " " + diagnostic.code);
  return lines;
}

inline std::vector<std::string> findings_of(std::string_view text) {
  return findings_of(parse(text, "test.conf"));
}

/// A sound instance on line 1; `more` is put inside it, from line 2 on.
inline std::string instance_with(std::string_view more) {
  return "vrrp_instance VI { interface eth0\n" + std::string(more) +
         "\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.1 }\n}\n";
}

/// A sound instance that tracks a sound script chk; `more` is put inside the script, from line 2
/// on.
inline std::string script_with(std::string_view more) {
  return "vrrp_script chk { script /bin/true\n" + std::string(more) +
         "\n}\nvrrp_instance VI { interface eth0\nvirtual_router_id 51\nvirtual_ipaddress { "
         "192.0.2.1 }\ntrack_script { chk } }\n";
}

/// A sound instance behind a global_defs with `more` inside, from line 2 on.
inline std::string globals_with(std::string_view more) {
  return "global_defs {\n" + std::string(more) + "\n}\n" + instance_with("");
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string founding_text(std::string_view host) {
  return read_text(UNDERSTUDY_SOURCE_DIR "/tests/core/config/data/founding-" + std::string(host) +
                   ".conf");
}

/// Files by their names; a pattern names one file, or all with "*".
class FilesInMemory : public IncludeReader {
 public:
  std::map<std::string, std::string> files;

  std::vector<File> read(std::string_view pattern, std::string_view) override {
    std::vector<File> found;
    for (const auto& [name, text] : files)
      if (pattern == "*" || pattern == name) found.push_back({name, text});
    return found;
  }
};

}  // namespace understudy::config
