// Several hosts' files, checked against each other.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/config/cluster.h"
#include "tests/core/config/parsed.h"

namespace understudy::config {

/// lb1, lb2, ...
struct Hosts {
  std::vector<std::string> texts;
  std::vector<Config> configs;

  explicit Hosts(std::vector<std::string> given) : texts(std::move(given)) {
    for (std::size_t i = 0; i < texts.size(); ++i)
      configs.push_back(parse(texts[i], "lb" + std::to_string(i + 1)).config);
  }
  std::size_t keepalived_from = SIZE_MAX;  // from this one on they run keepalived

  std::vector<Diagnostic> check() const {
    std::vector<ClusterHost> hosts;
    for (std::size_t i = 0; i < texts.size(); ++i)
      hosts.push_back({&configs[i], texts[i], i >= keepalived_from});
    return check_cluster(hosts);
  }
  // "lb2:1 error code"
  std::vector<std::string> findings() const {
    std::vector<std::string> lines;
    for (const auto& diagnostic : check())
      lines.push_back(diagnostic.file + ":" + std::to_string(diagnostic.position.line) + " " +
                      std::string(to_string(diagnostic.severity)) + " " + diagnostic.code);
    return lines;
  }
};

}  // namespace understudy::config
