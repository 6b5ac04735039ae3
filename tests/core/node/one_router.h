// A node with one virtual router, driven by real packets: what the requirements are tested on.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/node/node.h"
#include "core/vrrp/advert_writer.h"
#include "tests/core/effects_text.h"

namespace understudy {

/// An instant that long after the start of the test.
constexpr Instant at(Duration since_start) { return Instant{since_start}; }

inline constexpr std::uint8_t kBothVersions[] = {2, 3};

/// When a backup of priority 100 and 1 s becomes master that heard nobody since 0.
inline constexpr Duration kMasterAt = std::chrono::microseconds{3'609'375};

inline IpAddress address(const char* text) { return *parse_ip_address(text); }

/// 192.0.2.2 and fe80::2 on eth0; VRID 10; version 2 or 3 for 192.0.2.100, IPv6 for fe80::100.
class OneRouter : public testing::Test {
 protected:
  OneRouter() { use(2); }

  void use(std::uint8_t version, Family family = Family::ipv4) {
    instance_ = config::VrrpInstance{};
    instance_.name = "VI_1";
    instance_.interface = "eth0";
    instance_.vrid = 10;
    instance_.version = version;
    hold({family == Family::ipv4 ? "192.0.2.100" : "fe80::100"});
  }
  void hold(const std::vector<const char*>& addresses) {
    instance_.addresses.clear();
    for (const auto* text : addresses) {
      config::VirtualAddress line;
      line.address.address = address(text);
      line.address.prefix_length = line.address.address.is_ipv4() ? 32 : 128;
      instance_.addresses.push_back(line);
    }
  }

  /// A node whose interface is up and has its addresses, not started.
  void make() {
    config::Config config;
    config.instances = {instance_};
    node_.emplace(make_node_config(config, profile_));
    give({}, LinkChanged{0, true});
    give({}, AddressesChanged{0, address(own_), address("fe80::2"), {}});
    give({}, WallClockChanged{wall_offset_});
  }
  /// Started at 0.
  std::string start() {
    make();
    return give({}, Startup{});
  }
  /// Started at 0 and, after one down interval without a rival, master.
  void become_master() {
    start();
    while (state() != State::master)
      give(node_->next_deadline()->time_since_epoch(), DeadlineReached{});
  }

  std::string give(Duration now, const Input& input) {
    effects_.clear();
    node_->handle(at(now), input, effects_);
    for (const auto& effect : effects_.list())
      if (const auto* send = std::get_if<SendAdvert>(&effect)) {
        const auto packet = effects_.packet(*send);
        sent_.push_back({now, {packet.begin(), packet.end()}, send->destination});
      }
    return text_of(effects_);
  }
  std::string deadline(Duration now) { return give(now, DeadlineReached{}); }
  /// Everything that is due until then, each at its time: "1.000000s advert(100)", ...
  std::vector<std::pair<Duration, std::string>> run_until(Duration end) {
    std::vector<std::pair<Duration, std::string>> log;
    while (node_->next_deadline() && node_->next_deadline()->time_since_epoch() <= end) {
      const auto now = node_->next_deadline()->time_since_epoch();
      log.emplace_back(now, deadline(now));
    }
    return log;
  }

  struct Rival {
    std::uint8_t priority = 100;
    const char* source = nullptr;  // nullptr: 192.0.2.3 or fe80::3, greater than ours
    Duration interval{};           // 0: as configured here
    std::uint32_t ah_sequence = 0;
    std::uint64_t hmac_sequence = 0;
  };
  std::vector<std::uint8_t> advert_of(const Rival& rival) const {
    auto config = router().config();
    config.ttl = 255;
    if (rival.interval != Duration{}) config.rules.advert_interval = rival.interval;
    const bool ipv4 = config.rules.family == Family::ipv4;
    const auto source = address(rival.source != nullptr ? rival.source
                                : ipv4                  ? "192.0.2.3"
                                                        : "fe80::3");
    std::vector<std::uint8_t> packet(advert_packet_size(config));
    const AdvertStamp stamp{rival.priority, 1, rival.ah_sequence, rival.hmac_sequence};
    const auto group = ipv4 ? IpAddress{kVrrpGroup4} : IpAddress::from_bytes(kVrrpGroup6);
    packet.resize(
        write_advert(config, stamp, source, config.rules.unicast ? address(own_) : group, packet));
    return packet;
  }
  std::string hear(Duration now, const Rival& rival) { return hear_packet(now, advert_of(rival)); }
  std::string hear(Duration now, std::uint8_t priority) { return hear(now, Rival{priority}); }
  std::string hear_packet(Duration now, const std::vector<std::uint8_t>& packet) {
    return give(now, PacketReceived{0, at(now), packet});
  }

  const VirtualRouter& router() const { return node_->virtual_routers()[0]; }
  State state() const { return router().state(); }
  std::optional<Duration> due() const {
    const auto next = node_->next_deadline();
    return next ? std::optional{next->time_since_epoch()} : std::nullopt;
  }

  /// An advert that left, as the wire has it.
  struct Sent {
    Duration at;
    std::vector<std::uint8_t> packet;
    IpAddress destination;
  };
  /// The last one, decoded (no AH, no trailer).
  DecodedPacket last_sent() const { return *decode_packet(sent_.back().packet); }
  template <typename T>
  int count() const {
    int found = 0;
    for (const auto& effect : effects_.list()) found += std::holds_alternative<T>(effect);
    return found;
  }
  template <typename T>
  int count_reports() const {
    int found = 0;
    for (const auto& effect : effects_.list())
      if (const auto* report = std::get_if<Report>(&effect))
        found += std::holds_alternative<T>(*report);
    return found;
  }

  config::VrrpInstance instance_;
  Profile profile_ = Profile::rfc;
  const char* own_ = "192.0.2.2";
  Duration wall_offset_ = std::chrono::seconds{1'795'354'903};
  std::optional<Node> node_;
  Effects effects_;
  std::vector<Sent> sent_;
};

}  // namespace understudy
