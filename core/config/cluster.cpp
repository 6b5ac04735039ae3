#include "core/config/cluster.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/config/cluster_pair.h"
#include "core/config/text_lines.h"

namespace understudy::config {
namespace {

struct Member {
  const ClusterHost* host;
  const VrrpInstance* instance;

  const std::string& file() const {
    return instance->file.empty() ? host->config->file : instance->file;
  }
  std::string place() const { return file() + ":" + std::to_string(instance->at.line); }
  ClusterMember pair() const { return {instance, place()}; }
};

// The interface is empty unless some host has the VRID on several.
using RouterKey = std::tuple<std::uint8_t, Family, std::string>;

Family family_of(const VrrpInstance& instance) {
  return instance.addresses.empty() ? Family::ipv4
                                    : instance.addresses.front().address.address.family();
}

std::string title_of(const RouterKey& key) {
  return "virtual_router_id " + std::to_string(std::get<0>(key)) +
         (std::get<1>(key) == Family::ipv6 ? " over IPv6" : "");
}

class ClusterCheck {
 public:
  explicit ClusterCheck(const std::vector<ClusterHost>& hosts) : hosts_(hosts) {
    group_by_router();
  }

  std::vector<Diagnostic> run() {
    for (const auto& [key, members] : routers_) {
      compare_all(members);
      compare_priorities(members);
      check_silent_yields(members);
      if (members.size() == 1 && hosts_.size() > 1)
        add(Severity::note, "single-speaker", members[0],
            "Of the hosts given only this one has " + title_of(key));
    }
    check_shared_addresses();
    check_groups();
    return std::move(diagnostics_);
  }

 private:
  using VridAndFamily = std::pair<std::uint8_t, Family>;

  void group_by_router() {
    std::map<VridAndFamily, bool> several;
    for (const auto& host : hosts_) {
      std::map<VridAndFamily, int> counts;
      for (const auto& instance : host.config->instances)
        if (const VridAndFamily id{instance.vrid, family_of(instance)}; ++counts[id] > 1)
          several[id] = true;
    }
    for (const auto& host : hosts_)
      for (const auto& instance : host.config->instances) {
        if (instance.vrid == 0) continue;
        const auto family = family_of(instance);
        const RouterKey key{instance.vrid, family,
                            several.contains({instance.vrid, family}) ? instance.interface : ""};
        keys_.emplace(&instance, key);
        routers_[key].push_back({&host, &instance});
      }
  }

  // What must be alike is compared with the first; who hears whom, between any two.
  void compare_all(const std::vector<Member>& members) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      add_all(members[i], compare_alike(members[0].pair(), members[i].pair()));
      for (std::size_t j = 0; j < i; ++j) {
        add_all(members[i], compare_hearing(members[j].pair(), members[i].pair()));
        add_all(members[j], compare_hearing(members[i].pair(), members[j].pair()));
      }
    }
  }

  void compare_priorities(const std::vector<Member>& members) {
    std::map<std::uint8_t, const Member*> by_priority;
    for (const auto& member : members) {
      const auto [found, is_new] = by_priority.emplace(member.instance->priority, &member);
      if (is_new) continue;
      if (member.instance->priority == 255)
        add(Severity::warning, "two-owners", member,
            "The priority is 255, as at " + found->second->place() +
                ": one host alone can own the addresses");
      else
        add(Severity::note, "equal-priorities", member,
            "The priority is " + std::to_string(member.instance->priority) + ", as at " +
                found->second->place() +
                ": who starts first is master, and of two masters the higher address stays");
    }
  }

  // After a cut that made two masters, the loser's last announcement may be what clients have
  // heard. The winner announces again when it hears the loser, or when garp_master_refresh says so.
  void check_silent_yields(const std::vector<Member>& members) {
    const auto is_silent = [](const Member& member) {
      return member.host->keepalived || !member.instance->higher_prio_send_advert;
    };
    for (const auto& winner : members) {
      if (winner.instance->garp_master_refresh > Duration{} || winner.instance->virtual_mac)
        continue;
      const auto loser = std::find_if(members.begin(), members.end(), [&](const Member& member) {
        return member.host != winner.host && is_silent(member) &&
               member.instance->priority <= winner.instance->priority;
      });
      if (loser == members.end()) continue;
      add(Severity::warning, "silent-yield", winner,
          "The host at " + loser->place() +
              " yields without a word: after a short cut of the network clients may keep its MAC "
              "address for as long as their ARP entries live",
          "write 'garp_master_refresh 10', which bounds it to 10 s");
    }
  }

  // A mistyped virtual_router_id makes two virtual routers of one, with the same address.
  void check_shared_addresses() {
    std::map<IpAddress, std::pair<RouterKey, const Member*>> owners;
    for (const auto& [key, members] : routers_)
      for (const auto& member : members)
        for (const auto& line : member.instance->addresses) {
          const auto& address = line.address.address;
          // A link-local address is another one on each link.
          if (!address.is_ipv4() && address.is_link_local()) continue;
          const auto [found, is_new] = owners.try_emplace(address, key, &member);
          if (is_new || found->second.first == key || found->second.second->host == member.host)
            continue;
          add(Severity::error, "address-in-two-routers", member,
              to_string(address) + " belongs to " + title_of(key) + " here and to " +
                  title_of(found->second.first) + " at " + found->second.second->place() +
                  ": both would hold it");
        }
  }

  // The virtual routers that fail over together, each with the list of all.
  void group_companions() {
    for (const auto& host : hosts_) {
      std::map<std::string_view, std::set<RouterKey>*> by_name;
      for (const auto& group : host.config->sync_groups) {
        auto& companions = companions_.emplace_back();
        for (const auto& member : group.members) by_name.emplace(member.name, &companions);
      }
      for (const auto& instance : host.config->instances) {
        const auto group = by_name.find(instance.name);
        const auto key = keys_.find(&instance);
        if (group == by_name.end() || key == keys_.end()) continue;
        group->second->insert(key->second);
        companions_of_.emplace(&instance, group->second);
      }
    }
  }

  const std::set<RouterKey>& companions_of(const Member& member) const {
    static const std::set<RouterKey> none;
    const auto found = companions_of_.find(member.instance);
    return found == companions_of_.end() || found->second->size() == 1 ? none : *found->second;
  }

  void check_groups() {
    group_companions();
    for (const auto& [key, members] : routers_)
      for (std::size_t i = 1; i < members.size(); ++i)
        if (companions_of(members[i]) != companions_of(members[0]))
          add(Severity::warning, "sync-group-differs", members[i],
              "Other virtual routers are in a vrrp_sync_group with this one at " +
                  members[0].place() + ": one host would let go of what the other does not take");
  }

  void add_all(const Member& member, std::vector<PairFinding> findings) {
    for (auto& finding : findings)
      add(finding.severity, std::move(finding.code), member, std::move(finding.message));
  }

  void add(Severity severity, std::string code, const Member& member, std::string message,
           std::string hint = {}) {
    Diagnostic diagnostic;
    diagnostic.file = member.file();
    diagnostic.position = member.instance->at;
    diagnostic.length =
        static_cast<std::uint32_t>(std::max<std::size_t>(member.instance->name.size(), 1));
    diagnostic.severity = severity;
    diagnostic.code = std::move(code);
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    if (member.instance->file.empty())
      diagnostic.source_line = line_of(member.host->text, member.instance->at.line);
    diagnostics_.push_back(std::move(diagnostic));
  }

  const std::vector<ClusterHost>& hosts_;
  std::map<RouterKey, std::vector<Member>> routers_;
  // By pointer: looked up, never walked through.
  std::map<const VrrpInstance*, RouterKey> keys_;
  std::map<const VrrpInstance*, const std::set<RouterKey>*> companions_of_;
  std::deque<std::set<RouterKey>> companions_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

std::vector<Diagnostic> check_cluster(const std::vector<ClusterHost>& hosts) {
  return ClusterCheck(hosts).run();
}

}  // namespace understudy::config
