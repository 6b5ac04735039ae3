#include "sim/report/explanation_html.h"

#include <algorithm>
#include <map>

#include "sim/report/embedded.h"
#include "sim/report/explanation_picture.h"
#include "sim/report/html_page.h"

namespace understudy::sim {
namespace {

std::string cell(const std::string& html, bool number = false) {
  return std::string(number ? "<td class=\"number\">" : "<td>") + html + "</td>";
}

std::string name_of(const std::optional<IpAddress>& address) {
  return address ? to_string(*address) : std::string("nobody");
}

std::string badge(const char* kind, std::string_view word) {
  return std::string("<span class=\"badge ") + kind + "\">" + std::string(word) + "</span>";
}

std::string router_title(const ObservedRouter& router) {
  std::string title = "Virtual router " + std::to_string(router.key.vrid) +
                      (router.key.family == Family::ipv4 ? ", IPv4" : ", IPv6") + ", version " +
                      std::to_string(router.version);
  if (router.key.vlan != 0) title += ", VLAN " + std::to_string(router.key.vlan);
  return title;
}

/// How late the adverts were: a column for each bin, "early by more than 10 ms" to "more than 1 s".
std::string lateness_html(const Lateness& lateness) {
  const std::uint64_t most = *std::max_element(lateness.adverts.begin(), lateness.adverts.end());
  if (most == 0) return {};
  std::string columns, words;
  for (std::size_t i = 0; i < Lateness::kBins; ++i) {
    const std::uint64_t count = lateness.adverts[i];
    columns += "<i style=\"height:" + std::to_string(count * 100 / most) + "%\"></i>";
    const bool last = i == Lateness::kBounds.size();
    words += (i == 0 ? "" : ", ") + std::string(last ? "later: " : "up to ") +
             (last ? "" : seconds_text(Lateness::kBounds[i]) + ": ") + std::to_string(count);
  }
  return "<span class=\"bins\" title=\"" + words + "\">" + columns + "</span> ";
}

class ExplanationBody {
 public:
  explicit ExplanationBody(const capture::Explanation& explanation)
      : explanation_(explanation), seen_(explanation.observation) {
    for (std::size_t i = 0; i < seen_.routers.size() && i < PageLimits::kRouters; ++i)
      pictures_[seen_.routers[i].key] = i;
  }

  std::string build() {
    html_ = "<p class=\"soft\">" + std::to_string(explanation_.packets) + " packets in " +
            seconds_text(explanation_.end - explanation_.start) + ", " +
            std::to_string(seen_.adverts) +
            " adverts. Times count from the first packet; a row shows its moment in the "
            "picture.</p>\n";
    for (const auto& remark : explanation_.remarks)
      html_ += "<p class=\"soft\">" + html_text(remark.file + ": " + remark.text) + "</p>\n";
    add_findings();
    for (const auto& [key, picture] : pictures_) add_router(seen_.routers[picture], picture);
    more(seen_.routers.size(), PageLimits::kRouters, "virtual routers");
    for (const auto& host : explanation_.hosts) add_host(host);
    for (const auto& host : explanation_.what_ifs) add_what_if(host);
    return std::move(html_);
  }

 private:
  std::string clock(Instant at) const { return seconds_text(at - explanation_.start); }

  void open_table(const char* kind, const char* heads) {
    html_ += std::string("<div class=\"scroll\"><table class=\"") + kind + "\">\n<tr>" + heads +
             "</tr>\n";
  }
  void close_table() { html_ += "</table></div>\n"; }
  /// Says what was left out of a list of `all`.
  void more(std::size_t all, std::size_t shown, const char* what) {
    if (all <= shown) return;
    html_ += "<p class=\"soft\">and " + std::to_string(all - shown) + " more " + what +
             " (explain --json has them all)</p>\n";
  }

  /// The start of a row about a moment of a virtual router.
  std::string row(const RouterKey& key, Instant at) const {
    const auto picture = pictures_.find(key);
    if (picture == pictures_.end()) return "<tr>";
    std::string seconds = clock(at);
    seconds.resize(seconds.size() - std::string_view(" s").size());
    return "<tr data-picture=\"" + std::to_string(picture->second) + "\" data-t=\"" + seconds +
           "\">";
  }

  void add_findings() {
    if (seen_.findings.empty()) {
      html_ += "<p>" + badge("pass", "fine") + " nothing wrong was seen</p>\n";
      return;
    }
    html_ += "<h3>What is wrong</h3>\n";
    open_table("findings",
               "<th></th><th class=\"number\">at</th><th>what</th><th>meaning and remedy</th>");
    for (std::size_t i = 0; i < seen_.findings.size() && i < PageLimits::kFindings; ++i)
      add(seen_.findings[i]);
    close_table();
    more(seen_.findings.size(), PageLimits::kFindings, "findings");
  }

  void add(const Finding& finding) {
    const bool error = finding.severity == FindingSeverity::error;
    std::string packets;
    for (const PacketPlace& place : finding.packets)
      packets += (packets.empty() ? " packet " : ", ") + std::to_string(place.number);
    if (finding.count > finding.packets.size() && !packets.empty()) packets += ", ...";
    html_ += row(finding.key, finding.at) +
             cell(badge(error ? "fail" : "waived", to_string(finding.severity))) +
             cell(clock(finding.at), true) +
             cell("<code>" + std::string(to_string(finding.code)) + "</code> " +
                  html_text(finding.message) + "<span class=\"place\">" + packets + "</span>") +
             cell(html_text(std::string(meaning(finding.code)) +
                            (finding.because.empty() ? "" : " Here: " + finding.because + ".") +
                            " " + std::string(likely_fix(finding.code)))) +
             "</tr>\n";
  }

  void add_router(const ObservedRouter& router, std::size_t picture) {
    html_ += "<section>\n<h2>" + html_text(router_title(router)) + "</h2>\n<p class=\"soft\">";
    constexpr std::size_t kAddressesMost = 16;
    for (std::size_t i = 0; i < router.addresses.size() && i < kAddressesMost; ++i)
      html_ += (i == 0 ? "" : ", ") + to_string(router.addresses[i]);
    if (router.addresses.size() > kAddressesMost)
      html_ += " and " + std::to_string(router.addresses.size() - kAddressesMost) + " more";
    html_ += "</p>\n<div class=\"picture\" id=\"picture-" + std::to_string(picture) + "\"></div>\n";
    add_changes(router);
    add_speakers(router);
    html_ += "</section>\n";
  }

  void add_changes(const ObservedRouter& router) {
    html_ += "<h3>Why it changed</h3>\n";
    open_table("changes",
               "<th class=\"number\">at</th><th>from</th><th>to</th><th>reason</th><th>why</th>"
               "<th class=\"number\">packet</th>");
    std::size_t all = 0, shown = 0;
    for (const MasterChange& change : seen_.changes) {
      if (change.key != router.key) continue;
      ++all;
      if (changes_ == PageLimits::kChanges) continue;
      ++changes_;
      ++shown;
      html_ +=
          row(change.key, change.at) + cell(clock(change.at), true) + cell(name_of(change.from)) +
          cell(name_of(change.to)) +
          cell("<code>" + std::string(to_string(change.reason)) + "</code>" +
               (change.kind == ChangeKind::takeover ? ""
                                                    : " " + std::string(to_string(change.kind)))) +
          cell(html_text(describe(change))) +
          cell(change.packet.number == 0 ? "" : std::to_string(change.packet.number), true) +
          "</tr>\n";
    }
    close_table();
    more(all, shown, "changes");
  }

  void add_speakers(const ObservedRouter& router) {
    html_ += "<h3>Who spoke</h3>\n";
    open_table("speakers",
               "<th>speaker</th><th>MAC</th><th class=\"number\">priority</th><th "
               "class=\"number\">interval</th><th class=\"number\">adverts</th><th "
               "class=\"number\">missing</th><th>late</th>");
    for (const Speaker& speaker : router.speakers)
      html_ += "<tr>" + cell(to_string(speaker.source)) +
               cell(speaker.mac ? to_string(*speaker.mac) : "") +
               cell(std::to_string(speaker.priority), true) +
               cell(seconds_text(speaker.advert_interval), true) +
               cell(std::to_string(speaker.adverts), true) +
               cell(std::to_string(speaker.lost), true) +
               cell(lateness_html(speaker.lateness) + "at most " +
                    seconds_text(speaker.lateness.worst)) +
               "</tr>\n";
    close_table();
  }

  static std::string title_of(const capture::HostReplay& host) {
    std::string names;
    for (const IpAddress& address : host.addresses)
      names += (names.empty() ? "" : ", ") + to_string(address);
    return names + " with " + host.file;
  }

  template <typename Item>
  void add_rows(const std::vector<Item>& items, const char* prefix) {
    for (std::size_t i = 0; i < items.size() && i < PageLimits::kChanges; ++i)
      html_ += "<tr>" + cell(clock(items[i].at), true) + cell(html_text(items[i].instance)) +
               cell(prefix + words(items[i])) + "</tr>\n";
  }
  static std::string words(const capture::ReplayedChange& change) {
    return std::string(to_string(change.from)) + " to " + std::string(to_string(change.to)) +
           " <code>" + std::string(to_string(change.reason)) + "</code>";
  }
  static std::string words(const capture::Disagreement& one) {
    return badge("fail", capture::to_string(one.kind)) + " " + html_text(one.text);
  }
  static std::string words(const capture::ReplayedRefusal& refusal) {
    return "refused " + std::to_string(refusal.count) + " of " + to_string(refusal.source) + ": " +
           html_text(refusal.error);
  }

  void add_host(const capture::HostReplay& host) {
    html_ += "<section>\n<h2>" + html_text(title_of(host)) + "</h2>\n";
    open_table("changes", "<th class=\"number\">at</th><th>instance</th><th>its engine</th>");
    add_rows(host.changes, "");
    add_rows(host.refusals, "");
    add_rows(host.disagreements, "");
    close_table();
    html_ += "</section>\n";
  }

  void add_what_if(const capture::HostReplay& host) {
    html_ += "<section>\n<h2>What if " + html_text(title_of(host)) + "</h2>\n";
    if (host.gone.empty() && host.added.empty()) {
      html_ += "<p>no change of its state would be different</p>\n";
    } else {
      open_table("changes", "<th class=\"number\">at</th><th>instance</th><th>difference</th>");
      add_rows(host.gone, "would not have been: ");
      add_rows(host.added, "would have been: ");
      close_table();
    }
    html_ += "</section>\n";
  }

  const capture::Explanation& explanation_;
  const Observation& seen_;
  std::map<RouterKey, std::size_t> pictures_;  // numbers of those that are drawn
  std::size_t changes_ = 0;                    // rows so far
  std::string html_;
};

}  // namespace

tl::expected<std::string, std::string> explanation_html(const capture::Explanation& explanation,
                                                        const std::string& title) {
  return html_page(title + " - understudy",
                   "<h1>" + html_text(title) + "</h1>\n" + ExplanationBody(explanation).build(),
                   explanation_pictures(explanation),
                   embedded::lanes_script() + embedded::capture_script());
}

}  // namespace understudy::sim
