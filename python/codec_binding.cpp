// Adverts as dictionaries and bytes; understudy/advert.py makes them comfortable.
#include <pybind11/stl.h>

#include <array>

#include "core/net/ethernet.h"
#include "core/vrrp/advert_codec.h"
#include "pcap/link_layer.h"
#include "python/bindings.h"
#include "python/conversions.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

constexpr int kLinkEthernet = 1;              // libpcap's DLT_EN10MB
constexpr std::size_t kLargestPacket = 4200;  // an IPv6 header and 255 addresses, and a bit

/// What decode gives: the fields, or the name and the sentence of an error.
py::tuple success(const py::dict& fields) { return py::make_tuple(fields, "", ""); }
py::tuple failure(DecodeError error) {
  return py::make_tuple(py::none(), std::string(to_string(error)), std::string(describe(error)));
}

py::dict fields_of(const Advert& advert) {
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < advert.address_count(); ++i) {
    addresses.push_back(to_string(advert.address(i)));
  }
  py::dict fields;
  fields["version"] = advert.version;
  fields["vrid"] = advert.vrid;
  fields["priority"] = advert.priority;
  fields["addresses"] = addresses;
  fields["advert_interval_ns"] = advert.advert_interval.count();
  fields["auth_type"] = advert.auth_type;
  fields["auth_data"] =
      bytes_of(advert.version == 2 ? std::span<const std::uint8_t>(advert.auth_data)
                                   : std::span<const std::uint8_t>());
  fields["checksum"] = advert.checksum;
  return fields;
}

py::tuple decode_ip(std::span<const std::uint8_t> packet) {
  const auto decoded = decode_packet(packet);
  if (!decoded) return failure(decoded.error());
  py::dict fields = fields_of(decoded->advert);
  fields["source"] = to_string(decoded->source);
  fields["destination"] = to_string(decoded->destination);
  fields["ttl"] = decoded->ttl;
  return success(fields);
}

// ARP, too, is a packet that a frame may hold.
bool is_ip(std::span<const std::uint8_t> packet) {
  return !packet.empty() && (packet[0] >> 4 == 4 || packet[0] >> 4 == 6);
}

py::tuple decode_frame(std::span<const std::uint8_t> frame) {
  if (frame.size() < kEthernetHeaderSize) return failure(DecodeError::length_short);
  capture::LinkLayer link_layer(kLinkEthernet);
  const auto packet = link_layer.find(frame);
  if (!packet || !is_ip(packet->bytes)) return failure(DecodeError::bad_type);
  return decode_ip(packet->bytes);
}

/// Without an IP header the family shows in the length alone, and the checksum of version 3 can
/// only be verified when the addresses are given.
py::tuple decode_message(std::span<const std::uint8_t> message, const std::string& source,
                         const std::string& destination) {
  const std::size_t six_sized = message.size() > 8 ? 8 + message[3] * std::size_t{16} : 0;
  Family family = message.size() == six_sized && message[0] >> 4 == 3 ? Family::ipv6 : Family::ipv4;
  const bool addressed = !source.empty() && !destination.empty();
  if (addressed) family = address_of(source).family();
  const auto advert = decode(message, family);
  if (!advert) return failure(advert.error());
  const IpAddress from = addressed ? address_of(source) : IpAddress{};
  const IpAddress to = addressed ? address_of(destination) : IpAddress{};
  if ((advert->version == 2 || addressed) &&
      !verify_checksum(message, advert->version, from, to, ChecksumForm::either)) {
    return failure(DecodeError::bad_checksum);
  }
  return success(fields_of(*advert));
}

/// An advert together with the bytes its view looks at.
struct OwnedAdvert {
  Advert advert;
  std::vector<std::uint8_t> addresses;
  IpAddress source, destination;
};

OwnedAdvert advert_of(const py::dict& fields) {
  OwnedAdvert owned;
  const auto texts = fields["addresses"].cast<std::vector<std::string>>();
  owned.source = address_of(fields["source"].cast<std::string>());
  owned.destination = address_of(fields["destination"].cast<std::string>());
  Advert& advert = owned.advert;
  advert.family = family_of(texts, owned.destination.family());
  owned.addresses = address_bytes(texts, advert.family);
  advert.version = fields["version"].cast<std::uint8_t>();
  advert.vrid = fields["vrid"].cast<std::uint8_t>();
  advert.priority = fields["priority"].cast<std::uint8_t>();
  advert.auth_type = fields["auth_type"].cast<std::uint8_t>();
  advert.auth_data = auth_data_of(fields["auth_data"].cast<py::bytes>());
  advert.advert_interval = Duration{fields["advert_interval_ns"].cast<std::int64_t>()};
  if (owned.source.family() != advert.family || owned.destination.family() != advert.family) {
    throw py::value_error("source, destination and addresses of two families");
  }
  return owned;
}

py::bytes finish(const tl::expected<std::size_t, EncodeError>& size,
                 std::span<const std::uint8_t> buffer) {
  if (!size) throw py::value_error(std::string(to_string(size.error())));
  return bytes_of(buffer.first(*size));
}

py::bytes encode_message(const py::dict& fields, const std::string& checksum) {
  OwnedAdvert owned = advert_of(fields);
  owned.advert.addresses = owned.addresses;
  std::array<std::uint8_t, kLargestPacket> buffer{};
  return finish(
      encode(owned.advert, owned.source, owned.destination, checksum_form_of(checksum), buffer),
      buffer);
}

py::bytes encode_ip(const py::dict& fields, const std::string& checksum, std::uint8_t ttl,
                    std::uint8_t tos, std::uint16_t identification) {
  OwnedAdvert owned = advert_of(fields);
  owned.advert.addresses = owned.addresses;
  std::array<std::uint8_t, kLargestPacket> buffer{};
  return finish(
      encode_packet(owned.advert, owned.source, owned.destination, checksum_form_of(checksum),
                    {.ttl = ttl, .tos = tos, .identification = identification}, buffer),
      buffer);
}

}  // namespace

void bind_codec(py::module_& module) {
  module.def("decode_packet", [](const py::bytes& packet) { return decode_ip(span_of(packet)); });
  module.def("decode_frame", [](const py::bytes& frame) { return decode_frame(span_of(frame)); });
  module.def("decode_message", [](const py::bytes& message, const std::string& source,
                                  const std::string& destination) {
    return decode_message(span_of(message), source, destination);
  });
  module.def("encode_message", &encode_message);
  module.def("encode_packet", &encode_ip);
}

}  // namespace understudy::python
