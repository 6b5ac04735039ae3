#include "pcap/live_capture.h"

#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "pcap/capture_format.h"
#include "pcap/link_type.h"

namespace understudy::capture {
namespace {

constexpr int kBufferBytes = 4 * 1024 * 1024;  // in the kernel: a second of a storm

/// libpcap's own numbers for raw IP differ from those of files.
int link_type_of(int data_link) { return data_link == DLT_RAW ? kLinkRaw : data_link; }

std::string activation_problem(pcap_t* handle, int result, const std::string& interface) {
  switch (result) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return "there is no interface '" + interface + "'";
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return "capturing on " + interface +
             " needs the capabilities CAP_NET_RAW and CAP_NET_ADMIN: run it as root, or give them "
             "to the program (setcap cap_net_raw,cap_net_admin+ep)";
    case PCAP_ERROR_IFACE_NOT_UP:
      return "the interface " + interface + " is down";
    default:
      return interface + ": " +
             (*pcap_geterr(handle) != '\0' ? pcap_geterr(handle) : pcap_statustostr(result));
  }
}

}  // namespace

std::string advert_filter() {
  const std::string ours =
      "(arp or ip proto 112 or ip proto 51 or ip6 proto 112 or ip6 proto 51 or "
      "(icmp6 and (ip6[40] == 135 or ip6[40] == 136)))";
  // Each `vlan` moves what stands behind it by one tag.
  return ours + " or (vlan and " + ours + ") or (vlan and " + ours + ")";
}

void LiveCapture::Close::operator()(pcap* handle) const { pcap_close(handle); }

LiveCapture::LiveCapture(std::unique_ptr<pcap, Close> handle) : handle_(std::move(handle)) {
  descriptor_ = pcap_get_selectable_fd(handle_.get());
  packet_.link_type = link_type_of(pcap_datalink(handle_.get()));
  if (pcap_get_tstamp_precision(handle_.get()) == PCAP_TSTAMP_PRECISION_NANO) fraction_ = 1;
}

tl::expected<LiveCapture, std::string> LiveCapture::open(const std::string& interface,
                                                         const std::string& filter) {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  std::unique_ptr<pcap_t, Close> handle(pcap_create(interface.c_str(), text.data()));
  if (!handle) return tl::unexpected(interface + ": " + text.data());
  pcap_set_snaplen(handle.get(), static_cast<int>(kPacketMost));
  pcap_set_promisc(handle.get(), 1);
  pcap_set_immediate_mode(handle.get(), 1);
  pcap_set_buffer_size(handle.get(), kBufferBytes);
  pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO);  // or it stays with micro
  const int result = pcap_activate(handle.get());
  if (result < 0) return tl::unexpected(activation_problem(handle.get(), result, interface));
  bpf_program program{};
  if (pcap_compile(handle.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return tl::unexpected(std::string("filter: ") + pcap_geterr(handle.get()));
  }
  const int set = pcap_setfilter(handle.get(), &program);
  pcap_freecode(&program);
  if (set != 0) return tl::unexpected(std::string("filter: ") + pcap_geterr(handle.get()));
  if (pcap_setnonblock(handle.get(), 1, text.data()) != 0) {
    return tl::unexpected(interface + ": " + text.data());
  }
  return LiveCapture(std::move(handle));
}

const CapturedPacket* LiveCapture::next(int patience_ms) {
  for (bool waited = false;; waited = true) {
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int result = pcap_next_ex(handle_.get(), &header, &bytes);
    if (result == 1) {
      ++packet_.number;
      packet_.at = Instant{Duration{std::int64_t{header->ts.tv_sec} * 1'000'000'000 +
                                    std::int64_t{header->ts.tv_usec} * fraction_}};
      packet_.bytes = {bytes, header->caplen};
      packet_.original_size = header->len;
      return &packet_;
    }
    if (result < 0) {
      fault_ = pcap_geterr(handle_.get());
      return nullptr;
    }
    if (waited) return nullptr;
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, patience_ms) <= 0) return nullptr;
  }
}

std::uint64_t LiveCapture::dropped() const {
  pcap_stat statistics{};
  return pcap_stats(handle_.get(), &statistics) == 0 ? statistics.ps_drop : 0;
}

std::vector<std::string> capture_interfaces() {
  std::vector<std::string> names;
  struct if_nameindex* interfaces = ::if_nameindex();
  if (interfaces == nullptr) return names;
  for (const auto* entry = interfaces; entry->if_index != 0; ++entry) {
    names.emplace_back(entry->if_name);
  }
  ::if_freenameindex(interfaces);
  return names;
}

}  // namespace understudy::capture
