#include "sim/scenario/loader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/files_matching.h"
#include "sim/scenario/document_parts.h"
#include "sim/scenario/load_deed.h"
#include "sim/scenario/load_text.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostCases = 500;
constexpr std::size_t kMostMergedNodes = 1'000'000;

void load_header(LoadContext& context, MapReader& map, Scenario& scenario) {
  if (const YamlNode* version = map.require("understudy"))
    if (const auto number = context.integer(*version, 1, 1000); number && *number != 1)
      context.error(*version, "not-supported",
                    "version " + version->text + " of the format is not supported",
                    "this program reads `understudy: 1`");
  if (const YamlNode* name = map.require("name"))
    scenario.name = context.string(*name).value_or("");
  if (const YamlNode* about = map.get("about"))
    scenario.about = context.string(*about).value_or("");
  if (const YamlNode* seed = map.get("seed"))
    scenario.seed = static_cast<std::uint64_t>(context.integer(*seed).value_or(0));
  if (const YamlNode* duration = map.require("duration")) {
    if (const auto value = context.duration(*duration)) {
      scenario.duration = *value;
      if (*value == Duration{})
        context.error(*duration, "out-of-range", "`duration` must be longer than 0 s");
    }
  }
}

void load_oracles_from(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  scenario.oracles_from = context.duration(node);
  if (scenario.oracles_from && *scenario.oracles_from > scenario.duration)
    context.error(node, "past-the-end", "the oracles would never judge: the run ends before");
}

Scenario load_case(LoadContext& context, YamlNode root, ConfigStore& configs,
                   const LoadOptions& options) {
  Scenario scenario;
  scenario.file = context.source().file();
  MapReader map(
      context, root, "the scenario",
      {"understudy", "name",    "about",    "seed",      "duration",   "segments", "hosts",
       "probes",     "links",   "timeline", "expect",    "invariants", "waive",    "oracles_from",
       "cases",      "include", "params",   "randomize", "sweep",      "measure",  "verdict"});
  if (root.kind != YamlNode::Kind::map) return scenario;
  const std::size_t errors = context.error_count();
  scenario.params = substitute_params(context, root, options);
  if (context.error_count() != errors) return scenario;
  load_header(context, map, scenario);
  const std::size_t header_errors = context.error_count();
  if (const YamlNode* segments = map.require("segments"))
    load_segments(context, *segments, scenario);
  // Later parts refer to names and times of earlier ones: with those wrong they would add noise.
  if (context.error_count() != header_errors) return scenario;
  const YamlNode* hosts = map.require("hosts");
  if (hosts != nullptr) load_hosts(context, *hosts, scenario, configs);
  if (context.error_count() != errors) return scenario;
  if (const YamlNode* links = map.get("links")) load_links(context, *links, scenario);
  if (const YamlNode* probes = map.get("probes")) load_probes(context, *probes, scenario);
  if (const YamlNode* timeline = map.get("timeline"))
    load_timeline(context, *timeline, scenario, configs);
  if (context.error_count() != errors) return scenario;
  load_checks(context, *hosts, scenario);
  if (const YamlNode* expect = map.get("expect"))
    load_expectations(context, *expect, "expect", scenario);
  if (const YamlNode* invariants = map.get("invariants"))
    load_expectations(context, *invariants, "invariants", scenario);
  if (const YamlNode* randomize = map.get("randomize"))
    load_randomize(context, *randomize, scenario);
  if (const YamlNode* sweep = map.get("sweep")) load_sweep(context, *sweep, scenario);
  if (const YamlNode* measure = map.get("measure")) load_measures(context, *measure, scenario);
  if (context.error_count() != errors) return scenario;
  if (const YamlNode* verdict = map.get("verdict")) load_verdicts(context, *verdict, scenario);
  if (const YamlNode* from = map.get("oracles_from")) load_oracles_from(context, *from, scenario);
  if (const YamlNode* waive = map.get("waive")) load_waivers(context, *waive, scenario);
  return scenario;
}

YamlNode without_cases(const YamlNode& root) {
  YamlNode base = root;
  std::erase_if(base.items, [](const YamlNode& item) { return item.key == "cases"; });
  return base;
}

bool check_case_keys(LoadContext& context, const YamlNode& patch) {
  if (!context.check_key(patch, "case")) return false;
  if (patch.kind == YamlNode::Kind::null) return true;  // the base as it is
  if (!context.is_map(patch, "case '" + patch.key + "'")) return false;
  for (const YamlNode& item : patch.items)
    if (item.key == "understudy" || item.key == "cases" || item.key == "name") {
      context.key_error(item, "conflict", "`" + item.key + "` belongs to the file, not to a case");
      return false;
    }
  return true;
}

std::vector<Scenario> load_cases(LoadContext& context, const YamlNode& root, ConfigStore& configs,
                                 const LoadOptions& options) {
  std::vector<Scenario> scenarios;
  const YamlNode* cases = root.kind == YamlNode::Kind::map ? root.find("cases") : nullptr;
  if (cases == nullptr) {
    scenarios.push_back(load_case(context, root, configs, options));
    return scenarios;
  }
  if (!context.is_map(*cases, "`cases`")) return scenarios;
  if (cases->items.empty()) context.error(*cases, "missing-key", "`cases` holds no case");
  const YamlNode base = without_cases(root);
  if (cases->items.size() > kMostCases ||
      count_nodes(base) * cases->items.size() > kMostMergedNodes) {
    context.error(
        *cases, "too-large",
        "too many cases: at most " + std::to_string(kMostCases) + ", fewer of a large scenario");
    return scenarios;
  }
  for (const YamlNode& patch : cases->items) {
    if (!check_case_keys(context, patch)) continue;
    YamlNode merged = patch.kind == YamlNode::Kind::null ? base : merge(base, patch);
    merged.key.clear();
    merged.position = base.position;
    Scenario scenario = load_case(context, std::move(merged), configs, options);
    scenario.case_name = patch.key;
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

constexpr std::size_t kLargestConfig = 4'000'000;  // bytes

/// What a user names on the command line may be a pipe; what a file names must be a file.
enum class Pipes : std::uint8_t { refused, read };

std::optional<std::string> read_file(const std::string& path, std::size_t largest, Pipes pipes,
                                     std::string& error) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) {
    error = "no such file";
    return std::nullopt;
  }
  if (std::filesystem::is_directory(status)) {
    error = "it is a directory";
    return std::nullopt;
  }
  if (pipes == Pipes::refused && !std::filesystem::is_regular_file(status)) {
    error = "it is no regular file";
    return std::nullopt;
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    error = std::strerror(errno);
    return std::nullopt;
  }
  std::string text;
  std::array<char, 65536> part;
  while (stream.read(part.data(), part.size()) || stream.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest) {
      error = "the file is too large: more than " + std::to_string(largest / 1'000'000) + " MB";
      return std::nullopt;
    }
  }
  if (stream.bad()) {
    error = "reading failed";
    return std::nullopt;
  }
  return text;
}

class DiskReader final : public FileReader {
 public:
  std::optional<std::string> read(const std::string& path, std::string& error) override {
    return read_file(path, kLargestConfig, Pipes::refused, error);
  }
  std::vector<std::string> matching(const std::string& pattern) override {
    return files_matching(pattern);
  }
};

}  // namespace

LoadResult load(std::string_view text, const std::string& file, FileReader& files,
                const LoadOptions& options) {
  LoadResult result;
  SourceStore store{files};
  auto root = parse_source(text, file, store, result.diagnostics);
  if (!root) return result;
  LoadContext context(store.sources.front(), result.diagnostics);
  root = expand_includes(context, std::move(*root), store);
  if (has_errors(result.diagnostics)) return result;
  ConfigStore configs{files};
  result.cases = load_cases(context, *root, configs, options);
  if (has_errors(result.diagnostics)) result.cases.clear();
  return result;
}

LoadedDeed load_deed(std::string_view text, const std::string& file, const Scenario& scenario,
                     Instant now) {
  const bool in_flow = text.find('\n') == std::string_view::npos && !text.starts_with('{');
  const std::string entry = in_flow ? "{ " + std::string(text) + " }" : std::string(text);
  LoadedDeed deed;
  const SourceText source(file, entry);
  const auto node = parse_yaml(entry, source, deed.diagnostics);
  if (!node) return deed;
  LoadContext context(source, deed.diagnostics);
  DiskReader reader;
  ConfigStore configs{reader};
  deed.fault = load_deed(context, *node, scenario, now, configs);
  return deed;
}

LoadResult load_text(std::string_view text, const std::string& file, const LoadOptions& options) {
  DiskReader reader;
  return load(text, file, reader, options);
}

LoadResult load_file(const std::string& path, const LoadOptions& options) {
  DiskReader reader;
  std::string error;
  if (const auto text = read_file(path, kLargestScenarioFile, Pipes::read, error))
    return load(*text, path, reader, options);
  LoadResult result;
  Diagnostic diagnostic;
  diagnostic.file = path;
  diagnostic.code = "unreadable";
  diagnostic.message = "cannot read the scenario: " + error;
  result.diagnostics.push_back(std::move(diagnostic));
  return result;
}

}  // namespace understudy::sim
