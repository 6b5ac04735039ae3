// The ICMP of a simulated host: pings are answered, refusals are sent and heard.
#include <algorithm>
#include <cerrno>

#include "sim/kernel.h"

namespace understudy::sim {
namespace {

// What Linux sends back of a refused packet at least: the IP header and eight bytes more.
constexpr std::size_t kOriginalPayload = 8;

bool is_echo(std::uint8_t type) {
  return type == IcmpTypes::kEchoRequest6 || type == IcmpTypes::kEchoReply6;
}

/// What tells one packet of a sender from the next; nullopt for protocols without ports.
std::optional<Refusal> identify(const IpPacket& packet) {
  const auto& payload = packet.payload;
  const bool echo = packet.protocol == kProtocolIcmp || packet.protocol == kProtocolIcmp6;
  if ((!echo && packet.protocol != kProtocolTcp) || payload.size() < kOriginalPayload)
    return std::nullopt;
  const auto* at = payload.data() + (echo ? 4 : 0);
  return Refusal{packet.source, packet.destination, packet.protocol, load_be16(at),
                 load_be16(at + 2)};
}

/// The refused packet in an ICMP message: cut short, so its own lengths do not count.
std::optional<IpPacket> read_cut(std::span<const std::uint8_t> original) {
  IpPacket packet;
  const bool wide = ip_version(original) == 6;
  const std::size_t header = original.empty() ? 0
                             : wide           ? kIpv6HeaderSize
                                              : (original[0] & 15U) * std::size_t{4};
  if (header < kIpv4HeaderSize || original.size() < header) return std::nullopt;
  const auto family = wide ? Family::ipv6 : Family::ipv4;
  packet.source.assign(original.data() + (wide ? 8 : 12), family);
  packet.destination.assign(original.data() + (wide ? 24 : 16), family);
  packet.protocol = original[wide ? 6 : 9];
  packet.payload = original.subspan(header);
  return packet;
}

}  // namespace

int HostKernel::send_echo(const IpAddress& source, const IpAddress& destination,
                          const IcmpEcho& echo) {
  if (!powered_) return ENETDOWN;
  std::array<std::uint8_t, kFrameSizeMax> buffer;
  const auto size = kIcmpHeaderSize + echo.payload.size();
  const auto protocol = source.is_ipv4() ? kProtocolIcmp : kProtocolIcmp6;
  const auto place = begin_packet(buffer, source, destination, protocol, size);
  if (!encode_icmp_echo(echo, source, destination, place)) return EMSGSIZE;
  return send_on_its_way(std::span{buffer}.first(buffer.size() - place.size() + size), source,
                         destination);
}

/// Neighbour Discovery goes to the interface, echo to whoever holds the address.
void HostKernel::receive_icmp6(std::uint32_t interface, bool group, const IpPacket& packet,
                               std::uint32_t from_nic) {
  const auto type = packet.payload.empty() ? std::uint8_t{0} : packet.payload[0];
  if (!is_echo(type) && type != IcmpTypes::kUnreachable6)
    return receive_discovery(interface, group, packet, from_nic);
  if (holds(packet.destination)) receive_icmp(packet, from_nic);
}

void HostKernel::receive_icmp(const IpPacket& packet, std::uint32_t from_nic) {
  const auto echo = decode_icmp_echo(packet.payload, packet.source, packet.destination);
  if (!echo) return receive_unreachable(packet);
  if (!echo->request)
    return listener_.client_echo(
        host_, {packet.source, packet.destination, echo->identifier, echo->sequence, from_nic});
  auto answer = *echo;
  answer.request = false;
  send_echo(packet.destination, packet.source, answer);
}

void HostKernel::receive_unreachable(const IpPacket& packet) {
  const auto message = decode_icmp_unreachable(packet.payload, packet.source, packet.destination);
  const auto original = message ? read_cut(message->original) : std::nullopt;
  if (original && holds(original->source)) tell_refused(*original);
}

void HostKernel::tell_refused(const IpPacket& packet) {
  if (const auto refusal = identify(packet)) listener_.client_refused(host_, *refusal);
}

/// REJECT of the INPUT chain. As Linux, a group is told nothing, and an error is not answered.
void HostKernel::refuse(const FirewallRule& rule, const IpPacket& packet,
                        std::span<const std::uint8_t> whole) {
  if (packet.destination.is_multicast() || packet.fragment || !holds(packet.destination)) return;
  if (!rule.reject_code) {
    const auto header = decode_tcp(packet.payload, packet.source, packet.destination);
    if (header)
      reset({packet.source, packet.destination, *header,
             packet.payload.subspan(header->header_size), 0});
    return;
  }
  const bool wide = !packet.source.is_ipv4();
  const auto protocol = wide ? kProtocolIcmp6 : kProtocolIcmp;
  if (packet.protocol == protocol && !packet.payload.empty() &&
      packet.payload[0] == (wide ? IcmpTypes::kUnreachable6 : IcmpTypes::kUnreachable4))
    return;
  const auto header_size = static_cast<std::size_t>(packet.payload.data() - whole.data());
  const auto original =
      whole.first(std::min(header_size + kOriginalPayload, header_size + packet.payload.size()));
  std::array<std::uint8_t, kFrameSizeMax> buffer;
  const auto size = kIcmpHeaderSize + original.size();
  const auto place = begin_packet(buffer, packet.destination, packet.source, protocol, size);
  if (encode_icmp_unreachable({*rule.reject_code, original}, packet.destination, packet.source,
                              place))
    send_on_its_way(std::span{buffer}.first(buffer.size() - place.size() + size),
                    packet.destination, packet.source);
}

}  // namespace understudy::sim
