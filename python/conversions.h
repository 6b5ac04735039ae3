// Python's values as the engine's. All of them throw what Python shows as ValueError.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/vrrp/advert_codec.h"

namespace understudy::python {

/// Good as long as `bytes` is.
std::span<const std::uint8_t> span_of(const pybind11::bytes& bytes);
pybind11::bytes bytes_of(std::span<const std::uint8_t> bytes);

IpAddress address_of(const std::string& text);
/// Addresses of one family, one after the other in network order.
std::vector<std::uint8_t> address_bytes(const std::vector<std::string>& texts, Family family);
/// The family of the first; `fallback` when there is none.
Family family_of(const std::vector<std::string>& texts, Family fallback);

AuthData auth_data_of(const pybind11::bytes& bytes);
/// "message", "pseudo_header" (or "pseudo"), "either"
ChecksumForm checksum_form_of(std::string_view name);

}  // namespace understudy::python
