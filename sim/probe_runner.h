// A client that keeps asking: one TCP connection or one ping a request, real packets, fates and
// blackouts.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "sim/kernel.h"
#include "sim/random_stream.h"
#include "sim/request_log.h"
#include "sim/stage.h"
#include "sim/tcp_segment.h"

namespace understudy::sim {

/// The local ports a probe may use; each request has one of its own, in turn.
struct PortRange {
  std::uint16_t first = 32768;  // Linux's ip_local_port_range: 32768 to 60999
  std::uint16_t count = 28232;
};

class ProbeRunner {
 public:
  ProbeRunner(Stage& stage, HostKernel& kernel, std::size_t probe, PortRange ports);

  const Probe& config() const { return config_; }
  RequestLog& log() { return log_; }
  const RequestLog& log() const { return log_; }

  /// Plans the first request.
  void start();
  /// EventKind::probe_send. `able` is false while the host is off or stands still.
  void send_next(bool able);
  /// EventKind::probe_timeout.
  void reach_timeout();
  /// False: the port is none of ours, or its connection is closed.
  bool receive(const TcpSegment& segment);
  /// False: not of ours.
  bool receive(const EchoReply& reply);
  bool refused(const Refusal& refusal);
  /// The client's host lost its power: what was on the way is lost.
  void abandon();

 private:
  enum class Phase : std::uint8_t { connecting, asking, closing, closed };
  struct Connection {
    std::uint64_t request = 0;
    Instant sent_at{};
    Phase phase = Phase::connecting;
    bool settled = false;  // its fate is known
    IpAddress source;
    std::uint32_t sequence = 0;  // of our next byte
    std::uint32_t received = 0;  // the peer's next byte
  };

  std::uint16_t port_of(const Connection& connection) const {
    return static_cast<std::uint16_t>(ports_.first + connection.request % ports_.count);
  }
  Connection* connection_of(std::uint16_t port);
  Connection* ping_of(std::uint16_t identifier, std::uint16_t sequence);
  std::uint16_t identifier() const { return static_cast<std::uint16_t>(probe_ + 1); }
  std::uint32_t places() const;
  void ping(Connection& connection);
  void send(Connection& connection, std::uint8_t flags, std::string_view payload = {});
  void open(std::uint64_t request);
  void answer(Connection& connection, const TcpSegment& segment);
  void fail(Connection& connection);
  void arm_timeout();

  Stage& stage_;
  HostKernel& kernel_;
  std::size_t probe_;
  const Probe& config_;
  PortRange ports_;
  std::string request_text_;
  RandomStream sequences_;
  RequestLog log_;
  std::deque<Connection> connections_;  // the oldest that still matters in front
  std::uint64_t sent_ = 0;
  bool timeout_pending_ = false;
};

}  // namespace understudy::sim
