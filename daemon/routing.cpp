#include "daemon/routing.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::daemon {
namespace {

constexpr std::uint8_t kProtocolKeepalived = 18;  // RTPROT_KEEPALIVED
constexpr unsigned kMostCopies = 64;              // of one rule

struct SocketDeleter {
  void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};

struct Answer {
  int error = 0;  // an errno
  std::string text;
};

// The kernel says in words what it does not like, which libnl does not pass on.
Answer read_answer(const nlmsgerr& refusal) {
  Answer answer{-refusal.error, std::strerror(-refusal.error)};
  auto* header = reinterpret_cast<nlmsghdr*>(
      const_cast<char*>(reinterpret_cast<const char*>(&refusal)) - NLMSG_HDRLEN);
  if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return answer;
  const auto* words = nlmsg_find_attr(header, sizeof refusal, NLMSGERR_ATTR_MSG);
  if (words != nullptr) answer.text += std::string{": "} + nla_get_string(words);
  return answer;
}

class RequestSocket {
 public:
  /// 0, or libnl's error.
  int open() {
    socket_.reset(nl_socket_alloc());
    if (!socket_) return -NLE_NOMEM;
    if (const int error = nl_connect(socket_.get(), NETLINK_ROUTE); error != 0) return error;
    const int on = 1;
    const int fd = nl_socket_get_fd(socket_.get());
    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    return nl_socket_modify_err_cb(
        socket_.get(), NL_CB_CUSTOM,
        [](sockaddr_nl*, nlmsgerr* refusal, void* answer) {
          *static_cast<Answer*>(answer) = read_answer(*refusal);
          return -NLE_FAILURE;
        },
        &answer_);
  }

  /// Frees the message.
  Answer exchange(nl_msg* message) {
    answer_ = {};
    const int error = nl_send_sync(socket_.get(), message);
    if (error != 0 && answer_.error == 0) return {EIO, nl_geterror(error)};
    return answer_;
  }

 private:
  std::unique_ptr<nl_sock, SocketDeleter> socket_;
  Answer answer_;
};

std::uint8_t family_of(const IpAddress& address) { return address.is_ipv4() ? AF_INET : AF_INET6; }

// A request that grows. Running out of memory is remembered, and said when it is sent.
class Request {
 public:
  template <typename Header>
  Request(int type, int flags, const Header& header)
      : message_(nlmsg_alloc_simple(type, flags)), complete_(message_ != nullptr) {
    if (complete_)
      complete_ =
          nlmsg_append(message_, const_cast<Header*>(&header), sizeof header, NLMSG_ALIGNTO) == 0;
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request() { nlmsg_free(message_); }

  void put(int attribute, std::uint32_t value) {
    complete_ = complete_ && nla_put_u32(message_, attribute, value) == 0;
  }
  void put(int attribute, std::uint8_t value) {
    complete_ = complete_ && nla_put_u8(message_, attribute, value) == 0;
  }
  void put(int attribute, const std::string& text) {
    complete_ = complete_ && nla_put_string(message_, attribute, text.c_str()) == 0;
  }
  void put(int attribute, const IpAddress& address) {
    const auto bytes = address.bytes();
    complete_ = complete_ &&
                nla_put(message_, attribute, static_cast<int>(bytes.size()), bytes.data()) == 0;
  }
  template <typename Fill>
  void nest(int attribute, Fill fill) {
    if (!complete_) return;
    nlattr* nested = nla_nest_start(message_, attribute);
    complete_ = nested != nullptr;
    if (complete_) fill();
    if (complete_) nla_nest_end(message_, nested);
  }
  void put_hop(const NextHop& hop, int ifindex) {
    if (!complete_) return;
    auto* header =
        static_cast<rtnexthop*>(nlmsg_reserve(message_, sizeof(rtnexthop), NLMSG_ALIGNTO));
    complete_ = header != nullptr;
    if (!complete_) return;
    *header = {};
    header->rtnh_ifindex = ifindex;
    header->rtnh_hops = static_cast<std::uint8_t>(hop.weight - 1);
    header->rtnh_flags = hop.onlink ? RTNH_F_ONLINK : 0;
    if (!hop.gateway.is_unspecified()) put(RTA_GATEWAY, hop.gateway);
    const auto* end =
        reinterpret_cast<const char*>(nlmsg_hdr(message_)) + nlmsg_hdr(message_)->nlmsg_len;
    header->rtnh_len = static_cast<unsigned short>(end - reinterpret_cast<const char*>(header));
  }

  /// The kernel's answer.
  Answer send(RequestSocket& socket) {
    if (!complete_) return {ENOMEM, "out of memory"};
    return socket.exchange(std::exchange(message_, nullptr));
  }

 private:
  nl_msg* message_;
  bool complete_;
};

// iproute2's choice: what has no gateway is on the link.
std::uint8_t scope_of(const Route& route) {
  if (route.scope) return *route.scope;
  if (route.type == RouteType::local) return RT_SCOPE_HOST;
  const bool direct =
      route.type == RouteType::unicast && route.next_hops.empty() && route.gateway.is_unspecified();
  return direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

rtmsg header_of(const Route& route) {
  rtmsg header{};
  header.rtm_family = family_of(route.destination);
  header.rtm_dst_len = route.prefix_length;
  header.rtm_tos = route.tos;
  header.rtm_table = route.table < 256 ? static_cast<std::uint8_t>(route.table) : std::uint8_t{0};
  header.rtm_protocol = route.protocol.value_or(kProtocolKeepalived);
  header.rtm_type = static_cast<std::uint8_t>(route.type);
  header.rtm_flags = route.onlink ? RTNH_F_ONLINK : 0;
  return header;
}

// False: a device is not there.
bool put_way(Request& request, const Route& route, std::string& missing) {
  const auto find = [&](const std::string& device) {
    const auto index = device.empty() ? 0 : if_nametoindex(device.c_str());
    if (!device.empty() && index == 0) missing = device;
    return index;
  };
  request.put(RTA_TABLE, route.table);
  if (route.prefix_length != 0) request.put(RTA_DST, route.destination);
  if (route.metric) request.put(RTA_PRIORITY, *route.metric);
  if (!route.gateway.is_unspecified()) request.put(RTA_GATEWAY, route.gateway);
  if (const auto index = find(route.device)) request.put(RTA_OIF, std::uint32_t{index});
  if (!route.next_hops.empty())
    request.nest(RTA_MULTIPATH, [&] {
      for (const auto& hop : route.next_hops)
        request.put_hop(hop, static_cast<int>(find(hop.device)));
    });
  return missing.empty();
}

fib_rule_hdr header_of(const RoutingRule& rule) {
  fib_rule_hdr header{};
  header.family = rule.family == Family::ipv4 ? AF_INET : AF_INET6;
  header.src_len = rule.from_length;
  header.dst_len = rule.to_length;
  header.tos = rule.tos;
  header.action = static_cast<std::uint8_t>(rule.action);
  if (rule.action == RoutingRule::Action::lookup && rule.table < 256)
    header.table = static_cast<std::uint8_t>(rule.table);
  return header;
}

Answer send_rule(RequestSocket& socket, int type, int flags, const RoutingRule& rule) {
  Request request{type, flags, header_of(rule)};
  if (rule.from_length != 0) request.put(FRA_SRC, rule.from);
  if (rule.to_length != 0) request.put(FRA_DST, rule.to);
  if (!rule.input_interface.empty()) request.put(FRA_IIFNAME, rule.input_interface);
  if (!rule.output_interface.empty()) request.put(FRA_OIFNAME, rule.output_interface);
  if (rule.mark) request.put(FRA_FWMARK, *rule.mark);
  if (rule.mark_mask) request.put(FRA_FWMASK, *rule.mark_mask);
  if (rule.action == RoutingRule::Action::lookup) request.put(FRA_TABLE, rule.table);
  if (rule.preference) request.put(FRA_PRIORITY, *rule.preference);
  if (rule.suppress_prefix_length)
    request.put(FRA_SUPPRESS_PREFIXLEN, *rule.suppress_prefix_length);
  request.put(FRA_PROTOCOL, kProtocolKeepalived);
  return request.send(socket);
}

}  // namespace

struct Routing::Impl {
  RequestSocket socket;
};

Routing::Routing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Routing::Routing(Routing&&) noexcept = default;
Routing& Routing::operator=(Routing&&) noexcept = default;
Routing::~Routing() = default;

tl::expected<Routing, std::string> Routing::open() {
  auto impl = std::make_unique<Impl>();
  if (const int error = impl->socket.open(); error != 0)
    return tl::unexpected(std::string{"cannot open a netlink socket: "} + nl_geterror(error));
  return Routing{std::move(impl)};
}

std::string Routing::add(const Route& route) {
  auto header = header_of(route);
  header.rtm_scope = scope_of(route);
  Request request{RTM_NEWROUTE, NLM_F_CREATE, header};
  std::string missing;
  if (!put_way(request, route, missing)) return "there is no interface " + missing;
  if (!route.preferred_source.is_unspecified()) request.put(RTA_PREFSRC, route.preferred_source);
  if (route.mtu) request.nest(RTA_METRICS, [&] { request.put(RTAX_MTU, *route.mtu); });
  const auto answer = request.send(impl_->socket);
  return answer.error == EEXIST ? std::string{} : answer.text;
}

std::string Routing::remove(const Route& route) {
  auto header = header_of(route);
  header.rtm_scope = RT_SCOPE_NOWHERE;  // of any scope
  Request request{RTM_DELROUTE, 0, header};
  std::string missing;
  if (!put_way(request, route, missing)) return {};  // with the device its routes have gone
  const auto answer = request.send(impl_->socket);
  return answer.error == ESRCH || answer.error == ENODEV ? std::string{} : answer.text;
}

std::string Routing::add(const RoutingRule& rule) {
  // Without a preference the kernel would make another copy of a rule that is there.
  if (auto error = remove(rule); !error.empty()) return error;
  const auto answer = send_rule(impl_->socket, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
  return answer.error == EEXIST ? std::string{} : answer.text;
}

std::string Routing::remove(const RoutingRule& rule) {
  for (unsigned copy = 0; copy < kMostCopies; ++copy) {
    const auto answer = send_rule(impl_->socket, RTM_DELRULE, 0, rule);
    // Without any table for the family yet, and with nothing to remove.
    if (answer.error == ENOENT || answer.error == ESRCH) return {};
    if (answer.error != 0) return answer.text;
  }
  return {};
}

}  // namespace understudy::daemon
