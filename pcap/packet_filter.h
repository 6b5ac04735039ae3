// BPF expressions (pcap-filter(7)) on packets of files: the language of tcpdump.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "pcap/packet.h"

struct bpf_program;

namespace understudy::capture {

class PacketFilter {
 public:
  /// Fails with libpcap's words: "syntax error". An expression can make sense for one link type and
  /// none for another. libpcap knows expressions for link types that LinkLayer does not.
  static tl::expected<PacketFilter, std::string> compile(const std::string& expression,
                                                         int link_type);

  bool matches(const CapturedPacket& packet) const;

 private:
  struct Free {
    void operator()(bpf_program* program) const;
  };
  explicit PacketFilter(std::unique_ptr<bpf_program, Free> program)
      : program_(std::move(program)) {}

  std::unique_ptr<bpf_program, Free> program_;
};

/// What is wrong with an expression; nullopt when it makes sense for Ethernet or for raw IP.
std::optional<std::string> filter_problem(const std::string& expression);

}  // namespace understudy::capture
