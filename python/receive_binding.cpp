// core/vrrp/receive_rules.h, so that tests can ask it about any packet under any settings.
#include <pybind11/stl.h>

#include <cmath>
#include <optional>

#include "core/vrrp/receive_rules.h"
#include "python/bindings.h"
#include "python/conversions.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

Profile profile_of(const std::string& name) {
  if (name == "keepalived") return Profile::keepalived;
  if (name == "rfc") return Profile::rfc;
  throw py::value_error("profile is 'keepalived' or 'rfc'");
}

AuthType auth_type_of(int value) {
  if (value < 0 || value > 2) throw py::value_error("auth_type is 0, 1 or 2");
  return static_cast<AuthType>(value);
}

std::optional<std::string> judge(const py::bytes& packet, std::uint8_t version, std::uint8_t vrid,
                                 const std::vector<std::string>& addresses, double interval_s,
                                 bool owner, bool unicast, int auth_type, const py::bytes& auth_key,
                                 const std::string& profile, const std::string& checksum) {
  ReceiveRules rules;
  rules.profile = profile_of(profile);
  rules.family = family_of(addresses, Family::ipv4);
  rules.version = version;
  rules.vrid = vrid;
  rules.owner = owner;
  rules.unicast = unicast;
  rules.auth_type = auth_type_of(auth_type);
  rules.auth_data = auth_data_of(auth_key);
  rules.checksum_form = checksum_form_of(checksum);
  if (!(interval_s >= 0 && interval_s <= 4095)) throw py::value_error("interval_s out of range");
  rules.advert_interval = Duration{std::llround(interval_s * 1e9)};
  rules.addresses = address_bytes(addresses, rules.family);
  const auto received = receive(span_of(packet), rules);
  if (received) return std::nullopt;
  return std::string(to_string(received.error()));
}

}  // namespace

void bind_receive(py::module_& module) {
  using namespace py::literals;
  module.def(
      "receive", &judge, "packet"_a, "version"_a, "vrid"_a, "addresses"_a, "interval_s"_a = 1.0,
      "owner"_a = false, "unicast"_a = false, "auth_type"_a = 0, "auth_key"_a = py::bytes(),
      "profile"_a = "keepalived", "checksum"_a = "pseudo_header",
      "None when a virtual router with these settings takes the IP packet, else the reason.");
}

}  // namespace understudy::python
