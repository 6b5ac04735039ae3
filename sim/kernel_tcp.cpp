// The TCP of a simulated host: services answer, strangers are reset.
#include <cerrno>
#include <string_view>

#include "sim/kernel.h"
#include "sim/random_stream.h"

namespace understudy::sim {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nServer: understudy\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// 32 bits of an address: all of an IPv4 one.
std::uint32_t short_form(const IpAddress& address) {
  if (address.is_ipv4()) return address.ipv4().value;
  return static_cast<std::uint32_t>(scramble(digest_of(address.bytes())));
}

}  // namespace

/// Writes the IP header of a packet with `size` bytes of payload; returns where that goes.
std::span<std::uint8_t> HostKernel::begin_packet(std::span<std::uint8_t> out,
                                                 const IpAddress& source,
                                                 const IpAddress& destination,
                                                 std::uint8_t protocol, std::size_t size) {
  if (!source.is_ipv4()) {
    Ipv6Header ip;
    ip.payload_length = static_cast<std::uint16_t>(size);
    ip.next_header = protocol;
    ip.source = source;
    ip.destination = destination;
    encode_ipv6(ip, out);
    return out.subspan(kIpv6HeaderSize);
  }
  Ipv4Header ip;
  ip.total_length = static_cast<std::uint16_t>(kIpv4HeaderSize + size);
  ip.identification = ++identification_;
  ip.fragment = 0x4000;  // don't fragment
  ip.protocol = protocol;
  ip.source = source.ipv4();
  ip.destination = destination.ipv4();
  write_ipv4(ip, out.data());
  return out.subspan(kIpv4HeaderSize);
}

/// To ourselves at once, past the packet filter; else by the routes.
int HostKernel::send_on_its_way(std::span<const std::uint8_t> whole, const IpAddress& source,
                                const IpAddress& destination) {
  // A known way does not lead to ourselves: it is forgotten with every change of our addresses.
  if (const auto* known = ways_.known(source, destination)) [[likely]]
    return leave(*known, whole, source, destination);
  if (holds(destination)) {
    const auto header_size = source.is_ipv4() ? kIpv4HeaderSize : kIpv6HeaderSize;
    IpPacket packet;
    packet.source = source;
    packet.destination = destination;
    packet.protocol = whole[source.is_ipv4() ? 9 : 6];
    packet.sound = true;
    packet.payload = whole.subspan(header_size);
    if (!drops(packet)) deliver(packet, stage_.nic_number(host_, 0));
    return 0;
  }
  return leave(ways_.look_up(routes_, source, destination), whole, source, destination);
}

int HostKernel::leave(const RoutingTable::Answer& answer, std::span<const std::uint8_t> whole,
                      const IpAddress& source, const IpAddress& destination) {
  return answer.path
             ? transmit(answer.path->interface, whole, source, destination, answer.path->gateway)
             : answer.error;
}

void HostKernel::deliver(const IpPacket& packet, std::uint32_t from_nic) {
  if (packet.protocol == kProtocolTcp) return receive_tcp(packet, from_nic);
  if (packet.protocol == kProtocolIcmp || packet.protocol == kProtocolIcmp6)
    receive_icmp(packet, from_nic);
}

int HostKernel::send_tcp(const IpAddress& source, const IpAddress& destination,
                         const TcpHeader& header, std::span<const std::uint8_t> payload) {
  if (!powered_) return ENETDOWN;
  std::array<std::uint8_t, kFrameSizeMax> buffer;
  const auto size = kTcpHeaderSize + payload.size();
  const auto place = begin_packet(buffer, source, destination, kProtocolTcp, size);
  encode_tcp(header, payload, source, destination, place);
  return send_on_its_way(std::span{buffer}.first(buffer.size() - place.size() + size), source,
                         destination);
}

void HostKernel::receive_tcp(const IpPacket& packet, std::uint32_t from_nic) {
  TcpHeader header;
  if (packet.sound) [[likely]] {
    header = read_tcp(packet.payload.data());
  } else {
    const auto read = decode_tcp(packet.payload, packet.source, packet.destination);
    if (!read) return;
    header = *read;
  }
  const TcpSegment segment{packet.source, packet.destination, header,
                           packet.payload.subspan(header.header_size), from_nic};
  if (listener_.client_segment(host_, segment)) return;
  serve(segment);
}

// Our first sequence number towards a peer is a function of the connection and of this boot, as
// with SYN cookies: what a segment acknowledges says how far its connection has come.
std::uint32_t HostKernel::own_sequence(const TcpSegment& segment) const {
  const auto peer = static_cast<std::uint64_t>(short_form(segment.source)) << 32 |
                    static_cast<std::uint64_t>(segment.header.source_port) << 16 |
                    segment.header.destination_port;
  const auto us = static_cast<std::uint64_t>(short_form(segment.destination)) << 32 |
                  static_cast<std::uint64_t>(host_ & 0xffff) << 16 | (boots_ & 0xffff);
  return static_cast<std::uint32_t>(scramble(peer ^ scramble(us ^ stage_.scenario.seed)));
}

/// Says that there is no such connection.
void HostKernel::reset(const TcpSegment& segment) {
  if (segment.has(TcpFlags::kRst)) return;
  TcpHeader reply;
  reply.source_port = segment.header.destination_port;
  reply.destination_port = segment.header.source_port;
  const bool acknowledges = segment.has(TcpFlags::kAck);
  reply.sequence = acknowledges ? segment.header.acknowledgment : 0;
  reply.acknowledgment = acknowledges ? 0 : segment.header.sequence + segment.length();
  reply.flags = acknowledges ? TcpFlags::kRst : TcpFlags::kRst | TcpFlags::kAck;
  send_tcp(segment.destination, segment.source, reply, {});
}

void HostKernel::serve(const TcpSegment& segment) {
  if (segment.has(TcpFlags::kRst)) return;
  TcpHeader reply;
  reply.source_port = segment.header.destination_port;
  reply.destination_port = segment.header.source_port;
  reply.acknowledgment = segment.header.sequence + segment.length();
  reply.flags = TcpFlags::kAck;
  const auto send = [&](std::span<const std::uint8_t> payload = {}) {
    send_tcp(segment.destination, segment.source, reply, payload);
    reply.sequence += static_cast<std::uint32_t>(payload.size());
  };
  const auto status = services_.listening(segment.header.destination_port);
  const auto first = own_sequence(segment);
  if (segment.has(TcpFlags::kSyn)) {
    if (segment.has(TcpFlags::kAck) || status == ServiceStatus::down) return reset(segment);
    reply.sequence = first;
    reply.flags = TcpFlags::kSyn | TcpFlags::kAck;
    return send();
  }
  // How far our side has come: 0 before the answer, the answer, the answer and our FIN.
  const auto answer = bytes_of(kAnswer);
  const auto done = segment.header.acknowledgment - first - 1;
  const auto whole = static_cast<std::uint32_t>(answer.size()) + 1;
  if (!segment.has(TcpFlags::kAck) || done > whole || status == ServiceStatus::down)
    return reset(segment);
  neighbours_.confirm(stage_.now, segment.source);
  if (segment.length() == 0) return;
  reply.sequence = segment.header.acknowledgment;
  if (!segment.payload.empty()) {
    if (status == ServiceStatus::hung) return send();
    reply.flags = TcpFlags::kPsh | TcpFlags::kAck;
    send(answer);
    reply.flags = TcpFlags::kFin | TcpFlags::kAck;
    return send();
  }
  // A FIN. One that has our FIN already is acknowledged, else it gets ours.
  if (done == 0 && status != ServiceStatus::hung) reply.flags = TcpFlags::kFin | TcpFlags::kAck;
  send();
}

}  // namespace understudy::sim
