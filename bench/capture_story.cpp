#include "bench/capture_story.h"

#include <array>
#include <string>

#include "core/net/arp.h"
#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "core/vrrp/advert_codec.h"

namespace understudy::bench {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;  // ns since 1970
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kRoundsOfAReign = 600;
constexpr unsigned kHosts = 2;
constexpr std::size_t kOtherSize = 82;
constexpr std::array<std::uint8_t, kHosts> kPriorities = {150, 100};

MacAddress mac_of(unsigned host) {
  return MacAddress{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(host + 1)}};
}

Ipv4Address virtual_address(unsigned router, unsigned index) {
  return Ipv4Address{10U << 24 | router << 16 | index};
}

}  // namespace

CaptureStory::CaptureStory(const StoryShape& shape) : shape_(shape), at_(Duration{kStart}) {
  for (unsigned router = 0; router < shape.routers; ++router) {
    for (unsigned host = 0; host < kHosts; ++host) {
      adverts_.push_back(advert(router, host, kPriorities[host]));
      adverts_.push_back(advert(router, host, 0));
    }
  }
  add_other_traffic();
}

CaptureStory::Frame CaptureStory::next() {
  if (!announcements_.empty()) {
    at_ += Duration{1000};
    others_.front() = announcements_.back();
    announcements_.pop_back();
    return {at_, others_.front()};
  }
  const std::uint64_t before = frames_ * shape_.adverts_in_1000 / 1000;
  ++frames_;
  const bool is_advert = frames_ * shape_.adverts_in_1000 / 1000 != before;
  // Every virtual router speaks once a second.
  const std::int64_t step = kSecond * shape_.adverts_in_1000 / 1000 / shape_.routers;
  at_ = Instant{Duration{kStart + static_cast<std::int64_t>(frames_) * step}};
  if (is_advert) return {at_, next_advert()};
  return {at_, others_[1 + frames_ % (others_.size() - 1)]};
}

const CaptureStory::Bytes& CaptureStory::next_advert() {
  const auto router = static_cast<unsigned>(sent_ % shape_.routers);
  const std::uint64_t round = sent_ / shape_.routers;
  ++sent_;
  const auto host = static_cast<unsigned>(round / kRoundsOfAReign % kHosts);
  const std::uint64_t place = round % kRoundsOfAReign;
  if (place == 0) begin_announcing(router, host);
  const bool resigns = place == kRoundsOfAReign - 1;
  return adverts_[(router * kHosts + host) * 2 + (resigns ? 1 : 0)];
}

CaptureStory::Bytes CaptureStory::advert(unsigned router, unsigned host,
                                         std::uint8_t priority) const {
  Bytes addresses;
  for (unsigned i = 0; i < shape_.addresses; ++i) {
    const Ipv4Address address = virtual_address(router, i + 1);
    for (const std::uint8_t byte : address.bytes()) addresses.push_back(byte);
  }
  Advert advert;
  advert.version = 2;
  advert.vrid = static_cast<std::uint8_t>(router + 1);
  advert.priority = priority;
  advert.advert_interval = Duration{kSecond};
  advert.addresses = addresses;
  Bytes frame(kEthernetHeaderSize + 20 + encoded_size(advert));
  (void)encode_ethernet({MacAddress{{1, 0, 0x5e, 0, 0, 0x12}}, mac_of(host), kEtherTypeIpv4},
                        frame);
  const std::array<std::uint8_t, 4> source = {192, 0, 2, static_cast<std::uint8_t>(host + 1)};
  const std::array<std::uint8_t, 4> group = {224, 0, 0, 18};
  (void)encode_packet(advert, IpAddress::from_bytes(source), IpAddress::from_bytes(group),
                      ChecksumForm::message, {}, std::span(frame).subspan(kEthernetHeaderSize));
  frame.resize(std::max<std::size_t>(frame.size(), 60));
  return frame;
}

/// The first is room for an announcement. TCP and UDP: their payload matters to nobody.
void CaptureStory::add_other_traffic() {
  others_.emplace_back();
  for (unsigned i = 0; i < 64; ++i) {
    Bytes frame(kOtherSize);
    (void)encode_ethernet({mac_of(20 + i % 7), mac_of(10 + i % 5), kEtherTypeIpv4}, frame);
    frame[14] = 0x45;
    store_be16(frame.data() + 16, kOtherSize - kEthernetHeaderSize);
    frame[22] = 64;
    frame[23] = i % 3 == 0 ? 17 : kProtocolTcp;
    for (std::size_t byte = 26; byte < frame.size(); ++byte) {
      frame[byte] = static_cast<std::uint8_t>(byte * 7 + i * 13);
    }
    others_.push_back(std::move(frame));
  }
}

void CaptureStory::begin_announcing(unsigned router, unsigned host) {
  for (unsigned i = shape_.addresses; i > 0; --i) {
    Bytes frame(kArpFrameSize);
    (void)encode_gratuitous_arp(mac_of(host), virtual_address(router, i), GarpTarget::broadcast,
                                frame);
    frame.resize(60);
    announcements_.push_back(std::move(frame));
  }
}

}  // namespace understudy::bench
