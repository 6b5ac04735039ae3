// How many frame deliveries a second does ns-3 make on the LAN of bench_sim: hosts on a switch, and
// an advert to all others once a second? Beside our figures, not a goal.
//
// usage: bench_ns3 [HOSTS [SECONDS [switch|bus]]]
#include <ns3/bridge-module.h>
#include <ns3/core-module.h>
#include <ns3/csma-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint8_t kVrrp = 112;
constexpr std::uint32_t kAdvertSize = 20;  // version 2, one address, PASS

std::uint64_t delivered = 0;

void receive(ns3::Ptr<ns3::Socket> socket) {
  while (socket->Recv()) ++delivered;
}

ns3::Ptr<ns3::Socket> open_socket(const ns3::Ptr<ns3::Node>& node) {
  auto socket = ns3::Socket::CreateSocket(node, ns3::Ipv4RawSocketFactory::GetTypeId());
  socket->SetAttribute("Protocol", ns3::UintegerValue(kVrrp));
  socket->BindToNetDevice(node->GetDevice(0));
  socket->SetRecvCallback(ns3::MakeCallback(&receive));
  return socket;
}

void advertise(const ns3::Ptr<ns3::Socket>& socket) {
  const ns3::InetSocketAddress group(ns3::Ipv4Address("224.0.0.18"), 0);
  socket->SendTo(ns3::Create<ns3::Packet>(kAdvertSize), 0, group);
  ns3::Simulator::Schedule(ns3::Seconds(1), &advertise, socket);
}

ns3::CsmaHelper make_cable() {
  ns3::CsmaHelper cable;
  cable.SetChannelAttribute("DataRate", ns3::DataRateValue(ns3::DataRate("100Gbps")));
  cable.SetChannelAttribute("Delay", ns3::TimeValue(ns3::MicroSeconds(50)));
  return cable;
}

/// Each host has a cable of its own to the switch; 50 us a cable, as in bench_sim.
ns3::NetDeviceContainer join_by_switch(const ns3::NodeContainer& nodes) {
  ns3::NodeContainer bridge;
  bridge.Create(1);
  auto cable = make_cable();
  ns3::NetDeviceContainer nics, ports;
  for (unsigned i = 0; i < nodes.GetN(); ++i) {
    const auto ends = cable.Install(ns3::NodeContainer(nodes.Get(i), bridge.Get(0)));
    nics.Add(ends.Get(0));
    ports.Add(ends.Get(1));
  }
  ns3::BridgeHelper().Install(bridge.Get(0), ports);
  return nics;
}

ns3::NodeContainer make_lan(unsigned hosts, bool bus) {
  ns3::NodeContainer nodes;
  nodes.Create(hosts);
  // A bus has no switch, and so half the arrivals: what ns-3 is fastest at.
  const auto nics = bus ? make_cable().Install(nodes) : join_by_switch(nodes);
  ns3::InternetStackHelper().Install(nodes);
  ns3::Ipv4AddressHelper addresses("10.0.0.0", "255.255.0.0");
  addresses.Assign(nics);
  return nodes;
}

}  // namespace

int main(int argc, char** argv) {
  const auto hosts = argc > 1 ? static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)) : 100U;
  const auto seconds = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 600UL;
  const std::string_view shape = argc > 3 ? argv[3] : "switch";
  if (hosts < 2 || hosts > 60000 || seconds == 0 || (shape != "switch" && shape != "bus")) {
    std::fputs("usage: bench_ns3 [HOSTS [SECONDS [switch|bus]]]\n", stderr);
    return 2;
  }
  const auto nodes = make_lan(hosts, shape == "bus");
  std::vector<ns3::Ptr<ns3::Socket>> sockets;
  for (unsigned i = 0; i < hosts; ++i) sockets.push_back(open_socket(nodes.Get(i)));
  ns3::Simulator::Schedule(ns3::Seconds(1), &advertise, sockets.front());
  ns3::Simulator::Stop(ns3::Seconds(static_cast<double>(seconds)));
  const auto begin = std::clock();
  ns3::Simulator::Run();
  const double spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%u hosts, %s, %lu s: %llu deliveries in %.3f s of processor time, %.0f a second\n",
              hosts, shape.data(), seconds, static_cast<unsigned long long>(delivered), spent,
              static_cast<double>(delivered) / spent);
  ns3::Simulator::Destroy();
  return delivered == 0 ? 1 : 0;
}
