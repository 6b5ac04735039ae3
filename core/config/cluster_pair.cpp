#include "core/config/cluster_pair.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr std::string_view kTwoMasters =
    ": each host would refuse the other's adverts and be master";

using PairFindings = std::vector<PairFinding>;

std::vector<IpAddress> addresses_of(const std::vector<VirtualAddress>& lines) {
  std::vector<IpAddress> addresses;
  addresses.reserve(lines.size());
  for (const auto& line : lines) addresses.push_back(line.address.address);
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

bool is_ipv4(const VrrpInstance& instance) {
  return instance.addresses.empty() || instance.addresses.front().address.address.is_ipv4();
}

std::string name_of(Authentication::Type type) {
  switch (type) {
    case Authentication::Type::pass:
      return "PASS";
    case Authentication::Type::ah:
      return "AH";
    case Authentication::Type::none:
      break;
  }
  return "none";
}

class Alike {
 public:
  Alike(const ClusterMember& first, const ClusterMember& other)
      : left_(*first.instance), right_(*other.instance), place_(first.place) {}

  PairFindings run() {
    compare_version();
    compare_authentication();
    compare_addresses();
    compare_transport();
    if (left_.preempt != right_.preempt)
      add(Severity::note, "preempt-differs",
          std::string("'nopreempt' stands ") +
              (right_.preempt ? "at " + place_ + ", not here" : "here, not at " + place_) +
              ": the host without it takes over from a lower priority");
    return std::move(findings_);
  }

 private:
  void compare_version() {
    if (left_.version != right_.version) {
      error("version-differs", "The VRRP version is " + std::to_string(right_.version) +
                                   " here and " + std::to_string(left_.version) + " at " + place_ +
                                   std::string(kTwoMasters));
      return;
    }
    if (left_.advert_interval != right_.advert_interval) {
      const auto intervals = "The interval is " + seconds_text(right_.advert_interval) +
                             " here and " + seconds_text(left_.advert_interval) + " at " + place_;
      if (right_.version == 2)
        error("advert-int-differs", intervals + std::string(kTwoMasters));
      else
        add(Severity::note, "advert-int-differs",
            intervals +
                ": a backup takes the master's, so the takeover's time depends on who it "
                "is");
    }
    if (left_.checksum_without_pseudo_header != right_.checksum_without_pseudo_header)
      add(Severity::note, "checksum-differs",
          std::string("'v3_checksum_as_v2' is ") +
              (right_.checksum_without_pseudo_header ? "on here and off" : "off here and on") +
              " at " + place_ +
              ": understudyd accepts both forms, keepalived only its own without the option");
  }

  void compare_authentication() {
    const auto& left = left_.authentication;
    const auto& right = right_.authentication;
    if (left == right) return;
    error("auth-differs",
          left.type == right.type
              ? "The password is another one at " + place_ + std::string(kTwoMasters)
              : "The authentication is " + name_of(right.type) + " here and " + name_of(left.type) +
                    " at " + place_ + std::string(kTwoMasters));
  }

  void compare_addresses() {
    if (addresses_of(left_.addresses) != addresses_of(right_.addresses))
      error("addresses-differ",
            "The addresses are others at " + place_ +
                ": keepalived up to 2.3.2 would refuse the other's adverts and be master too");
    if (addresses_of(left_.excluded_addresses) != addresses_of(right_.excluded_addresses))
      add(Severity::warning, "excluded-addresses-differ",
          "The excluded addresses are others at " + place_ +
              ": some would be missing after a failover");
  }

  void compare_transport() {
    const bool left = left_.unicast_peers.empty();
    const bool right = right_.unicast_peers.empty();
    if (left != right)
      error("transport-differs", std::string("The adverts go to ") +
                                     (right ? "the multicast group here and to unicast peers"
                                            : "unicast peers here and to the multicast group") +
                                     " at " + place_ + std::string(kTwoMasters));
    else if (right && left_.multicast_group != right_.multicast_group)
      error("group-differs", "The multicast group is " + group_of(right_) + " here and " +
                                 group_of(left_) + " at " + place_ +
                                 ": neither host would hear the other, and both be master");
    if (!right_.source.is_unspecified() && left_.source == right_.source)
      error("source-twice", to_string(right_.source) + " is the source address at " + place_ +
                                " too: each host would take the other's adverts for its own");
  }

  static std::string group_of(const VrrpInstance& instance) {
    if (!instance.multicast_group.is_unspecified()) return to_string(instance.multicast_group);
    return to_string(is_ipv4(instance) ? IpAddress(kVrrpGroup4)
                                       : IpAddress::from_bytes(kVrrpGroup6));
  }

  void error(std::string code, std::string message) {
    add(Severity::error, std::move(code), std::move(message));
  }
  void add(Severity severity, std::string code, std::string message) {
    findings_.push_back({severity, std::move(code), std::move(message)});
  }

  const VrrpInstance& left_;
  const VrrpInstance& right_;
  const std::string& place_;
  PairFindings findings_;
};

bool signs(const VrrpInstance& instance) {
  return instance.auth_hmac && instance.auth_hmac->mode != AuthHmac::Mode::receive_only;
}

const AuthHmac::Key* find_key(const AuthHmac& hmac, std::uint8_t id) {
  const auto found = std::find_if(hmac.keys.begin(), hmac.keys.end(),
                                  [id](const AuthHmac::Key& key) { return key.id == id; });
  return found == hmac.keys.end() ? nullptr : &*found;
}

// Why the receiver refuses the sender's signature, or the want of one; empty: it does not.
std::string refusal_of_signature(const VrrpInstance& sender, const VrrpInstance& receiver) {
  if (!signs(sender)) {
    const bool enforces = receiver.auth_hmac && receiver.auth_hmac->mode == AuthHmac::Mode::enforce;
    return enforces ? "its adverts are not signed, and 'mode enforce' takes signed ones only" : "";
  }
  if (!receiver.auth_hmac)
    return "its adverts are signed, which a host without 'auth_hmac' refuses";
  const auto id = sender.auth_hmac->active_key;
  const auto* theirs = find_key(*sender.auth_hmac, id);
  const auto* ours = find_key(*receiver.auth_hmac, id);
  if (ours == nullptr)
    return "its adverts are signed with key " + std::to_string(id) + ", which is unknown here";
  if (theirs != nullptr && theirs->bytes != ours->bytes)
    return "its adverts are signed with key " + std::to_string(id) + ", which is another one here";
  return {};
}

}  // namespace

std::vector<PairFinding> compare_alike(const ClusterMember& first, const ClusterMember& other) {
  return Alike(first, other).run();
}

std::vector<PairFinding> compare_hearing(const ClusterMember& sender,
                                         const ClusterMember& receiver) {
  PairFindings findings;
  const auto& from = *sender.instance;
  const auto& to = *receiver.instance;
  const auto signature = refusal_of_signature(from, to);
  if (!signature.empty())
    findings.push_back({Severity::error, "hmac-differs",
                        "This host refuses the adverts of " + sender.place + ": " + signature +
                            "; both would be master"});
  if (from.unicast_peers.empty() || to.unicast_peers.empty() || from.source.is_unspecified() ||
      from.source == to.source)
    return findings;
  // Whom this host does not name it does not tell that it lives.
  const auto named = std::find_if(to.unicast_peers.begin(), to.unicast_peers.end(),
                                  [&](const Peer& peer) { return peer.address == from.source; });
  if (named == to.unicast_peers.end())
    findings.push_back({Severity::error, "peer-missing",
                        to_string(from.source) + ", the source address at " + sender.place +
                            ", is no peer here: that host would hear nothing of this one, and "
                            "both be master"});
  else if (from.unicast_ttl < named->min_ttl)
    findings.push_back({Severity::error, "ttl-refused",
                        "This host refuses the adverts of " + sender.place +
                            ": they leave with TTL " + std::to_string(from.unicast_ttl) +
                            ", and 'min_ttl' is " + std::to_string(named->min_ttl) + " here"});
  return findings;
}

}  // namespace understudy::config
