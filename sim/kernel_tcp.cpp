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

}  // namespace

int HostKernel::send_tcp(Ipv4Address source, Ipv4Address destination, const TcpHeader& header,
                         std::span<const std::uint8_t> payload) {
  if (!powered_) return ENETDOWN;
  std::array<std::uint8_t, kFrameSizeMax> packet;
  Ipv4Header ip;
  ip.total_length = static_cast<std::uint16_t>(kIpv4HeaderSize + kTcpHeaderSize + payload.size());
  ip.identification = ++identification_;
  ip.fragment = 0x4000;  // don't fragment
  ip.protocol = kProtocolTcp;
  ip.source = source;
  ip.destination = destination;
  const auto out = std::span{packet};
  encode_ipv4(ip, out);
  encode_tcp(header, payload, source, destination, out.subspan(kIpv4HeaderSize));
  const auto whole = out.first(ip.total_length);
  if (holds(destination)) {
    receive_tcp(ip, whole.subspan(kIpv4HeaderSize), stage_.nic_number(host_, 0));
    return 0;
  }
  const auto nic = route(destination);
  return nic ? send_packet(*nic, whole) : ENETUNREACH;
}

void HostKernel::receive_tcp(const Ipv4Header& ip, std::span<const std::uint8_t> bytes,
                             std::uint32_t from_nic) {
  const auto header = decode_tcp(bytes, ip.source, ip.destination);
  if (!header) return;
  const TcpSegment segment{ip.source, ip.destination, *header, bytes.subspan(header->header_size),
                           from_nic};
  if (listener_.client_segment(host_, segment)) return;
  serve(segment);
}

// Our first sequence number towards a peer is a function of the connection and of this boot, as
// with SYN cookies: what a segment acknowledges says how far its connection has come.
std::uint32_t HostKernel::own_sequence(const TcpSegment& segment) const {
  const auto peer = static_cast<std::uint64_t>(segment.source.value) << 32 |
                    static_cast<std::uint64_t>(segment.header.source_port) << 16 |
                    segment.header.destination_port;
  const auto us = static_cast<std::uint64_t>(segment.destination.value) << 32 |
                  static_cast<std::uint64_t>(host_ & 0xffff) << 16 | (boots_ & 0xffff);
  return static_cast<std::uint32_t>(scramble(peer ^ scramble(us ^ stage_.scenario.seed)));
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
  const auto refuse = [&] {
    reply.sequence = segment.has(TcpFlags::kAck) ? segment.header.acknowledgment : 0;
    reply.flags = segment.has(TcpFlags::kAck) ? TcpFlags::kRst : TcpFlags::kRst | TcpFlags::kAck;
    if (segment.has(TcpFlags::kAck)) reply.acknowledgment = 0;
    send();
  };
  const auto status = services_.listening(segment.header.destination_port);
  const auto first = own_sequence(segment);
  if (segment.has(TcpFlags::kSyn)) {
    if (segment.has(TcpFlags::kAck) || status == ServiceStatus::down) return refuse();
    reply.sequence = first;
    reply.flags = TcpFlags::kSyn | TcpFlags::kAck;
    return send();
  }
  // How far our side has come: 0 before the answer, the answer, the answer and our FIN.
  const auto answer = bytes_of(kAnswer);
  const auto done = segment.header.acknowledgment - first - 1;
  const auto whole = static_cast<std::uint32_t>(answer.size()) + 1;
  if (!segment.has(TcpFlags::kAck) || done > whole || status == ServiceStatus::down)
    return refuse();
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
