#include "sim/group_message.h"

#include <algorithm>
#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/checksum.h"
#include "core/net/icmp6_checksum.h"
#include "core/net/neighbour_discovery.h"
#include "sim/ip_packet.h"
#include "sim/traffic.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;
using Bytes = std::span<const std::uint8_t>;

// IGMP types, RFC 3376, section 4.
constexpr std::uint8_t kQuery4 = 0x11, kReport4v1 = 0x12, kReport4v2 = 0x16, kLeave4 = 0x17,
                       kReport4v3 = 0x22;
// ICMPv6 types, RFC 3810, section 5.
constexpr std::uint8_t kQuery6 = 130, kReport6v1 = 131, kDone6 = 132, kReport6v2 = 143;

constexpr std::size_t kMessageSize = 8;  // before records; version 2 of IGMP: all
constexpr std::size_t kRecordSize = 4;   // before the group
constexpr std::size_t kQueryTail = 4;    // flags, interval, number of sources
constexpr std::size_t kExtensionSize = 8;
constexpr std::uint8_t kRobustness = 2, kQueryIntervalCode = 125;
constexpr std::uint8_t kAllow = 5;

constexpr Ipv4Address kAllSystems{0xe0000001}, kReportGroup4{0xe0000016};
constexpr std::array<std::uint8_t, 16> kReportGroup6 = {0xff, 2, 0, 0, 0, 0, 0, 0,
                                                        0,    0, 0, 0, 0, 0, 0, 0x16};

// A floating point number where the highest bit is set (RFC 3376, section 4.1.1; RFC 3810, 5.1.3).
std::int64_t decode_code(std::uint32_t code, unsigned mantissa_bits) {
  const std::uint32_t exponent_at = 1U << mantissa_bits;
  if (code < exponent_at << 3) return code;
  const auto mantissa = (code & (exponent_at - 1)) | exponent_at;
  return static_cast<std::int64_t>(mantissa) << (((code >> mantissa_bits) & 7) + 3);
}

/// Whether the sources and the type of a record leave its sender in the group.
GroupRecordType membership_of(std::uint8_t type, std::size_t sources) {
  const bool in = type == static_cast<std::uint8_t>(GroupRecordType::is_exclude) ||
                  type == static_cast<std::uint8_t>(GroupRecordType::becomes_exclude) ||
                  (sources > 0 && type <= kAllow);
  return in ? GroupRecordType::is_exclude : GroupRecordType::becomes_include;
}

std::optional<GroupMessage> read_records(Bytes message, std::size_t address_size) {
  if (message.size() < kMessageSize) return std::nullopt;
  GroupMessage report;
  auto rest = message.subspan(kMessageSize);
  for (unsigned left = load_be16(message.data() + 6); left > 0; --left) {
    if (rest.size() < kRecordSize + address_size) return std::nullopt;
    const std::size_t sources = load_be16(rest.data() + 2);
    const auto size = kRecordSize + address_size * (1 + sources) + std::size_t{rest[1]} * 4;
    if (size > rest.size()) return std::nullopt;
    report.records.push_back({membership_of(rest[0], sources),
                              IpAddress::from_bytes(rest.subspan(kRecordSize, address_size))});
    rest = rest.subspan(size);
  }
  return report;
}

GroupMessage lone(GroupRecordType type, Bytes group) {
  return {false, {}, {{type, IpAddress::from_bytes(group)}}};
}

std::optional<GroupMessage> read_igmp(Bytes message) {
  if (message.size() < kMessageSize) return std::nullopt;
  ChecksumSum sum;
  sum.add(message);
  if (!sum.verifies()) return std::nullopt;
  switch (message[0]) {
    case kQuery4:
      // Version 1 has no code.
      return GroupMessage{
          true, message[1] == 0 ? 10s : Duration{decode_code(message[1], 4) * 100'000'000}, {}};
    case kReport4v1:
    case kReport4v2:
      return lone(GroupRecordType::is_exclude, message.subspan(4, 4));
    case kLeave4:
      return lone(GroupRecordType::becomes_include, message.subspan(4, 4));
    case kReport4v3:
      return read_records(message, 4);
    default:
      return std::nullopt;
  }
}

std::optional<GroupMessage> read_mld(Bytes message, const IpPacket& packet) {
  if (message.size() < kMessageSize ||
      !icmp6_sum(message, packet.source, packet.destination).verifies())
    return std::nullopt;
  if (message[0] == kReport6v2) return read_records(message, 16);
  if (message.size() < kMessageSize + 16) return std::nullopt;
  switch (message[0]) {
    case kQuery6:
      return GroupMessage{
          true, Duration{decode_code(load_be16(message.data() + 4), 12) * 1'000'000}, {}};
    case kReport6v1:
      return lone(GroupRecordType::is_exclude, message.subspan(kMessageSize, 16));
    case kDone6:
      return lone(GroupRecordType::becomes_include, message.subspan(kMessageSize, 16));
    default:
      return std::nullopt;
  }
}

/// A packet with room for a message of this size, all around it written.
struct Draft {
  std::vector<std::uint8_t> packet;
  std::span<std::uint8_t> message;
};

Draft begin4(const IpAddress& source, Ipv4Address destination, std::size_t message_size) {
  constexpr std::size_t kHeaderSize = kIpv4HeaderSize + 4;
  Draft draft;
  draft.packet.resize(kHeaderSize + message_size);
  auto* ip = draft.packet.data();
  store_be32(ip, 0x46c00000 | static_cast<std::uint32_t>(draft.packet.size()));  // TOS: control
  store_be32(ip + 4, 0x4000);                                                    // not in fragments
  ip[8] = 1;
  ip[9] = kProtocolIgmp;
  if (!source.is_unspecified()) store_be32(ip + 12, source.ipv4().value);
  store_be32(ip + 16, destination.value);
  store_be32(ip + 20, 0x94040000);  // router alert (RFC 2113)
  ChecksumSum sum;
  sum.add({ip, kHeaderSize});
  sum.store(ip + 10);
  draft.message = std::span{draft.packet}.subspan(kHeaderSize);
  return draft;
}

Draft begin6(const IpAddress& source, const IpAddress& destination, std::size_t message_size) {
  Draft draft;
  draft.packet.resize(kIpv6HeaderSize + kExtensionSize + message_size);
  Ipv6Header header;
  header.payload_length = static_cast<std::uint16_t>(kExtensionSize + message_size);
  header.next_header = 0;
  header.hop_limit = 1;
  header.source = source;
  header.destination = destination;
  encode_ipv6(header, draft.packet);
  // Hop-by-hop options: router alert (RFC 2711) and padding.
  constexpr std::uint8_t kExtension[kExtensionSize] = {kProtocolIcmp6, 0, 5, 2, 0, 0, 1, 0};
  std::memcpy(draft.packet.data() + kIpv6HeaderSize, kExtension, kExtensionSize);
  draft.message = std::span{draft.packet}.subspan(kIpv6HeaderSize + kExtensionSize);
  return draft;
}

std::vector<std::uint8_t> finish4(Draft&& draft) {
  ChecksumSum sum;
  sum.add(draft.message);
  sum.store(draft.message.data() + 2);
  return std::move(draft.packet);
}

std::vector<std::uint8_t> finish6(Draft&& draft, const IpAddress& source,
                                  const IpAddress& destination) {
  icmp6_sum(draft.message, source, destination).store(draft.message.data() + 2);
  return std::move(draft.packet);
}

}  // namespace

std::optional<GroupMessage> read_group_message(std::span<const std::uint8_t> packet) {
  const auto ip = read_ip(packet);
  if (!ip) return std::nullopt;
  if (ip->source.is_ipv4())
    return ip->protocol == kProtocolIgmp ? read_igmp(ip->payload) : std::nullopt;
  if (ip->protocol != 0 || ip->payload.size() < kExtensionSize ||
      ip->payload[0] != kProtocolIcmp6 || ip->payload[1] != 0)
    return std::nullopt;
  return read_mld(ip->payload.subspan(kExtensionSize), *ip);
}

std::vector<std::uint8_t> make_group_report(const IpAddress& source,
                                            std::span<const GroupRecord> records) {
  const bool wide = !source.is_ipv4();
  const std::size_t record_size = kRecordSize + (wide ? 16 : 4);
  const auto size = kMessageSize + records.size() * record_size;
  const auto to = wide ? IpAddress::from_bytes(kReportGroup6) : IpAddress{kReportGroup4};
  auto draft = wide ? begin6(source, to, size) : begin4(source, kReportGroup4, size);
  draft.message[0] = wide ? kReport6v2 : kReport4v3;
  store_be16(draft.message.data() + 6, static_cast<std::uint16_t>(records.size()));
  auto* at = draft.message.data() + kMessageSize;
  for (const auto& record : records) {
    at[0] = static_cast<std::uint8_t>(record.type);
    const auto group = record.group.bytes();
    std::copy(group.begin(), group.end(), at + kRecordSize);
    at += record_size;
  }
  return wide ? finish6(std::move(draft), source, to) : finish4(std::move(draft));
}

std::vector<std::uint8_t> make_group_query(const IpAddress& source) {
  const bool wide = !source.is_ipv4();
  const auto to = wide ? all_nodes_address() : IpAddress{kAllSystems};
  const auto size = kMessageSize + (wide ? 16 : 0) + kQueryTail;
  auto draft = wide ? begin6(source, to, size) : begin4(source, kAllSystems, size);
  auto* message = draft.message.data();
  message[0] = wide ? kQuery6 : kQuery4;
  if (wide)
    store_be16(message + 4, 10'000);  // milliseconds
  else
    message[1] = 100;  // tenths of a second
  auto* tail = message + size - kQueryTail;
  tail[0] = kRobustness;
  tail[1] = kQueryIntervalCode;
  return wide ? finish6(std::move(draft), source, to) : finish4(std::move(draft));
}

}  // namespace understudy::sim
