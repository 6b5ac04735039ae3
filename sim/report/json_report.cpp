#include "sim/report/json_report.h"

#include "sim/event_text.h"
#include "sim/report/exact_json.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

using Json = ExactJson;

template <typename Time>
Json seconds(const std::optional<Time>& time) {
  return time ? exact_seconds(*time) : Json(nullptr);
}

Json seconds(Duration duration) { return exact_seconds(duration); }
Json seconds(Instant instant) { return exact_seconds(instant); }

std::string host_name(const RunResult& result, std::size_t host) {
  return host < result.hosts.size() ? result.hosts[host] : std::string();
}

Json transitions(const RunResult& result) {
  Json list = Json::array();
  for (const TransitionRecord& record : result.transitions)
    list.push_back({{"t", seconds(record.at)},
                    {"host", host_name(result, record.host)},
                    {"instance", record.instance},
                    {"from", to_string(record.from)},
                    {"to", to_string(record.to)},
                    {"reason", to_string(record.reason)}});
  return list;
}

Json probes(const RunResult& result) {
  Json list = Json::array();
  for (const ProbeRecord& probe : result.probes) {
    Json blackouts = Json::array();
    for (const BlackoutRecord& blackout : probe.blackouts)
      blackouts.push_back({{"start_s", seconds(blackout.start)},
                           {"end_s", seconds(blackout.end)},
                           {"detect_s", seconds(blackout.detect)},
                           {"elect_s", seconds(blackout.elect)},
                           {"announce_s", seconds(blackout.announce)},
                           {"relearn_s", seconds(blackout.relearn)},
                           {"probe_s", seconds(blackout.probe)}});
    list.push_back({{"name", probe.name},
                    {"sent", probe.sent},
                    {"answered", probe.answered},
                    {"longest_blackout_s", seconds(probe.longest_blackout)},
                    {"blackouts", std::move(blackouts)}});
  }
  return list;
}

Json by_name(const std::map<std::string, Duration>& durations) {
  Json object = Json::object();
  for (const auto& [name, duration] : durations) object[name] = seconds(duration);
  return object;
}

Json expectations(const RunResult& result) {
  Json list = Json::array();
  for (const ExpectationResult& expectation : result.expectations)
    list.push_back({{"text", expectation.text},
                    {"verdict", to_string(expectation.verdict)},
                    {"margin_s", seconds(expectation.margin)},
                    {"at_s", seconds(expectation.at)},
                    {"detail", expectation.detail}});
  return list;
}

Json oracles(const RunResult& result) {
  Json list = Json::array();
  for (const OracleResult& oracle : result.oracles)
    list.push_back({{"name", oracle.name},
                    {"verdict", to_string(oracle.verdict)},
                    {"at_s", seconds(oracle.at)},
                    {"detail", oracle.detail}});
  return list;
}

Json measures(const RunResult& result) {
  Json object = Json::object();
  for (const MeasureResult& measure : result.measures) {
    Json& value = object[measure.name];
    if (!measure.value) continue;
    if (measure.unit == MeasureResult::Unit::nanoseconds)
      value = seconds(Duration{*measure.value});
    else if (measure.unit == MeasureResult::Unit::boolean)
      value = *measure.value != 0;
    else
      value = *measure.value;
  }
  return object;
}

Json causes(const RunResult& result) {
  Json list = Json::array();
  for (const Cause& cause : result.causes) {
    Json line = {{"t", seconds(cause.at)}, {"host", cause.host}, {"what", cause.what}};
    line["frame"] = cause.frame == 0 ? Json(nullptr)
                                     : Json{{"capture", cause.capture},
                                            {"number", cause.frame},
                                            {"number_of_all", cause.frame_of_all}};
    line["config"] =
        cause.config.empty()
            ? Json(nullptr)
            : Json{{"file", cause.config}, {"line", cause.line}, {"keyword", cause.keyword}};
    line["rfc"] = cause.rfc;
    list.push_back(std::move(line));
  }
  return list;
}

Json object_of(const RunResult& result) {
  Json object = Json::object();
  object["schema"] = "understudy.sim/1";
  object["scenario"] = result.scenario;
  object["case"] = result.case_name;
  object["seed"] = result.seed;
  object["duration_s"] = seconds(result.duration);
  object["digest"] = digest_text(result.digest);
  object["verdict"] = to_string(result.verdict);
  object["transitions"] = transitions(result);
  object["probes"] = probes(result);
  object["dual_master_s"] = by_name(result.dual_master);
  object["dual_holder_s"] = by_name(result.dual_holder);
  object["no_master_s"] = by_name(result.no_master);
  object["expectations"] = expectations(result);
  object["oracles"] = oracles(result);
  if (!result.measures.empty()) object["measures"] = measures(result);
  if (!result.causes.empty()) {
    object["explained"] = result.explained;
    object["causes"] = causes(result);
  }
  object["frames"] = {{"sent", result.frames.sent},
                      {"delivered", result.frames.delivered},
                      {"lost", result.frames.lost}};
  return object;
}

}  // namespace

std::string json_report(const std::vector<RunResult>& results, bool list) {
  constexpr int kOpenLevels = 2;  // the object, and its lists
  std::string out;
  if (!list) {
    write_json(object_of(results.at(0)), kOpenLevels, out);
  } else {
    Json objects = Json::array();
    for (const RunResult& result : results) objects.push_back(object_of(result));
    write_json(objects, kOpenLevels + 1, out);
  }
  return out + "\n";
}

}  // namespace understudy::sim
