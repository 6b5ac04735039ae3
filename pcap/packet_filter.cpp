#include "pcap/packet_filter.h"

#include <pcap/pcap.h>

#include "pcap/capture_format.h"
#include "pcap/link_type.h"

namespace understudy::capture {

void PacketFilter::Free::operator()(bpf_program* program) const {
  pcap_freecode(program);
  delete program;
}

tl::expected<PacketFilter, std::string> PacketFilter::compile(const std::string& expression,
                                                              int link_type) {
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> handle(
      pcap_open_dead(data_link_of(link_type), static_cast<int>(kPacketMost)), pcap_close);
  if (!handle) return tl::unexpected(std::string("no memory"));
  std::unique_ptr<bpf_program, Free> program(new bpf_program{});
  if (pcap_compile(handle.get(), program.get(), expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return tl::unexpected(std::string(pcap_geterr(handle.get())));
  }
  return PacketFilter(std::move(program));
}

bool PacketFilter::matches(const CapturedPacket& packet) const {
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
  header.len = packet.original_size;
  return pcap_offline_filter(program_.get(), &header, packet.bytes.data()) != 0;
}

std::optional<std::string> filter_problem(const std::string& expression) {
  const auto filter = PacketFilter::compile(expression, kLinkEthernet);
  if (filter || PacketFilter::compile(expression, kLinkRaw)) return std::nullopt;
  return filter.error();
}

}  // namespace understudy::capture
