#include "daemon/netlink.h"

#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

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
struct CacheDeleter {
  void operator()(nl_cache* cache) const { nl_cache_free(cache); }
};
using Socket = std::unique_ptr<nl_sock, SocketDeleter>;
using Address = std::unique_ptr<rtnl_addr, AddressDeleter>;
using Bytes = std::unique_ptr<nl_addr, BytesDeleter>;

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
  return request;
}

InterfaceAddress from_kernel(rtnl_addr* entry, const IpAddress& local) {
  InterfaceAddress address;
  address.address = local;
  // Since an address may have a peer, its prefix length is kept apart from the address.
  address.prefix_length = static_cast<std::uint8_t>(rtnl_addr_get_prefixlen(entry));
  address.scope = static_cast<std::uint8_t>(rtnl_addr_get_scope(entry));
  if (const char* label = rtnl_addr_get_label(entry)) address.label = label;
  return address;
}

}  // namespace

struct Netlink::Impl {
  Socket requests;
  Socket monitor;
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
  int error = nl_connect(impl->requests.get(), NETLINK_ROUTE);
  if (error == 0) {
    nl_socket_disable_seq_check(impl->monitor.get());
    error = nl_connect(impl->monitor.get(), NETLINK_ROUTE);
  }
  if (error == 0)
    error = nl_socket_add_memberships(impl->monitor.get(), RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, 0);
  if (error == 0) error = nl_socket_set_nonblocking(impl->monitor.get());
  if (error != 0)
    return tl::unexpected(std::string{"cannot open a netlink socket: "} + nl_geterror(error));
  return Netlink{std::move(impl)};
}

std::optional<LinkState> Netlink::link(const std::string& name) {
  rtnl_link* raw = nullptr;
  if (rtnl_link_get_kernel(impl_->requests.get(), 0, name.c_str(), &raw) != 0) return std::nullopt;
  const std::unique_ptr<rtnl_link, LinkDeleter> link{raw};
  LinkState state;
  state.ifindex = rtnl_link_get_ifindex(raw);
  const unsigned flags = rtnl_link_get_flags(raw);
  state.up = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0;
  nl_addr* mac = rtnl_link_get_addr(raw);
  if (mac != nullptr && nl_addr_get_len(mac) == state.mac.bytes.size())
    std::memcpy(state.mac.bytes.data(), nl_addr_get_binary_addr(mac), state.mac.bytes.size());
  return state;
}

std::vector<LinkAddress> Netlink::addresses() {
  std::vector<LinkAddress> found;
  nl_cache* raw = nullptr;
  if (rtnl_addr_alloc_cache(impl_->requests.get(), &raw) != 0) return found;
  const std::unique_ptr<nl_cache, CacheDeleter> cache{raw};
  for (auto* object = nl_cache_get_first(raw); object != nullptr;
       object = nl_cache_get_next(object)) {
    auto* entry = reinterpret_cast<rtnl_addr*>(object);
    if (rtnl_addr_get_family(entry) != AF_INET) continue;
    const auto local = from_bytes(rtnl_addr_get_local(entry));
    if (!local) continue;
    found.push_back({rtnl_addr_get_ifindex(entry), from_kernel(entry, *local)});
  }
  return found;
}

std::string Netlink::add(int ifindex, const InterfaceAddress& address) {
  const auto request = to_request(ifindex, address);
  if (!request) return "out of memory";
  const int error = rtnl_addr_add(impl_->requests.get(), request.get(), 0);
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
