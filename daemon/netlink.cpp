#include "daemon/netlink.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/macvlan.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/unique_fd.h"

namespace understudy::daemon {
namespace {

struct SocketDeleter {
  void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
struct AddressDeleter {
  void operator()(rtnl_addr* address) const { rtnl_addr_put(address); }
};
struct BytesDeleter {
  void operator()(nl_addr* bytes) const { nl_addr_put(bytes); }
};
struct LinkDeleter {
  void operator()(rtnl_link* link) const { rtnl_link_put(link); }
};
struct RouteDeleter {
  void operator()(rtnl_route* route) const { rtnl_route_put(route); }
};
struct CacheDeleter {
  void operator()(nl_cache* cache) const { nl_cache_free(cache); }
};
using Socket = std::unique_ptr<nl_sock, SocketDeleter>;
using Address = std::unique_ptr<rtnl_addr, AddressDeleter>;
using Bytes = std::unique_ptr<nl_addr, BytesDeleter>;
using Link = std::unique_ptr<rtnl_link, LinkDeleter>;

constexpr std::uint32_t kForever = 0xffffffff;

std::string outcome(int error) { return error == 0 ? std::string{} : nl_geterror(error); }

Bytes to_bytes(const IpAddress& address) {
  const auto bytes = address.bytes();
  return Bytes{nl_addr_build(address.is_ipv4() ? AF_INET : AF_INET6, bytes.data(), bytes.size())};
}

std::optional<IpAddress> from_bytes(nl_addr* bytes) {
  if (bytes == nullptr) return std::nullopt;
  const auto size = nl_addr_get_len(bytes);
  if (size != 4 && size != 16) return std::nullopt;
  return IpAddress::from_bytes(
      {static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(bytes)), size});
}

Address to_request(int ifindex, const InterfaceAddress& address) {
  Address request{rtnl_addr_alloc()};
  const auto local = to_bytes(address.address);
  if (!request || !local) return nullptr;
  rtnl_addr_set_ifindex(request.get(), ifindex);
  rtnl_addr_set_local(request.get(), local.get());
  rtnl_addr_set_prefixlen(request.get(), address.prefix_length);
  rtnl_addr_set_scope(request.get(), address.scope);
  if (!address.label.empty()) rtnl_addr_set_label(request.get(), address.label.c_str());
  if (address.broadcast) {
    const auto broadcast = to_bytes(*address.broadcast);
    rtnl_addr_set_broadcast(request.get(), broadcast.get());
  }
  if (address.peer && address.peer->is_ipv4()) {
    const auto peer = to_bytes(*address.peer);
    rtnl_addr_set_peer(request.get(), peer.get());
    // The length is the peer's subnet's; setting the peer forgets it.
    rtnl_addr_set_prefixlen(request.get(), address.prefix_length);
  }
  return request;
}

// What only an address that is put on has.
void set_properties(rtnl_addr* request, const InterfaceAddress& address) {
  unsigned flags = address.no_prefix_route ? unsigned{IFA_F_NOPREFIXROUTE} : 0U;
  auto preferred = address.preferred_lifetime;
  if (!address.address.is_ipv4()) {
    flags |= IFA_F_NODAD;
    if (address.home) flags |= IFA_F_HOMEADDRESS;
    if (address.prefix_length == 128 && !preferred) preferred = 0;
  }
  if (flags != 0) rtnl_addr_set_flags(request, flags);
  if (preferred) {
    rtnl_addr_set_preferred_lifetime(request, *preferred);
    rtnl_addr_set_valid_lifetime(request, kForever);
  }
}

// libnl knows the other end of IPv4 addresses only; its request has the address in that place.
void set_ipv6_peer(nl_msg* message, const InterfaceAddress& address) {
  if (!address.peer || address.peer->is_ipv4()) return;
  auto* place = nlmsg_find_attr(nlmsg_hdr(message), sizeof(ifaddrmsg), IFA_ADDRESS);
  const auto peer = address.peer->bytes();
  if (place != nullptr && nla_len(place) == static_cast<int>(peer.size()))
    std::memcpy(nla_data(place), peer.data(), peer.size());
}

InterfaceAddress from_kernel(rtnl_addr* entry, const IpAddress& local) {
  InterfaceAddress address;
  address.address = local;
  // Since an address may have a peer, its prefix length is kept apart from the address.
  address.prefix_length = static_cast<std::uint8_t>(rtnl_addr_get_prefixlen(entry));
  address.scope = static_cast<std::uint8_t>(rtnl_addr_get_scope(entry));
  if (const char* label = rtnl_addr_get_label(entry)) address.label = label;
  address.peer = from_bytes(rtnl_addr_get_peer(entry));
  return address;
}

}  // namespace

struct Netlink::Impl {
  Socket requests;
  Socket monitor;
  UniqueFd questions;  // for ioctl
};

Netlink::Netlink(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Netlink::Netlink(Netlink&&) noexcept = default;
Netlink& Netlink::operator=(Netlink&&) noexcept = default;
Netlink::~Netlink() = default;

tl::expected<Netlink, std::string> Netlink::open() {
  auto impl = std::make_unique<Impl>();
  impl->requests.reset(nl_socket_alloc());
  impl->monitor.reset(nl_socket_alloc());
  if (!impl->requests || !impl->monitor) return tl::unexpected(std::string{"out of memory"});
  impl->questions = UniqueFd{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  int error = nl_connect(impl->requests.get(), NETLINK_ROUTE);
  if (error == 0) {
    nl_socket_disable_seq_check(impl->monitor.get());
    error = nl_connect(impl->monitor.get(), NETLINK_ROUTE);
  }
  if (error == 0)
    error = nl_socket_add_memberships(impl->monitor.get(), RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
                                      RTNLGRP_IPV6_IFADDR, 0);
  if (error == 0) error = nl_socket_set_nonblocking(impl->monitor.get());
  if (error != 0)
    return tl::unexpected(std::string{"cannot open a netlink socket: "} + nl_geterror(error));
  return Netlink{std::move(impl)};
}

std::optional<LinkState> Netlink::link(const std::string& name) {
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return std::nullopt;
  std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);
  const int fd = impl_->questions.value();
  LinkState state;
  if (ioctl(fd, SIOCGIFINDEX, &request) != 0) return std::nullopt;
  state.ifindex = request.ifr_ifindex;
  if (ioctl(fd, SIOCGIFFLAGS, &request) != 0) return std::nullopt;
  const auto flags = static_cast<unsigned>(static_cast<unsigned short>(request.ifr_flags));
  state.up = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0;
  state.admin_up = (flags & IFF_UP) != 0;
  if (ioctl(fd, SIOCGIFHWADDR, &request) != 0) return std::nullopt;
  std::memcpy(state.mac.bytes.data(), request.ifr_hwaddr.sa_data, state.mac.bytes.size());
  return state;
}

bool Netlink::is_macvlan_on(const std::string& name, int parent) {
  rtnl_link* raw = nullptr;
  if (rtnl_link_get_kernel(impl_->requests.get(), 0, name.c_str(), &raw) != 0) return false;
  const Link link{raw};
  return rtnl_link_is_macvlan(raw) != 0 && rtnl_link_get_link(raw) == parent;
}

std::vector<LinkAddress> Netlink::addresses() {
  std::vector<LinkAddress> found;
  nl_cache* raw = nullptr;
  if (rtnl_addr_alloc_cache(impl_->requests.get(), &raw) != 0) return found;
  const std::unique_ptr<nl_cache, CacheDeleter> cache{raw};
  for (auto* object = nl_cache_get_first(raw); object != nullptr;
       object = nl_cache_get_next(object)) {
    auto* entry = reinterpret_cast<rtnl_addr*>(object);
    const int family = rtnl_addr_get_family(entry);
    if (family != AF_INET && family != AF_INET6) continue;
    const auto local = from_bytes(rtnl_addr_get_local(entry));
    if (!local) continue;
    const unsigned flags = rtnl_addr_get_flags(entry);
    found.push_back(
        {rtnl_addr_get_ifindex(entry), from_kernel(entry, *local),
         (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0 || (flags & IFA_F_OPTIMISTIC) != 0,
         (flags & IFA_F_NODAD) != 0});
  }
  return found;
}

std::string Netlink::add(int ifindex, const InterfaceAddress& address) {
  const auto request = to_request(ifindex, address);
  if (!request) return "out of memory";
  set_properties(request.get(), address);
  nl_msg* message = nullptr;
  int error = rtnl_addr_build_add_request(request.get(), 0, &message);
  if (error == 0) {
    set_ipv6_peer(message, address);
    error = nl_send_sync(impl_->requests.get(), message);  // which frees the message
  }
  if (error == 0 || error == -NLE_EXIST) return {};
  return nl_geterror(error);
}

std::string Netlink::remove(int ifindex, const InterfaceAddress& address) {
  const auto request = to_request(ifindex, address);
  if (!request) return "out of memory";
  const int error = rtnl_addr_delete(impl_->requests.get(), request.get(), 0);
  if (error == 0 || error == -NLE_NOADDR || error == -NLE_NODEV) return {};
  return nl_geterror(error);
}

std::string Netlink::add_macvlan(const std::string& name, const MacAddress& mac, int parent) {
  const Link wanted{rtnl_link_macvlan_alloc()};
  const Bytes address{nl_addr_build(AF_LLC, mac.bytes.data(), mac.bytes.size())};
  if (!wanted || !address) return "out of memory";
  rtnl_link_set_name(wanted.get(), name.c_str());
  rtnl_link_set_link(wanted.get(), parent);
  rtnl_link_set_addr(wanted.get(), address.get());
  rtnl_link_macvlan_set_mode(wanted.get(), MACVLAN_MODE_VEPA);
  auto* requests = impl_->requests.get();
  if (const int error = rtnl_link_add(requests, wanted.get(), NLM_F_CREATE | NLM_F_EXCL))
    return outcome(error);
  rtnl_link* raw = nullptr;
  if (const int error = rtnl_link_get_kernel(requests, 0, name.c_str(), &raw))
    return outcome(error);
  const Link made{raw};
  const Link change{rtnl_link_alloc()};
  if (!change) return "out of memory";
  int error = rtnl_link_inet6_set_addr_gen_mode(change.get(), IN6_ADDR_GEN_MODE_NONE);
  if (error == 0) error = rtnl_link_change(requests, made.get(), change.get(), 0);
  // A kernel without IPv6 makes none anyway.
  if (error == 0 || error == -NLE_AF_NOSUPPORT || error == -NLE_OPNOTSUPP) return {};
  rtnl_link_delete(requests, made.get());
  return outcome(error);
}

std::string Netlink::remove_link(int ifindex) {
  const Link link{rtnl_link_alloc()};
  if (!link) return "out of memory";
  rtnl_link_set_ifindex(link.get(), ifindex);
  const int error = rtnl_link_delete(impl_->requests.get(), link.get());
  return error == -NLE_NODEV || error == -NLE_OBJ_NOTFOUND ? std::string{} : outcome(error);
}

std::string Netlink::set_up(int ifindex) {
  const Link link{rtnl_link_alloc()};
  const Link change{rtnl_link_alloc()};
  if (!link || !change) return "out of memory";
  rtnl_link_set_ifindex(link.get(), ifindex);
  rtnl_link_set_flags(change.get(), IFF_UP);
  return outcome(rtnl_link_change(impl_->requests.get(), link.get(), change.get(), 0));
}

std::string Netlink::set_ipv4(int ifindex, std::span<const Ipv4Setting> settings) {
  const Link link{rtnl_link_alloc()};
  const Link change{rtnl_link_alloc()};
  if (!link || !change) return "out of memory";
  rtnl_link_set_ifindex(link.get(), ifindex);
  for (const auto& setting : settings)
    if (const int error = rtnl_link_inet_set_conf(change.get(), setting.number, setting.value))
      return outcome(error);
  return outcome(rtnl_link_change(impl_->requests.get(), link.get(), change.get(), 0));
}

std::string Netlink::add_link_local_route(int ifindex) {
  const std::unique_ptr<rtnl_route, RouteDeleter> route{rtnl_route_alloc()};
  constexpr std::array<std::uint8_t, 16> kLinkLocal = {0xfe, 0x80};
  const Bytes prefix{nl_addr_build(AF_INET6, kLinkLocal.data(), kLinkLocal.size())};
  auto* hop = rtnl_route_nh_alloc();
  if (!route || !prefix || hop == nullptr) return "out of memory";
  nl_addr_set_prefixlen(prefix.get(), 64);
  rtnl_route_set_family(route.get(), AF_INET6);
  rtnl_route_set_dst(route.get(), prefix.get());
  rtnl_route_set_table(route.get(), RT_TABLE_MAIN);
  rtnl_route_set_protocol(route.get(), RTPROT_KERNEL);
  rtnl_route_set_priority(route.get(), 256);
  rtnl_route_nh_set_ifindex(hop, ifindex);
  rtnl_route_add_nexthop(route.get(), hop);  // which owns it now
  const int error = rtnl_route_add(impl_->requests.get(), route.get(), 0);
  return error == -NLE_EXIST ? std::string{} : outcome(error);
}

int Netlink::monitor_fd() const { return nl_socket_get_fd(impl_->monitor.get()); }

bool Netlink::drain_monitor() {
  std::array<std::uint8_t, 32768> buffer;
  bool any = false;
  for (;;) {
    const auto size = recv(monitor_fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size > 0 || (size < 0 && errno == ENOBUFS)) {
      any = true;  // a cut or lost notice is as good as a whole one: all is read anew
    } else if (!(size < 0 && errno == EINTR)) {
      return any;
    }
  }
}

}  // namespace understudy::daemon
