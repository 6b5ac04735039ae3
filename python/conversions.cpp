#include "python/conversions.h"

#include <algorithm>

namespace understudy::python {

namespace py = pybind11;

std::span<const std::uint8_t> span_of(const py::bytes& bytes) {
  const std::string_view view = bytes;
  return {reinterpret_cast<const std::uint8_t*>(view.data()), view.size()};
}

py::bytes bytes_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

IpAddress address_of(const std::string& text) {
  const auto address = parse_ip_address(text);
  if (!address) throw py::value_error("not an IP address: '" + text + "'");
  return *address;
}

std::vector<std::uint8_t> address_bytes(const std::vector<std::string>& texts, Family family) {
  std::vector<std::uint8_t> bytes;
  for (const auto& text : texts) {
    const IpAddress address = address_of(text);
    if (address.family() != family) throw py::value_error("addresses of two families");
    bytes.insert(bytes.end(), address.bytes().begin(), address.bytes().end());
  }
  return bytes;
}

Family family_of(const std::vector<std::string>& texts, Family fallback) {
  return texts.empty() ? fallback : address_of(texts.front()).family();
}

AuthData auth_data_of(const py::bytes& bytes) {
  const auto given = span_of(bytes);
  AuthData data{};
  if (given.size() > data.size()) throw py::value_error("more than 8 bytes of authentication data");
  std::copy(given.begin(), given.end(), data.begin());
  return data;
}

ChecksumForm checksum_form_of(std::string_view name) {
  if (name == "message") return ChecksumForm::message;
  if (name == "pseudo_header" || name == "pseudo") return ChecksumForm::pseudo_header;
  if (name == "either") return ChecksumForm::either;
  throw py::value_error("checksum is 'message', 'pseudo_header' or 'either'");
}

}  // namespace understudy::python
