#include "sim/lan_scenario.h"

#include <algorithm>

namespace understudy::sim {
namespace {

constexpr unsigned kHostsMax = 250;

// 192.168.56.0/24; of several segments or instances 10.0.0.0/16, 10.1.0.0/16, ...
struct Subnet {
  Ipv4Address network{0xc0a83800};
  std::uint8_t prefix_length = 24;
  std::uint32_t first_virtual_host = 254;
};

Subnet subnet(const LanShape& shape, unsigned segment) {
  if (shape.segments == 1 && shape.instances == 1) return {};
  return {Ipv4Address{0x0a000000 + (segment << 16)}, 16, 0x100};
}

config::VrrpInstance make_instance(const LanShape& shape, unsigned host, unsigned segment,
                                   unsigned number) {
  config::VrrpInstance instance;
  instance.name = "VI_" + std::to_string(segment * shape.instances + number + 1);
  instance.interface = "eth" + std::to_string(segment);
  instance.vrid = static_cast<std::uint8_t>(shape.instances == 1 ? 51 : number + 1);
  instance.priority = static_cast<std::uint8_t>(kHostsMax - host);
  instance.advert_interval = shape.advert_interval;
  instance.authentication.type = config::Authentication::Type::pass;
  const std::string_view password = "rehearse";
  std::copy(password.begin(), password.end(), instance.authentication.key.begin());
  const auto lan = subnet(shape, segment);
  InterfaceAddress address;
  address.address = Ipv4Address{lan.network.value + lan.first_virtual_host + number};
  instance.addresses.push_back({address, {}});
  return instance;
}

Host make_host(const LanShape& shape, unsigned number) {
  Host host;
  host.name = "lb" + std::to_string(number + 1);
  host.config.emplace();
  for (unsigned segment = 0; segment < shape.segments; ++segment) {
    const auto lan = subnet(shape, segment);
    Nic nic;
    nic.name = "eth" + std::to_string(segment);
    nic.segment = segment;
    nic.address.address = Ipv4Address{lan.network.value + number + 1};
    nic.address.prefix_length = lan.prefix_length;
    host.nics.push_back(nic);
    for (unsigned instance = 0; instance < shape.instances; ++instance)
      host.config->instances.push_back(make_instance(shape, number, segment, instance));
  }
  return host;
}

}  // namespace

Scenario lan_scenario(const LanShape& wanted) {
  auto shape = wanted;
  for (auto* count : {&shape.hosts, &shape.segments, &shape.instances})
    *count = std::clamp(*count, 1U, kHostsMax);
  Scenario scenario;
  scenario.name = "lan";
  scenario.duration = shape.duration;
  for (unsigned number = 0; number < shape.segments; ++number) {
    Segment segment;
    segment.name = number == 0 ? "lan" : "lan" + std::to_string(number + 1);
    segment.link = shape.link;
    scenario.segments.push_back(segment);
  }
  for (unsigned number = 0; number < shape.hosts; ++number)
    scenario.hosts.push_back(make_host(shape, number));
  return scenario;
}

}  // namespace understudy::sim
