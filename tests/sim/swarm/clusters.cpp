#include "tests/sim/swarm/clusters.h"

#include <gtest/gtest.h>

#include "core/config/parser.h"

namespace understudy::sim::swarm::test {

std::string instance(int priority, const std::string& extra) {
  return "vrrp_instance VI_1 {\n  state BACKUP\n  interface eth0\n  virtual_router_id 51\n"
         "  priority " +
         std::to_string(priority) +
         "\n  advert_int 1\n  virtual_ipaddress {\n    192.168.56.100/24\n  }\n" + extra + "}\n";
}

ConfigFile file(const std::string& path, const std::string& text) {
  auto parsed = config::parse(text, path);
  for (const auto& diagnostic : parsed.diagnostics)
    EXPECT_NE(diagnostic.severity, Severity::error) << format(diagnostic);
  return {path, text, parsed.config};
}

Scenario pair(const std::string& extra) {
  auto cluster =
      make_cluster({file("lb1.conf", instance(100, extra)), file("lb2.conf", instance(90, extra))});
  EXPECT_TRUE(cluster.has_value()) << cluster.error();
  return cluster.value_or(Scenario{});
}

}  // namespace understudy::sim::swarm::test
