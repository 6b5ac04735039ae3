#include "sim/report/explanation_html.h"

#include <algorithm>

#include "sim/report/html_page.h"

namespace understudy::sim {
namespace {

// More marks than this in one picture are not drawn; nobody could tell them apart.
constexpr std::size_t kMarksMost = 4000;
constexpr double kLeft = 150, kWidth = 900, kLane = 26;

std::string cell(const std::string& html) { return "<td>" + html + "</td>"; }

std::string number_text(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

std::string name_of(const std::optional<IpAddress>& address) {
  return address ? to_string(*address) : std::string("nobody");
}

std::string router_title(const ObservedRouter& router) {
  std::string title = "Virtual router " + std::to_string(router.key.vrid) +
                      (router.key.family == Family::ipv4 ? ", IPv4" : ", IPv6") + ", version " +
                      std::to_string(router.version);
  if (router.key.vlan != 0) title += ", VLAN " + std::to_string(router.key.vlan);
  return title;
}

class ExplanationBody {
 public:
  explicit ExplanationBody(const capture::Explanation& explanation)
      : explanation_(explanation), seen_(explanation.observation) {}

  std::string build() {
    html_ = "<p class=\"soft\">" + std::to_string(explanation_.packets) + " packets in " +
            seconds_text(explanation_.end - explanation_.start) + ", " +
            std::to_string(seen_.adverts) + " adverts. Times count from the first packet.</p>\n";
    for (const auto& remark : explanation_.remarks)
      html_ += "<p class=\"soft\">" + html_text(remark.file + ": " + remark.text) + "</p>\n";
    add_findings();
    for (const ObservedRouter& router : seen_.routers) {
      html_ += "<section><h2>" + html_text(router_title(router)) + "</h2>\n";
      add_picture(router);
      add_changes(router);
      add_speakers(router);
      html_ += "</section>\n";
    }
    for (const auto& host : explanation_.hosts) add_host(host);
    return std::move(html_);
  }

 private:
  std::string clock(Instant at) const { return html_text(seconds_text(at - explanation_.start)); }

  double x_of(Instant at) const {
    const double whole = static_cast<double>((explanation_.end - explanation_.start).count());
    if (whole <= 0) return kLeft;
    return kLeft + kWidth * static_cast<double>((at - explanation_.start).count()) / whole;
  }

  void open_table(const char* heads) {
    html_ += std::string("<div class=\"scroll\"><table>\n<tr>") + heads + "</tr>\n";
  }
  void close_table() { html_ += "</table></div>\n"; }

  void add_findings() {
    if (seen_.findings.empty()) {
      html_ += "<p><span class=\"badge pass\">fine</span> nothing wrong was seen</p>\n";
      return;
    }
    html_ += "<h2>What is wrong</h2>\n";
    open_table("<th></th><th>at</th><th>what</th><th>meaning and remedy</th>");
    for (const Finding& finding : seen_.findings) {
      const bool error = finding.severity == FindingSeverity::error;
      std::string packets;
      for (const PacketPlace& place : finding.packets)
        packets += (packets.empty() ? " packet " : ", ") + std::to_string(place.number);
      html_ += "<tr>" +
               cell(std::string("<span class=\"badge ") + (error ? "fail" : "waived") + "\">" +
                    std::string(to_string(finding.severity)) + "</span>") +
               cell(clock(finding.at)) +
               cell("<code>" + std::string(to_string(finding.code)) + "</code> " +
                    html_text(finding.message) + "<span class=\"place\">" + packets + "</span>") +
               cell(html_text(std::string(meaning(finding.code)) +
                              (finding.because.empty() ? "" : " " + finding.because + ".") + " " +
                              std::string(likely_fix(finding.code)))) +
               "</tr>\n";
    }
    close_table();
  }

  /// A lane a speaker: bars while it is master, ticks where mastership changes, dots for findings.
  void add_picture(const ObservedRouter& router) {
    const double height = kLane * static_cast<double>(router.speakers.size()) + 24;
    html_ += "<div class=\"scroll\"><svg role=\"img\" width=\"" + number_text(kLeft + kWidth + 20) +
             "\" height=\"" + number_text(height) + "\" font-size=\"12\" fill=\"currentColor\">\n";
    std::size_t marks = 0;
    for (std::size_t lane = 0; lane < router.speakers.size(); ++lane)
      add_lane(router.key, router.speakers[lane], kLane * static_cast<double>(lane), marks);
    const double base = height - 8;
    html_ += "<text x=\"" + number_text(kLeft) + "\" y=\"" + number_text(base) +
             "\">0 s</text><text text-anchor=\"end\" x=\"" + number_text(kLeft + kWidth) +
             "\" y=\"" + number_text(base) + "\">" +
             html_text(seconds_text(explanation_.end - explanation_.start)) + "</text>\n";
    html_ += "</svg></div>\n";
  }

  void add_lane(const RouterKey& key, const Speaker& speaker, double top, std::size_t& marks) {
    html_ += "<text x=\"0\" y=\"" + number_text(top + 17) + "\">" +
             html_text(to_string(speaker.source)) +
             "</text><line stroke=\"currentColor\" "
             "stroke-opacity=\".2\" x1=\"" +
             number_text(kLeft) + "\" x2=\"" + number_text(kLeft + kWidth) + "\" y1=\"" +
             number_text(top + 13) + "\" y2=\"" + number_text(top + 13) + "\"/>\n";
    for (const Mastership& reign : seen_.masters) {
      if (reign.key != key || reign.source != speaker.source || ++marks > kMarksMost) continue;
      const double from = x_of(reign.from);
      html_ += "<rect fill=\"var(--master)\" rx=\"3\" x=\"" + number_text(from) + "\" y=\"" +
               number_text(top + 5) + "\" height=\"16\" width=\"" +
               number_text(std::max(x_of(reign.to) - from, 2.0)) + "\"><title>master from " +
               clock(reign.from) + " to " + clock(reign.to) + ", " +
               std::string(to_string(reign.end)) + "</title></rect>\n";
    }
    for (const Finding& finding : seen_.findings) {
      if (finding.key != key || finding.source != speaker.source || ++marks > kMarksMost) continue;
      html_ += "<circle fill=\"var(--fail)\" r=\"4\" cx=\"" + number_text(x_of(finding.at)) +
               "\" cy=\"" + number_text(top + 13) + "\"><title>" +
               html_text(std::string(to_string(finding.code)) + ": " + finding.message) +
               "</title></circle>\n";
    }
  }

  void add_changes(const ObservedRouter& router) {
    open_table("<th>at</th><th>from</th><th>to</th><th>reason</th><th>why</th><th>packet</th>");
    std::size_t rows = 0;
    for (const MasterChange& change : seen_.changes) {
      if (change.key != router.key || ++rows > kMarksMost) continue;
      html_ +=
          "<tr>" + cell(clock(change.at)) + cell(html_text(name_of(change.from))) +
          cell(html_text(name_of(change.to))) +
          cell("<code>" + std::string(to_string(change.reason)) + "</code>" +
               (change.kind == ChangeKind::takeover ? ""
                                                    : " " + std::string(to_string(change.kind)))) +
          cell(html_text(describe(change))) +
          cell(change.packet.number == 0 ? "" : std::to_string(change.packet.number)) + "</tr>\n";
    }
    close_table();
  }

  void add_speakers(const ObservedRouter& router) {
    open_table(
        "<th>speaker</th><th>MAC</th><th>priority</th><th>interval</th><th>adverts</th>"
        "<th>missing</th><th>latest by</th>");
    for (const Speaker& speaker : router.speakers)
      html_ += "<tr>" + cell(html_text(to_string(speaker.source))) +
               cell(speaker.mac ? to_string(*speaker.mac) : "") +
               cell(std::to_string(speaker.priority)) +
               cell(seconds_text(speaker.advert_interval)) + cell(std::to_string(speaker.adverts)) +
               cell(std::to_string(speaker.lost)) + cell(seconds_text(speaker.lateness.worst)) +
               "</tr>\n";
    close_table();
  }

  void add_host(const capture::HostReplay& host) {
    std::string names;
    for (const IpAddress& address : host.addresses)
      names += (names.empty() ? "" : ", ") + to_string(address);
    html_ += "<h2>" + html_text(names + " with " + host.file) + "</h2>\n";
    open_table("<th>at</th><th>instance</th><th>what</th>");
    for (const auto& change : host.changes)
      html_ +=
          "<tr>" + cell(clock(change.at)) + cell(html_text(change.instance)) +
          cell(std::string(to_string(change.from)) + " to " + std::string(to_string(change.to)) +
               " <code>" + std::string(to_string(change.reason)) + "</code>") +
          "</tr>\n";
    for (const auto& one : host.disagreements)
      html_ += "<tr>" + cell(clock(one.at)) + cell(html_text(one.instance)) +
               cell("<span class=\"badge fail\">" + std::string(capture::to_string(one.kind)) +
                    "</span> " + html_text(one.text)) +
               "</tr>\n";
    close_table();
  }

  const capture::Explanation& explanation_;
  const Observation& seen_;
  std::string html_;
};

}  // namespace

tl::expected<std::string, std::string> explanation_html(const capture::Explanation& explanation,
                                                        const std::string& title) {
  return html_page(title, ExplanationBody(explanation).build(), "{}", "");
}

}  // namespace understudy::sim
