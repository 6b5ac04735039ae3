#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ParseResult parse_with(FilesInMemory& files) { return parse(files.files["main"], "main", &files); }

TEST(Include, PutsFilesInPlaceOfTheLine) {
  FilesInMemory files;
  files.files["main"] = "include globals\nvrrp_instance VI {\n  include body\n}\n";
  files.files["globals"] = "global_defs {\nrouter_id R\n}";
  files.files["body"] =
      "interface eth0\nvirtual_router_id 7\nvirtual_ipaddress {\n192.0.2.1\n}\npriority 300\n";
  const auto result = parse_with(files);
  EXPECT_THAT(findings_of(result), ElementsAre("6:10 error out-of-range"));
  EXPECT_EQ(result.diagnostics[0].file, "body");
  EXPECT_EQ(result.diagnostics[0].source_line, "priority 300");
  EXPECT_EQ(result.config.global.router_id, "R");
  ASSERT_THAT(result.config.instances, SizeIs(1));
  EXPECT_EQ(result.config.instances[0].vrid, 7);
  EXPECT_EQ(result.config.instances[0].file, "") << "the block began in the main file";
  EXPECT_EQ(result.config.instances[0].addresses[0].file, "body");
}

TEST(Include, TakesSeveralFilesInOrder) {
  FilesInMemory files;
  files.files["a"] = "global_defs {\nrouter_id A\n}\n";
  files.files["b"] = "global_defs {\nrouter_id B\n}\n";
  const auto result = parse("include *\n" + instance_with(""), "main", &files);
  EXPECT_THAT(findings_of(result), IsEmpty());
  EXPECT_EQ(result.config.global.router_id, "B");
}

TEST(Include, ReportsFilesInTheOrderOfTheText) {
  FilesInMemory files;
  files.files["main"] = "foo\ninclude a\nbar\n" + instance_with("");
  files.files["a"] = "one\ntwo\n";
  const auto result = parse_with(files);
  std::vector<std::string> places;
  for (const auto& diagnostic : result.diagnostics)
    places.push_back(diagnostic.file + ":" + std::to_string(diagnostic.position.line));
  EXPECT_THAT(places, ElementsAre("main:1", "a:1", "a:2", "main:3"));
}

TEST(Include, OfNothingIsAWarningUnlessAFileMustExist) {
  FilesInMemory files;
  const auto findings = [&](const std::string& line) {
    return findings_of(parse(line + "\n" + instance_with(""), "main", &files));
  };
  EXPECT_THAT(findings("include x"), ElementsAre("1:9 warning include-missing"));
  EXPECT_THAT(findings("includer x"), ElementsAre("1:10 error include-missing"));
  EXPECT_THAT(findings("include"), ElementsAre("1:1 error bad-include"));
  EXPECT_THAT(findings("include x y"), ElementsAre("1:1 error bad-include"));
  EXPECT_THAT(findings("include {"), ElementsAre("1:1 error bad-include"));
  EXPECT_THAT(findings("included x"), ElementsAre("1:1 warning unknown-keyword"));
}

TEST(Include, NeedsAReader) {
  EXPECT_THAT(findings_of("include x\n" + instance_with("")),
              ElementsAre("1:1 error include-unavailable"));
}

TEST(Include, OfItselfIsAnError) {
  FilesInMemory files;
  files.files["main"] = "include a\n" + instance_with("");
  files.files["a"] = "include b\n";
  files.files["b"] = "\ninclude a\n";
  const auto result = parse_with(files);
  EXPECT_THAT(findings_of(result), ElementsAre("2:9 error include-cycle"));
  EXPECT_EQ(result.diagnostics[0].file, "b");
}

TEST(Include, OfOneFileTwiceIsNoCycle) {
  FilesInMemory files;
  files.files["main"] = "include a\ninclude a\n" + instance_with("");
  files.files["a"] = "global_defs {\n}\n";
  EXPECT_THAT(findings_of(parse_with(files)), IsEmpty());
}

TEST(Include, BesideEachOtherIsNoCycle) {
  FilesInMemory files;
  files.files["a"] = "include b\n";
  files.files["b"] = "global_defs {\n}\n";
  EXPECT_THAT(findings_of(parse("include *\n" + instance_with(""), "main", &files)), IsEmpty());
}

TEST(Include, StopsAtADepth) {
  FilesInMemory files;
  for (int i = 0; i < 30; ++i)
    files.files["f" + std::to_string(i)] = "include f" + std::to_string(i + 1) + "\n";
  const auto result = parse("include f0\n" + instance_with(""), "main", &files);
  EXPECT_THAT(findings_of(result), ElementsAre("1:1 error include-too-deep"));
  EXPECT_EQ(result.diagnostics[0].file, "f15");
}

TEST(Include, ThatDoublesAtEveryStepIsStopped) {
  FilesInMemory files;
  for (int i = 0; i < 14; ++i) {
    const auto line = "include f" + std::to_string(i + 1) + "\n";
    auto& text = files.files["f" + std::to_string(i)];
    for (int copy = 0; copy < 3; ++copy) text += line;
  }
  files.files["f14"] = "# end\n";
  const auto result = parse("include f0\n" + instance_with(""), "main", &files);
  ASSERT_FALSE(result.diagnostics.empty());
  EXPECT_EQ(result.diagnostics[0].code, "include-too-much");
}

TEST(Include, MayCloseABlockOfItsIncluder) {
  FilesInMemory files;
  files.files["tail"] = "virtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n}\n}\n";
  EXPECT_THAT(
      findings_of(parse("vrrp_instance VI {\ninterface eth0\ninclude tail\n", "main", &files)),
      IsEmpty());
}

}  // namespace
}  // namespace understudy::config
