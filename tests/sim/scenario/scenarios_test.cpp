// Every scenario that comes with the project: each case passes, twice to the same digest.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "sim/report/json_report.h"
#include "sim/run.h"
#include "sim/scenario/loader.h"
#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  const std::string folder = std::string(UNDERSTUDY_SOURCE_DIR) + "/scenarios";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, PassTwiceAlike) {
  const LoadResult loaded = load_file(GetParam());
  EXPECT_FALSE(has_errors(loaded.diagnostics)) << printed(loaded);
  ASSERT_FALSE(loaded.cases.empty());
  for (const Scenario& scenario : loaded.cases) {
    const auto first = run(scenario, {});
    const auto second = run(scenario, {});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(to_string(first->verdict), "pass") << json_report({*first}, false);
    EXPECT_EQ(first->digest, second->digest) << scenario.case_name;
    EXPECT_EQ(json_report({*first}, false), json_report({*second}, false)) << scenario.case_name;
    EXPECT_EQ(first->expectations.size(), scenario.expectations.size());
    for (const ExpectationResult& expectation : first->expectations)
      EXPECT_EQ(to_string(expectation.verdict), "pass")
          << scenario.case_name << ": " << expectation.text << ": " << expectation.detail;
  }
}

TEST_P(Scenarios, PassWhateverTheSeed) {
  LoadResult loaded = load_file(GetParam());
  for (Scenario& scenario : loaded.cases)
    for (scenario.seed = 1; scenario.seed <= 2; ++scenario.seed) {
      const auto result = run(scenario, {.timeline = false});
      ASSERT_TRUE(result);
      EXPECT_EQ(to_string(result->verdict), "pass")
          << scenario.case_name << " with seed " << scenario.seed << "\n"
          << json_report({*result}, false);
    }
}

std::string name_of_file(const testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path(file.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Scenarios, testing::ValuesIn(scenario_files()), name_of_file);

}  // namespace
}  // namespace understudy::sim
