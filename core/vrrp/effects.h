// What the engine asks of its host, in order. Plain data: things are named by index into the
// immutable configuration, wire bytes lie in the arena.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "core/net/ip_address.h"
#include "core/vrrp/report.h"

namespace understudy {

/// Send the packet packet(effect) (IP header included) out of the virtual router's interface.
/// Failure comes back as the input SendFailed; success needs no answer.
struct SendAdvert {
  std::uint16_t virtual_router;
  std::uint32_t offset;  // into the arena
  std::uint32_t size;
  IpAddress destination;
  friend bool operator==(const SendAdvert&, const SendAdvert&) = default;
};

/// Put on, in this order: the packet filter that drops what is sent to the virtual addresses (where
/// config.accepts() is false; Neighbour Discovery and ARP excepted), the virtual addresses, the
/// excluded ones, routes, rules.
struct AddAddresses {
  std::uint16_t virtual_router;
  friend bool operator==(const AddAddresses&, const AddAddresses&) = default;
};

/// Take all of that off again, in the reverse order. What is not there is no failure.
struct RemoveAddresses {
  std::uint16_t virtual_router;
  friend bool operator==(const RemoveAddresses&, const RemoveAddresses&) = default;
};

/// Send one gratuitous ARP (IPv4) or unsolicited Neighbour Advertisement (IPv6) for each address,
/// and all of that `repeat` times over (keepalived's order). Addresses are numbered through
/// config.addresses, then config.excluded_addresses; `count` of them from `first` on are meant.
struct AnnounceAddresses {
  static constexpr std::uint16_t kAll = 0xffff;
  std::uint16_t virtual_router;
  std::uint16_t repeat;
  std::uint16_t first = 0;
  std::uint16_t count = kAll;
  bool elsewhere_only = false;  // those on other interfaces than the virtual router's
  friend bool operator==(const AnnounceAddresses&, const AnnounceAddresses&) = default;
};

/// Start the script's command in a process group of its own; its end comes back as ScriptExited
/// with this run.
struct RunScript {
  std::uint16_t script;
  std::uint32_t run;
  friend bool operator==(const RunScript&, const RunScript&) = default;
};

/// Signal the process group of that run: terminate first, later kill.
struct KillScript {
  std::uint16_t script;
  std::uint32_t run;
  bool force;  // false: SIGTERM, true: SIGKILL
  friend bool operator==(const KillScript&, const KillScript&) = default;
};

/// Run the notify scripts for the state just entered, or for what else happened.
struct Notify {
  enum class Event : std::uint8_t {
    state,           // notify_STATE, then notify
    lower_priority,  // notify_master_rx_lower_pri
  };
  std::uint16_t virtual_router;
  State state;
  std::uint8_t priority;
  Event event = Event::state;
  friend bool operator==(const Notify&, const Notify&) = default;
};

/// Run the sync group's notify scripts, after those of its members.
struct NotifyGroup {
  std::uint16_t group;
  State state;  // never init but for Shutdown
  friend bool operator==(const NotifyGroup&, const NotifyGroup&) = default;
};

using Effect = std::variant<SendAdvert, AddAddresses, RemoveAddresses, AnnounceAddresses, RunScript,
                            KillScript, Notify, NotifyGroup, Report>;

/// The effects of one or more inputs. The host carries them out in order, then clears. Capacity
/// stays, so a cleared one does not allocate again.
class Effects {
 public:
  void clear() {
    list_.clear();
    arena_.clear();
  }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  /// Takes out the index-th; index < size(). The arena stays.
  void remove(std::size_t index) {
    list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  std::span<const Effect> list() const { return list_; }
  /// The bytes of a SendAdvert; valid until clear() or the next input.
  std::span<const std::uint8_t> packet(const SendAdvert& effect) const {
    return std::span{arena_}.subspan(effect.offset, effect.size);
  }

  template <typename T>
  void add(const T& effect) {
    list_.emplace_back(effect);
  }
  template <typename T>
  void report(const T& event) {
    list_.emplace_back(Report{event});
  }
  /// Room for a packet of up to `size` bytes at the arena's end; shrink with commit_packet.
  std::span<std::uint8_t> reserve_packet(std::size_t size) {
    const auto offset = arena_.size();
    arena_.resize(offset + size);
    return std::span{arena_}.subspan(offset, size);
  }
  std::uint32_t arena_size() const { return static_cast<std::uint32_t>(arena_.size()); }
  void reserve(std::size_t effects, std::size_t bytes) {
    list_.reserve(effects);
    arena_.reserve(bytes);
  }

 private:
  std::vector<Effect> list_;
  std::vector<std::uint8_t> arena_;
};

}  // namespace understudy
