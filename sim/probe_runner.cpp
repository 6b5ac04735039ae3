#include "sim/probe_runner.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace understudy::sim {
namespace {

/// As in a URL (RFC 3986, section 3.2.2).
std::string host_text(const IpAddress& address) {
  return address.is_ipv4() ? to_string(address) : "[" + to_string(address) + "]";
}

}  // namespace

ProbeRunner::ProbeRunner(Stage& stage, HostKernel& kernel, std::size_t probe, PortRange ports)
    : stage_(stage),
      kernel_(kernel),
      probe_(probe),
      config_(stage.scenario.probes[probe]),
      ports_(ports),
      request_text_("GET / HTTP/1.1\r\nHost: " + host_text(config_.target) +
                    "\r\nUser-Agent: understudy\r\nConnection: close\r\n\r\n"),
      sequences_(stage.scenario.seed, "probe/" + config_.name) {
  log_.record().name = config_.name;
}

void ProbeRunner::start() {
  if (Instant{config_.start} < Instant{stage_.scenario.duration})
    stage_.queue.push(Instant{config_.start}, EventKind::probe_send,
                      static_cast<std::uint32_t>(probe_));
}

void ProbeRunner::send_next(bool able) {
  const auto next = Instant{config_.start} + static_cast<std::int64_t>(++sent_) * config_.every;
  if (config_.every > Duration{} && next < Instant{stage_.scenario.duration})
    stage_.queue.push(next, EventKind::probe_send, static_cast<std::uint32_t>(probe_));
  const auto over = [this](const Connection& connection) {
    return connection.phase == Phase::closed ||
           (connection.settled && stage_.now - connection.sent_at > config_.timeout);
  };
  while (!connections_.empty() && over(connections_.front())) connections_.pop_front();
  if (able) open(log_.sent(stage_.now));
}

/// How many requests can be told apart: by a port each, or by ping's sequence number.
std::uint32_t ProbeRunner::places() const {
  return config_.kind == ProbeKind::ping ? 0x10000 : ports_.count;
}

void ProbeRunner::open(std::uint64_t request) {
  const bool port_left = connections_.empty() || request - connections_.front().request < places();
  const auto source = port_left ? kernel_.source_for(config_.target) : std::nullopt;
  Connection connection;
  connection.request = request;
  connection.sent_at = stage_.now;
  if (config_.kind != ProbeKind::ping)
    connection.sequence = static_cast<std::uint32_t>(sequences_.next());
  if (!port_left) return log_.lost(request);  // every port is in use: EADDRNOTAVAIL
  connection.source = source.value_or(IpAddress{});
  if (!source) connection.phase = Phase::closed;  // no route: nothing leaves, it waits in vain
  connections_.push_back(connection);
  arm_timeout();
  if (!source) return;
  if (config_.kind == ProbeKind::ping)
    ping(connections_.back());
  else
    send(connections_.back(), TcpFlags::kSyn);
}

// ---- ping

void ProbeRunner::ping(Connection& connection) {
  constexpr std::array<std::uint8_t, 56> kPayload{};  // as ping sends it
  const int error = kernel_.send_echo(
      connection.source, config_.target,
      {true, identifier(), static_cast<std::uint16_t>(connection.request), kPayload});
  if (error == EPERM) fail(connection);  // its own packet filter: ping is told
}

ProbeRunner::Connection* ProbeRunner::ping_of(std::uint16_t number, std::uint16_t sequence) {
  if (config_.kind != ProbeKind::ping || number != identifier()) return nullptr;
  const auto found =
      std::find_if(connections_.rbegin(), connections_.rend(), [&](const Connection& connection) {
        return static_cast<std::uint16_t>(connection.request) == sequence;
      });
  return found == connections_.rend() ? nullptr : &*found;
}

bool ProbeRunner::receive(const EchoReply& reply) {
  Connection* found = ping_of(reply.identifier, reply.sequence);
  if (found == nullptr || found->phase == Phase::closed || reply.source != config_.target ||
      reply.destination != found->source)
    return false;
  found->phase = Phase::closed;
  if (found->settled) return true;  // too late
  found->settled = true;
  kernel_.confirm_neighbour(reply.source);
  stage_.trace(TraceMark::request, probe_, found->request);
  log_.answered(found->request, stage_.now, stage_.nics[reply.from_nic].host);
  return true;
}

/// A refusal ends a ping, and a connection that is not yet established; to one that is, it says
/// nothing (RFC 1122, section 4.2.3.9, soft errors).
bool ProbeRunner::refused(const Refusal& refusal) {
  if (refusal.destination != config_.target) return false;
  const bool tcp = refusal.protocol == kProtocolTcp;
  Connection* found = tcp ? connection_of(refusal.first) : ping_of(refusal.first, refusal.second);
  if (found == nullptr || (tcp && refusal.second != config_.port)) return false;
  if (!tcp || found->phase == Phase::connecting) fail(*found);
  return true;
}

// ---- TCP

ProbeRunner::Connection* ProbeRunner::connection_of(std::uint16_t port) {
  if (config_.kind == ProbeKind::ping || connections_.empty() || port < ports_.first ||
      port - ports_.first >= ports_.count)
    return nullptr;
  const auto first = connections_.front().request;
  const auto offset = (port - ports_.first + ports_.count - first % ports_.count) % ports_.count;
  // Requests that could not be sent left no connection, so the place is at most the offset.
  for (std::size_t i = std::min<std::size_t>(offset, connections_.size() - 1) + 1; i-- > 0;)
    if (connections_[i].request == first + offset) return &connections_[i];
  return nullptr;
}

void ProbeRunner::send(Connection& connection, std::uint8_t flags, std::string_view payload) {
  TcpHeader header;
  header.source_port = port_of(connection);
  header.destination_port = config_.port;
  header.sequence = connection.sequence;
  header.acknowledgment = (flags & TcpFlags::kAck) != 0 ? connection.received : 0;
  header.flags = flags;
  const bool takes_place = (flags & (TcpFlags::kSyn | TcpFlags::kFin)) != 0;
  // Before sending: on our own host the answer comes at once.
  connection.sequence += static_cast<std::uint32_t>(payload.size()) + (takes_place ? 1 : 0);
  kernel_.send_tcp(connection.source, config_.target, header,
                   {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()});
}

bool ProbeRunner::receive(const TcpSegment& segment) {
  if (segment.header.source_port != config_.port || segment.source != config_.target) return false;
  Connection* found = connection_of(segment.header.destination_port);
  if (found == nullptr || found->phase == Phase::closed || segment.destination != found->source)
    return false;
  Connection& connection = *found;
  const bool acknowledges =
      segment.has(TcpFlags::kAck) && segment.header.acknowledgment == connection.sequence;
  if (segment.has(TcpFlags::kRst)) {
    if (acknowledges || segment.header.sequence == connection.received) fail(connection);
    return true;
  }
  if (!acknowledges) return true;  // late, or not of this connection
  if (connection.phase == Phase::connecting) {
    if (!segment.has(TcpFlags::kSyn)) return true;
    connection.received = segment.header.sequence;
  } else if (segment.header.sequence != connection.received) {
    return true;
  }
  connection.received += segment.length();
  kernel_.confirm_neighbour(segment.source);
  answer(connection, segment);
  return true;
}

void ProbeRunner::answer(Connection& connection, const TcpSegment& segment) {
  const bool get = config_.kind == ProbeKind::get;
  const auto settle = [&] {
    if (connection.settled) return;
    connection.settled = true;
    stage_.trace(TraceMark::request, probe_, connection.request);
    log_.answered(connection.request, stage_.now, stage_.nics[segment.from_nic].host);
  };
  switch (connection.phase) {
    case Phase::connecting:
      connection.phase = Phase::asking;
      if (!get) settle();
      send(connection, TcpFlags::kAck);
      if (get) return send(connection, TcpFlags::kPsh | TcpFlags::kAck, request_text_);
      connection.phase = Phase::closing;
      return send(connection, TcpFlags::kFin | TcpFlags::kAck);
    case Phase::asking:
      if (!segment.payload.empty()) settle();
      if (segment.has(TcpFlags::kFin)) {
        connection.phase = Phase::closing;
        return send(connection, TcpFlags::kFin | TcpFlags::kAck);
      }
      if (segment.length() > 0) send(connection, TcpFlags::kAck);
      return;
    case Phase::closing:
      // The peer has our FIN; what is left of his side is acknowledged, and that was it.
      connection.phase = Phase::closed;
      if (segment.length() > 0) send(connection, TcpFlags::kAck);
      return;
    case Phase::closed:
      return;
  }
}

void ProbeRunner::fail(Connection& connection) {
  connection.phase = Phase::closed;
  if (connection.settled) return;
  connection.settled = true;
  stage_.trace(TraceMark::request, probe_, ~connection.request);
  log_.lost(connection.request);
}

void ProbeRunner::arm_timeout() {
  if (timeout_pending_) return;
  for (const auto& connection : connections_) {
    if (connection.settled) continue;
    timeout_pending_ = true;
    stage_.queue.push(connection.sent_at + config_.timeout, EventKind::probe_timeout,
                      static_cast<std::uint32_t>(probe_));
    return;
  }
}

void ProbeRunner::reach_timeout() {
  timeout_pending_ = false;
  for (auto& connection : connections_) {
    if (connection.sent_at + config_.timeout > stage_.now) break;
    if (!connection.settled) fail(connection);
  }
  arm_timeout();
}

void ProbeRunner::abandon() {
  for (auto& connection : connections_) fail(connection);
}

}  // namespace understudy::sim
