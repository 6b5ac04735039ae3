// Any bytes at all as keepalived.conf, with files that it includes. Every finding has a sound
// place, and what is found sound can be run.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/cluster.h"
#include "core/config/parser.h"
#include "core/node/node.h"
#include "core/node/node_config.h"

namespace {

using namespace understudy;

void require(bool promise) {
  if (!promise) std::abort();
}

/// The input's parts between record separators, as files f0 (the configuration), f1, f2, ...
class Parts : public config::IncludeReader {
 public:
  explicit Parts(std::string_view text) {
    for (std::size_t end = 0; end != std::string_view::npos && parts_.size() < 5;) {
      end = text.find('\x1e');
      parts_.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end, text.size() - 1) + 1);
      if (text.empty()) break;
    }
  }

  std::vector<File> read(std::string_view pattern, std::string_view) override {
    std::vector<File> files;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (pattern == name(i) || pattern == "*") files.push_back({name(i), std::string(parts_[i])});
    return files;
  }

  std::optional<std::string> read_key(std::string_view path, std::string_view) override {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (path == name(i)) return std::string(parts_[i]);
    return std::nullopt;
  }

  static std::string name(std::size_t part) { return "f" + std::to_string(part); }
  std::string_view text_of(std::string_view file) const {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (file == name(i)) return parts_[i];
    std::abort();
  }
  std::string_view main() const { return parts_.front(); }

 private:
  std::vector<std::string_view> parts_;
};

void check_place(const Diagnostic& diagnostic, std::string_view text) {
  require(!diagnostic.code.empty() && !diagnostic.message.empty() && !format(diagnostic).empty());
  if (diagnostic.position.line == 0) return;
  for (std::uint32_t line = 1; line < diagnostic.position.line; ++line) {
    const auto end = text.find('\n');
    require(end != std::string_view::npos);
    text.remove_prefix(end + 1);
  }
  const auto line = text.substr(0, text.find('\n'));
  require(line.starts_with(diagnostic.source_line));
  require(diagnostic.position.column >= 1 && diagnostic.length >= 1);
  require(diagnostic.position.column + diagnostic.length - 1 <=
          std::max<std::size_t>(line.size(), 1));
}

void check_authentication(const config::VrrpInstance& instance) {
  using Type = config::Authentication::Type;
  require(instance.version == 2 || instance.authentication.type == Type::none);
  if (!instance.auth_hmac) return;
  const auto& hmac = *instance.auth_hmac;
  require(instance.authentication.type == Type::none);
  require(hmac.time_window >= 1);
  require(std::any_of(hmac.keys.begin(), hmac.keys.end(),
                      [&](const auto& key) { return key.id == hmac.active_key; }));
  for (const auto& key : hmac.keys)
    require(key.id != 0 && key.bytes.size() >= 32 && key.bytes.size() <= 64);
}

void check_wire(const config::VrrpInstance& instance, Family family) {
  for (const auto& address : instance.addresses)
    require(address.address.address.family() == family);
  for (const auto& peer : instance.unicast_peers) {
    require(peer.address.family() == family && peer.address != instance.source);
    require(peer.min_ttl <= peer.max_ttl);
    require(!peer.has_ttl_limits || instance.check_unicast_source);
  }
  require(instance.source.is_unspecified() || instance.source.family() == family);
  require(instance.multicast_group.is_unspecified() ||
          (instance.multicast_group.is_multicast() && instance.multicast_group.family() == family &&
           instance.unicast_peers.empty()));
  require(instance.unicast_ttl >= 1);
  require(!instance.checksum_without_pseudo_header ||
          (instance.version == 3 && family == Family::ipv4));
  if (instance.virtual_mac)
    require(!instance.virtual_mac->interface.empty() &&
            instance.virtual_mac->interface.size() <= 15 &&
            (!instance.virtual_mac->mac || !instance.virtual_mac->mac->is_group()));
}

void check_instance(const config::VrrpInstance& instance) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  require(instance.vrid != 0 && instance.priority != 0 && !instance.interface.empty());
  require(instance.version == 2 || instance.version == 3);
  const Duration least = instance.version == 2 ? Duration{seconds{1}} : milliseconds{10};
  const Duration most = instance.version == 2 ? Duration{seconds{255}} : milliseconds{40'950};
  require(instance.advert_interval >= least && instance.advert_interval <= most);
  require(instance.advert_interval % least == Duration{});
  require(!instance.addresses.empty());
  const auto family = instance.addresses.front().address.address.family();
  require(family == Family::ipv4 || instance.version == 3);
  require(instance.addresses.size() <= (family == Family::ipv4 ? 255U : 90U));
  require(instance.garp_master_repeat >= 1 && instance.garp_master_refresh_repeat >= 1);
  require(instance.garp_lower_prio_repeat >= 1 || instance.strict);
  require(instance.down_timer_adverts >= 1 && instance.down_timer_adverts <= 100);
  require(instance.preempt || instance.preempt_delay == Duration{});
  require(!instance.timer_expired_backup || !instance.preempt);
  require(!instance.strict || instance.unicast_peers.empty());
  require(instance.accept || instance.priority != 255);
  check_wire(instance, family);
  check_authentication(instance);
}

// Every name leads somewhere, and nobody is in two groups.
void check_groups(const config::Config& config) {
  std::set<std::string_view> members;
  for (const auto& group : config.sync_groups)
    for (const auto& member : group.members) {
      require(members.insert(member.name).second);
      require(std::any_of(config.instances.begin(), config.instances.end(),
                          [&](const auto& instance) { return instance.name == member.name; }));
    }
}

void run(const config::Config& config) {
  require(!config.instances.empty());
  const auto made = make_node_config(config);
  Node node{made};
  Effects effects;
  Instant now{};
  for (std::size_t i = 0; i < made->interfaces.size(); ++i) {
    const auto interface = static_cast<std::uint16_t>(i);
    node.handle(now, AddressesChanged{interface, Ipv4Address{0xc0000201}}, effects);
    node.handle(now, LinkChanged{interface, true}, effects);
  }
  node.handle(now, Startup{}, effects);
  for (int i = 0; i < 3 && node.next_deadline(); ++i) {
    now = std::max(now, *node.next_deadline());
    node.handle(now, DeadlineReached{}, effects);
    effects.clear();
  }
  node.handle(now, Shutdown{}, effects);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Parts parts{{reinterpret_cast<const char*>(data), size}};
  const auto result = config::parse(parts.main(), "f0", &parts);
  for (const auto& diagnostic : result.diagnostics)
    check_place(diagnostic, parts.text_of(diagnostic.file));
  config::InterfaceSubnet subnet;
  subnet.interface = "eth0";
  subnet.address.prefix_length = 30;
  for (const auto& note : config::check_subnets(result.config, parts.main(), {subnet}))
    check_place(note, parts.text_of(note.file));
  for (const auto& note :
       config::check_cluster({{&result.config, parts.main()}, {&result.config, parts.main()}}))
    check_place(note, parts.text_of(note.file));
  if (has_errors(result.diagnostics)) return 0;
  for (const auto& instance : result.config.instances) check_instance(instance);
  check_groups(result.config);
  run(result.config);
  return 0;
}
