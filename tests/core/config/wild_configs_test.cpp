// Real configuration files from public repositories, read where they lie: they are other people's,
// and no part of this project. UNDERSTUDY_WILD_CONFIGS names their folder.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

namespace fs = std::filesystem;

fs::path wild_folder() {
  if (const char* folder = std::getenv("UNDERSTUDY_WILD_CONFIGS")) return folder;
  return fs::path(UNDERSTUDY_SOURCE_DIR).parent_path() / "shared" / "keepalived" / "wild";
}

struct WildFile {
  fs::path path;
  std::string verdict;   // keepalived 2.2.7's, in a class of its own for each kind
  std::string messages;  // what it printed
};

std::vector<WildFile> wild_files() {
  std::vector<WildFile> files;
  std::istringstream index(read_text(wild_folder() / "index.tsv"));
  std::string line;
  std::getline(index, line);
  while (std::getline(index, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, '\t');) fields.push_back(field);
    fields.resize(5);
    files.push_back({wild_folder() / fields[0], fields[3], fields[4]});
  }
  return files;
}

class WildConfigs : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(wild_folder() / "index.tsv"))
      GTEST_SKIP() << "there is no folder of real configurations (UNDERSTUDY_WILD_CONFIGS)";
  }
};

// Why a file that keepalived runs may be refused here: it says what keepalived drops with a
// message.
const std::set<std::string_view> kDroppedByKeepalived = {"bad-number", "bad-address", "bad-value",
                                                         "missing-brace", "out-of-range"};

TEST_F(WildConfigs, AreRefusedOnlyWhereThereIsAReason) {
  std::map<std::string, std::map<std::string, int>> figures;
  for (const auto& file : wild_files()) {
    const auto text = read_text(file.path);
    ASSERT_FALSE(text.empty()) << file.path;
    const auto result = parse(text, file.path.filename().string());
    std::set<std::string_view> codes;
    for (const auto& diagnostic : result.diagnostics)
      if (diagnostic.severity == Severity::error) codes.insert(diagnostic.code);
    const bool refused_by_keepalived = file.verdict.starts_with("refused");
    const bool clean = file.verdict.starts_with("clean") || file.verdict == "only deprecated";
    ++figures[file.verdict][codes.empty() ? "accepted" : "refused"];
    if (refused_by_keepalived) {
      EXPECT_FALSE(codes.empty()) << file.path;
      continue;
    }
    for (const auto code : codes) {
      EXPECT_FALSE(clean) << file.path << " " << code;
      EXPECT_TRUE(kDroppedByKeepalived.contains(code)) << file.path << " " << code;
    }
  }
  for (const auto& [verdict, counts] : figures)
    for (const auto& [ours, count] : counts)
      std::cout << "keepalived: " << verdict << "; here: " << ours << ": " << count << "\n";
}

TEST_F(WildConfigs, AreWarnedOfWhereKeepalivedWarns) {
  struct Row {
    const char* message;
    const char* code;
  };
  const std::vector<Row> rows = {
      {"Truncating auth_pass", "auth-pass-cut"},
      {"nopreempt will not work", "nopreempt-cleared"},
      {"since own interface", "own-interface-tracked"},
      {"unknown state", "unknown-state"},
      {"VRRP parsed invalid IP", "bad-address"},
      {"Priority not valid", "bad-number"},
      {"Unknown keyword 'enable_script_security'", "unknown-keyword"},
      {"Unknown keyword 'script_security'", "unknown-keyword"},
      {"Interface name", "bad-value"},
  };
  std::map<std::string, int> seen;
  for (const auto& file : wild_files()) {
    const auto result = parse(read_text(file.path), file.path.filename().string());
    for (const auto& row : rows) {
      if (file.messages.find(row.message) == std::string::npos) continue;
      ++seen[row.message];
      bool found = false;
      for (const auto& diagnostic : result.diagnostics) found |= diagnostic.code == row.code;
      EXPECT_TRUE(found) << file.path << ": " << row.message;
    }
  }
  for (const auto& row : rows) EXPECT_GT(seen[row.message], 0) << row.message;
}

TEST_F(WildConfigs, SurviveTheirOwnPrefixes) {
  for (const auto& file : wild_files()) {
    const auto text = read_text(file.path);
    for (std::size_t size = 0; size < text.size(); size += 7)
      for (const auto& diagnostic : parse(std::string_view(text).substr(0, size), "x").diagnostics)
        ASSERT_FALSE(format(diagnostic).empty());
  }
}

}  // namespace
}  // namespace understudy::config
