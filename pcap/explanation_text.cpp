#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "pcap/explanation.h"

namespace understudy::capture {

namespace {

class Page {
 public:
  explicit Page(const Explanation& explanation)
      : explanation_(explanation), seen_(explanation.observation) {
    for (const auto& master : seen_.masters) masters_[master.key].push_back(&master);
    for (const auto& change : seen_.changes) changes_[change.key].push_back(&change);
  }

  std::string build() {
    add_summary();
    for (const auto& router : seen_.routers) add(router);
    add_findings();
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  /// Seconds since the first packet, right-aligned.
  std::string clock(Instant at) const {
    const std::int64_t microseconds = (at - explanation_.start).count() / 1000;
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%6lld.%06lld",
                  static_cast<long long>(microseconds / 1'000'000),
                  static_cast<long long>(microseconds % 1'000'000));
    return buffer.data();
  }

  static std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
  }

  std::string padded(const std::optional<IpAddress>& address, std::size_t width) const {
    return padded(address ? to_string(*address) : std::string("nobody"), width);
  }

  static std::size_t address_width(const ObservedRouter& router) {
    std::size_t width = 6;
    for (const Speaker& speaker : router.speakers) {
      width = std::max(width, to_string(speaker.source).size());
    }
    return width;
  }

  static const char* sentence(MastershipEnd end) {
    switch (end) {
      case MastershipEnd::resigned:
        return "resigned";
      case MastershipEnd::silent:
        return "not heard any more";
      case MastershipEnd::outbid:
        return "outbid";
      case MastershipEnd::lasting:
        break;
    }
    return "still master";
  }

  void add_summary() {
    line(std::to_string(explanation_.packets) + " packets in " +
         seconds_text(explanation_.end - explanation_.start) + ", " +
         std::to_string(seen_.adverts) + " adverts" +
         (explanation_.copies == 0
              ? ""
              : " (" + std::to_string(explanation_.copies) + " copies left out)"));
    if (seen_.routers.empty()) line("no virtual router was heard");
  }

  void add(const ObservedRouter& router) {
    const RouterKey& key = router.key;
    const std::size_t width = address_width(router);
    std::string title = "\nvirtual router " + std::to_string(key.vrid) +
                        (key.family == Family::ipv4 ? ", IPv4" : ", IPv6") + ", version " +
                        std::to_string(router.version);
    if (key.vlan != 0) title += ", VLAN " + std::to_string(key.vlan);
    for (std::size_t i = 0; i < router.addresses.size(); ++i) {
      title += (i == 0 ? ": " : ", ") + to_string(router.addresses[i]);
    }
    line(title);
    line("  who was master (seconds since the first packet)");
    for (const Mastership* master : masters_[key]) {
      line("    " + clock(master->from) + "  to " + clock(master->to) + "  " +
           padded(master->source, width) + "  " + sentence(master->end));
    }
    line("  why it changed");
    for (const MasterChange* change : changes_[key]) {
      line("    " + clock(change->at) + "  " + padded(change->from, width) + " -> " +
           padded(change->to, width) + "  " + padded(std::string(to_string(change->reason)), 17) +
           "  " + describe(*change));
    }
    line("  who spoke");
    for (const Speaker& speaker : router.speakers) {
      line("    " + padded(speaker.source, width) + "  " +
           (speaker.mac ? to_string(*speaker.mac) + "  " : "") + "priority " +
           padded(std::to_string(speaker.priority), 3) + "  " + std::to_string(speaker.adverts) +
           (speaker.adverts == 1 ? " advert" : " adverts") + " from " + clock(speaker.first) +
           " to " + clock(speaker.last));
    }
  }

  void add_findings() {
    if (seen_.routers.empty() && seen_.findings.empty()) return;
    line("");
    if (seen_.findings.empty()) return line("nothing wrong was seen");
    line("what is wrong");
    for (const auto& finding : seen_.findings) {
      line("  " + clock(finding.at) + "  " + padded(std::string(to_string(finding.severity)), 7) +
           "  " + padded(std::string(to_string(finding.code)), 21) +
           (finding.has_vrid ? "  virtual router " + std::to_string(finding.key.vrid) : "") + ": " +
           finding.message);
    }
  }

  const Explanation& explanation_;
  const Observation& seen_;
  std::map<RouterKey, std::vector<const Mastership*>> masters_;
  std::map<RouterKey, std::vector<const MasterChange*>> changes_;
  std::string text_;
};

}  // namespace

std::string text(const Explanation& explanation) { return Page(explanation).build(); }

}  // namespace understudy::capture
