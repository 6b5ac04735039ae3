#include "sim/lan_scenario.h"

#include <algorithm>

namespace understudy::sim {
namespace {

constexpr Ipv4Address kNetwork{0xc0a83800};  // 192.168.56.0
constexpr std::uint32_t kVirtualHost = 254;
constexpr unsigned kHostsMax = 250;

config::VrrpInstance instance(unsigned number, Duration advert_interval) {
  config::VrrpInstance instance;
  instance.name = "VI_1";
  instance.interface = "eth0";
  instance.vrid = 51;
  instance.priority = static_cast<std::uint8_t>(kHostsMax - number);
  instance.advert_interval = advert_interval;
  instance.authentication.type = config::Authentication::Type::pass;
  const std::string_view password = "rehearse";
  std::copy(password.begin(), password.end(), instance.authentication.key.begin());
  InterfaceAddress address;
  address.address = Ipv4Address{kNetwork.value + kVirtualHost};
  instance.addresses.push_back({address, {}});
  return instance;
}

}  // namespace

Scenario lan_scenario(const LanShape& shape) {
  Scenario scenario;
  scenario.name = "lan";
  scenario.duration = shape.duration;
  Segment segment;
  segment.name = "lan";
  segment.link = shape.link;
  scenario.segments.push_back(segment);
  for (unsigned number = 0; number < std::clamp(shape.hosts, 1U, kHostsMax); ++number) {
    Host host;
    host.name = "lb" + std::to_string(number + 1);
    Nic nic;
    nic.name = "eth0";
    nic.address.address = Ipv4Address{kNetwork.value + number + 1};
    nic.address.prefix_length = 24;
    host.nics.push_back(nic);
    host.config.emplace();
    host.config->instances.push_back(instance(number, shape.advert_interval));
    scenario.hosts.push_back(std::move(host));
  }
  return scenario;
}

}  // namespace understudy::sim
