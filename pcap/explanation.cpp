#include "pcap/explanation.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/net/byte_order.h"
#include "core/net/ipv4_header.h"
#include "core/vrrp/observer.h"
#include "pcap/capture_reader.h"
#include "pcap/link_layer.h"

namespace understudy::capture {

namespace {

std::uint8_t protocol_of(std::span<const std::uint8_t> packet) {
  if (packet.size() < 20) return 0;
  return packet[0] >> 4 == 4 ? packet[9] : packet[6];
}

bool is_later_fragment(std::span<const std::uint8_t> packet) {
  return packet[0] >> 4 == 4 && (load_be16(packet.data() + 6) & 0x1fff) != 0;
}

/// One file on its way through the merge.
struct Source {
  std::string name;
  CaptureReader reader;
  LinkLayer link_layer;
  std::optional<CapturedPacket> head;  // the next packet
  std::optional<Instant> last;
  std::uint64_t cut = 0;
  std::uint64_t authenticated = 0;  // with an authentication header
  std::uint64_t backwards = 0;

  Source(std::string file, CaptureReader opened)
      : name(std::move(file)), reader(std::move(opened)), link_layer(reader.link_type()) {}
};

/// Knows adverts that another file has shown already.
class CopyFilter {
 public:
  /// Whether `packet` of file `source` is a copy.
  bool is_copy(std::size_t source, Instant at, const NetworkPacket& packet) {
    std::string bytes(packet.bytes.begin(), packet.bytes.end());
    const auto [place, is_new] = seen_.try_emplace(std::move(bytes), Sighting{at, source});
    Sighting& sighting = place->second;
    const bool copy = !is_new && sighting.source != source && at - sighting.at <= kWindow;
    if (!copy) sighting = {at, source};
    if (at >= next_sweep_) sweep(at);
    return copy;
  }

 private:
  static constexpr Duration kWindow = std::chrono::milliseconds{100};

  struct Sighting {
    Instant at;
    std::size_t source;
  };

  void sweep(Instant now) {
    std::erase_if(seen_, [now](const auto& entry) { return now - entry.second.at > kWindow; });
    next_sweep_ = now + 10 * kWindow;
  }

  // Strings: g++ 12 at -O3 warns (wrongly) about comparing vectors of bytes.
  std::map<std::string, Sighting> seen_;
  Instant next_sweep_ = Instant::min();
};

class Replay {
 public:
  void add(const std::string& name, tl::expected<CaptureReader, CaptureError> reader) {
    if (!reader) return remark(true, name, reader.error().message());
    Source source(name, std::move(*reader));
    if (!source.link_layer.supported()) {
      return remark(true, name,
                    "cannot look into frames of link type " + source.reader.link_type_name());
    }
    ++result_.files_read;
    sources_.push_back(std::move(source));
    advance(sources_.back());
  }

  Explanation run() {
    while (Source* source = earliest()) {
      take(*source);
      advance(*source);
    }
    for (const Source& source : sources_) remark_on(source);
    result_.observation = observer_.finish(result_.end);
    return std::move(result_);
  }

 private:
  Source* earliest() {
    Source* first = nullptr;
    for (Source& source : sources_) {
      if (source.head && (first == nullptr || source.head->at < first->head->at)) first = &source;
    }
    return first;
  }

  void advance(Source& source) {
    auto packet = source.reader.next();
    if (packet) {
      source.head = *packet;
      return;
    }
    source.head.reset();
    remark(true, source.name, packet.error().message());
  }

  void take(Source& source) {
    const CapturedPacket& captured = *source.head;
    if (source.last && captured.at < *source.last) ++source.backwards;
    source.last = captured.at;
    if (result_.packets++ == 0) {
      result_.start = captured.at;
      result_.end = captured.at;
    }
    result_.end = std::max(result_.end, captured.at);
    const auto packet = source.link_layer.find(captured.bytes);
    if (!packet) return;
    const std::uint8_t protocol = protocol_of(packet->bytes);
    if (protocol == kProtocolAh) source.authenticated += is_advert_behind_ah(packet->bytes) ? 1 : 0;
    if (protocol != kProtocolVrrp || is_later_fragment(packet->bytes)) return;
    if (packet->cut && captured.cut()) {
      ++source.cut;
      return;
    }
    const auto index = static_cast<std::size_t>(&source - sources_.data());
    if (sources_.size() > 1 && copies_.is_copy(index, captured.at, *packet)) {
      ++result_.copies;
      return;
    }
    observer_.observe({captured.at, packet->bytes, packet->mac, packet->vlan});
  }

  static bool is_advert_behind_ah(std::span<const std::uint8_t> packet) {
    const std::size_t header = packet[0] >> 4 == 4 ? (packet[0] & 15U) * 4U : 40U;
    return packet.size() > header && packet[header] == kProtocolVrrp;
  }

  void remark(bool error, const std::string& name, const std::string& text) {
    result_.remarks.push_back({error, name, text});
  }

  void remark_on(const Source& source) {
    const auto count = [](std::uint64_t number, const char* noun) {
      return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
    };
    if (source.cut != 0) {
      remark(false, source.name,
             count(source.cut, "advert") + " cut when captured (snaplen), not judged");
    }
    if (source.authenticated != 0) {
      remark(
          false, source.name,
          count(source.authenticated, "advert") + " behind an authentication header, not judged");
    }
    if (source.backwards != 0) {
      remark(
          false, source.name,
          count(source.backwards, "packet") + " older than the one before, taken as of its time");
    }
  }

  std::vector<Source> sources_;
  Observer observer_;
  CopyFilter copies_;
  Explanation result_;
};

}  // namespace

Explanation explain(std::span<const std::string> paths) {
  Replay replay;
  for (const std::string& path : paths) replay.add(path, CaptureReader::open(path));
  return replay.run();
}

Explanation explain(std::FILE* file, const std::string& name) {
  Replay replay;
  replay.add(name, CaptureReader::adopt(file));
  return replay.run();
}

}  // namespace understudy::capture
