#include "sim/report/trace_report.h"

#include <map>
#include <utility>

#include "sim/report/exact_json.h"
#include "sim/scenario/units.h"
#include "sim/story.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kNoHost = static_cast<std::size_t>(-1);

using Json = ExactJson;

/// Microseconds as an exact decimal.
Json microseconds(Duration duration) {
  const auto count = duration.count();
  std::string fraction = std::to_string(std::abs(count) % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return exact_number((count < 0 ? "-" : "") + std::to_string(std::abs(count) / 1000) + "." +
                      fraction);
}

/// The events of one case. Processes have numbers from `first_process` on: the network (what faults
/// are about that are no host's), then the hosts.
class CaseTrace {
 public:
  CaseTrace(const RunResult& result, std::size_t first_process, std::size_t first_flow,
            Json& events)
      : result_(result),
        story_(*result.story),
        first_process_(first_process),
        next_flow_(first_flow),
        events_(events) {}

  void write() {
    name_everything();
    write_states();
    write_happenings();
    write_faults();
    write_flows();
    write_blackouts();
  }
  std::size_t next_flow() const { return next_flow_; }

 private:
  // Threads: 0 what happens on the host, then its virtual routers, then its probes.
  std::size_t process(std::size_t host) const {
    return first_process_ + (host < story_.hosts.size() ? host + 1 : 0);
  }
  std::size_t probe_thread(std::size_t probe) const { return 1000 + probe; }

  Json event(const char* phase, const std::string& name, const char* category, Instant at,
             std::size_t host, std::size_t thread) const {
    return {{"ph", phase},          {"name", name},
            {"cat", category},      {"ts", microseconds(at.time_since_epoch())},
            {"pid", process(host)}, {"tid", thread}};
  }
  void slice(const std::string& name, const char* category, Instant from, Instant to,
             std::size_t host, std::size_t thread) {
    auto one = event("X", name, category, from, host, thread);
    one["dur"] = microseconds(to - from);
    events_.push_back(std::move(one));
  }
  void name_thread(std::size_t host, std::size_t thread, const std::string& name) {
    events_.push_back({{"ph", "M"},
                       {"name", "thread_name"},
                       {"pid", process(host)},
                       {"tid", thread},
                       {"args", {{"name", name}}}});
  }

  void name_everything() {
    const std::string prefix = result_.case_name.empty() ? result_.scenario : result_.case_name;
    for (std::size_t host = 0; host <= story_.hosts.size(); ++host) {
      const auto pid = first_process_ + host;
      events_.push_back(
          {{"ph", "M"},
           {"name", "process_name"},
           {"pid", pid},
           {"args", {{"name", prefix + ": " + (host == 0 ? "network" : story_.hosts[host - 1])}}}});
      events_.push_back({{"ph", "M"},
                         {"name", "process_sort_index"},
                         {"pid", pid},
                         {"args", {{"sort_index", pid}}}});
    }
    name_thread(kNoHost, 0, "faults");
    for (std::size_t host = 0; host < story_.hosts.size(); ++host) {
      name_thread(host, 0, "happenings");
      for (std::size_t router = 0; router < story_.instances[host].size(); ++router)
        name_thread(host, router + 1, story_.instances[host][router]);
    }
    for (std::size_t probe = 0; probe < story_.probes.size(); ++probe)
      name_thread(story_.probes[probe].from, probe_thread(probe),
                  "probe " + story_.probes[probe].name);
  }

  void write_states() {
    std::map<std::pair<std::size_t, std::size_t>, const Story::StateChange*> open;
    const auto close = [&](const Story::StateChange* change, Instant until) {
      if (change != nullptr && change->state && until > change->at)
        slice(std::string(to_string(*change->state)), "state", change->at, until, change->host,
              change->router + 1);
    };
    for (const auto& change : story_.states) {
      auto& before = open[{change.host, change.router}];
      close(before, change.at);
      before = &change;
    }
    for (const auto& [place, change] : open) close(change, Instant{result_.duration});
  }

  static const char* category_of(HappeningKind kind) {
    constexpr const char* kNames[] = {
        "fault",  "fault", "change",       "script",    "refusal",  "timer",   "transition",
        "advert", "loss",  "announcement", "neighbour", "blackout", "blackout"};
    return kNames[static_cast<std::size_t>(kind)];
  }

  void write_happenings() {
    for (const auto& one : story_.happenings) {
      const bool elsewhere =
          one.kind == HappeningKind::fault || one.kind == HappeningKind::fault_end ||
          one.kind == HappeningKind::blackout || one.kind == HappeningKind::blackout_end;
      if (elsewhere) continue;
      const bool of_router =
          one.kind == HappeningKind::advert || one.kind == HappeningKind::transition;
      auto instant = event("i", one.text, category_of(one.kind), one.at, one.host,
                           of_router ? one.subject + 1 : 0);
      instant["s"] = "t";
      Json arguments = Json::object();
      if (one.parent != Happening::kNone) arguments["because"] = story_.happenings[one.parent].text;
      if (one.frame.number_of_all != 0) arguments["frame"] = one.frame.number_of_all;
      if (!one.config.file.empty())
        arguments["config"] = one.config.file + ":" + std::to_string(one.config.line);
      if (!one.rfc.empty()) arguments["rfc"] = one.rfc;
      if (!arguments.empty()) instant["args"] = std::move(arguments);
      events_.push_back(std::move(instant));
    }
  }

  void write_faults() {
    std::map<std::uint32_t, Instant> ends;  // by the happening that began
    for (const auto& one : story_.happenings)
      if (one.kind == HappeningKind::fault_end) ends[one.parent] = one.at;
    for (std::uint32_t i = 0; i < story_.happenings.size(); ++i) {
      const auto& one = story_.happenings[i];
      if (one.kind != HappeningKind::fault) continue;
      if (const auto end = ends.find(i); end != ends.end()) {
        slice(one.text, "fault", one.at, end->second, kNoHost, 0);
        continue;
      }
      auto instant = event("i", one.text, "fault", one.at, kNoHost, 0);
      instant["s"] = "g";
      events_.push_back(std::move(instant));
    }
  }

  /// An arrow for each reception; both ends need a slice to hold on to, one of no length will do.
  void write_flows() {
    for (const auto& reception : story_.receptions) {
      const auto& advert = story_.happenings[reception.advert];
      const auto name = "advert " + std::to_string(advert.priority);
      slice(name, "advert", advert.at, advert.at, advert.host, advert.subject + 1);
      slice("hears " + story_.hosts[advert.host], "advert", reception.at, reception.at,
            reception.host, 0);
      auto from = event("s", name, "flow", advert.at, advert.host, advert.subject + 1);
      auto to = event("f", name, "flow", reception.at, reception.host, 0);
      from["id"] = to["id"] = next_flow_++;
      to["bp"] = "e";
      events_.push_back(std::move(from));
      events_.push_back(std::move(to));
    }
  }

  void write_blackouts() {
    for (std::size_t i = 0; i < result_.probes.size(); ++i) {
      const auto host = story_.probes[i].from;
      for (const auto& one : result_.probes[i].blackouts) {
        slice("blackout " + to_text(one.end - one.start), "blackout", one.start, one.end, host,
              probe_thread(i));
        Instant at = one.start;
        const auto part = [&](const char* name, Duration length) {
          if (length > Duration{}) slice(name, "blackout", at, at + length, host, probe_thread(i));
          at += length;
        };
        part("detect", one.detect);
        part("elect", one.elect);
        part("announce", one.announce);
        part("relearn", one.relearn);
        part("probe", one.probe);
      }
    }
  }

  const RunResult& result_;
  const Story& story_;
  std::size_t first_process_, next_flow_;
  Json& events_;
};

}  // namespace

std::string trace_report(const std::vector<RunResult>& results) {
  Json events = Json::array();
  std::size_t process = 1, flow = 1;
  for (const RunResult& result : results) {
    if (!result.story) continue;
    CaseTrace trace(result, process, flow, events);
    trace.write();
    process += result.story->hosts.size() + 1;
    flow = trace.next_flow();
  }
  Json document = {{"displayTimeUnit", "ns"}, {"traceEvents", std::move(events)}};
  std::string out;
  write_json(document, 2, out);
  return out + "\n";
}

}  // namespace understudy::sim
