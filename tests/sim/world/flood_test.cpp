// Who hears an advert along with many others judges it as if alone.
#include <gtest/gtest.h>

#include <string>

#include "sim/lan_scenario.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

/// Hosts of one group, but for some that see one thing differently, and all of them often.
Scenario motley_lan(unsigned hosts) {
  auto scenario = lan_scenario({.hosts = hosts, .duration = 30s});
  const auto instance = [&](std::size_t host) -> auto& {
    return scenario.hosts[host].config->instances.front();
  };
  instance(2).authentication.key[0] = 'x';
  instance(4).addresses.front().address.address = Ipv4Address{0xc0a838fd};
  instance(5).advert_interval = 2s;
  instance(6).version = 3;
  instance(6).authentication.type = config::Authentication::Type::none;
  instance(7).vrid = 52;
  add_fault(scenario, 10s, NicFault{0, 0, false}, 5s);
  return scenario;
}

// Where causes are kept, each receiver judges for itself.
TEST(Flood, ManyReceiversJudgeAsEachAlone) {
  for (const unsigned hosts : {8U, 9U, 40U}) {
    const auto scenario = motley_lan(hosts);
    const auto together = play(scenario), alone = play(scenario, {.story = true});
    EXPECT_EQ(together.digest, alone.digest) << hosts;
    EXPECT_EQ(together.events, alone.events) << hosts;
    EXPECT_EQ(together.frames.delivered, alone.frames.delivered) << hosts;
    ASSERT_EQ(together.transitions.size(), alone.transitions.size()) << hosts;
    std::size_t masters = 0;
    for (std::size_t i = 0; i < together.transitions.size(); ++i) {
      const auto &one = together.transitions[i], &other = alone.transitions[i];
      EXPECT_EQ(one.at, other.at);
      EXPECT_EQ(one.host, other.host);
      EXPECT_EQ(one.to, other.to);
      if (one.to == State::master) ++masters;
    }
    // The first, its successor and those that do not understand them.
    EXPECT_GE(masters, 6U) << hosts;
  }
}

}  // namespace
}  // namespace understudy::sim::test
