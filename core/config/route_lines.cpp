#include "core/config/route_lines.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/line_words.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr std::uint32_t kSmallestMtu = 68;  // RFC 791
constexpr std::uint32_t kBiggestMtu = 65535;
constexpr std::uint32_t kMostWeight = 256;
constexpr std::size_t kMostHops = 32;

struct Name {
  std::string_view name;
  std::uint8_t number;
};

constexpr Name kTypes[] = {
    {"unicast", 1}, {"local", 2}, {"blackhole", 6}, {"unreachable", 7}, {"prohibit", 8}};
constexpr std::string_view kOtherTypes[] = {"broadcast", "anycast", "multicast",
                                            "throw",     "nat",     "xresolve"};
constexpr Name kScopes[] = {{"global", 0}, {"universe", 0}, {"site", 200},
                            {"link", 253}, {"host", 254},   {"nowhere", 255}};
// iproute2's names, which do not depend on a file of the host.
constexpr Name kProtocols[] = {{"redirect", 1}, {"kernel", 2},     {"boot", 3},   {"static", 4},
                               {"ra", 9},       {"zebra", 11},     {"bird", 12},  {"dhcp", 16},
                               {"bgp", 186},    {"isis", 187},     {"ospf", 188}, {"rip", 189},
                               {"eigrp", 192},  {"keepalived", 18}};
constexpr UnsupportedOption kUnsupported[] = {
    {"advmss", true},
    {"window", true},
    {"cwnd", true},
    {"initcwnd", true},
    {"initrwnd", true},
    {"rtt", true},
    {"rttvar", true},
    {"reordering", true},
    {"ssthresh", true},
    {"rto_min", true},
    {"hoplimit", true},
    {"realms", true},
    {"realm", true},
    {"features", true},
    {"quickack", true},
    {"congctl", true},
    {"pref", true},
    {"expires", true},
    {"ttl-propagate", true},
    {"vrf", true},
    {"track_group", true},
    {"append", false},
    {"prepend", false},
    {"add", false},
    {"as", true},
    {"fastopen_no_cookie", true},
};

template <std::size_t N>
std::optional<std::uint8_t> find_name(const Name (&names)[N], std::string_view name) {
  for (const auto& each : names)
    if (each.name == name) return each.number;
  return std::nullopt;
}

class RouteLine {
 public:
  RouteLine(const Statement& statement, Findings& findings) : words_(statement, findings) {}

  /// nullopt: an error has been reported.
  std::optional<Route> read(RouteOwner owner) {
    while (!words_.at_end()) read_option(words_.take());
    if (!words_.sound()) return std::nullopt;
    settle_families();
    if (words_.sound()) settle_alternatives();
    if (words_.sound()) check_type();
    if (words_.sound()) check_reach(owner);
    if (!words_.sound()) return std::nullopt;
    return route_;
  }

 private:
  void read_option(const std::string& text) {
    if (read_way(text) || read_property(text) || read_destination(text)) return;
    refuse(text);
  }

  // What leads to the destination; behind "nexthop" it is about that hop.
  bool read_way(const std::string& text) {
    NextHop* hop = route_.next_hops.empty() ? nullptr : &route_.next_hops.back();
    if (text == "via" || text == "gw") {
      read_gateway(hop != nullptr ? hop->gateway : route_.gateway);
    } else if (text == "or" && hop == nullptr) {
      read_gateway(alternatives_.emplace_back());
    } else if (text == "dev" || text == "oif") {
      auto& device = hop != nullptr ? hop->device : route_.device;
      if (auto name = words_.interface()) device = std::move(*name);
    } else if (text == "onlink") {
      (hop != nullptr ? hop->onlink : route_.onlink) = true;
    } else if (text == "weight" && hop != nullptr) {
      if (const auto weight = words_.number(1, kMostWeight)) hop->weight = *weight;
    } else if (text == "nexthop") {
      if (route_.next_hops.size() == kMostHops)
        words_.fail("bad-route", words_.word(), "A route has at most 32 next hops");
      else
        route_.next_hops.emplace_back();
    } else {
      return false;
    }
    return true;
  }

  bool read_property(const std::string& text) {
    if (text == "src") {
      if (const auto source = words_.address()) {
        route_.preferred_source = *source;
        take_family(source->family(), words_.word());
      }
    } else if (text == "scope") {
      read_named(kScopes, "scope", route_.scope);
    } else if (text == "protocol" || text == "proto") {
      read_named(kProtocols, "protocol", route_.protocol);
    } else if (text == "table") {
      if (const auto table = words_.table()) route_.table = *table;
    } else if (text == "metric" || text == "preference" || text == "priority") {
      if (const auto metric = words_.number(0, 0xffffffff)) route_.metric = *metric;
    } else if (text == "tos" || text == "dsfield") {
      if (const auto tos = words_.tos()) route_.tos = *tos;
    } else if (text == "mtu") {
      read_mtu();
    } else if (text == "no_track") {
      route_.tracked = false;
    } else if (text == "inet" || text == "inet6") {
      take_family(text == "inet" ? Family::ipv4 : Family::ipv6, words_.word());
    } else {
      return false;
    }
    return true;
  }

  bool read_destination(const std::string& text) {
    if (const auto type = find_name(kTypes, text); type && !type_word_) {
      route_.type = static_cast<RouteType>(*type);
      type_word_ = words_.word();
      return true;
    }
    for (const auto other : kOtherTypes)
      if (text == other) {
        words_.fail("not-supported-yet", words_.word(),
                    "Routes of type " + in_quotes(text) + " are not supported yet");
        return true;
      }
    if (destination_) return false;
    if (text == "to" || parse_ip_address(std::string_view(text).substr(0, text.find('/'))) ||
        text == "default" || text == "any" || text == "all") {
      destination_ = text == "to" ? words_.prefix() : words_.prefix_here();
      if (destination_ && !destination_->any)
        take_family(destination_->address.family(), destination_->word);
      return true;
    }
    return false;
  }

  void read_gateway(IpAddress& gateway) {
    if (words_.peek() == "inet" || words_.peek() == "inet6") words_.skip_value();
    if (const auto address = words_.address()) {
      gateway = *address;
      take_family(address->family(), words_.word());
    }
  }

  void read_mtu() {
    if (words_.peek() == "lock") {
      words_.skip_value();
      words_.fail("not-supported-yet", words_.word(), "'mtu lock' is not supported yet",
                  "write 'mtu N'");
      words_.skip_value();
    } else if (const auto mtu = words_.number(kSmallestMtu, kBiggestMtu)) {
      route_.mtu = *mtu;
    }
  }

  template <std::size_t N>
  void read_named(const Name (&names)[N], std::string_view what,
                  std::optional<std::uint8_t>& value) {
    if (const auto number = find_name(names, words_.peek())) {
      words_.skip_value();
      value = *number;
    } else if (words_.peek().empty() || (words_.peek()[0] >= '0' && words_.peek()[0] <= '9')) {
      if (const auto given = words_.number(0, 255)) value = static_cast<std::uint8_t>(*given);
    } else {
      const std::string name{words_.peek()};
      words_.skip_value();
      words_.fail("bad-value", words_.word(),
                  in_quotes(name) + " is no " + std::string(what) + " that we know by name",
                  "write its number");
    }
  }

  void refuse(const std::string& text) {
    if (text == "encap") {
      words_.fail("not-supported-yet", words_.word(), "'encap' is not supported yet");
      words_.skip_all();
      return;
    }
    for (const auto& option : kUnsupported) {
      if (text != option.name) continue;
      words_.fail("not-supported-yet", words_.word(),
                  in_quotes(text) + " of a route is not supported yet");
      if (option.has_value && words_.peek() == "lock") words_.skip_value();
      if (option.has_value) words_.skip_value();
      return;
    }
    static const std::vector<std::string_view> options = {
        "via",      "dev",      "src",       "scope",    "table", "metric", "preference",
        "priority", "protocol", "blackhole", "mtu",      "tos",   "onlink", "weight",
        "nexthop",  "no_track", "default",   "prohibit", "local"};
    const bool slashes = text.starts_with("//");
    const auto match = slashes ? std::string_view() : closest_match(text, options);
    words_.fail("bad-route", words_.word(), "Unknown option " + in_quotes(text) + " of a route",
                slashes         ? "'//' begins no comment: write '#'"
                : match.empty() ? ""
                                : "did you mean " + in_quotes(match) + "?");
    if (slashes) words_.skip_all();
  }

  void take_family(Family family, std::size_t word) {
    if (!family_) family_ = family;
    if (*family_ == family) return;
    words_.fail("bad-route", word,
                family == Family::ipv4 ? "An IPv4 address in an IPv6 route"
                                       : "An IPv6 address in an IPv4 route",
                "a route and its gateway must be of one family");
  }

  void settle_families() {
    if (!destination_) {
      words_.fail("bad-route", 0, "There is no destination on this line",
                  "write ADDRESS/LENGTH or default");
      return;
    }
    if (destination_->any && family_.value_or(Family::ipv4) == Family::ipv6)
      route_.destination = IpAddress::from_bytes(std::array<std::uint8_t, 16>{});
    else
      route_.destination = destination_->address;
    route_.prefix_length = destination_->length;
    if (route_.tos != 0 && !route_.destination.is_ipv4())
      words_.fail("bad-route", 0, "Linux has no IPv6 routes by 'tos'", "use a rule");
  }

  // "via A or B dev IF": two hops.
  void settle_alternatives() {
    if (alternatives_.empty()) return;
    if (route_.gateway.is_unspecified() || !route_.next_hops.empty() ||
        alternatives_.size() >= kMostHops) {
      words_.fail("bad-route", 0, "'or' joins the few gateways of a route",
                  "write 'via A or B dev INTERFACE'");
      return;
    }
    route_.next_hops.push_back({route_.gateway, route_.device, 1, route_.onlink});
    for (const auto& gateway : alternatives_)
      route_.next_hops.push_back({gateway, route_.device, 1, route_.onlink});
    route_.gateway = {};
    route_.device.clear();
    route_.onlink = false;
  }

  void check_type() {
    const bool leads_nowhere = route_.type != RouteType::unicast && route_.type != RouteType::local;
    const bool has_gateway = !route_.gateway.is_unspecified();
    if (!route_.next_hops.empty() && (has_gateway || !route_.device.empty() || route_.onlink))
      words_.fail("bad-route", 0, "A route with 'nexthop' has no gateway or device of its own",
                  "put 'via' and 'dev' behind 'nexthop'");
    else if (leads_nowhere && (has_gateway || !route_.device.empty() || !route_.next_hops.empty()))
      words_.fail("bad-route", *type_word_, "A route of this type leads nowhere",
                  "leave out 'via', 'dev' and 'nexthop'");
    else if (route_.type == RouteType::local && (has_gateway || !route_.next_hops.empty()))
      words_.fail("bad-route", *type_word_, "A local route has no gateway");
    else if (route_.onlink && !has_gateway)
      words_.fail("bad-route", 0, "'onlink' needs a gateway", "write 'via ADDRESS'");
    for (const auto& hop : route_.next_hops)
      if (hop.onlink && hop.gateway.is_unspecified())
        words_.fail("bad-route", 0, "'onlink' needs a gateway", "write 'via ADDRESS'");
  }

  // Whether the kernel could find a device: a host's route has none to fall back on.
  void check_reach(RouteOwner owner) {
    for (const auto& hop : route_.next_hops)
      if (hop.gateway.is_unspecified() && hop.device.empty())
        words_.fail("bad-route", 0, "A next hop needs a gateway or a device");
    if (owner == RouteOwner::host && with_default_device(route_, "?") != route_)
      words_.fail("bad-route", destination_->word, "This route needs a device",
                  "write 'dev INTERFACE'");
  }

  LineWords words_;
  Route route_;
  std::vector<IpAddress> alternatives_;  // behind "or"
  std::optional<Prefix> destination_;
  std::optional<std::size_t> type_word_;
  std::optional<Family> family_;
};

}  // namespace

void read_routes(const Block& block, std::size_t at, RouteOwner owner, std::vector<Route>& routes,
                 Findings& findings) {
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    if (auto route = RouteLine(statement, findings).read(owner))
      routes.push_back(std::move(*route));
  });
}

}  // namespace understudy::config
