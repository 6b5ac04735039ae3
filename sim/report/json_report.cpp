#include "sim/report/json_report.h"

#include <nlohmann/json.hpp>

#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

using Json = nlohmann::ordered_json;

/// The library writes numbers as doubles, which cannot hold every nanosecond. So an exact decimal
/// travels as a binary value, a kind that nothing else here has, and write() puts it down as it is.
Json seconds(Duration duration) {
  const std::string text = seconds_text(duration);
  return Json::binary({text.begin(), text.end()});
}
Json seconds(Instant instant) { return seconds(instant.time_since_epoch()); }

template <typename Time>
Json seconds(const std::optional<Time>& time) {
  return time ? seconds(*time) : Json(nullptr);
}

/// Levels down to `open` get a line for each item; deeper ones stay on theirs.
void write(const Json& value, int open, const std::string& indent, std::string& out) {
  if (value.is_binary()) {
    const auto& text = value.get_binary();
    out.append(text.begin(), text.end());
    return;
  }
  if (!value.is_structured()) {
    out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  const bool lines = open > 0 && !value.empty();
  const std::string inner = indent + "  ";
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    if (!first) out += lines ? "," : ", ";
    first = false;
    if (lines) out += "\n" + inner;
    if (value.is_object())
      out += Json(key).dump(-1, ' ', false, Json::error_handler_t::replace) + ": ";
    write(item, open - 1, inner, out);
  }
  if (lines) out += "\n" + indent;
  out += value.is_object() ? '}' : ']';
}

std::string hexadecimal(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

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

Json object_of(const RunResult& result) {
  Json object = Json::object();
  object["schema"] = "understudy.sim/1";
  object["scenario"] = result.scenario;
  object["case"] = result.case_name;
  object["seed"] = result.seed;
  object["duration_s"] = seconds(result.duration);
  object["digest"] = hexadecimal(result.digest);
  object["verdict"] = to_string(result.verdict);
  object["transitions"] = transitions(result);
  object["probes"] = probes(result);
  object["dual_master_s"] = by_name(result.dual_master);
  object["dual_holder_s"] = by_name(result.dual_holder);
  object["no_master_s"] = by_name(result.no_master);
  object["expectations"] = expectations(result);
  object["oracles"] = oracles(result);
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
    write(object_of(results.at(0)), kOpenLevels, "", out);
  } else {
    Json objects = Json::array();
    for (const RunResult& result : results) objects.push_back(object_of(result));
    write(objects, kOpenLevels + 1, "", out);
  }
  return out + "\n";
}

}  // namespace understudy::sim
