// virtual_ipaddress, virtual_ipaddress_excluded and static_ipaddress.
#include <string>
#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

// A link-local address may be on each interface.
std::pair<IpAddress, std::string> identity_of(const InterfaceAddress& address) {
  return {address.address, address.address.is_link_local() ? address.device : std::string()};
}

}  // namespace

void read_addresses(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse) {
  const bool excluded = block[at].keyword->name == "virtual_ipaddress_excluded";
  auto& addresses = excluded ? draft.excluded : draft.addresses;
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    auto read = read_address_line(statement, parse.findings);
    if (!read) return;
    read->address.file = parse.included_file(read->at);
    const auto [first, is_new] =
        draft.address_lines.emplace(identity_of(read->address.address), read->at.line.number);
    if (!is_new) {
      parse.findings.error(
          "duplicate-address", read->at,
          in_quotes(to_string(read->address.address.address)) + " stands here twice",
          "the first one is on line " + std::to_string(first->second));
      return;
    }
    addresses.push_back(std::move(*read));
  });
}

void read_static_addresses(const Block& block, Draft& draft) {
  for_each_in(block, 0, [&](const Statement& statement, std::size_t) {
    auto read = read_address_line(statement, draft.findings);
    if (!read) return;
    read->address.file = draft.included_file(read->at);
    const auto identity = identity_of(read->address.address);
    if (!draft.static_address_lines.emplace(identity, read->at.line.number).second) {
      draft.findings.warning("duplicate-address", read->at,
                             in_quotes(to_string(read->address.address.address)) +
                                 " is a static address already; this line is passed over");
      return;
    }
    draft.statics.addresses.push_back(std::move(read->address));
  });
}

}  // namespace understudy::config
