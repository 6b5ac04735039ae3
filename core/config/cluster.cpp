#include "core/config/cluster.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/config/text_lines.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

struct Member {
  const ClusterHost* host;
  const VrrpInstance* instance;

  const std::string& file() const {
    return instance->file.empty() ? host->config->file : instance->file;
  }
  std::string place() const { return file() + ":" + std::to_string(instance->at.line); }
};

// The interface is empty unless some host has the VRID on several.
using RouterKey = std::pair<std::uint8_t, std::string>;

std::vector<IpAddress> addresses_of(const VrrpInstance& instance) {
  std::vector<IpAddress> addresses;
  for (const auto& address : instance.addresses) addresses.push_back(address.address.address);
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

class ClusterCheck {
 public:
  explicit ClusterCheck(const std::vector<ClusterHost>& hosts) : hosts_(hosts) {
    group_by_router();
  }

  std::vector<Diagnostic> run() {
    for (const auto& [key, members] : routers_) {
      for (std::size_t i = 1; i < members.size(); ++i) compare(members[0], members[i]);
      compare_priorities(members);
      if (members.size() == 1 && hosts_.size() > 1)
        add(Severity::note, "single-speaker", members[0],
            "Of the hosts given only this one has virtual_router_id " + std::to_string(key.first));
    }
    check_shared_addresses();
    return std::move(diagnostics_);
  }

 private:
  void group_by_router() {
    std::map<std::uint8_t, bool> several;
    for (const auto& host : hosts_) {
      std::map<std::uint8_t, int> counts;
      for (const auto& instance : host.config->instances)
        if (++counts[instance.vrid] > 1) several[instance.vrid] = true;
    }
    for (const auto& host : hosts_)
      for (const auto& instance : host.config->instances) {
        if (instance.vrid == 0) continue;
        const RouterKey key{instance.vrid,
                            several.contains(instance.vrid) ? instance.interface : ""};
        routers_[key].push_back({&host, &instance});
      }
  }

  void compare(const Member& first, const Member& other) {
    const auto& left = *first.instance;
    const auto& right = *other.instance;
    if (left.advert_interval != right.advert_interval)
      add(Severity::error, "advert-int-differs", other,
          "The interval is " + seconds_text(right.advert_interval) + " here and " +
              seconds_text(left.advert_interval) + " at " + first.place() +
              ": each host would refuse the other's adverts and be master");
    if (left.version != right.version)
      add(Severity::error, "version-differs", other,
          "The VRRP version is " + std::to_string(right.version) + " here and " +
              std::to_string(left.version) + " at " + first.place());
    if (left.authentication != right.authentication)
      add(Severity::error, "auth-differs", other,
          "The authentication is another one at " + first.place() +
              ": each host would refuse the other's adverts and be master");
    if (addresses_of(left) != addresses_of(right))
      add(Severity::error, "addresses-differ", other,
          "The addresses are others at " + first.place() +
              ": keepalived up to 2.3.2 would refuse the other's adverts and be master too");
  }

  void compare_priorities(const std::vector<Member>& members) {
    std::map<std::uint8_t, const Member*> by_priority;
    for (const auto& member : members) {
      const auto [found, is_new] = by_priority.emplace(member.instance->priority, &member);
      if (!is_new)
        add(Severity::note, "equal-priorities", member,
            "The priority is " + std::to_string(member.instance->priority) + ", as at " +
                found->second->place() +
                ": who starts first is master, and of two masters the higher address stays");
    }
  }

  // A mistyped virtual_router_id makes two virtual routers of one, with the same address.
  void check_shared_addresses() {
    std::map<IpAddress, std::pair<RouterKey, const Member*>> owners;
    for (const auto& [key, members] : routers_)
      for (const auto& member : members)
        for (const auto& address : addresses_of(*member.instance)) {
          const auto [found, is_new] = owners.try_emplace(address, key, &member);
          if (is_new || found->second.first == key || found->second.second->host == member.host)
            continue;
          add(Severity::error, "address-in-two-routers", member,
              to_string(address) + " belongs to virtual_router_id " +
                  std::to_string(member.instance->vrid) + " here and to " +
                  std::to_string(found->second.second->instance->vrid) + " at " +
                  found->second.second->place() + ": both would hold it");
        }
  }

  void add(Severity severity, std::string code, const Member& member, std::string message) {
    Diagnostic diagnostic;
    diagnostic.file = member.file();
    diagnostic.position = member.instance->at;
    diagnostic.length =
        static_cast<std::uint32_t>(std::max<std::size_t>(member.instance->name.size(), 1));
    diagnostic.severity = severity;
    diagnostic.code = std::move(code);
    diagnostic.message = std::move(message);
    if (member.instance->file.empty())
      diagnostic.source_line = line_of(member.host->text, member.instance->at.line);
    diagnostics_.push_back(std::move(diagnostic));
  }

  const std::vector<ClusterHost>& hosts_;
  std::map<RouterKey, std::vector<Member>> routers_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

std::vector<Diagnostic> check_cluster(const std::vector<ClusterHost>& hosts) {
  return ClusterCheck(hosts).run();
}

}  // namespace understudy::config
