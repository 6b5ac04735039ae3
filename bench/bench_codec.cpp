// How many nanoseconds does one advert cost: received, judged, acted upon, sent? Beside it libtins,
// which knows IP but not VRRP, on the same bytes.
#include <benchmark/benchmark.h>
#include <tins/ip.h>
#include <tins/rawpdu.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/advert_ring.h"
#include "bench/judge.h"
#include "core/node/node.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/advert_writer.h"
#include "core/vrrp/receive_rules.h"
#include "core/vrrp/virtual_router.h"

namespace understudy::bench {

namespace {

template <std::uint8_t kVersion, Family kFamily, std::size_t kAddresses>
const AdvertRing& ring_of() {
  static const AdvertRing ring{{kVersion, kFamily, kAddresses}};
  return ring;
}
const AdvertRing& one_address() { return ring_of<2, Family::ipv4, 1>(); }
const AdvertRing& sixteen_addresses() { return ring_of<2, Family::ipv4, 16>(); }

std::uint64_t hash_of(const ReceivedAdvert& received) {
  const auto& advert = received.advert;
  std::uint64_t hash = mix(advert.version, advert.vrid);
  hash = mix(hash, advert.priority);
  hash = mix(hash, advert.auth_type);
  hash = mix(hash, advert.checksum);
  hash = mix(hash, static_cast<std::uint64_t>(advert.advert_interval.count()));
  for (const auto byte : advert.auth_data) hash = mix(hash, byte);
  for (const auto byte : advert.addresses) hash = mix(hash, byte);
  if (received.source.is_ipv4())
    hash = mix(hash, received.source.ipv4().value);
  else
    for (const auto byte : received.source.bytes()) hash = mix(hash, byte);
  hash = mix(hash, received.ttl);
  return mix(hash, received.address_list_differs);
}

void decode_and_verify(benchmark::State& state, const AdvertRing& ring) {
  const auto& rules = ring.router().rules;
  std::uint64_t sink = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const auto received = receive(ring[i], rules);
      if (received) sink += received->advert.priority;
    }
    benchmark::DoNotOptimize(sink);
  }
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto received = receive(ring[i], rules);
    hash = mix(hash, received ? hash_of(*received) : 0);
  }
  finish(state, hash, ring.size());
}

IpAddress own_source(const AdvertRing& ring) {
  if (ring.router().rules.family == Family::ipv4) return Ipv4Address{0xc0a83884};
  constexpr std::array<std::uint8_t, 16> kOwn{0xfe, 0x80, 0, 0, 0, 0, 0, 0,
                                              0,    0,    0, 0, 0, 0, 0, 0x84};
  return IpAddress::from_bytes(kOwn);
}

void decode_and_step(benchmark::State& state, const AdvertRing& ring) {
  const auto& rules = ring.router().rules;
  Effects effects;
  VirtualRouter router{ring.router()};
  Instant now{};
  const auto round = [&] {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      now += std::chrono::milliseconds{100};
      const auto received = receive(ring[i], rules);
      if (received) router.handle(now, AdvertReceived{*received, now}, effects);
      effects.clear();
    }
  };
  const auto begin = [&] {
    router = VirtualRouter{ring.router()};
    now = Instant{};
    router.handle(now, SourceAddressChanged{own_source(ring)}, effects);
    router.handle(now, Startup{}, effects);
    effects.clear();
  };
  begin();
  for (auto _ : state) round();
  begin();
  round();
  finish(state, mix(router.digest(), router.counters().adverts_received), ring.size());
}

std::shared_ptr<const NodeConfig> make_node_config(const AdvertRing& ring) {
  auto config = std::make_shared<NodeConfig>();
  config->interfaces = {"eth0"};
  config->virtual_routers = {ring.router()};
  config->tracked.resize(1);
  config->notify.resize(1);
  return config;
}

void decode_and_step_in_node(benchmark::State& state) {
  const auto& ring = one_address();
  const auto config = make_node_config(ring);
  Effects effects;
  Node node{config};
  Instant now{};
  const auto begin = [&] {
    node = Node{config};
    now = Instant{};
    node.handle(now, AddressesChanged{0, Ipv4Address{0xc0a83884}}, effects);
    node.handle(now, LinkChanged{0, true}, effects);
    node.handle(now, Startup{}, effects);
    effects.clear();
  };
  const auto round = [&] {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      now += std::chrono::milliseconds{100};
      node.handle(now, PacketReceived{0, now, ring[i]}, effects);
      effects.clear();
    }
  };
  begin();
  for (auto _ : state) round();
  begin();
  round();
  finish(state, mix(node.digest(), node.virtual_routers()[0].counters().adverts_received),
         ring.size());
}

// How the adverts of a big node come in.
enum class Order {
  any,       // in an order that no prefetcher guesses
  by_socket  // as a daemon that has much to do reads them: 64 of one interface and family at a time
};

// 4,000 virtual routers of version 3: 8 interfaces, both families, 250 VRIDs each. One advert each
// in turn, so that nothing is where the last one left it.
class BigNode {
 public:
  static constexpr std::uint16_t kInterfaces = 8;
  static constexpr std::uint8_t kVrids = 250;
  static constexpr std::size_t kBatch = 64;

  explicit BigNode(Order order) {
    for (std::uint16_t interface = 0; interface < kInterfaces; ++interface) {
      config_->interfaces.push_back("eth" + std::to_string(interface));
      for (const auto family : {Family::ipv4, Family::ipv6})
        for (std::uint8_t vrid = 1; vrid <= kVrids; ++vrid) add(interface, family, vrid);
    }
    config_->tracked.resize(config_->virtual_routers.size());
    config_->notify.resize(config_->virtual_routers.size());
    std::mt19937 random(3);
    const auto shuffle = [&random](auto begin, std::size_t size) {
      for (auto i = size; i > 1; --i)
        std::swap(begin[static_cast<std::ptrdiff_t>(i - 1)],
                  begin[static_cast<std::ptrdiff_t>(random() % i)]);
    };
    if (order == Order::any) {
      shuffle(packets_.begin(), packets_.size());
      return;
    }
    std::vector<std::vector<Packet>> batches;
    for (auto socket = packets_.begin(); socket != packets_.end(); socket += kVrids) {
      shuffle(socket, kVrids);
      for (std::size_t from = 0; from < kVrids; from += kBatch) {
        const auto begin = socket + static_cast<std::ptrdiff_t>(from);
        const auto size = std::min(kBatch, kVrids - from);
        batches.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
      }
    }
    shuffle(batches.begin(), batches.size());
    packets_.clear();
    for (const auto& batch : batches) packets_.insert(packets_.end(), batch.begin(), batch.end());
  }

  std::size_t size() const { return packets_.size(); }
  Node start(Instant now, Effects& effects) const {
    Node node{config_};
    for (std::uint16_t i = 0; i < kInterfaces; ++i) {
      node.handle(now, AddressesChanged{i, Ipv4Address{0xc0a83884}, link_local()}, effects);
      node.handle(now, LinkChanged{i, true}, effects);
    }
    node.handle(now, Startup{}, effects);
    effects.clear();
    return node;
  }
  PacketReceived packet(std::size_t index, Instant at) const {
    const auto& [interface, offset, size] = packets_[index];
    return {interface, at, std::span{bytes_}.subspan(offset, size)};
  }

 private:
  struct Packet {
    std::uint16_t interface;
    std::size_t offset, size;
  };

  static IpAddress link_local() {
    constexpr std::array<std::uint8_t, 16> kOwn{0xfe, 0x80, 0, 0, 0, 0, 0, 0,
                                                0,    0,    0, 0, 0, 0, 0, 0x84};
    return IpAddress::from_bytes(kOwn);
  }

  void add(std::uint16_t interface, Family family, std::uint8_t vrid) {
    auto router = make_router({3, family, 1, vrid});
    router.index = static_cast<std::uint16_t>(config_->virtual_routers.size());
    router.interface = interface;
    const auto offset = bytes_.size();
    const auto size = advert_packet_size(router);
    bytes_.resize(offset + size);
    auto source = link_local();
    if (family == Family::ipv4) source = Ipv4Address{0xc0a83885};
    write_advert(router, {.priority = 200}, source, router.destinations.front(),
                 std::span{bytes_}.subspan(offset, size));
    packets_.push_back({interface, offset, size});
    config_->virtual_routers.push_back(std::move(router));
  }

  std::shared_ptr<NodeConfig> config_ = std::make_shared<NodeConfig>();
  std::vector<std::uint8_t> bytes_;
  std::vector<Packet> packets_;
};

template <Order kOrder>
void step_in_big_node(benchmark::State& state) {
  static const BigNode big(kOrder);
  Effects effects;
  Instant now{};
  auto node = big.start(now, effects);
  std::uint64_t sink = 0;
  const auto round = [&] {
    for (std::size_t i = 0; i < big.size(); ++i) {
      now += std::chrono::microseconds{250};  // each virtual router hears one a second
      // As the daemon does it with the batches that it reads.
      if (i + 1 < big.size()) node.expect(big.packet(i + 1, now));
      node.handle(now, big.packet(i, now), effects);
      sink += static_cast<std::uint64_t>(node.deadline_or_never().time_since_epoch().count());
      effects.clear();
    }
  };
  for (auto _ : state) {
    round();
    benchmark::DoNotOptimize(sink);
  }
  now = Instant{};
  node = big.start(now, effects);
  sink = 0;
  round();
  std::uint64_t received = 0;
  for (const auto& router : node.virtual_routers()) received += router.counters().adverts_received;
  finish(state, mix(mix(node.digest(), received), sink), big.size());
}

void encode_advert(benchmark::State& state) {
  const auto& ring = one_address();
  const auto& rules = ring.router().rules;
  Advert advert = advert_of(rules, 0);
  const IpAddress source = Ipv4Address{0xc0a83884}, destination = kVrrpGroup4;
  std::array<std::uint8_t, 64> out{};
  std::uint64_t sink = 0;
  const auto encode_one = [&](std::size_t i) {
    advert.priority = static_cast<std::uint8_t>(1 + i % 254);
    const PacketOptions options{.identification = static_cast<std::uint16_t>(i)};
    return encode_packet(advert, source, destination, ChecksumForm::message, options, out);
  };
  for (auto _ : state) {
    for (std::size_t i = 0; i < ring.size(); ++i) sink += *encode_one(i) + out[27];
    benchmark::DoNotOptimize(sink);
  }
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto size = encode_one(i);
    for (std::size_t byte = 0; byte < *size; ++byte) hash = mix(hash, out[byte]);
  }
  finish(state, hash, ring.size());
}

void libtins_parse(benchmark::State& state, const AdvertRing& ring) {
  std::uint64_t sink = 0;
  const auto parse_one = [&](std::size_t i) {
    const auto packet = ring[i];
    const Tins::IP ip{packet.data(), static_cast<std::uint32_t>(packet.size())};
    return ip.find_pdu<Tins::RawPDU>()->payload()[2] + std::uint64_t{ip.ttl()};
  };
  for (auto _ : state) {
    for (std::size_t i = 0; i < ring.size(); ++i) sink += parse_one(i);
    benchmark::DoNotOptimize(sink);
  }
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) hash = mix(hash, parse_one(i));
  finish(state, hash, ring.size());
}

void libtins_build(benchmark::State& state) {
  const auto& ring = one_address();
  std::uint64_t sink = 0;
  const auto build_one = [&](std::size_t i) {
    const auto message = ring[i].subspan(20);
    Tins::IP ip{Tins::IPv4Address{"224.0.0.18"}, Tins::IPv4Address{"192.168.56.130"}};
    ip.ttl(255);
    ip.protocol(112);
    ip /= Tins::RawPDU{message.data(), static_cast<std::uint32_t>(message.size())};
    return ip.serialize();
  };
  for (auto _ : state) {
    for (std::size_t i = 0; i < ring.size(); ++i) sink += build_one(i)[22];
    benchmark::DoNotOptimize(sink);
  }
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < ring.size(); ++i)
    for (const auto byte : build_one(i)) hash = mix(hash, byte);
  finish(state, hash, ring.size());
}

constexpr Expectation kExpectations[] = {
    {"decode_and_verify_1_address", 0xe1b991cfe2299e1f, 1.5},
    {"decode_and_verify_16_addresses", 0x1fc0cd2bdd4af889, 2.0},
    {"decode_and_verify_v3_1_address", 0x83b10291a11a67bb, 1.5},
    {"decode_and_verify_v3_16_addresses", 0xec538fb56a4ed7cf, 2.0},
    {"decode_and_verify_v3_ipv6_1_address", 0xb94bde7dc15cdd2a},
    {"decode_and_verify_v3_ipv6_16_addresses", 0x5d39126e392479b6},
    {"decode_and_step", 0xeeefa8a2a754aab5, 1.9},
    {"decode_and_step_v3", 0x723e989b6448924c, 1.9},
    {"decode_and_step_v3_ipv6", 0x08ff781bbf9c9114},
    {"decode_and_step_in_node", 0xf814547ad82f04d8},
    {"step_in_node_of_4000", 0xce071c290e27c89b},
    {"step_in_node_of_4000_by_socket", 0x4cf469f4d4f0e5df, {}, 1e9 / 60},
    {"encode_1_address", 0xc33978d0bd4c7fc8, 3.2},
    {"libtins_parse_1_address", 0x6e3a4235129410fc},
    {"libtins_parse_16_addresses", 0x6e3a4235129410fc},
    {"libtins_build_1_address", 0x74c17b7797d44b2b},
};

}  // namespace

}  // namespace understudy::bench

int main(int argc, char** argv) {
  using namespace understudy::bench;
  benchmark::RegisterBenchmark("decode_and_verify_1_address", decode_and_verify, one_address());
  benchmark::RegisterBenchmark("decode_and_verify_16_addresses", decode_and_verify,
                               sixteen_addresses());
  benchmark::RegisterBenchmark("decode_and_verify_v3_1_address", decode_and_verify,
                               ring_of<3, understudy::Family::ipv4, 1>());
  benchmark::RegisterBenchmark("decode_and_verify_v3_16_addresses", decode_and_verify,
                               ring_of<3, understudy::Family::ipv4, 16>());
  benchmark::RegisterBenchmark("decode_and_verify_v3_ipv6_1_address", decode_and_verify,
                               ring_of<3, understudy::Family::ipv6, 1>());
  benchmark::RegisterBenchmark("decode_and_verify_v3_ipv6_16_addresses", decode_and_verify,
                               ring_of<3, understudy::Family::ipv6, 16>());
  benchmark::RegisterBenchmark("decode_and_step", decode_and_step, one_address());
  benchmark::RegisterBenchmark("decode_and_step_v3", decode_and_step,
                               ring_of<3, understudy::Family::ipv4, 1>());
  benchmark::RegisterBenchmark("decode_and_step_v3_ipv6", decode_and_step,
                               ring_of<3, understudy::Family::ipv6, 1>());
  benchmark::RegisterBenchmark("step_in_node_of_4000", step_in_big_node<Order::any>);
  benchmark::RegisterBenchmark("step_in_node_of_4000_by_socket",
                               step_in_big_node<Order::by_socket>);
  benchmark::RegisterBenchmark("decode_and_step_in_node", decode_and_step_in_node);
  benchmark::RegisterBenchmark("encode_1_address", encode_advert);
  benchmark::RegisterBenchmark("libtins_parse_1_address", libtins_parse, one_address());
  benchmark::RegisterBenchmark("libtins_parse_16_addresses", libtins_parse, sixteen_addresses());
  benchmark::RegisterBenchmark("libtins_build_1_address", libtins_build);
  return run_and_judge(argc, argv, kExpectations);
}
