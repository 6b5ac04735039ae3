#include "sim/cli/swarm_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/replay_command.h"
#include "sim/scenario/units.h"
#include "sim/swarm/draw.h"
#include "sim/swarm/fault_facts.h"

namespace understudy::cli {
namespace {

using namespace sim::swarm;

std::string number(std::uint64_t value) {
  auto text = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return number(count) + " " + noun + (count == 1 ? "" : "s");
}

/// Hours, with one place.
std::string hours(Duration duration) {
  const auto tenths = duration / std::chrono::minutes{6};
  return number(static_cast<std::uint64_t>(tenths / 10)) + "." + std::to_string(tenths % 10) + " h";
}

std::string replay(const SwarmReport& report, std::uint64_t run) {
  std::string text = "understudy swarm";
  for (const auto& file : report.files) text += " " + sim::shell_word(file);
  return text + " --seed " + std::to_string(report.seed) + " --run " + std::to_string(run);
}

/// "nic down 12, link 40, ...", the most frequent first, in lines of at most 100 columns.
std::string list(const std::string& title, const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  constexpr std::size_t kWidth = 100;
  const std::string indent(13, ' ');
  std::string text, line = title;
  line.resize(indent.size(), ' ');
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto word =
        sorted[i].first + " " + number(sorted[i].second) + (i + 1 < sorted.size() ? ", " : "");
    if (line.size() + word.size() > kWidth) {
      text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
      line = indent;
    }
    line += word;
  }
  return text + line + "\n";
}

std::string line_of(const FailedRun& failed) {
  const auto& failure = failed.failure;
  return "run " + std::to_string(failed.run) + ": " + failure.oracle + " at " +
         sim::to_text(failure.at.time_since_epoch()) + ": " + failure.detail + "\n";
}

std::string oracle_lines(const SwarmSummary& summary) {
  std::string text;
  for (const auto& [name, tally] : summary.oracles) {
    std::string line = "  " + name;
    line.resize(20, ' ');
    line += "held in " + number(tally.held);
    if (tally.broken > 0) line += ", broken in " + number(tally.broken);
    if (tally.by_config > 0) line += ", not promised by the files in " + number(tally.by_config);
    if (tally.by_lost_announcement > 0)
      line += ", announcements lost in " + number(tally.by_lost_announcement);
    text += line + "\n";
  }
  return text;
}

std::string fault_line(const sim::Fault& fault) {
  std::string text = "  " + sim::to_text(fault.at);
  if (fault.lasts) text += " for " + sim::to_text(*fault.lasts);
  if (fault.every) text += " every " + sim::to_text(*fault.every);
  if (fault.until) text += " until " + sim::to_text(*fault.until);
  return text + "  " + fault.text + "\n";
}

std::string shrunk_text(const ShrunkReport& report) {
  const auto& scenario = report.shrunk.scenario;
  std::string text = "run " + std::to_string(report.run) + " is now " + report.file + ": " +
                     counted(scenario.hosts.size(), "host") + ", " +
                     counted(scenario.timeline.size(), "fault") + ", " +
                     sim::to_text(scenario.duration) + ", after " + number(report.shrunk.runs) +
                     " tries" + "\n";
  for (const auto& fault : scenario.timeline) text += fault_line(fault);
  text += "  " + report.shrunk.failure.oracle + ": " + report.shrunk.failure.detail + "\n";
  text += report.fails_from_file
              ? "understudy sim " + report.file + "\n"
              : "read back from its file it does not fail alike: please report it\n";
  return text;
}

nlohmann::ordered_json json_of(const FailedRun& failed) {
  nlohmann::ordered_json json;
  json["run"] = failed.run;
  json["oracle"] = failed.failure.oracle;
  json["subject"] = failed.failure.subject;
  json["t"] = static_cast<double>(failed.failure.at.time_since_epoch().count()) / 1e9;
  json["detail"] = failed.failure.detail;
  json["explanation"] = to_string(failed.failure.explanation);
  return json;
}

}  // namespace

std::string swarm_heading(const SwarmReport& report) {
  std::string text = "swarm of";
  for (const auto& host : report.cluster->hosts) {
    text += " " + host.name + " (";
    for (const auto& nic : host.nics)
      text += (&nic == host.nics.data() ? "" : ", ") + nic.name + " " + to_string(nic.address);
    text += ")";
  }
  text += ", seed " + std::to_string(report.seed) + "\n";
  if (report.twin)
    text += "the second host is made up: the same file as a BACKUP, 10 priorities lower\n";
  for (const auto& finding : report.findings)
    if (finding.severity != Severity::note) {
      const auto line = format(finding);
      text += line.substr(0, line.find('\n') + 1);
    }
  return text;
}

std::string swarm_run_text(const RunReport& run) {
  std::string text = "run " + std::to_string(run.run) + "\n";
  for (const auto& segment : run.scenario.segments)
    text += "  segment " + segment.name + (segment.kind == sim::SegmentKind::hub ? " (hub)" : "") +
            ": delay " + sim::to_text(segment.link.delay) + ", jitter " +
            sim::to_text(segment.link.jitter) +
            (segment.stp_delay > Duration{} ? ", stp " + sim::to_text(segment.stp_delay) : "") +
            (segment.igmp_snooping != sim::IgmpSnooping::off ? ", igmp snooping" : "") + "\n";
  for (const auto& host : run.scenario.hosts) {
    if (host.config) continue;
    constexpr std::string_view kStacks[] = {"linux", "cisco", "windows"};
    text += "  " + host.name + ": " + std::string(kStacks[static_cast<std::size_t>(host.stack)]) +
            (host.ignores_garp ? ", ignores gratuitous ARP" : "") + "\n";
  }
  for (const auto& fault : run.scenario.timeline) text += fault_line(fault);
  if (run.scenario.oracles_from)
    text += "  judged from " + sim::to_text(*run.scenario.oracles_from) + " to " +
            sim::to_text(run.scenario.duration) + "\n";
  return text;
}

std::string swarm_text(const SwarmReport& report) {
  const auto& summary = report.summary;
  std::string text = counted(summary.runs, "run") + (report.interrupted ? " (interrupted)" : "") +
                     ", " + hours(summary.simulated) + " simulated, " + number(summary.events) +
                     " events\n";
  if (!summary.faults.empty()) text += list("faults", summary.faults);
  if (!summary.transitions.empty()) text += list("transitions", summary.transitions);
  text += "oracles, when all faults were over:\n" + oracle_lines(summary);
  for (const auto& failed : summary.explained)
    text +=
        "explained by " +
        std::string(failed.failure.explanation == Explanation::config ? "the files: "
                                                                      : "lost announcements: ") +
        line_of(failed);
  for (const auto& failed : summary.failures)
    text += "FAILED " + line_of(failed) + "       " + replay(report, failed.run) + "\n";
  if (report.shrunk) text += shrunk_text(*report.shrunk);
  return text;
}

std::string swarm_json(const SwarmReport& report) {
  const auto& summary = report.summary;
  nlohmann::ordered_json json;
  json["schema"] = "understudy.swarm/1";
  json["files"] = report.files;
  json["twin"] = report.twin;
  json["seed"] = report.seed;
  json["runs"] = summary.runs;
  json["interrupted"] = report.interrupted;
  json["simulated_s"] = static_cast<double>(summary.simulated / std::chrono::milliseconds{1}) / 1e3;
  json["events"] = summary.events;
  json["verdict"] = summary.failed_runs == 0 ? "pass" : "fail";
  json["faults"] = summary.faults;
  json["features"] = summary.features;
  json["transitions"] = summary.transitions;
  json["oracles"] = nlohmann::ordered_json::object();
  for (const auto& [name, tally] : summary.oracles)
    json["oracles"][name] = {{"held", tally.held},
                             {"broken", tally.broken},
                             {"explained_by_config", tally.by_config},
                             {"explained_by_lost_announcement", tally.by_lost_announcement}};
  json["failed_runs"] = summary.failed_runs;
  json["explained_runs"] = summary.explained_runs;
  json["failures"] = nlohmann::ordered_json::array();
  for (const auto& failed : summary.failures) {
    json["failures"].push_back(json_of(failed));
    json["failures"].back()["replay"] = replay(report, failed.run);
  }
  if (report.shrunk)
    json["shrunk"] = {{"run", report.shrunk->run},
                      {"file", report.shrunk->file},
                      {"faults", report.shrunk->shrunk.scenario.timeline.size()},
                      {"hosts", report.shrunk->shrunk.scenario.hosts.size()},
                      {"tries", report.shrunk->shrunk.runs},
                      {"any_seed", report.shrunk->shrunk.any_seed},
                      {"fails_from_file", report.shrunk->fails_from_file}};
  json["explained"] = nlohmann::ordered_json::array();
  for (const auto& failed : summary.explained) json["explained"].push_back(json_of(failed));
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace understudy::cli
