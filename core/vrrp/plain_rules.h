// What a plain virtual router demands of a packet, small enough to lie beside its state.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/vrrp/receive_rules.h"

namespace understudy {

/// The part of ReceiveRules that matters when rules.plain(): with it on the cache line before the
/// state, an advert among thousands of virtual routers is judged without a look at their
/// configurations. Borrows lists of more than 16 bytes from `rules`, which must outlive it.
class PlainRules {
 public:
  explicit PlainRules(const ReceiveRules& rules)
      : profile(rules.profile),
        family(rules.family),
        version(rules.version),
        vrid(rules.vrid),
        owner(rules.owner),
        unicast(rules.unicast),
        auth_type(rules.auth_type),
        checksum_form(rules.checksum_form),
        auth_data(rules.auth_data),
        advert_interval(rules.advert_interval),
        list_(rules.addresses.data()),
        list_size_(static_cast<std::uint16_t>(rules.addresses.size())) {
    if (list_size_ != 0 && list_size_ <= short_list_.size())
      std::memcpy(short_list_.data(), list_, list_size_);
  }

  /// Network order, one after the other.
  std::span<const std::uint8_t> addresses() const {
    return {list_size_ <= short_list_.size() ? short_list_.data() : list_, list_size_};
  }

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

 private:
  const std::uint8_t* list_;
  std::array<std::uint8_t, 16> short_list_{};
  std::uint16_t list_size_;  // 255 addresses have 4,080 bytes
};

/// As receive_plain() of the rules it was made from.
tl::expected<ReceivedAdvert, DecodeError> receive_plain(std::span<const std::uint8_t> packet,
                                                        const PlainRules& rules);

}  // namespace understudy
