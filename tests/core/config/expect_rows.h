// Tables of texts and what the parser has to say about each.
#pragma once

#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {

struct FindingsRow {
  std::string text;
  std::vector<std::string> findings;  // "3:5 error unknown-script"
};

inline void expect_rows(const std::vector<FindingsRow>& rows) {
  for (const auto& row : rows) EXPECT_EQ(findings_of(row.text), row.findings) << row.text;
}

/// The first instance of a text without errors.
inline VrrpInstance instance_of(const std::string& text) {
  auto result = parse(text, "test.conf");
  for (const auto& diagnostic : result.diagnostics)
    EXPECT_NE(diagnostic.severity, Severity::error) << text << format(diagnostic);
  return result.config.instances.empty() ? VrrpInstance{} : result.config.instances[0];
}

/// Lines of virtual_ipaddress in an instance that has no other address; they begin on line 4.
inline std::string addresses_with(std::string_view lines, std::string_view more = {}) {
  return "vrrp_instance VI { interface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n" +
         std::string(lines) + "\n}\n" + std::string(more) + "\n}";
}

/// A sound IPv6 instance; `more` is put inside it, from line 2 on.
inline std::string ipv6_with(std::string_view more) {
  return "vrrp_instance VI { interface eth0\n" + std::string(more) +
         "\nvirtual_router_id 51\nvirtual_ipaddress {\nfe80::51/64\n2001:db8::51/64\n}\n}\n";
}

/// The hint of the first diagnostic of this code.
inline std::string hint_of(const std::string& text, std::string_view code) {
  for (const auto& diagnostic : parse(text, "test.conf").diagnostics)
    if (diagnostic.code == code) return diagnostic.hint;
  return "there is no " + std::string(code);
}

}  // namespace understudy::config
