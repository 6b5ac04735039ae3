// Every scenario of the library, simulated, captured and explained: the story comes back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "sim/incident.h"
#include "sim/run.h"
#include "sim/scenario/loader.h"
#include "tests/pcap/temporary_directory.h"
#include "tests/sim/explain/story.h"

namespace understudy::sim::test {
namespace {

namespace fs = std::filesystem;

/// Twenty in the builds that are quick enough; UNDERSTUDY_SEEDS says otherwise.
std::uint64_t seeds() {
  if (const char* text = std::getenv("UNDERSTUDY_SEEDS")) return std::strtoull(text, nullptr, 10);
#ifdef NDEBUG
  return 20;
#else
  return 1;
#endif
}

std::vector<std::string> library() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(UNDERSTUDY_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string name_of(const testing::TestParamInfo<std::string>& tested) {
  std::string name = tested.param;
  for (char& letter : name)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
  return name;
}

class RoundTrip : public testing::TestWithParam<std::string> {
 protected:
  capture::Explanation explained(const Scenario& scenario, RunResult& result) {
    path_ = directory_.file("run.pcapng");
    RunOptions options;
    options.pcapng_path = path_;
    options.timeline = false;
    auto run_result = run(scenario, options);
    EXPECT_TRUE(run_result) << run_result.error();
    if (run_result) result = std::move(*run_result);
    const std::vector<std::string> paths{path_};
    return capture::explain(paths);
  }

  TemporaryDirectory directory_;
  std::string path_;
};

TEST_P(RoundTrip, TheSimulatorsStoryComesBack) {
  const auto loaded = load_file(UNDERSTUDY_SOURCE_DIR "/scenarios/" + GetParam() + ".yaml");
  ASSERT_FALSE(loaded.cases.empty());
  std::size_t matched = 0;
  std::size_t failed = 0;
  for (const Scenario& one : loaded.cases) {
    // An hour of weather is a sweep's business.
    if (one.duration > std::chrono::minutes{15}) continue;
    for (std::uint64_t seed = 0; seed < seeds(); ++seed) {
      Scenario scenario = one;
      scenario.seed = seed;
      RunResult result;
      const auto explanation = explained(scenario, result);
      const auto problems =
          compare(story_of(scenario, result), adverts_in(path_), explanation, matched);
      for (const std::string& problem : problems) {
        ADD_FAILURE() << scenario.case_name << " seed " << seed << ": " << problem;
        ++failed;
      }
      if (failed > 20) return;
    }
  }
  EXPECT_GT(matched, 0U);
  RecordProperty("masterships", std::to_string(matched));
}

TEST_P(RoundTrip, WithoutFaultsNothingIsWrong) {
  const auto loaded = load_file(UNDERSTUDY_SOURCE_DIR "/scenarios/" + GetParam() + ".yaml");
  ASSERT_FALSE(loaded.cases.empty());
  Scenario scenario = loaded.cases.front();
  scenario.timeline.clear();
  scenario.expectations.clear();
  scenario.duration = std::min<Duration>(scenario.duration, std::chrono::minutes{2});
  RunResult result;
  const auto explanation = explained(scenario, result);
  Duration dual{};
  for (const auto& [instance, duration] : result.dual_master) dual += duration;
  if (dual > Duration{}) GTEST_SKIP() << "this network is ill without any fault";
  for (const Finding& finding : explanation.observation.findings)
    ADD_FAILURE() << to_string(finding.code) << ": " << finding.message;
  EXPECT_TRUE(explanation.remarks.empty());
}

/// "192.0.2.1 -> 192.0.2.2 preempted" for every change of master.
std::vector<std::string> changes_of(const capture::Explanation& explanation) {
  std::vector<std::string> lines;
  const auto name = [](const std::optional<IpAddress>& address) {
    return address ? to_string(*address) : std::string("nobody");
  };
  for (const MasterChange& change : explanation.observation.changes)
    lines.push_back(std::to_string(change.key.vrid) + " " + name(change.from) + " -> " +
                    name(change.to) + " " + std::string(to_string(change.reason)));
  return lines;
}

class NoFiles : public FileReader {
 public:
  std::optional<std::string> read(const std::string&, std::string& error) override {
    error = "there is none";
    return std::nullopt;
  }
};

class Rehearsal : public RoundTrip {};

TEST_P(Rehearsal, TheIncidentOfACaptureHappensAgain) {
  const std::string name = GetParam();
  const auto dot = name.find('/');
  const auto loaded =
      load_file(UNDERSTUDY_SOURCE_DIR "/scenarios/" + name.substr(0, dot) + ".yaml");
  const auto one = std::find_if(
      loaded.cases.begin(), loaded.cases.end(),
      [&](const Scenario& scenario) { return scenario.case_name == name.substr(dot + 1); });
  ASSERT_NE(one, loaded.cases.end());
  RunResult first;
  const auto seen = explained(*one, first);
  const std::string text = incident_scenario(infer_incident(seen), "incident");
  NoFiles files;
  const auto again = load(text, "incident.yaml", files);
  for (const Diagnostic& diagnostic : again.diagnostics)
    EXPECT_NE(diagnostic.severity, Severity::error) << format(diagnostic);
  ASSERT_EQ(again.cases.size(), 1U) << text;
  RunResult second;
  const auto rehearsed = explained(again.cases.front(), second);
  EXPECT_EQ(changes_of(rehearsed), changes_of(seen)) << text;
  EXPECT_EQ(second.verdict, Verdict::pass) << text;
  for (const ExpectationResult& result : second.expectations)
    EXPECT_EQ(result.verdict, Verdict::pass) << result.text << ": " << result.detail;
}

INSTANTIATE_TEST_SUITE_P(Library, Rehearsal,
                         testing::Values("nginx-pair/stop-nginx-on-master",
                                         "nginx-pair/stop-daemon-on-master",
                                         "nginx-pair/start-daemon-on-master",
                                         "nginx-pair-more/power-off", "nginx-pair-more/start",
                                         "dual-stack/stop-daemon", "dual-stack/power-off"),
                         name_of);

/// What tests/namespaces captured of real daemons.
TEST(RealCaptures, TheIncidentOfKeepalivedHappensAgain) {
  TemporaryDirectory directory;
  for (const char* name : {"keepalived-v2-pass", "keepalived-v2-unicast", "keepalived-v3-ipv6",
                           "frr-v3-ipv4", "keepalived-v2-ah"}) {
    const std::vector<std::string> paths{UNDERSTUDY_SOURCE_DIR "/tests/captures/" +
                                         std::string(name) + ".pcap"};
    const auto seen = capture::explain(paths);
    const std::string text = incident_scenario(infer_incident(seen), "incident");
    NoFiles files;
    const auto again = load(text, "incident.yaml", files);
    ASSERT_EQ(again.cases.size(), 1U)
        << name << text << (again.diagnostics.empty() ? "" : format(again.diagnostics.front()));
    RunOptions options;
    options.pcapng_path = directory.file("again.pcapng");
    ASSERT_TRUE(run(again.cases.front(), options));
    const std::vector<std::string> rehearsal{options.pcapng_path};
    EXPECT_EQ(changes_of(capture::explain(rehearsal)), changes_of(seen)) << name << "\n" << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Library, RoundTrip, testing::ValuesIn(library()), name_of);

}  // namespace
}  // namespace understudy::sim::test
