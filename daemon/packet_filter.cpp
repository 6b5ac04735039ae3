#include "daemon/packet_filter.h"

#include <fmt/format.h>
#include <nftables/libnftables.h>

namespace understudy::daemon {
namespace {

struct ContextDeleter {
  void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};

// Adding what is there is no failure for nftables, deleting what is not is one: so the table is
// added first. All of it happens at once or not at all.
constexpr const char* kRemove = "add table inet {0}\ndelete table inet {0}\n";

constexpr const char* kMake = R"(
add table inet {0}
add set inet {0} closed4 {{ type ipv4_addr; }}
add set inet {0} closed6 {{ type ipv6_addr; }}
add chain inet {0} input {{ type filter hook input priority -1; policy accept; }}
add rule inet {0} input icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
add rule inet {0} input ip daddr @closed4 drop
add rule inet {0} input ip6 daddr @closed6 drop
)";

std::string element_commands(const char* verb, std::span<const IpAddress> addresses) {
  std::string commands;
  for (const auto& address : addresses)
    commands += fmt::format("{} element inet {} {} {{ {} }}\n", verb, PacketFilter::kTable,
                            address.is_ipv4() ? "closed4" : "closed6", to_string(address));
  return commands;
}

// nftables repeats the commands below its error; the first line says it all.
std::string first_line(std::string_view text) {
  return std::string{text.substr(0, text.find('\n'))};
}

}  // namespace

// Made when it is first needed: a host that accepts everything has none.
struct PacketFilter::Context {
  std::unique_ptr<nft_ctx, ContextDeleter> nft{nft_ctx_new(NFT_CTX_DEFAULT)};

  Context() {
    if (nft) nft_ctx_buffer_error(nft.get());
  }
};

PacketFilter::PacketFilter() = default;
PacketFilter::PacketFilter(PacketFilter&&) noexcept = default;
PacketFilter& PacketFilter::operator=(PacketFilter&&) noexcept = default;
PacketFilter::~PacketFilter() = default;

tl::expected<void, std::string> PacketFilter::run(const std::string& commands) {
  if (!context_) context_ = std::make_unique<Context>();
  auto* nft = context_->nft.get();
  if (nft == nullptr) return tl::unexpected(std::string{"out of memory"});
  if (nft_run_cmd_from_buffer(nft, commands.c_str()) == 0) return {};
  return tl::unexpected(first_line(nft_ctx_get_error_buffer(nft)));
}

std::string PacketFilter::remove_table() {
  closed_.clear();
  const auto removed = run(fmt::format(kRemove, kTable));
  return removed ? std::string{} : removed.error();
}

std::string PacketFilter::make_table() {
  const std::vector<IpAddress> closed{closed_.begin(), closed_.end()};
  const auto made = run(fmt::format(kRemove, kTable) + fmt::format(kMake, kTable) +
                        element_commands("add", closed));
  return made ? std::string{} : made.error();
}

std::string PacketFilter::close(std::span<const IpAddress> addresses) {
  closed_.insert(addresses.begin(), addresses.end());
  if (addresses.empty() || run(element_commands("add", addresses))) return {};
  return make_table();
}

std::string PacketFilter::open(std::span<const IpAddress> addresses) {
  std::vector<IpAddress> there;
  for (const auto& address : addresses)
    if (closed_.erase(address) != 0) there.push_back(address);
  if (there.empty()) return {};
  // Added first, for somebody may have taken one out.
  if (run(element_commands("add", there) + element_commands("delete", there))) return {};
  return make_table();
}

}  // namespace understudy::daemon
