// What a plain virtual router demands of a packet, small enough to lie beside its state.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "core/vrrp/receive_rules.h"

namespace understudy {

/// What three words hold, and one comparison tells.
struct PlainDemands {
  Profile profile;
  Family family;
  std::uint8_t version;
  std::uint8_t vrid;
  bool owner;
  bool unicast;
  AuthType auth_type;
  ChecksumForm checksum_form;
  AuthData auth_data;
  Duration advert_interval;

  friend bool operator==(const PlainDemands& left, const PlainDemands& right) {
    static_assert(std::has_unique_object_representations_v<PlainDemands>);
    return std::memcmp(&left, &right, sizeof left) == 0;
  }
};

/// The part of ReceiveRules that matters when rules.plain(): with it on the cache line before the
/// state, an advert among thousands of virtual routers is judged without a look at their
/// configurations. Borrows lists of more than 16 bytes from `rules`, which must outlive it.
class PlainRules : public PlainDemands {
 public:
  explicit PlainRules(const ReceiveRules& rules)
      : PlainDemands{rules.profile,   rules.family,         rules.version,   rules.vrid,
                     rules.owner,     rules.unicast,        rules.auth_type, rules.checksum_form,
                     rules.auth_data, rules.advert_interval},
        list_(rules.addresses.data()),
        list_size_(static_cast<std::uint16_t>(rules.addresses.size())) {
    if (list_size_ != 0 && list_size_ <= short_list_.size())
      std::memcpy(short_list_.data(), list_, list_size_);
  }

  /// Network order, one after the other.
  std::span<const std::uint8_t> addresses() const {
    return {list_size_ <= short_list_.size() ? short_list_.data() : list_, list_size_};
  }

  /// True only if both judge every packet alike. Long lists are not compared.
  bool surely_same(const PlainRules& other) const {
    return static_cast<const PlainDemands&>(*this) == other && list_size_ == other.list_size_ &&
           list_size_ <= short_list_.size() && short_list_ == other.short_list_;
  }

 private:
  const std::uint8_t* list_;
  std::array<std::uint8_t, 16> short_list_{};
  std::uint16_t list_size_;  // 255 addresses have 4,080 bytes
};

/// As receive_plain() of the rules it was made from.
tl::expected<ReceivedAdvert, DecodeError> receive_plain(std::span<const std::uint8_t> packet,
                                                        const PlainRules& rules);

}  // namespace understudy
