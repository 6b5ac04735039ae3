// Nothing on the path of an advert allocates: not decoding, not the state machine, not the node,
// not encoding. Counted by an operator new of our own, which is why this is a program of its own.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "core/node/node.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/receive_rules.h"
#include "core/vrrp/virtual_router.h"

namespace {

std::uint64_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace understudy {
namespace {

/// How many allocations `work` makes.
template <typename Work>
std::uint64_t allocations_of(Work&& work) {
  const auto before = allocations;
  work();
  return allocations - before;
}

VirtualRouterConfig make_router(std::size_t address_count) {
  VirtualRouterConfig router;
  router.name = "VI_1";
  router.priority = 90;
  router.rules.vrid = 51;
  router.rules.auth_type = AuthType::pass;
  router.rules.auth_data = {'a', 'b', 'c', 'l', 'i', 'n', 'u', 'x'};
  for (std::size_t i = 0; i < address_count; ++i) {
    const Ipv4Address address{0xc0a83864u + static_cast<std::uint32_t>(i)};
    router.addresses.emplace_back().address = address;
    for (const auto byte : address.bytes()) router.rules.addresses.push_back(byte);
  }
  return router;
}

Advert make_advert(const VirtualRouterConfig& router, std::uint8_t priority) {
  Advert advert;
  advert.vrid = router.rules.vrid;
  advert.priority = priority;
  advert.auth_type = static_cast<std::uint8_t>(router.rules.auth_type);
  advert.auth_data = router.rules.auth_data;
  advert.advert_interval = router.rules.advert_interval;
  advert.addresses = router.rules.addresses;
  return advert;
}

std::vector<std::uint8_t> make_packet(const VirtualRouterConfig& router, std::uint8_t priority) {
  std::vector<std::uint8_t> packet(2048);
  const auto size = encode_packet(make_advert(router, priority), Ipv4Address{0xc0a83882},
                                  kVrrpGroup4, ChecksumForm::message, {}, packet);
  packet.resize(size.value());
  return packet;
}

std::shared_ptr<const NodeConfig> make_node_config(const VirtualRouterConfig& router) {
  auto config = std::make_shared<NodeConfig>();
  config->interfaces = {"eth0"};
  config->virtual_routers = {router};
  config->tracked.resize(1);
  config->notify.resize(1);
  return config;
}

TEST(NoAllocation, TheCounterCounts) {
  EXPECT_EQ(allocations_of([] { delete new int{1}; }), 1U);
  EXPECT_EQ(allocations_of([] { std::vector<int>(10); }), 1U);
}

TEST(NoAllocation, DecodeAndVerifyAllocateNothing) {
  for (const std::size_t count : {1U, 16U, 255U}) {
    const auto router = make_router(count);
    const auto packet = make_packet(router, 100);
    bool accepted = false;
    EXPECT_EQ(allocations_of([&] { accepted = receive(packet, router.rules).has_value(); }), 0U);
    EXPECT_TRUE(accepted) << count << " addresses";
  }
}

TEST(NoAllocation, ADifferentListOfAddressesAllocatesNothing) {
  auto router = make_router(255);
  const auto packet = make_packet(router, 100);
  std::swap(router.rules.addresses.front(), router.rules.addresses.back());
  bool differs = false;
  EXPECT_EQ(allocations_of([&] {
              const auto received = receive(packet, router.rules);
              differs = received.has_value() && received->address_list_differs;
            }),
            0U);
  EXPECT_TRUE(differs);
}

TEST(NoAllocation, RefusalAllocatesNothing) {
  const auto router = make_router(1);
  auto packet = make_packet(router, 100);
  packet[30] ^= 1;
  EXPECT_EQ(allocations_of([&] { EXPECT_FALSE(receive(packet, router.rules).has_value()); }), 0U);
}

TEST(NoAllocation, EncodeAllocatesNothing) {
  const auto router = make_router(16);
  const auto advert = make_advert(router, 100);
  std::array<std::uint8_t, 128> out{};
  bool encoded = false;
  EXPECT_EQ(allocations_of([&] {
              encoded = encode_packet(advert, Ipv4Address{0xc0a83882}, kVrrpGroup4,
                                      ChecksumForm::message, {}, out)
                            .has_value();
            }),
            0U);
  EXPECT_TRUE(encoded);
}

TEST(NoAllocation, EveryStepOfAVirtualRouterAllocatesNothing) {
  const auto config = make_router(16);
  const auto higher = make_packet(config, 100), lower = make_packet(config, 80);
  const auto resignation = make_packet(config, 0);
  Effects effects;
  effects.reserve(64, 4096);
  VirtualRouter router{config};
  Instant now{};
  const auto hear = [&](const std::vector<std::uint8_t>& packet) {
    const auto received = receive(packet, config.rules);
    router.handle(now, AdvertReceived{*received, now}, effects);
    effects.clear();
  };
  const auto wait = [&] {
    now = router.next_deadline().value_or(now);
    router.handle(now, DeadlineReached{}, effects);
    effects.clear();
  };
  bool was_master = false;
  EXPECT_EQ(allocations_of([&] {
              router.handle(now, SourceAddressChanged{Ipv4Address{0xc0a83884}}, effects);
              router.handle(now, Startup{}, effects);
              effects.clear();
              for (int round = 0; round < 3; ++round) {
                hear(higher);
                hear(resignation);
                wait();
                was_master = router.state() == State::master;
                wait();
                hear(lower);
                hear(higher);
                router.handle(now, FaultRaised{}, effects);
                router.handle(now, FaultCleared{}, effects);
                effects.clear();
              }
              router.handle(now, Shutdown{}, effects);
            }),
            0U);
  EXPECT_TRUE(was_master);
}

TEST(NoAllocation, ANodeAllocatesNothingOnceItsEffectsHaveRoom) {
  const auto config = make_router(16);
  const auto higher = make_packet(config, 100), lower = make_packet(config, 80);
  auto broken = higher;
  broken[22] ^= 1;
  Node node{make_node_config(config)};
  Effects effects;
  effects.reserve(64, 4096);
  Instant now{};
  const auto hear = [&](const std::vector<std::uint8_t>& packet) {
    node.handle(now, PacketReceived{0, now, packet}, effects);
    effects.clear();
  };
  bool was_master = false;
  EXPECT_EQ(allocations_of([&] {
              node.handle(now, AddressesChanged{0, Ipv4Address{0xc0a83884}}, effects);
              node.handle(now, LinkChanged{0, true}, effects);
              node.handle(now, Startup{}, effects);
              effects.clear();
              for (int round = 0; round < 3; ++round) {
                hear(higher);
                hear(broken);
                hear(lower);
                for (int deadline = 0; deadline < 3; ++deadline) {
                  now = node.next_deadline().value_or(now);
                  node.handle(now, DeadlineReached{}, effects);
                  effects.clear();
                }
                was_master = node.virtual_routers()[0].state() == State::master;
                node.handle(now, LinkChanged{0, false}, effects);
                node.handle(now, LinkChanged{0, true}, effects);
                effects.clear();
              }
              node.handle(now, Shutdown{}, effects);
            }),
            0U);
  EXPECT_TRUE(was_master);
}

}  // namespace
}  // namespace understudy
