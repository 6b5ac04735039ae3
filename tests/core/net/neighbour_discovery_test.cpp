// Neighbour Discovery against the frames of the conformance suite, and against hostile bytes.
#include "core/net/neighbour_discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/net/checksum.h"
#include "core/net/ethernet.h"

namespace understudy {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr MacAddress kMac{{0x00, 0x00, 0x5e, 0x00, 0x02, 0x0a}};
constexpr std::size_t kMessageAt = 14 + 40;

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

IpAddress address(const char* text) { return parse_ip_address(text).value(); }

Bytes advertisement(const NeighbourMessage& message, const IpAddress& source,
                    const IpAddress& destination) {
  Bytes frame(kNeighbourFrameSize);
  const auto size =
      encode_neighbour_frame(message, kMac, kBroadcastMac, source, destination, frame);
  frame.resize(size.value());
  return Bytes(frame.begin() + kMessageAt, frame.end());
}

// The message with a checksum that is right whatever else is wrong.
Bytes resealed(Bytes message, const IpAddress& source, const IpAddress& destination) {
  message[2] = message[3] = 0;
  ChecksumSum sum;
  sum.add(source.bytes());
  sum.add(destination.bytes());
  sum.add_be32(static_cast<std::uint32_t>(message.size()));
  sum.add_be32(kProtocolIcmp6);
  sum.add(message);
  sum.store(message.data() + 2);
  return message;
}

NeighbourMessage announcement() {
  NeighbourMessage message;
  message.override = true;
  message.target = address("2001:db8::100");
  message.link_layer = kMac;
  return message;
}

const IpAddress kSource = address("fe80::1");

TEST(NeighbourDiscovery, FramesOfTheConformanceSuite) {
  std::ifstream file{std::string{UNDERSTUDY_SOURCE_DIR} + "/tests/conformance/vectors.json"};
  const auto suite = nlohmann::json::parse(file);
  unsigned seen = 0;
  for (const auto& each : suite.at("frames")) {
    if (each.at("kind") != "unsolicited-na") continue;
    ++seen;
    SCOPED_TRACE(each.at("name").get<std::string>());
    const auto target = address(each.at("address").get<std::string>().c_str());
    const auto mac = virtual_mac(each.at("vrid").get<std::uint8_t>(), Family::ipv6);
    const bool router = each.at("flags").get<std::string>().find('R') != std::string::npos;
    const auto wanted = from_hex(each.at("frame_hex").get<std::string>());

    Bytes frame(kNeighbourFrameSize + 2, 0xa5);
    EXPECT_EQ(encode_unsolicited_advertisement(mac, target, router, frame), kNeighbourFrameSize);
    EXPECT_EQ(Bytes(frame.begin(), frame.end() - 2), wanted);
    EXPECT_THAT(Bytes(frame.end() - 2, frame.end()), testing::Each(0xa5));
    EXPECT_EQ(solicited_node_address(target),
              address(each.at("solicited_node").get<std::string>().c_str()));

    const auto decoded = decode_neighbour_message(std::span{wanted}.subspan(kMessageAt), target,
                                                  all_nodes_address(), 255);
    ASSERT_TRUE(decoded);
    const NeighbourMessage expected{false, router, false, true, target, mac};
    EXPECT_EQ(*decoded, expected);
  }
  EXPECT_EQ(seen, 3U);
}

TEST(NeighbourDiscovery, RouterFlagIsAsAsked) {
  for (const bool router : {false, true}) {
    Bytes frame(kNeighbourFrameSize);
    ASSERT_TRUE(encode_unsolicited_advertisement(kMac, kSource, router, frame));
    EXPECT_EQ(frame[kMessageAt + 4], router ? 0xa0 : 0x20);
    const auto decoded = decode_neighbour_message(std::span{frame}.subspan(kMessageAt), kSource,
                                                  all_nodes_address(), 255);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->router, router);
  }
}

TEST(NeighbourDiscovery, SolicitationGoesThereAndBack) {
  NeighbourMessage question;
  question.solicitation = true;
  question.target = address("2001:db8::100");
  for (const bool with_option : {false, true}) {
    if (with_option) question.link_layer = kMac;
    const auto group = solicited_node_address(question.target);
    Bytes frame(kNeighbourFrameSize, 0xa5);
    const auto size =
        encode_neighbour_frame(question, kMac, multicast_mac(group), kSource, group, frame);
    EXPECT_EQ(size, with_option ? kNeighbourFrameSize : kNeighbourFrameSize - 8);
    EXPECT_EQ(frame[0], 0x33);
    EXPECT_EQ(
        decode_neighbour_message(std::span{frame}.subspan(kMessageAt, size.value() - kMessageAt),
                                 kSource, group, 255),
        question);
  }
}

TEST(NeighbourDiscovery, EveryPrefixIsRefusedAndNoShortBufferIsTouched) {
  const auto whole = advertisement(announcement(), kSource, all_nodes_address());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::span prefix{whole.data(), size};
    const auto decoded = decode_neighbour_message(prefix, kSource, all_nodes_address(), 255);
    EXPECT_EQ(decoded.error(), size < 24 ? FrameError::truncated : FrameError::bad_checksum);
  }
  for (std::size_t size = 24; size < whole.size(); ++size) {
    // With a checksum that fits, what is left of the option is refused; without any it is fine.
    const auto cut =
        resealed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), kSource,
                 all_nodes_address());
    const auto decoded = decode_neighbour_message(cut, kSource, all_nodes_address(), 255);
    if (size == 24)
      EXPECT_EQ(decoded.value().link_layer, std::nullopt);
    else
      EXPECT_EQ(decoded.error(), FrameError::bad_header) << size;
  }
  for (std::size_t size = 0; size < kNeighbourFrameSize; ++size) {
    Bytes small(size, 0xa5);
    EXPECT_EQ(encode_unsolicited_advertisement(kMac, kSource, true, small).error(),
              FrameError::buffer_too_small);
    EXPECT_THAT(small, testing::Each(0xa5));
  }
}

TEST(NeighbourDiscovery, EveryFlippedBitIsSeen) {
  const auto whole = advertisement(announcement(), kSource, all_nodes_address());
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
    EXPECT_FALSE(decode_neighbour_message(damaged, kSource, all_nodes_address(), 255)) << bit;
  }
  const auto elsewhere =
      decode_neighbour_message(whole, address("fe80::2"), all_nodes_address(), 255);
  EXPECT_EQ(elsewhere.error(), FrameError::bad_checksum);
}

TEST(NeighbourDiscovery, RefusesWithAReason) {
  const auto whole = advertisement(announcement(), kSource, all_nodes_address());
  const auto with = [&](std::size_t place, std::uint8_t value) {
    auto bytes = whole;
    bytes[place] = value;
    return decode_neighbour_message(resealed(bytes, kSource, all_nodes_address()), kSource,
                                    all_nodes_address(), 255);
  };
  EXPECT_EQ(decode_neighbour_message(whole, kSource, all_nodes_address(), 254).error(),
            FrameError::bad_header);
  EXPECT_EQ(with(0, 134).error(), FrameError::bad_header);   // a router advertisement
  EXPECT_EQ(with(1, 1).error(), FrameError::bad_header);     // code
  EXPECT_EQ(with(4, 0x60).error(), FrameError::bad_header);  // solicited, yet to a group
  EXPECT_EQ(with(8, 0xff).error(), FrameError::bad_header);  // a group as target
  EXPECT_EQ(with(25, 0).error(), FrameError::bad_header);    // an option of length 0
  EXPECT_EQ(with(25, 2).error(), FrameError::bad_header);    // longer than the message
  EXPECT_EQ(with(25, 0xff).error(), FrameError::bad_header);
  EXPECT_EQ(with(24, 14).value().link_layer, std::nullopt);  // an option we do not know
  EXPECT_EQ(with(24, 1).value().link_layer, std::nullopt);   // the source's says nothing here
  EXPECT_EQ(decode_neighbour_message(whole, IpAddress{}, all_nodes_address(), 255).error(),
            FrameError::bad_header);  // IPv4
}

TEST(NeighbourDiscovery, OptionsAfterTheOneWeWantAreWalkedToo) {
  auto bytes = advertisement(announcement(), kSource, all_nodes_address());
  bytes.insert(bytes.end(), {14, 1, 1, 2, 3, 4, 5, 6});
  const auto good = decode_neighbour_message(resealed(bytes, kSource, all_nodes_address()), kSource,
                                             all_nodes_address(), 255);
  EXPECT_EQ(good.value().link_layer, kMac);
  bytes[33] = 0;
  const auto bad = decode_neighbour_message(resealed(bytes, kSource, all_nodes_address()), kSource,
                                            all_nodes_address(), 255);
  EXPECT_EQ(bad.error(), FrameError::bad_header);
}

TEST(NeighbourDiscovery, DuplicateAddressDetectionNamesNoSender) {
  NeighbourMessage probe;
  probe.solicitation = true;
  probe.target = address("2001:db8::100");
  const auto unspecified = address("::");
  const auto group = solicited_node_address(probe.target);
  EXPECT_EQ(
      decode_neighbour_message(advertisement(probe, unspecified, group), unspecified, group, 255),
      probe);
  EXPECT_EQ(decode_neighbour_message(advertisement(probe, unspecified, all_nodes_address()),
                                     unspecified, all_nodes_address(), 255)
                .error(),
            FrameError::bad_header);
  probe.link_layer = kMac;
  EXPECT_EQ(
      decode_neighbour_message(advertisement(probe, unspecified, group), unspecified, group, 255)
          .error(),
      FrameError::bad_header);
}

TEST(NeighbourDiscovery, EncodesNoIpv4) {
  Bytes frame(kNeighbourFrameSize, 0xa5);
  EXPECT_EQ(encode_unsolicited_advertisement(kMac, Ipv4Address{0xc0000264}, false, frame).error(),
            FrameError::bad_header);
  EXPECT_THAT(frame, testing::Each(0xa5));
}

}  // namespace
}  // namespace understudy
