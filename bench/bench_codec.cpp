// How many nanoseconds does one advert cost: received, judged, acted upon, sent? Beside it libtins,
// which knows IP but not VRRP, on the same bytes.
#include <benchmark/benchmark.h>
#include <tins/ip.h>
#include <tins/rawpdu.h>

#include <array>
#include <memory>

#include "bench/advert_ring.h"
#include "bench/judge.h"
#include "core/node/node.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/receive_rules.h"
#include "core/vrrp/virtual_router.h"

namespace understudy::bench {

namespace {

const AdvertRing& one_address() {
  static const AdvertRing ring{1};
  return ring;
}
const AdvertRing& sixteen_addresses() {
  static const AdvertRing ring{16};
  return ring;
}

std::uint64_t hash_of(const ReceivedAdvert& received) {
  const auto& advert = received.advert;
  std::uint64_t hash = mix(advert.version, advert.vrid);
  hash = mix(hash, advert.priority);
  hash = mix(hash, advert.auth_type);
  hash = mix(hash, advert.checksum);
  hash = mix(hash, static_cast<std::uint64_t>(advert.advert_interval.count()));
  for (const auto byte : advert.auth_data) hash = mix(hash, byte);
  for (const auto byte : advert.addresses) hash = mix(hash, byte);
  hash = mix(hash, received.source.ipv4().value);
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

void decode_and_step(benchmark::State& state) {
  const auto& ring = one_address();
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
    router.handle(now, SourceAddressChanged{Ipv4Address{0xc0a83884}}, effects);
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

void encode_advert(benchmark::State& state) {
  const auto& ring = one_address();
  const auto& rules = ring.router().rules;
  Advert advert;
  advert.vrid = rules.vrid;
  advert.auth_type = static_cast<std::uint8_t>(rules.auth_type);
  advert.auth_data = rules.auth_data;
  advert.advert_interval = rules.advert_interval;
  advert.addresses = rules.addresses;
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
    {"decode_and_step", 0xeeefa8a2a754aab5, 1.9},
    {"decode_and_step_in_node", 0xf814547ad82f04d8},
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
  benchmark::RegisterBenchmark("decode_and_step", decode_and_step);
  benchmark::RegisterBenchmark("decode_and_step_in_node", decode_and_step_in_node);
  benchmark::RegisterBenchmark("encode_1_address", encode_advert);
  benchmark::RegisterBenchmark("libtins_parse_1_address", libtins_parse, one_address());
  benchmark::RegisterBenchmark("libtins_parse_16_addresses", libtins_parse, sixteen_addresses());
  benchmark::RegisterBenchmark("libtins_build_1_address", libtins_build);
  return run_and_judge(argc, argv, kExpectations);
}
