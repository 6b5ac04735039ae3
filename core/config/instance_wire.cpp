// The keywords of an instance that say where its adverts come from and go to.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

// The address of a host in this word.
std::optional<IpAddress> read_host_address(const Statement& statement, std::size_t word,
                                           Findings& findings) {
  const auto* found = required_word(statement, word, findings);
  if (found == nullptr) return std::nullopt;
  const std::string_view text = found->text;
  const auto slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  const auto length = slash == std::string_view::npos ? "0" : text.substr(slash + 1);
  if (!address || length.empty() ||
      length.find_first_not_of("0123456789") != std::string_view::npos) {
    findings.error("bad-address", statement.place(word), in_quotes(text) + " is no IP address");
    return std::nullopt;
  }
  if (slash != std::string_view::npos)
    findings.warning("no-effect", statement.place(word),
                     "The prefix length of " + in_quotes(text) + " has no effect",
                     "write the address alone");
  if (!address->is_unspecified() && !address->is_multicast()) return address;
  findings.error("bad-address", statement.place(word),
                 in_quotes(found->text) + " cannot be the address of a host");
  return std::nullopt;
}

void read_source(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto address = read_host_address(statement, 1, findings);
  warn_extra_words(statement, 2, findings);
  if (!address) return;
  if (draft.source && *draft.source != *address)
    findings.warning(
        "source-twice", statement.place(1),
        "The source address is " + to_string(*draft.source) + " already; this line overrides it");
  draft.source = *address;
  draft.source_at = statement.place(1);
}

// ADDR [min_ttl N] [max_ttl N]
void read_peer(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  PeerDraft read{{}, statement.place()};
  const auto address = read_host_address(statement, 0, findings);
  if (!address) return;
  read.peer.address = *address;
  for (std::size_t i = 1; i < statement.words.size(); i += 2) {
    const auto& option = statement.words[i].text;
    if (option != "min_ttl" && option != "max_ttl") {
      if (parse_ip_address(option))
        findings.error("extra-words", statement.place(i), "Only one peer may stand on a line",
                       "put " + in_quotes(option) + " on a line of its own");
      else
        findings.error(
            "bad-value", statement.place(i),
            "Behind a peer only 'min_ttl N' and 'max_ttl N' may stand, not " + in_quotes(option),
            option.starts_with("//") ? "'//' begins no comment: write '#'" : "");
      return;
    }
    const auto limit = read_integer(statement, i + 1, 0, 255, findings, option);
    if (!limit) return;
    (option == "min_ttl" ? read.peer.min_ttl : read.peer.max_ttl) =
        static_cast<std::uint8_t>(*limit);
    read.peer.has_ttl_limits = true;
  }
  if (read.peer.min_ttl > read.peer.max_ttl) {
    findings.error("ttl-impossible", statement.place(1),
                   "'min_ttl' is above 'max_ttl': every advert of this peer would be refused");
    return;
  }
  if (draft.peer_addresses.insert(*address).second)
    draft.peers.push_back(read);
  else
    findings.warning(
        "peer-twice", statement.place(),
        in_quotes(to_string(*address)) + " is a peer already; this line is passed over");
}

void read_ttl(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  // keepalived takes 0, too: then no advert ever reaches a peer.
  if (const auto ttl = read_integer(statement, 1, 1, 255, findings))
    draft.instance.unicast_ttl = static_cast<std::uint8_t>(*ttl);
  warn_extra_words(statement, 2, findings);
}

// use_vmac [[name] NAME] [MAC] [netlink_notify_msg] [group G]
void read_use_vmac(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  auto& vmac = draft.virtual_mac.emplace();
  const auto& words = statement.words;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto& text = words[i].text;
    if (text == "name") {
      if (const auto name = read_interface_name(statement, ++i, findings)) vmac.name = *name;
    } else if (text == "netlink_notify_msg") {
      findings.warning("no-effect", statement.place(i), in_quotes(text) + " has no effect");
    } else if (text == "group") {
      findings.warning("not-supported-yet", statement.place(i),
                       "The group of an interface is not supported yet and has no effect");
      ++i;
    } else if (parse_virtual_mac(text, 0)) {
      vmac.mac = text;
      vmac.mac_at = statement.place(i);
      if (parse_virtual_mac(text, 0)->is_group())
        findings.error("bad-value", statement.place(i),
                       in_quotes(text) + " is a multicast address, which no interface can have");
    } else if (const auto name = read_interface_name(statement, i, findings)) {
      if (!vmac.name.empty())
        findings.error(
            "extra-words", statement.place(i),
            in_quotes(text) + " is no MAC address, and the interface has a name already");
      vmac.name = *name;
    }
  }
}

void read_delay_of_backup(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  std::uint8_t priority = 254;
  if (statement.words.size() > 1) {
    const auto read = read_integer(statement, 1, 1, 254, findings);
    if (!read) return;
    priority = static_cast<std::uint8_t>(*read);
  }
  draft.instance.timer_expired_backup = priority;
  warn_extra_words(statement, 2, findings);
}

}  // namespace

std::optional<MacAddress> parse_virtual_mac(const std::string& text, std::uint8_t vrid) {
  if (const auto mac = parse_mac_address(text)) return mac;
  auto mac = parse_mac_address(text + ":00");
  if (mac) mac->bytes[5] = vrid;
  return mac;
}

bool read_wire_statement(const Block& block, std::size_t at, InstanceDraft& draft,
                         Findings& findings) {
  const auto& statement = block[at];
  const auto name = statement.keyword->name;
  if (name == "unicast_src_ip" || name == "mcast_src_ip") {
    read_source(statement, draft, findings);
  } else if (name == "unicast_peer") {
    for_each_in(block, at,
                [&](const Statement& line, std::size_t) { read_peer(line, draft, findings); });
  } else if (name == "unicast_ttl") {
    read_ttl(statement, draft, findings);
  } else if (name == "mcast_dst_ip") {
    if (const auto group = read_multicast_group(statement, findings)) draft.group = *group;
    warn_extra_words(statement, 2, findings);
  } else if (name == "track_src_ip") {
    draft.instance.track_source = true;
    warn_extra_words(statement, 1, findings);
  } else if (name == "use_vmac") {
    read_use_vmac(statement, draft, findings);
  } else if (name == "vmac_xmit_base") {
    draft.vmac_transmits_on_base = true;
    warn_extra_words(statement, 1, findings);
  } else if (name == "timer_expired_backup" || name == "thread_timer_expired") {
    read_delay_of_backup(statement, draft, findings);
  } else {
    return false;
  }
  return true;
}

}  // namespace understudy::config
