#include "daemon/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace understudy::daemon {
namespace {

tl::expected<Options, OptionsExit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "understudyd");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(Options, DefaultsAreKeepalivedsFileAndTheBackground) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config_file, "/etc/keepalived/keepalived.conf");
  EXPECT_EQ(options->pid_file, "/run/understudyd.pid");
  EXPECT_FALSE(options->foreground || options->log_console || options->log_detail ||
               options->test_only);
}

TEST(Options, EachShortOption) {
  const auto options = parse({"-f", "a.conf", "-p", "a.pid", "-n", "-l", "-D", "-t"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config_file, "a.conf");
  EXPECT_EQ(options->pid_file, "a.pid");
  EXPECT_TRUE(options->foreground && options->log_console && options->log_detail &&
              options->test_only);
}

TEST(Options, ShortOptionsMayBeJoinedAsWithKeepalived) {
  const auto options = parse({"-nlDPf", "a.conf"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config_file, "a.conf");
  EXPECT_TRUE(options->foreground && options->log_console && options->log_detail);
}

TEST(Options, KeepalivedsLongNames) {
  const auto options = parse({"--use-file=a.conf", "--pid=a.pid", "--dont-fork", "--log-console",
                              "--log-detail", "--config-test", "--vrrp"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config_file, "a.conf");
  EXPECT_TRUE(options->foreground && options->test_only);
}

TEST(Options, ProfileIsKeepalivedsUnlessTheRfcIsAskedFor) {
  EXPECT_EQ(parse({})->profile, Profile::keepalived);
  EXPECT_EQ(parse({"--profile", "rfc"})->profile, Profile::rfc);
  EXPECT_EQ(parse({"--profile", "cisco"}).error().exit_code, 2);
}

TEST(Options, HelpAndVersionAreFine) {
  for (const char* word : {"-h", "--help", "-v", "--version"}) {
    const auto options = parse({word});
    ASSERT_FALSE(options) << word;
    EXPECT_EQ(options.error().exit_code, 0) << word;
    EXPECT_NE(options.error().text.find("understudyd"), std::string::npos) << word;
  }
}

TEST(Options, BadUsageIsStatusTwoAndNamesTheWord) {
  for (const auto& words :
       {std::vector{"--nonsense"}, std::vector{"-f"}, std::vector{"nonsense"}}) {
    const auto options = parse(words);
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().exit_code, 2);
    EXPECT_EQ(options.error().text.rfind("understudyd: ", 0), 0U);
    EXPECT_NE(options.error().text.find(words.front()), std::string::npos);
  }
}

}  // namespace
}  // namespace understudy::daemon
