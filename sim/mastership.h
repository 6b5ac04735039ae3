// Who is master of what: the books over all hosts, by instance name and by virtual router.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/node/node_config.h"
#include "core/vrrp/state.h"
#include "sim/occupancy.h"
#include "sim/run_result.h"
#include "sim/sim_host.h"

namespace understudy::sim {

/// Whether the master of a virtual router holds this address.
bool has_address(const VirtualRouterConfig& router, const IpAddress& address);

/// One instance of one host.
struct RouterPlace {
  std::size_t host = 0;
  std::size_t router = 0;  // among the node's
};

class Mastership {
 public:
  Mastership(const Stage& stage, const SimHosts& hosts);

  /// An instance entered a state; nullopt: its daemon is gone.
  void enter(std::size_t host, std::size_t router, std::optional<State> state);
  /// The daemon of this host has another configuration, and its virtual routers the states that
  /// they now say. An instance keeps its name's books.
  void configure(std::size_t host);
  void hold(const IpAddress& address, bool one_more);
  void fill(RunResult& result);

  unsigned masters(std::string_view instance) const;
  std::optional<std::size_t> master(std::string_view instance) const;
  std::uint64_t flaps(std::string_view instance) const;
  std::uint64_t transitions(std::string_view instance, std::size_t host, State state) const;
  std::optional<RouterPlace> find(std::size_t host, std::string_view instance) const;
  unsigned holders(const IpAddress& address) const;
  /// The only host that is master of a router with this address; kNoHost: none, or several.
  std::size_t master_of(const IpAddress& address) const;

 private:
  struct Member {
    std::size_t router;
    std::size_t group;
    bool master = false;
    std::array<std::uint64_t, 4> entries{};  // by State
  };
  struct Group {
    std::string name;
    Occupancy occupancy;
    std::optional<std::size_t> last_sole;
    std::uint64_t flaps = 0;
  };

  void change(std::size_t host, std::size_t router, bool master);
  std::size_t group_of(const std::string& name);
  void know_addresses(const NodeConfig& config);
  const Group* find_group(std::string_view name) const;
  std::optional<std::size_t> sole_master(std::size_t group) const;

  const Stage& stage_;
  const SimHosts& hosts_;
  std::vector<Group> groups_;
  std::vector<std::vector<Member>> members_;  // by host, then router
  std::map<IpAddress, Occupancy> holders_;    // every virtual address
  std::vector<const NodeConfig*> configs_;    // by host; null: a client
};

}  // namespace understudy::sim
