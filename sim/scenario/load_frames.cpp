// inject: frames from an advert's fields, from hexadecimal digits, from a capture.
#include <algorithm>
#include <array>

#include "core/net/ethernet.h"
#include "core/vrrp/advert_codec.h"
#include "pcap/capture_reader.h"
#include "pcap/link_type.h"
#include "sim/link_local.h"
#include "sim/nic_identity.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Frames = std::vector<InjectFault::Timed>;

constexpr std::size_t kLargestFrame = 1514;
constexpr std::size_t kMostFrames = 10'000;

/// The instance whose adverts the crafted one is like: of this host, else of any.
const config::VrrpInstance* find_instance(const Scenario& scenario, std::size_t host,
                                          std::int64_t vrid) {
  const auto of = [&](const Host& owner) -> const config::VrrpInstance* {
    if (!owner.config) return nullptr;
    for (const auto& instance : owner.config->instances)
      if (instance.vrid == vrid) return &instance;
    return nullptr;
  };
  if (const auto* own = of(scenario.hosts[host])) return own;
  for (const Host& other : scenario.hosts)
    if (const auto* found = of(other)) return found;
  return nullptr;
}

/// What an advert's map says, over what the configurations say of its VRID.
class AdvertReader {
 public:
  AdvertReader(LoadContext& context, const YamlNode& node, const Scenario& scenario, NicPlace from)
      : context_(context), node_(node), scenario_(scenario), from_(from) {}

  std::optional<Bytes> read() {
    const std::size_t errors = context_.error_count();
    MapReader map(context_, node_, "`advert`",
                  {"vrid", "priority", "version", "addresses", "advert_int", "auth", "source",
                   "destination", "mac", "ttl"});
    if (node_.kind != YamlNode::Kind::map) return std::nullopt;
    const YamlNode* vrid = map.require("vrid");
    const YamlNode* priority = map.require("priority");
    if (vrid == nullptr || priority == nullptr) return std::nullopt;
    advert_.vrid = static_cast<std::uint8_t>(context_.integer(*vrid, 1, 255).value_or(1));
    advert_.priority = static_cast<std::uint8_t>(context_.integer(*priority, 0, 255).value_or(0));
    if (context_.error_count() != errors) return std::nullopt;
    take_from_configuration();
    read_message(map);
    read_header(map);
    if (context_.error_count() != errors) return std::nullopt;
    return encode_frame();
  }

 private:
  void take_from_configuration() {
    const auto* like = find_instance(scenario_, from_.host, advert_.vrid);
    if (like == nullptr) return;
    advert_.version = like->version;
    advert_.advert_interval = like->advert_interval;
    if (like->version == 2 && like->authentication.type == config::Authentication::Type::pass) {
      advert_.auth_type = static_cast<std::uint8_t>(AuthType::pass);
      advert_.auth_data = like->authentication.key;
    }
    for (const auto& address : like->addresses) addresses_.push_back(address.address.address);
  }

  void read_message(const MapReader& map) {
    if (const YamlNode* version = map.get("version"))
      advert_.version = static_cast<std::uint8_t>(context_.integer(*version, 2, 3).value_or(2));
    if (const YamlNode* interval = map.get("advert_int"))
      advert_.advert_interval = context_.duration(*interval).value_or(Duration{});
    if (const YamlNode* list = map.get("addresses")) {
      addresses_.clear();
      if (context_.is_list(*list, "addresses"))
        for (const YamlNode& item : list->items)
          if (const auto address = read_address(item)) addresses_.push_back(*address);
    }
    if (const YamlNode* auth = map.get("auth")) read_password(*auth);
    if (addresses_.empty())
      context_.error(node_, "missing-key", "the advert needs `addresses`",
                     "no configuration has its `vrid`");
  }

  void read_password(const YamlNode& node) {
    const auto text = context_.string(node);
    if (!text) return;
    advert_.auth_data = {};
    advert_.auth_type =
        static_cast<std::uint8_t>(*text == "none" ? AuthType::none : AuthType::pass);
    if (*text == "none") return;
    if (text->size() > advert_.auth_data.size())
      context_.error(node, "out-of-range", "a password has 8 bytes at most");
    else
      std::copy(text->begin(), text->end(), advert_.auth_data.begin());
  }

  std::optional<IpAddress> read_address(const YamlNode& node) {
    const auto text = context_.string(node);
    if (!text) return std::nullopt;
    const auto address = parse_ip_address(*text);
    if (!address)
      context_.error(node, "bad-address", "'" + text->substr(0, 60) + "' is not an IP address");
    return address;
  }

  void read_header(const MapReader& map) {
    const Nic& nic = scenario_.hosts[from_.host].nics[from_.nic];
    const Family family = addresses_.empty() ? Family::ipv4 : addresses_.front().family();
    destination_ =
        family == Family::ipv4 ? IpAddress(kVrrpGroup4) : IpAddress::from_bytes(kVrrpGroup6);
    mac_ = nic_mac(scenario_, from_.host, from_.nic);
    if (family == Family::ipv6) source_ = link_local_of(mac_);
    const auto consider = [&](const IpAddress& address) {
      const bool fits = family == Family::ipv4 ? address.is_ipv4() && !address.is_unspecified()
                                               : !address.is_ipv4() && address.is_link_local();
      if (fits && (!source_ || family == Family::ipv6)) source_ = address;
    };
    consider(nic.address.address);
    for (const auto& more : nic.more_addresses) consider(more.address);
    if (const YamlNode* source = map.get("source")) source_ = read_address(*source);
    if (const YamlNode* destination = map.get("destination"))
      destination_ = read_address(*destination).value_or(destination_);
    if (const YamlNode* ttl = map.get("ttl"))
      options_.ttl = static_cast<std::uint8_t>(context_.integer(*ttl, 0, 255).value_or(255));
    if (const YamlNode* mac = map.get("mac"))
      if (const auto text = context_.string(*mac)) {
        const auto parsed = parse_mac_address(*text);
        if (parsed)
          mac_ = *parsed;
        else
          context_.error(*mac, "bad-mac", "'" + text->substr(0, 60) + "' is not a MAC address",
                         "write 02:00:00:00:00:01");
      }
    if (!source_)
      context_.error(node_, "missing-key", "the advert needs `source`",
                     "the NIC has no address of its family");
  }

  std::optional<Bytes> encode_frame() {
    Bytes list;
    for (const IpAddress& address : addresses_) {
      if (address.family() != addresses_.front().family() ||
          address.family() != source_->family() || address.family() != destination_.family()) {
        context_.error(node_, "conflict", "the advert's addresses are of both families");
        return std::nullopt;
      }
      const auto bytes = address.bytes();
      list.insert(list.end(), bytes.begin(), bytes.end());
    }
    advert_.family = addresses_.front().family();
    advert_.addresses = list;
    if (advert_.version == 3) {
      advert_.auth_type = 0;
      advert_.auth_data = {};
    }
    Bytes frame(kLargestFrame);
    const MacAddress to = multicast_mac(destination_);
    const EthernetHeader header{to, mac_,
                                advert_.family == Family::ipv4 ? kEtherTypeIpv4 : kEtherTypeIpv6};
    static_cast<void>(encode_ethernet(header, frame));
    const auto size = encode_packet(advert_, *source_, destination_, ChecksumForm::pseudo_header,
                                    options_, std::span(frame).subspan(kEthernetHeaderSize));
    if (!size) {
      context_.error(node_, "bad-advert",
                     "no such advert can be sent: " + std::string(to_string(size.error())));
      return std::nullopt;
    }
    frame.resize(kEthernetHeaderSize + *size);
    return frame;
  }

  LoadContext& context_;
  const YamlNode& node_;
  const Scenario& scenario_;
  NicPlace from_;
  Advert advert_ = default_advert();
  std::vector<IpAddress> addresses_;
  std::optional<IpAddress> source_;
  IpAddress destination_;
  MacAddress mac_;
  PacketOptions options_;

  static Advert default_advert() {
    Advert advert;
    advert.advert_interval = std::chrono::seconds{1};
    return advert;
  }
};

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Pairs of digits, with blanks and colons between them.
std::optional<Bytes> load_hex(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  Bytes frame;
  int high = -1;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    const int digit = digit_of(c);
    if (digit < 0 && high < 0 && (c == ' ' || c == ':' || c == '\n' || c == '\t')) continue;
    if (digit < 0) {
      context.report(Severity::error, context.place_in(node, i), 1, "bad-hex",
                     "a frame is written as pairs of hexadecimal digits", "");
      return std::nullopt;
    }
    if (high >= 0) frame.push_back(static_cast<std::uint8_t>(high << 4 | digit));
    high = high >= 0 ? -1 : digit;
  }
  if (high >= 0) {
    context.error(node, "bad-hex", "the last byte has only one digit");
    return std::nullopt;
  }
  if (frame.size() >= kEthernetHeaderSize && frame.size() <= kLargestFrame) return frame;
  context.error(
      node, "out-of-range",
      "an Ethernet frame has 14 to 1514 bytes, this one has " + std::to_string(frame.size()));
  return std::nullopt;
}

/// `hex`: one frame, or a list of frames or of { after, frame }.
std::optional<Frames> load_hex_frames(LoadContext& context, const YamlNode& node) {
  Frames frames;
  const std::size_t errors = context.error_count();
  const auto add = [&](Duration after, const YamlNode& frame) {
    if (auto bytes = load_hex(context, frame)) frames.push_back({after, std::move(*bytes)});
  };
  if (node.kind != YamlNode::Kind::list) {
    add({}, node);
  } else {
    if (node.items.empty() || node.items.size() > kMostFrames)
      context.error(node, "out-of-range",
                    "between 1 and " + std::to_string(kMostFrames) + " frames can be injected");
    for (const YamlNode& item : node.items) {
      if (item.kind != YamlNode::Kind::map) {
        add({}, item);
        continue;
      }
      MapReader map(context, item, "a frame", {"after", "frame"});
      const YamlNode* after = map.get("after");
      const YamlNode* frame = map.require("frame");
      const Duration at =
          after != nullptr ? context.duration(*after).value_or(Duration{}) : Duration{};
      if (frame != nullptr) add(at, *frame);
    }
  }
  if (context.error_count() != errors) return std::nullopt;
  std::stable_sort(frames.begin(), frames.end(),
                   [](const auto& left, const auto& right) { return left.after < right.after; });
  return frames;
}

/// All frames of a capture, at their distances from the first.
tl::expected<Frames, std::string> read_capture(const std::string& text) {
  const std::span bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  auto reader = capture::CaptureReader::adopt(capture::bytes_in_memory(bytes));
  if (!reader) return tl::unexpected(reader.error().message());
  Frames frames;
  std::optional<Instant> first;
  while (const capture::CapturedPacket* next = reader->read()) {
    const capture::CapturedPacket& packet = *next;
    if (packet.link_type != capture::kLinkEthernet)
      return tl::unexpected("its packets are no Ethernet frames but " +
                            capture::link_type_name(packet.link_type));
    if (!first) first = packet.at;
    if (packet.cut() || packet.bytes.size() < kEthernetHeaderSize ||
        packet.bytes.size() > kLargestFrame)
      return tl::unexpected("packet " + std::to_string(packet.number) +
                            " is cut, or no frame of 14 to 1514 bytes");
    if (frames.size() == kMostFrames)
      return tl::unexpected("it has more than " + std::to_string(kMostFrames) + " packets");
    frames.push_back({std::max(packet.at - *first, Duration{}),
                      Bytes(packet.bytes.begin(), packet.bytes.end())});
  }
  if (reader->fault()) return tl::unexpected(reader->fault()->message());
  if (frames.empty()) return tl::unexpected(std::string("it has no packets"));
  std::stable_sort(frames.begin(), frames.end(),
                   [](const auto& left, const auto& right) { return left.after < right.after; });
  return frames;
}

std::optional<Frames> load_capture(LoadContext& context, const YamlNode& node,
                                   ConfigStore& configs) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  const std::string path = path_from(context.source_of(node).file(), *text);
  std::string problem;
  auto bytes = configs.files.read(path, problem);
  if (!bytes) {
    context.error(node, "unreadable", "cannot read " + path + ": " + problem,
                  "paths are relative to the scenario's folder");
    return std::nullopt;
  }
  auto frames = read_capture(*bytes);
  if (frames) return std::move(*frames);
  context.error(node, "bad-capture", "cannot use " + path + ": " + frames.error());
  return std::nullopt;
}

}  // namespace

std::optional<Frames> load_frames(LoadContext& context, const YamlNode& node,
                                  const Scenario& scenario, NicPlace from, ConfigStore& configs) {
  const std::size_t errors = context.error_count();
  MapReader map(context, node, "`inject`", {"from", "advert", "hex", "pcap"});
  if (context.error_count() != errors) return std::nullopt;
  const YamlNode* source = nullptr;
  for (const std::string_view key : {"advert", "hex", "pcap"}) {
    const YamlNode* found = map.get(key);
    if (found == nullptr) continue;
    if (source != nullptr) {
      context.key_error(*found, "conflict",
                        "`inject` has both `" + source->key + "` and `" + found->key + "`");
      return std::nullopt;
    }
    source = found;
  }
  if (source == nullptr) {
    context.key_error(node, "missing-key", "`inject` needs `advert`, `hex` or `pcap`",
                      "advert: { vrid: 51, priority: 255 }");
    return std::nullopt;
  }
  if (source->key == "hex") return load_hex_frames(context, *source);
  if (source->key == "pcap") return load_capture(context, *source, configs);
  auto frame = AdvertReader(context, *source, scenario, from).read();
  if (!frame) return std::nullopt;
  Frames frames;
  frames.push_back({{}, std::move(*frame)});
  return frames;
}

}  // namespace understudy::sim
