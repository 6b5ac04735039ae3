// The page for people: short first, then the timeline, the speakers, the findings.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "pcap/explanation.h"
#include "pcap/explanation_page.h"

namespace understudy::capture {

namespace {

constexpr std::size_t kMostLines = 400;  // of one list; the JSON has them all

const char* sentence(MastershipEnd end) {
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

std::string counted(std::uint64_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

/// "192.0.2.1 answers, 192.0.2.2 does not" needs no more than the width of an address.
std::size_t address_width(const ObservedRouter& router) {
  std::size_t width = 6;
  for (const Speaker& speaker : router.speakers)
    width = std::max(width, to_string(speaker.source).size());
  return width;
}

class Story {
 public:
  Story(const Explanation& explanation, Page& page)
      : explanation_(explanation), seen_(explanation.observation), page_(page) {
    for (const auto& master : seen_.masters) masters_[master.key].push_back(&master);
    for (const auto& change : seen_.changes) changes_[change.key].push_back(&change);
    for (const auto& takeover : seen_.announcements)
      announcements_[takeover.key].push_back(&takeover);
  }

  void write() {
    add_summary();
    for (const auto& router : seen_.routers) add(router);
    add_findings();
    add_replays(page_, explanation_);
  }

 private:
  std::string clock(Instant at) const { return clock_text(at - explanation_.start); }

  static std::string padded(const std::optional<IpAddress>& address, std::size_t width) {
    return Page::padded(address ? to_string(*address) : std::string("nobody"), width);
  }

  void add_summary() {
    page_.line(counted(explanation_.packets, "packet") + " in " +
               seconds_text(explanation_.end - explanation_.start) + ", " +
               counted(seen_.adverts, "advert") +
               (explanation_.copies == 0
                    ? ""
                    : " (" + std::to_string(explanation_.copies) + " copies left out)"));
    if (seen_.routers.empty()) page_.line("no virtual router was heard");
    std::size_t errors = 0;
    for (const Finding& finding : seen_.findings)
      errors += finding.severity == FindingSeverity::error ? 1 : 0;
    if (seen_.findings.empty()) return;
    page_.line(counted(errors, "error") + ", " +
               counted(seen_.findings.size() - errors, "warning") + ", see the end");
  }

  template <typename Items, typename Line>
  void list(const char* title, const Items& items, const Line& line) {
    page_.line(std::string("  ") + title);
    for (std::size_t i = 0; i < items.size() && i < kMostLines; ++i) line(*items[i]);
    if (items.size() > kMostLines)
      page_.line("    ... and " + std::to_string(items.size() - kMostLines) + " more");
  }

  void add(const ObservedRouter& router) {
    const RouterKey& key = router.key;
    const std::size_t width = address_width(router);
    std::string title = "virtual router " + std::to_string(key.vrid) +
                        (key.family == Family::ipv4 ? ", IPv4" : ", IPv6") + ", version " +
                        std::to_string(router.version);
    if (key.vlan != 0) title += ", VLAN " + std::to_string(key.vlan);
    for (std::size_t i = 0; i < router.addresses.size() && i < 16; ++i)
      title += (i == 0 ? ": " : ", ") + to_string(router.addresses[i]);
    if (router.addresses.size() > 16)
      title += " and " + std::to_string(router.addresses.size() - 16) + " more";
    page_.line("");
    page_.line(title, Colour::strong);
    list("who was master (seconds since the first packet)", masters_[key],
         [&](const Mastership& master) {
           page_.line("    " + clock(master.from) + "  to " + clock(master.to) + "  " +
                      padded(master.source, width) + "  " + sentence(master.end));
         });
    list("why it changed", changes_[key], [&](const MasterChange& change) {
      const bool contest = change.kind == ChangeKind::contest;
      page_.line("    " + clock(change.at) + "  " + padded(change.from, width) +
                     (contest ? " || " : " -> ") + padded(change.to, width) + "  " +
                     Page::padded(std::string(to_string(change.reason)), 17) + "  " +
                     describe(change),
                 contest ? Colour::bad : Colour::plain, 40 + 2 * width);
    });
    if (!announcements_[key].empty())
      list("what was announced after takeovers", announcements_[key],
           [&](const TakeoverAnnouncements& takeover) { add(takeover, width); });
    page_.line("  who spoke");
    for (const Speaker& speaker : router.speakers) add(speaker, width);
  }

  void add(const TakeoverAnnouncements& takeover, std::size_t width) {
    std::string text;
    for (const Announcement& entry : takeover.addresses) {
      text += (text.empty() ? "" : ", ") + to_string(entry.address);
      if (entry.at) {
        text += " after " + seconds_text(*entry.at - takeover.at);
      } else {
        text += takeover.judged ? " not" : " not seen (cannot be judged)";
      }
    }
    page_.line("    " + clock(takeover.at) + "  " + padded(takeover.source, width) + "  " + text,
               Colour::plain, 22 + width);
  }

  void add(const Speaker& speaker, std::size_t width) {
    page_.line("    " + padded(speaker.source, width) + "  " +
               (speaker.mac ? to_string(*speaker.mac) + "  " : "") + "priority " +
               Page::padded(std::to_string(speaker.priority), 3) + "  " +
               counted(speaker.adverts, "advert") + " from " + clock(speaker.first) + " to " +
               clock(speaker.last));
    std::string more = "version " + std::to_string(speaker.version) + ", interval " +
                       seconds_text(speaker.advert_interval) + ", to " +
                       to_string(speaker.destination);
    if (speaker.checksum_form)
      more += *speaker.checksum_form == ChecksumForm::message ? ", checksum without pseudo header"
                                                              : ", checksum with pseudo header";
    if (speaker.authentication_header) more += ", authentication header (not judged)";
    if (speaker.is_signed) more += ", signed (not judged)";
    if (speaker.lost != 0) more += ", " + counted(speaker.lost, "advert") + " missing";
    if (speaker.lateness.worst > std::chrono::milliseconds{10})
      more += ", latest by " + seconds_text(speaker.lateness.worst);
    page_.line("      " + more, Colour::dim, 6);
    for (const SettingChange& change : speaker.changes)
      page_.line("      " + clock(change.at) + "  " + std::string(to_string(change.setting)) +
                     ": " + change.from + " -> " + change.to,
                 Colour::plain, 22);
  }

  std::string packets_text(const Finding& finding) const {
    if (finding.packets.empty()) return {};
    std::string text = finding.packets.size() == 1 ? " (packet " : " (packets ";
    for (std::size_t i = 0; i < finding.packets.size(); ++i)
      text += (i == 0 ? "" : ", ") + std::to_string(finding.packets[i].number);
    if (finding.count > finding.packets.size()) text += ", ...";
    const std::uint32_t file = finding.packets.front().file;
    if (explanation_.files.size() > 1 && file < explanation_.files.size())
      text += " of " + explanation_.files[file];
    return text + ")";
  }

  void add_findings() {
    if (seen_.routers.empty() && seen_.findings.empty()) return;
    page_.line("");
    if (seen_.findings.empty()) return page_.line("nothing wrong was seen", Colour::good);
    page_.line("what is wrong", Colour::strong);
    for (const auto& finding : seen_.findings) {
      page_.line(
          "  " + clock(finding.at) + "  " +
              Page::padded(std::string(to_string(finding.severity)), 7) + "  " +
              Page::padded(std::string(to_string(finding.code)), 21) +
              (finding.has_vrid ? "  virtual router " + std::to_string(finding.key.vrid) : "") +
              ": " + finding.message + packets_text(finding),
          finding.severity == FindingSeverity::error ? Colour::bad : Colour::warn, 18);
      page_.line("                  " + std::string(meaning(finding.code)), Colour::plain, 18);
      if (!finding.because.empty())
        page_.line("                  " + finding.because + ".", Colour::plain, 18);
      page_.line("                  " + std::string(likely_fix(finding.code)), Colour::plain, 18);
    }
  }

  const Explanation& explanation_;
  const Observation& seen_;
  Page& page_;
  std::map<RouterKey, std::vector<const Mastership*>> masters_;
  std::map<RouterKey, std::vector<const MasterChange*>> changes_;
  std::map<RouterKey, std::vector<const TakeoverAnnouncements*>> announcements_;
};

}  // namespace

std::string text(const Explanation& explanation, const TextOptions& options) {
  Page page(options);
  Story(explanation, page).write();
  return page.take();
}

}  // namespace understudy::capture
