#include "sim/report/html_report.h"

#include <algorithm>
#include <map>

#include "sim/report/embedded.h"
#include "sim/report/exact_json.h"
#include "sim/report/explanation_text.h"
#include "sim/report/html_page.h"
#include "sim/scenario/units.h"
#include "sim/story.h"

namespace understudy::sim {
namespace {

// More marks than this in one lane are not drawn; nobody could tell them apart.
constexpr std::size_t kMarksMost = 20'000;

std::string name_of(const RunResult& result) {
  return result.case_name.empty() ? result.scenario : result.case_name;
}

std::string badge(Verdict verdict) {
  const std::string word(to_string(verdict));
  return "<span class=\"badge " + word + "\">" + word + "</span>";
}

std::string cell(const std::string& html, bool number = false) {
  return std::string(number ? "<td class=\"number\">" : "<td>") + html + "</td>";
}

std::string milliseconds(Duration duration) {
  const auto count = duration.count() / 1000;
  std::string fraction = std::to_string(count % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(count / 1000) + "." + fraction;
}

// ---- text

std::string causes_html(const RunResult& result) {
  if (result.causes.empty()) return {};
  std::string html = "<h3>Why</h3>\n<p class=\"soft\">" + html_text(result.explained) +
                     "</p>\n<div class=\"scroll\"><table class=\"causes\">\n";
  for (const Cause& cause : result.causes) {
    const auto place = place_text(cause);
    html += "<tr>" + cell(seconds_text(cause.at.time_since_epoch()) + " s") +
            cell(html_text(cause.host)) +
            cell(html_text(cause.what) +
                 (place.empty() ? "" : " <span class=\"place\">" + html_text(place) + "</span>")) +
            "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string margin_text(const std::optional<Duration>& margin) {
  if (!margin) return {};
  const auto shown = std::chrono::floor<std::chrono::microseconds>(*margin);
  return shown < Duration{} ? to_text(-shown) + " too much" : to_text(shown) + " to spare";
}

std::string expectations_html(const RunResult& result) {
  std::string html =
      "<h3>Expectations</h3>\n<div class=\"scroll\"><table class=\"expectations\">\n<tr><th></th>"
      "<th>expected</th><th class=\"number\">margin</th></tr>\n";
  for (const ExpectationResult& one : result.expectations) {
    const bool shown = one.verdict != Verdict::pass && !one.detail.empty();
    html += "<tr>" + cell(badge(one.verdict)) +
            cell("<code>" + html_text(one.text) + "</code>" +
                 (shown ? "<span class=\"why\">" + html_text(one.detail) + "</span>" : "")) +
            cell(html_text(margin_text(one.margin)), true) + "</tr>\n";
  }
  for (const OracleResult& one : result.oracles) {
    const bool shown = one.verdict != Verdict::pass && !one.detail.empty();
    html += "<tr>" + cell(badge(one.verdict)) +
            cell("oracle <code>" + html_text(one.name) + "</code>" +
                 (shown ? "<span class=\"why\">" + html_text(one.detail) + "</span>" : "")) +
            cell(one.at ? "at " + seconds_text(one.at->time_since_epoch()) + " s" : "", true) +
            "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string blackouts_html(const RunResult& result) {
  constexpr std::size_t kRowsMost = 200;
  constexpr std::string_view kParts[] = {"detect", "elect", "announce", "relearn", "probe"};
  std::string rows;
  std::size_t count = 0;
  for (const ProbeRecord& probe : result.probes)
    for (const BlackoutRecord& one : probe.blackouts) {
      if (++count > kRowsMost) continue;
      const Duration parts[] = {one.detect, one.elect, one.announce, one.relearn, one.probe};
      const auto total = one.end - one.start;
      std::string bar = "<div class=\"parts\">", numbers;
      for (std::size_t i = 0; i < std::size(parts); ++i) {
        const auto share = total > Duration{} ? parts[i].count() * 1000 / total.count() : 0;
        bar += "<i class=\"p" + std::to_string(i) +
               "\" style=\"width:" + std::to_string(share / 10) + "." + std::to_string(share % 10) +
               "%\"></i>";
        numbers += cell(milliseconds(parts[i]), true);
      }
      rows += "<tr>" + cell(html_text(probe.name)) +
              cell(seconds_text(one.start.time_since_epoch()) + " s", true) +
              cell("<b>" + milliseconds(total) + "</b>", true) + numbers + cell(bar + "</div>") +
              "</tr>\n";
    }
  if (rows.empty()) return {};
  std::string html =
      "<h3>Blackouts, in ms</h3>\n<div class=\"scroll\"><table "
      "class=\"blackouts\">\n<tr><th>probe</"
      "th><th class=\"number\">from</th><th class=\"number\">total</th>";
  for (std::size_t i = 0; i < std::size(kParts); ++i)
    html += "<th class=\"number\"><i class=\"p" + std::to_string(i) + "\"></i>" +
            std::string(kParts[i]) + "</th>";
  html += "<th></th></tr>\n" + rows + "</table></div>\n";
  if (count > kRowsMost)
    html += "<p class=\"soft\">and " + std::to_string(count - kRowsMost) + " more</p>\n";
  return html;
}

std::string case_html(const RunResult& result, const ReportNotes& notes, std::size_t index) {
  std::string html = "<section id=\"case-" + std::to_string(index) + "\">\n<h2>" +
                     html_text(name_of(result)) + " " + badge(result.verdict) + "</h2>\n";
  if (!notes.about.empty()) html += "<p class=\"soft\">" + html_text(notes.about) + "</p>\n";
  html += "<p>" + html_text(loss_text(result)) + "</p>\n";
  if (!notes.again.empty()) html += "<code class=\"again\">" + html_text(notes.again) + "</code>\n";
  if (result.story)
    html += "<div class=\"picture\" id=\"picture-" + std::to_string(index) + "\"></div>\n";
  html += causes_html(result) + expectations_html(result) + blackouts_html(result);
  return html + "</section>\n";
}

// ---- data of the picture

using Json = ExactJson;

/// The lanes of one case, by host and router.
struct Lanes {
  explicit Lanes(const Story& of) : story(of) {
    for (std::size_t host = 0; host < story.hosts.size(); ++host)
      for (std::size_t router = 0; router < story.instances[host].size(); ++router) {
        at[{host, router}] = list.size();
        list.push_back({{"host", host},
                        {"instance", story.instances[host][router]},
                        {"states", Json::array()},
                        {"adverts", Json::array()},
                        {"announcements", Json::array()},
                        {"happenings", Json::array()}});
      }
  }

  Json* find(std::size_t host, std::size_t router) {
    const auto found = at.find({host, router});
    return found == at.end() ? nullptr : &list[found->second];
  }
  void add(std::size_t host, std::size_t router, const char* what, Json item) {
    auto* lane = find(host, router);
    if (lane == nullptr) lane = find(host, 0);
    if (lane != nullptr && (*lane)[what].size() < kMarksMost)
      (*lane)[what].push_back(std::move(item));
  }

  const Story& story;
  Json list = Json::array();
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> at;
};

Json routers_json(const Story& story) {
  Lanes lanes(story);
  for (const auto& change : story.states)
    lanes.add(
        change.host, change.router, "states",
        {exact_seconds(change.at), change.state ? Json(to_string(*change.state)) : Json(nullptr)});
  for (const auto& one : story.happenings) {
    const Json time = exact_seconds(one.at);
    switch (one.kind) {
      case HappeningKind::advert:
        lanes.add(one.host, one.subject, "adverts", {time, one.priority, one.frame.number_of_all});
        break;
      case HappeningKind::announcement:
        lanes.add(one.host, 0, "announcements", {time, one.text});
        break;
      case HappeningKind::change:
      case HappeningKind::script_exit:
      case HappeningKind::refusal:
      case HappeningKind::frame_lost:
      case HappeningKind::timer:
        lanes.add(one.host, 0, "happenings", {time, one.text});
        break;
      case HappeningKind::transition:
        lanes.add(one.host, one.subject, "happenings", {time, one.text});
        break;
      default:
        break;
    }
  }
  return lanes.list;
}

/// Whose MAC each host that probes, or holds no virtual router, takes an address to be at.
Json beliefs_json(const Story& story) {
  std::map<std::pair<std::size_t, IpAddress>, Json> lanes;
  for (const auto& one : story.happenings) {
    if (one.kind != HappeningKind::neighbour || one.host >= story.hosts.size() ||
        !story.instances[one.host].empty())
      continue;
    const bool asked = std::any_of(
        story.probes.begin(), story.probes.end(),
        [&](const auto& probe) { return probe.from == one.host && probe.target == one.address; });
    if (!asked) continue;
    const bool known = one.text.find("no MAC") == std::string::npos;
    const Json whom = one.believed ? Json(*one.believed) : known ? Json(-1) : Json(nullptr);
    auto& lane = lanes.try_emplace({one.host, one.address}, Json::array()).first->second;
    if (lane.size() < kMarksMost) lane.push_back({exact_seconds(one.at), whom, one.text});
  }
  Json list = Json::array();
  for (auto& [key, changes] : lanes)
    list.push_back(
        {{"host", key.first}, {"address", to_string(key.second)}, {"changes", std::move(changes)}});
  return list;
}

Json faults_json(const Story& story) {
  Json list = Json::array();
  std::map<std::uint32_t, std::size_t> open;
  for (const auto& one : story.happenings) {
    if (one.kind == HappeningKind::fault && list.size() < kMarksMost) {
      open[one.subject] = list.size();
      list.push_back({{"t", exact_seconds(one.at)}, {"end", nullptr}, {"text", one.text}});
    } else if (one.kind == HappeningKind::fault_end) {
      const auto found = open.find(one.subject);
      if (found != open.end()) list[found->second]["end"] = exact_seconds(one.at);
    }
  }
  return list;
}

Json probes_json(const RunResult& result) {
  Json list = Json::array();
  for (std::size_t i = 0; i < result.probes.size(); ++i) {
    const auto& record = result.probes[i];
    const auto& plan = result.story->probes[i];
    Json blackouts = Json::array();
    for (const auto& one : record.blackouts)
      blackouts.push_back(
          {{"start", exact_seconds(one.start)},
           {"end", exact_seconds(one.end)},
           {"parts",
            {exact_seconds(one.detect), exact_seconds(one.elect), exact_seconds(one.announce),
             exact_seconds(one.relearn), exact_seconds(one.probe)}}});
    list.push_back({{"name", record.name},
                    {"start", exact_seconds(plan.start)},
                    {"every", exact_seconds(plan.every)},
                    {"sent", record.sent},
                    {"answered", record.answered},
                    {"blackouts", std::move(blackouts)}});
  }
  return list;
}

Json picture_json(const RunResult& result, std::size_t index) {
  const auto& story = *result.story;
  return {{"name", name_of(result)},
          {"at", "picture-" + std::to_string(index)},
          {"duration", exact_seconds(result.duration)},
          {"hosts", story.hosts},
          {"faults", faults_json(story)},
          {"routers", routers_json(story)},
          {"beliefs", beliefs_json(story)},
          {"probes", probes_json(result)}};
}

}  // namespace

tl::expected<std::string, std::string> html_report(const std::vector<RunResult>& results,
                                                   const std::vector<ReportNotes>& notes,
                                                   const std::string& about) {
  const std::string title = results.empty() ? "understudy" : results.front().scenario;
  std::string body = "<h1>" + html_text(title) + "</h1>\n";
  if (!about.empty()) body += "<p class=\"soft\">" + html_text(about) + "</p>\n";
  if (results.size() > 1) {
    body += "<nav>";
    for (std::size_t i = 0; i < results.size(); ++i)
      body += "<a href=\"#case-" + std::to_string(i) + "\">" + html_text(name_of(results[i])) +
              " " + badge(results[i].verdict) + "</a>\n";
    body += "</nav>\n";
  }
  Json pictures = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    body += case_html(results[i], i < notes.size() ? notes[i] : ReportNotes{}, i);
    if (results[i].story) pictures.push_back(picture_json(results[i], i));
  }
  std::string json;
  write_json(pictures, 0, json);
  return html_page(title + " - understudy", body, std::move(json),
                   embedded::lanes_script() + embedded::timeline_script());
}

}  // namespace understudy::sim
