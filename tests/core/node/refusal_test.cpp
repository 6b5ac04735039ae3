// "A refused packet changes counters, nothing else": every refused vector, its prefixes and its
// flips, in every state of a whole node, under both profiles.
#include <gtest/gtest.h>

#include "core/node/node.h"
#include "core/vrrp/advert_writer.h"
#include "tests/support/golden_file.h"

namespace understudy {
namespace {

using std::chrono::seconds;

// INIT twice: before the start, and while a decisive script has not spoken.
enum class Stage : std::uint8_t { not_started, init, backup, master, fault };
constexpr Stage kStages[] = {Stage::not_started, Stage::init, Stage::backup, Stage::master,
                             Stage::fault};

std::shared_ptr<const NodeConfig> config_for(const golden::Vector& vector, Profile profile,
                                             Stage stage) {
  auto made = std::make_shared<NodeConfig>();
  VirtualRouterConfig router;
  router.name = vector.name;
  router.rules = vector.rules_for(profile);
  router.priority = router.rules.owner ? 255 : 100;
  // No instance is configured so: version 2 over IPv6, or nothing to advertise.
  if (router.rules.version == 2 && router.rules.family == Family::ipv6) {
    router.rules.family = Family::ipv4;
    router.rules.addresses.clear();
  }
  if (router.rules.addresses.empty()) {
    const auto any =
        *parse_ip_address(router.rules.family == Family::ipv4 ? "192.0.2.100" : "fe80::100");
    router.rules.addresses.assign(any.bytes().begin(), any.bytes().end());
  }
  const auto size = address_size(router.rules.family);
  for (std::size_t at = 0; at < router.rules.addresses.size(); at += size) {
    InterfaceAddress address;
    address.address = IpAddress::from_bytes(std::span{router.rules.addresses}.subspan(at, size));
    router.addresses.push_back(address);
  }
  if (router.rules.unicast) router.destinations = {Ipv4Address{0xc0000202}};
  made->interfaces = {"eth0"};
  made->virtual_routers = {router};
  made->tracked.resize(1);
  made->notify.resize(1);
  if (stage == Stage::init) {
    config::Script script;
    script.name = "decisive";
    made->scripts = {script};
    made->tracked[0] = {{TrackedConfig::Kind::script, 0, 0, false}};
  }
  return made;
}

// Lets the node accept an advert (priority 1) of this sequence number.
void hear_sequence(Node& node, std::uint32_t sequence) {
  const auto& config = node.virtual_routers()[0].config();
  std::vector<std::uint8_t> packet(advert_packet_size(config));
  write_advert(config, {.priority = 1, .ah_sequence = sequence}, Ipv4Address{0xc0000202},
               kVrrpGroup4, packet);
  Effects effects;
  const auto now = node.next_deadline().value() - seconds{1};
  node.handle(now, PacketReceived{0, now, packet}, effects);
  ASSERT_EQ(node.virtual_routers()[0].counters().adverts_received, 1U);
}

// A node in this stage, started at 90 s, soon before something is due.
Node node_in(const golden::Vector& vector, Profile profile, Stage stage) {
  Node node(config_for(vector, profile, stage));
  Effects effects;
  const auto start = Instant{seconds{90}};
  node.handle(start, LinkChanged{0, stage != Stage::fault}, effects);
  node.handle(start, AddressesChanged{0, Ipv4Address{0xc0000201}, *parse_ip_address("fe80::1"), {}},
              effects);
  if (stage == Stage::not_started) return node;
  node.handle(start, Startup{}, effects);
  if (stage == Stage::master)
    while (node.virtual_routers()[0].state() != State::master)
      node.handle(*node.next_deadline(), DeadlineReached{}, effects);
  if (vector.ah_last_sequence > 1 && stage != Stage::init && stage != Stage::fault)
    hear_sequence(node, vector.ah_last_sequence);
  return node;
}

State state_of(Stage stage) {
  switch (stage) {
    case Stage::backup:
      return State::backup;
    case Stage::master:
      return State::master;
    case Stage::fault:
      return State::fault;
    default:
      return State::init;
  }
}

class Refusal : public testing::TestWithParam<Profile> {};

// What a refused packet may do: count, and tell.
void expect_untouched(Node& node, const Node& before, Instant now,
                      std::span<const std::uint8_t> packet, Effects& effects) {
  effects.clear();
  node.handle(now, PacketReceived{0, now, packet}, effects);
  ASSERT_EQ(node.digest(), before.digest());
  ASSERT_EQ(node.next_deadline(), before.next_deadline());
  ASSERT_EQ(node.virtual_routers()[0].master_interval(),
            before.virtual_routers()[0].master_interval());
  ASSERT_LE(effects.list().size(), 1U);
  for (const auto& effect : effects.list()) {
    const auto* report = std::get_if<Report>(&effect);
    ASSERT_TRUE(report != nullptr && std::holds_alternative<AdvertRefused>(*report));
  }
}

// Owners start as masters: there is no BACKUP to be in.
bool reachable(const golden::Vector& vector, Stage stage) {
  return !(vector.rules.owner && stage == Stage::backup);
}

Instant later_than_start(const Node& node) {
  return node.next_deadline() ? std::max(Instant{seconds{90}}, *node.next_deadline() - Duration{1})
                              : Instant{seconds{1000}};
}

TEST_P(Refusal, LeavesStateTimersAndTheLearntIntervalInEveryState) {
  RecordProperty("covers", "V3-7.1-07 AUTH-ORD-02 KA-RX-04 V3-6.4.1-06");
  std::size_t refused = 0;
  for (const auto& vector : golden::file().vectors) {
    for (const auto stage : kStages) {
      if (!reachable(vector, stage)) continue;
      SCOPED_TRACE(vector.name + " in " + std::string{to_string(state_of(stage))});
      auto node = node_in(vector, GetParam(), stage);
      const auto before = node;
      ASSERT_EQ(before.virtual_routers()[0].state(), state_of(stage));
      const auto now = later_than_start(node);
      Effects effects;
      const auto give = [&](std::span<const std::uint8_t> packet) {
        const bool deaf = stage != Stage::backup && stage != Stage::master;
        if (!deaf && node.virtual_routers()[0].judge(now, packet)) return;
        expect_untouched(node, before, now, packet, effects);
        ++refused;
      };
      give(vector.packet);
      // Prefixes and flips of the shorter packets: the longer ones differ in their lists alone.
      if (vector.packet.size() > 400) continue;
      for (std::size_t size = 0; size < vector.packet.size(); ++size)
        give(std::span{vector.packet}.first(size));
      auto packet = vector.packet;
      for (std::size_t bit = 0; bit < 8 * packet.size(); bit += 5) {
        const auto mask = static_cast<std::uint8_t>(1 << bit % 8);
        packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ mask);
        give(packet);
        packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ mask);
      }
    }
  }
  EXPECT_GT(refused, 50'000U);
}

// A refused packet moves no sequence counter either: a lower number is still accepted afterwards.
TEST_P(Refusal, DoesNotMoveTheAuthenticationHeadersCounter) {
  RecordProperty("covers", "AUTH-AH-07");
  const golden::Vector* good = nullptr;
  for (const auto& vector : golden::file().vectors)
    if (vector.name == "v2-ah-seq1") good = &vector;
  ASSERT_NE(good, nullptr);
  auto node = node_in(*good, GetParam(), Stage::backup);
  Effects effects;
  const auto now = Instant{seconds{91}};
  auto forged = good->packet;
  forged[31] = 200;  // the sequence number; the ICV no longer fits
  node.handle(now, PacketReceived{0, now, forged}, effects);
  EXPECT_EQ(node.virtual_routers()[0].counters().adverts_received, 0U);
  node.handle(now, PacketReceived{0, now, good->packet}, effects);
  EXPECT_EQ(node.virtual_routers()[0].counters().adverts_received, 1U);
}

TEST_P(Refusal, IsCountedByItsReasonEachTime) {
  RecordProperty("covers", "V3-7.1-08 V2-7.1-09");
  for (const auto& vector : golden::file().vectors) {
    if (vector.name != "v2-checksum-flipped") continue;
    auto node = node_in(vector, GetParam(), Stage::backup);
    Effects effects;
    const auto now = Instant{seconds{91}};
    for (int i = 0; i < 1000; ++i) node.handle(now, PacketReceived{0, now, vector.packet}, effects);
    const auto& counters = node.virtual_routers()[0].counters();
    EXPECT_EQ(counters.refused[static_cast<std::size_t>(DecodeError::bad_checksum)], 1000U);
    EXPECT_EQ(counters.adverts_received, 0U);
  }
}

// The same VRID on another interface, or of the other family, does not count.
TEST(Dispatch, GoesByInterfaceFamilyAndVrid) {
  RecordProperty("covers", "V3-7.1-06 V2-7.1-06 V3-5.2.3-02 KA-RX-05");
  config::Config config;
  for (const auto* name : {"eth0", "eth1"}) {
    for (const auto* text : {"192.0.2.100", "fe80::100"}) {
      config::VrrpInstance instance;
      instance.name = std::string{name} + text;
      instance.interface = name;
      instance.vrid = 10;
      instance.version = 3;
      config::VirtualAddress line;
      line.address.address = *parse_ip_address(text);
      instance.addresses = {line};
      config.instances.push_back(instance);
    }
  }
  config.instances[2].vrid = 11;  // eth1, IPv4
  Node node(make_node_config(config, Profile::keepalived));
  Effects effects;
  for (std::uint16_t i = 0; i < 2; ++i) {
    node.handle(Instant{}, LinkChanged{i, true}, effects);
    node.handle(Instant{},
                AddressesChanged{i, Ipv4Address{0xc0000201}, *parse_ip_address("fe80::1"), {}},
                effects);
  }
  node.handle(Instant{}, Startup{}, effects);
  const auto hear = [&](const std::string& name, std::uint16_t interface) {
    effects.clear();
    for (const auto& vector : golden::file().vectors)
      if (vector.name == name)
        node.handle(Instant{seconds{1}},
                    PacketReceived{interface, Instant{seconds{1}}, vector.packet}, effects);
    std::string heard;
    for (const auto& router : node.virtual_routers())
      heard += std::to_string(router.counters().adverts_received);
    return heard;
  };
  EXPECT_EQ(hear("v3-ipv4-pseudo-1addr", 0), "1000");
  EXPECT_EQ(hear("v3-ipv6-link-local-only", 0), "1100") << "the IPv4 instance does not move";
  EXPECT_EQ(hear("v3-ipv6-link-local-only", 1), "1101");
  EXPECT_EQ(hear("v3-ipv4-pseudo-1addr", 1), "1101") << "VRID 10 is another interface's";
  ASSERT_EQ(effects.list().size(), 1U);
  const auto& refused = std::get<AdvertRefused>(std::get<Report>(effects.list()[0]));
  EXPECT_EQ(refused.error, DecodeError::unknown_vrid);
  EXPECT_EQ(refused.virtual_router, kNoVirtualRouter);
  EXPECT_EQ(node.refused_elsewhere()[static_cast<std::size_t>(DecodeError::unknown_vrid)], 1U);
}

INSTANTIATE_TEST_SUITE_P(Profiles, Refusal, testing::Values(Profile::rfc, Profile::keepalived),
                         [](const auto& row) { return std::string{to_string(row.param)}; });

}  // namespace
}  // namespace understudy
