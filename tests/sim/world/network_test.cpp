// The sentences about switches and cables, each tried.
#include "sim/network.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "core/net/ethernet.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

struct Arrival {
  Instant at;
  std::uint32_t nic;
  std::uint8_t mark;
  friend bool operator==(const Arrival&, const Arrival&) = default;
};

/// Four NICs on one switch, and what arrives at each.
class Lan : public NetworkListener {
 public:
  explicit Lan(Duration jitter = {}, Duration aging = 300s)
      : scenario_(make(jitter, aging)), stage_(scenario_, false), network_(stage_, *this) {}

  void send(std::uint32_t from, const MacAddress& to, std::uint8_t mark = 0,
            std::optional<MacAddress> source = std::nullopt) {
    const auto index = stage_.frames.take();
    Frame& frame = stage_.frames[index];
    encode_ethernet({to, source.value_or(stage_.nics[from].mac), 0x88b5}, frame.bytes);
    frame.bytes[14] = mark;
    frame.size = 60;
    network_.send(from, index);
  }
  void run(Duration until = 1h) {
    while (!stage_.queue.empty() && stage_.queue.top().at <= Instant{until}) {
      const Event event = stage_.queue.top();
      stage_.queue.pop();
      stage_.now = event.at;
      network_.handle(event);
    }
    stage_.now = Instant{until};
  }
  std::vector<std::uint32_t> receivers() {
    std::vector<std::uint32_t> nics;
    for (const auto& arrival : std::exchange(arrivals, {})) nics.push_back(arrival.nic);
    return nics;
  }
  const MacAddress& mac(std::uint32_t nic) const { return stage_.nics[nic].mac; }

  void frame_sent(std::uint32_t, const Frame&) override {}
  bool frame_arrived(std::uint32_t nic, const Frame& frame) override {
    arrivals.push_back({stage_.now, nic, frame.bytes[14]});
    return true;
  }
  void switch_changed(std::uint32_t) override { ++changes; }

  std::vector<Arrival> arrivals;
  int changes = 0;

 private:
  static Scenario make(Duration jitter, Duration aging) {
    Scenario scenario;
    Segment segment;
    segment.name = "lan";
    segment.link = {50us, jitter};
    segment.mac_aging = aging;
    scenario.segments.push_back(segment);
    for (const char* name : {"a", "b", "c", "d"}) {
      Host host;
      host.name = name;
      Nic nic;
      nic.name = "eth0";
      host.nics.push_back(nic);
      scenario.hosts.push_back(host);
    }
    return scenario;
  }

  Scenario scenario_;

 public:
  Stage stage_;
  Network network_;
};

using Nics = std::vector<std::uint32_t>;

TEST(Switch, NumbersMacsByHostAndNic) {
  Lan lan;
  EXPECT_EQ(to_string(lan.mac(0)), "02:00:00:00:01:00");
  EXPECT_EQ(to_string(lan.mac(3)), "02:00:00:00:04:00");
}

TEST(Switch, FloodsWhatItDoesNotKnowButNeverBack) {
  Lan lan;
  lan.send(0, lan.mac(1));
  lan.run();
  EXPECT_EQ(lan.receivers(), (Nics{1, 2, 3}));
}

TEST(Switch, FloodsGroupsAlways) {
  Lan lan;
  for (std::uint32_t nic = 0; nic < 4; ++nic) lan.send(nic, kBroadcastMac);
  lan.run();
  lan.receivers();
  lan.send(2, multicast_mac(kVrrpGroup4));
  lan.run(2h);
  EXPECT_EQ(lan.receivers(), (Nics{0, 1, 3}));
}

TEST(Switch, SendsOnlyToThePortItHasLearnt) {
  Lan lan;
  lan.send(1, kBroadcastMac);
  lan.run();
  lan.receivers();
  lan.stage_.now = Instant{10s};
  lan.send(0, lan.mac(1));
  lan.run(2h);
  EXPECT_EQ(lan.receivers(), (Nics{1}));
}

TEST(Switch, RelearnsAnAddressThatMoved) {
  Lan lan;
  const MacAddress moving{{0, 0, 0x5e, 0, 1, 51}};
  lan.send(1, kBroadcastMac, 0, moving);
  lan.run(1s);
  lan.receivers();
  lan.send(2, kBroadcastMac, 0, moving);
  lan.run(2s);
  lan.receivers();
  lan.send(0, moving);
  lan.run(3s);
  EXPECT_EQ(lan.receivers(), (Nics{2}));
  EXPECT_EQ(lan.changes, 3) << "learnt, moved, and the sender learnt";
}

TEST(Switch, ForgetsWhatIsOlderThanTheAgingTime) {
  Lan lan({}, 10s);
  lan.send(1, kBroadcastMac);
  lan.run(9s);
  lan.receivers();
  lan.send(0, lan.mac(1));
  lan.run(11s);
  EXPECT_EQ(lan.receivers(), (Nics{1}));
  lan.send(0, lan.mac(1));
  lan.run(12s);
  EXPECT_EQ(lan.receivers(), (Nics{1, 2, 3})) << "10 s after b last spoke";
}

TEST(Switch, DropsWhatIsForTheSamePort) {
  Lan lan;
  lan.send(1, kBroadcastMac);
  lan.run(1s);
  lan.receivers();
  lan.send(1, lan.mac(1));
  lan.run(2s);
  EXPECT_EQ(lan.receivers(), Nics{});
  EXPECT_EQ(lan.stage_.frames.in_flight(), 0U);
}

TEST(Switch, LosesFramesForADarkPortAndForgetsWhatWasThere) {
  Lan lan;
  lan.send(1, kBroadcastMac);
  lan.run(1s);
  lan.receivers();
  lan.network_.set_carrier(1, false);
  lan.send(0, lan.mac(1));
  lan.run(2s);
  EXPECT_EQ(lan.receivers(), (Nics{2, 3})) << "flooded: the port's addresses were forgotten";
  EXPECT_EQ(lan.stage_.counts.lost, 1U);
}

TEST(Cable, TakesItsDelayEachWay) {
  Lan lan;
  lan.send(0, kBroadcastMac);
  lan.run();
  for (const auto& arrival : lan.arrivals) EXPECT_EQ(arrival.at, Instant{100us});
}

TEST(Cable, KeepsTheOrderOfFramesWhateverTheJitter) {
  Lan lan(5ms);
  for (std::uint8_t mark = 0; mark < 200; ++mark) {
    lan.stage_.now = Instant{mark * 100us};
    lan.send(0, kBroadcastMac, mark);
  }
  lan.run();
  std::array<int, 4> last{-1, -1, -1, -1};
  bool differ = false;
  for (const auto& arrival : lan.arrivals) {
    EXPECT_EQ(arrival.mark, last[arrival.nic] + 1);
    last[arrival.nic] = arrival.mark;
    EXPECT_GE(arrival.at, Instant{arrival.mark * 100us + 100us});
    differ = differ || arrival.at != Instant{arrival.mark * 100us + 100us};
  }
  EXPECT_EQ(lan.arrivals.size(), 600U);
  EXPECT_TRUE(differ);
  EXPECT_EQ(lan.stage_.frames.in_flight(), 0U);
}

TEST(Network, CountsWhatItCarries) {
  Lan lan;
  lan.send(0, kBroadcastMac);
  lan.send(1, lan.mac(0));
  lan.run();
  EXPECT_EQ(lan.stage_.counts.sent, 2U);
  EXPECT_EQ(lan.stage_.counts.delivered, 4U);
  EXPECT_EQ(lan.stage_.counts.lost, 0U);
}

}  // namespace
}  // namespace understudy::sim
