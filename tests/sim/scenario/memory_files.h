// Scenario files in memory, and the pair that most tests start from.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/scenario/loader.h"

namespace understudy::sim {

class MemoryFiles final : public FileReader {
 public:
  MemoryFiles() = default;
  explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  std::optional<std::string> read(const std::string& path, std::string& error) override {
    const auto found = files_.find(path);
    if (found != files_.end()) return found->second;
    error = "no such file";
    return std::nullopt;
  }

 private:
  std::map<std::string, std::string> files_;
};

inline std::string pair_config(const std::string& priority) {
  return "vrrp_script chk_nginx {\n"
         "    script \"/bin/true\"\n"
         "    interval 3\n"
         "}\n"
         "vrrp_instance VI_1 {\n"
         "    interface eth0\n"
         "    virtual_router_id 51\n"
         "    priority " +
         priority +
         "\n"
         "    virtual_ipaddress {\n"
         "        192.168.56.100/24\n"
         "    }\n"
         "    track_script {\n"
         "        chk_nginx\n"
         "    }\n"
         "}\n";
}

inline MemoryFiles pair_files() {
  return MemoryFiles({{"dir/lb1.conf", pair_config("100")}, {"dir/lb2.conf", pair_config("90")}});
}

/// dir/pair.yaml
inline const std::string kPair = R"(understudy: 1
name: pair
duration: 60s
segments:
  lan: { kind: switch, mac_aging: 300s, link: { delay: 50us, jitter: 20us } }
hosts:
  lb1:
    config: lb1.conf
    nics: { eth0: { segment: lan, ip: 192.168.56.130/24 } }
    services: { nginx: { listen: [80] } }
    checks: { chk_nginx: { runtime: 15ms..40ms, restarts: nginx } }
  lb2:
    config: lb2.conf
    nics: { eth0: { segment: lan, ip: 192.168.56.132/24 } }
    services: { nginx: { listen: [80] } }
  client: { nics: { eth0: { segment: lan, ip: 192.168.56.10/24 } }, stack: linux }
probes:
  web: { from: client, get: "http://192.168.56.100/", every: 10ms, timeout: 500ms, start: 5s }
timeline:
  - { id: drop, at: 10s, firewall: lb1, rule: "OUTPUT -p vrrp -j DROP", for: 20s }
  - { id: dies, after: drop.end + 2s, service: lb1/nginx, do: break }
expect:
  - { at: 9s, that: "master(VI_1) == lb1" }
  - { within: 3.8s, after: dies, that: "master(VI_1) == lb2" }
  - { that: "blackout(web) <= 3.8s" }
)";

inline LoadResult load_pair(const std::string& text) {
  MemoryFiles files = pair_files();
  return load(text, "dir/pair.yaml", files);
}

/// All findings as they are printed.
inline std::string printed(const LoadResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics) text += format(diagnostic);
  return text;
}

}  // namespace understudy::sim
