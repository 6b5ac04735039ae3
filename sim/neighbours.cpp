#include "sim/neighbours.h"

#include <utility>

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

// Linux's defaults: net.ipv4.neigh.default.*, the same in net.ipv6.neigh.default.*
constexpr Duration kReachableLowest = 15s;  // half to one and a half of base_reachable_time
constexpr Duration kReachableHighest = 45s;
constexpr Duration kRetransmit = 1s;         // retrans_time
constexpr Duration kDelayFirstProbe = 5s;    // delay_first_probe_time
constexpr Duration kLockTime = 1s;           // locktime: the first of two quick replies wins; ARP
constexpr unsigned kProbes = 3;              // ucast_solicit, mcast_solicit
constexpr std::size_t kWaitingPackets = 64;  // about unres_qlen_bytes

constexpr Duration kCiscoLifetime = 14400s;  // arp timeout
constexpr unsigned kCiscoAttempts = 2;       // the known MAC, then everybody

}  // namespace

NeighbourTable::NeighbourTable(NeighbourLink& link, RandomStream arp_draws,
                               RandomStream discovery_draws, NeighbourPolicy policy)
    : link_(link),
      arp_reachable_time_(arp_draws.uniform(kReachableLowest, kReachableHighest)),
      discovery_reachable_time_(discovery_draws.uniform(kReachableLowest, kReachableHighest)),
      policy_(policy) {}

NeighbourTable::Entry* NeighbourTable::entry_of(std::uint32_t nic, const IpAddress& address) {
  for (auto& entry : entries_)
    if (entry.phase != Phase::unused && entry.nic == nic && entry.address == address) return &entry;
  return nullptr;
}

NeighbourTable::Entry& NeighbourTable::make_entry(std::uint32_t nic, const IpAddress& address) {
  Entry* place = nullptr;
  for (auto& entry : entries_)
    if (entry.phase == Phase::unused) place = &entry;
  if (place == nullptr) place = &entries_.emplace_back();
  *place = Entry{};
  place->address = address;
  place->nic = nic;
  return *place;
}

void NeighbourTable::arm(Entry& entry, Instant at) {
  entry.timer_at = at;
  link_.wake_neighbours_at(at);
}

void NeighbourTable::send(Instant now, std::uint32_t nic, const IpAddress& neighbour,
                          const IpAddress& source, std::span<const std::uint8_t> packet) {
  Entry* entry = entry_of(nic, neighbour);
  if (entry == nullptr) {
    entry = &make_entry(nic, neighbour);
    entry->phase = Phase::incomplete;
    entry->probes = 1;
    entry->asking_for = source;
    entry->waiting.emplace_back(packet.begin(), packet.end());
    arm(*entry, now + kRetransmit);
    link_.ask(nic, neighbour, source, std::nullopt);
    return;
  }
  if (entry->phase == Phase::incomplete) {
    if (entry->waiting.size() == kWaitingPackets) entry->waiting.erase(entry->waiting.begin());
    entry->waiting.emplace_back(packet.begin(), packet.end());
    return;
  }
  const auto mac = entry->mac;  // asking may change the table
  use_doubtful(now, *entry);
  link_.send_packet_to(nic, mac, packet);
}

/// A packet goes to a neighbour that may have gone.
void NeighbourTable::use_doubtful(Instant now, Entry& entry) {
  if (entry.pinned || ages(entry)) return;
  const bool expired =
      entry.phase == Phase::reachable && now > entry.confirmed_at + reachable_time(entry);
  if (entry.phase != Phase::stale && !expired) return;
  if (policy_.stack == StackKind::windows) {
    entry.phase = Phase::probe;
    entry.probes = 0;
    return probe(now, entry);
  }
  entry.phase = Phase::delay;
  arm(entry, now + kDelayFirstProbe);
}

void NeighbourTable::heard(Instant now, std::uint32_t nic, const ArpPacket& packet, bool for_us) {
  if (packet.sender_ip.is_unspecified() || packet.sender_mac.is_group()) return;
  Entry* entry = entry_of(nic, packet.sender_ip);
  const bool request = packet.operation == ArpOperation::request;
  if (for_us && request) {
    // Whoever asks for us is about to talk to us.
    if (entry == nullptr) entry = &make_entry(nic, packet.sender_ip);
    return update(now, *entry, packet.sender_mac, Phase::stale, true);
  }
  if (entry == nullptr || (policy_.ignores_garp && packet.is_gratuitous())) return;
  const bool settled = policy_.stack != StackKind::linux_ || now > entry->updated_at + kLockTime;
  update(now, *entry, packet.sender_mac, request || !for_us ? Phase::stale : Phase::reachable,
         settled || packet.is_gratuitous());
}

void NeighbourTable::solicited(Instant now, std::uint32_t nic, const IpAddress& source,
                               const NeighbourMessage& message) {
  if (source.is_unspecified() || !message.link_layer || message.link_layer->is_group()) return;
  Entry* entry = entry_of(nic, source);
  if (entry == nullptr) entry = &make_entry(nic, source);
  update(now, *entry, *message.link_layer, Phase::stale, true);
}

// RFC 4861, section 7.2.5.
void NeighbourTable::advertised(Instant now, std::uint32_t nic, const NeighbourMessage& message) {
  Entry* entry = entry_of(nic, message.target);
  if (entry == nullptr || entry->pinned || (policy_.ignores_garp && !message.solicited)) return;
  const bool known = has_mac(*entry);
  const auto mac = message.link_layer ? message.link_layer
                   : known            ? std::optional{entry->mac}
                                      : std::nullopt;
  if (!mac || mac->is_group()) return;
  if (known && *mac != entry->mac && !message.override) {
    // Somebody else claims the address, meekly: what we know becomes doubtful, no more.
    if (entry->phase == Phase::reachable) entry->phase = Phase::stale;
    return;
  }
  update(now, *entry, *mac, message.solicited ? Phase::reachable : Phase::stale, true);
}

void NeighbourTable::update(Instant now, Entry& entry, const MacAddress& mac, Phase phase,
                            bool override_known) {
  if (entry.pinned) return;
  const bool known = has_mac(entry);
  const bool same = known && entry.mac == mac;
  if (known && !same && !override_known) return;
  if (phase == Phase::reachable) entry.confirmed_at = now;
  if (ages(entry)) {
    entry.phase = Phase::reachable;
    arm(entry, now + kCiscoLifetime);
  } else if (!(same && phase == Phase::stale)) {
    entry.phase = phase;
  }
  entry.updated_at = now;
  entry.mac = mac;
  if (same) return;
  link_.neighbour_changed(entry.address);
  const auto waiting = std::exchange(entry.waiting, {});
  // By value: sending may change the table.
  const auto out = entry.nic;
  for (const auto& packet : waiting) link_.send_packet_to(out, mac, packet);
}

void NeighbourTable::confirm(Instant now, const IpAddress& neighbour) {
  for (auto& entry : entries_)
    if (entry.phase != Phase::unused && entry.address == neighbour) {
      entry.confirmed_at = now;
      // RFC 4861, section 7.3.3. Linux looks at it when its delay ends.
      if (policy_.stack == StackKind::windows && has_mac(entry)) entry.phase = Phase::reachable;
    }
}

void NeighbourTable::drop(Entry& entry) {
  const bool changed = has_mac(entry);
  const auto address = entry.address;
  entry = Entry{};
  if (changed) link_.neighbour_changed(address);
}

void NeighbourTable::reach_deadline(Instant now) {
  for (auto& entry : entries_) {
    if (entry.phase < Phase::incomplete || entry.timer_at > now || entry.pinned) continue;
    if (ages(entry) && entry.phase != Phase::incomplete) {
      age(now, entry);
      continue;
    }
    if (entry.phase == Phase::delay && now < entry.confirmed_at + kDelayFirstProbe) {
      entry.phase = Phase::reachable;
    } else if (entry.phase == Phase::delay) {
      entry.phase = Phase::probe;
      entry.probes = 0;
    }
    if (entry.phase != Phase::incomplete && entry.phase != Phase::probe) continue;
    if (entry.probes == kProbes) {
      drop(entry);  // the packets that waited are lost with it
      continue;
    }
    probe(now, entry);
  }
}

/// Asks the neighbour, or while it is unknown everybody.
void NeighbourTable::probe(Instant now, Entry& entry) {
  ++entry.probes;
  arm(entry, now + kRetransmit);
  const bool probing = entry.phase == Phase::probe;
  link_.ask(entry.nic, entry.address, entry.asking_for,
            probing ? std::optional{entry.mac} : std::nullopt);
}

/// Its lifetime is over, or nobody has answered since.
void NeighbourTable::age(Instant now, Entry& entry) {
  if (entry.phase != Phase::probe) {
    entry.phase = Phase::probe;
    entry.probes = 0;
  }
  if (entry.probes == kCiscoAttempts) return drop(entry);
  ++entry.probes;
  arm(entry, now + kRetransmit);
  link_.ask(entry.nic, entry.address, entry.asking_for,
            entry.probes == 1 ? std::optional{entry.mac} : std::nullopt);
}

std::optional<MacAddress> NeighbourTable::find(const IpAddress& neighbour) const {
  for (const auto& entry : entries_)
    if (entry.address == neighbour && has_mac(entry)) return entry.mac;
  return std::nullopt;
}

void NeighbourTable::forget_nic(std::uint32_t nic) {
  for (auto& entry : entries_)
    if (entry.phase != Phase::unused && entry.nic == nic && !entry.pinned) drop(entry);
}

void NeighbourTable::flush() {
  for (auto& entry : entries_)
    if (entry.phase != Phase::unused && !entry.pinned) drop(entry);
}

void NeighbourTable::pin() {
  ++pins_;
  for (auto& entry : entries_) entry.pinned = entry.pinned || has_mac(entry);
}

void NeighbourTable::unpin() {
  if (pins_ == 0 || --pins_ > 0) return;
  for (auto& entry : entries_) {
    if (!entry.pinned) continue;
    entry.pinned = false;
    // Its timers have passed unheeded.
    if (ages(entry))
      arm(entry, entry.updated_at + kCiscoLifetime);
    else
      entry.phase = Phase::stale;
  }
}

void NeighbourTable::clear() {
  for (auto& entry : entries_)
    if (entry.phase != Phase::unused) drop(entry);
}

}  // namespace understudy::sim
