// auth_hmac, and authentication beside it.
#include <gmock/gmock.h>

#include <map>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string kKey = "0123456789abcdef0123456789abcdef";  // 32 bytes
const std::string kHex = "hex:000102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

std::string hmac_with(const std::string& lines, const std::string& more = "") {
  return instance_with("auth_hmac {\n" + lines + "\n}\n" + more);
}

AuthHmac hmac_of(const std::string& text) { return instance_of(text).auth_hmac.value(); }

TEST(AuthHmac, HasKeysOneOfThemActive) {
  const auto hmac = hmac_of(hmac_with("key 7 " + kKey + "\nkey 255 " + kHex + "\nactive_key 255"));
  ASSERT_THAT(hmac.keys, SizeIs(2));
  EXPECT_EQ(hmac.keys[0].id, 7);
  EXPECT_EQ(std::string(hmac.keys[0].bytes.begin(), hmac.keys[0].bytes.end()), kKey);
  ASSERT_THAT(hmac.keys[1].bytes, SizeIs(32));
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(hmac.keys[1].bytes[i], i);
  EXPECT_EQ(hmac.active_key, 255);
  EXPECT_EQ(hmac.mode, AuthHmac::Mode::enforce);
  EXPECT_FALSE(hmac.monotonic);
  EXPECT_EQ(hmac.time_window, 5U);
  EXPECT_EQ(instance_of(instance_with("")).auth_hmac, std::nullopt);
}

TEST(AuthHmac, TakesItsOptions) {
  const std::string keys = "key 1 " + kKey + "\nactive_key 1\n";
  EXPECT_EQ(hmac_of(hmac_with(keys + "mode permissive")).mode, AuthHmac::Mode::permissive);
  EXPECT_EQ(hmac_of(hmac_with(keys + "mode receive-only")).mode, AuthHmac::Mode::receive_only);
  EXPECT_EQ(hmac_of(hmac_with(keys + "mode enforce")).mode, AuthHmac::Mode::enforce);
  EXPECT_TRUE(hmac_of(hmac_with(keys + "anti_replay monotonic")).monotonic);
  EXPECT_FALSE(hmac_of(hmac_with(keys + "anti_replay time")).monotonic);
  EXPECT_EQ(hmac_of(hmac_with(keys + "time_window 300")).time_window, 300U);
}

TEST(AuthHmac, HasAWindowOfThreeWholeIntervals) {
  // As seen with keepalived.
  const std::map<std::string, std::uint32_t> windows = {
      {"0.5", 5}, {"1", 5}, {"2.5", 6}, {"10", 30}, {"40", 120}};
  for (const auto& [interval, window] : windows)
    EXPECT_EQ(
        hmac_of(hmac_with("key 1 " + kKey + "\nactive_key 1", "version 3\nadvert_int " + interval))
            .time_window,
        window)
        << interval;
}

TEST(AuthHmac, WithoutASoundActiveKeyIsAnError) {
  const std::string key = "key 1 " + kKey + "\n";
  expect_rows({
      {hmac_with(""), {"2:1 error no-active-key"}},
      {hmac_with(key), {"2:1 error no-active-key"}},
      {hmac_with(key + "active_key 2"), {"4:12 error unknown-key"}},
      {hmac_with(key + "active_key 0"), {"4:12 error out-of-range"}},
      {hmac_with(key + "active_key"), {"4:1 error missing-value"}},
      {hmac_with(key + key + "active_key 1"), {"4:5 error duplicate-key"}},
      {hmac_with("key 0 " + kKey + "\nactive_key 1"),
       {"3:5 error out-of-range", "4:12 error unknown-key"}},
      {hmac_with("key 1\nactive_key 1"), {"3:5 error missing-value"}},
      {hmac_with(key + "active_key 1\nmode enfroce"), {"5:6 error bad-value"}},
      {hmac_with(key + "active_key 1\nanti_replay clock"), {"5:13 error bad-value"}},
      {hmac_with(key + "active_key 1\ntime_window 0"), {"5:13 error out-of-range"}},
      {hmac_with(key + "active_key 1\ntime_window 301"), {"5:13 error out-of-range"}},
      {hmac_with(key + "active_key 1\ntime_window 9\nanti_replay monotonic"),
       {"5:1 warning no-effect"}},
      {hmac_with(key + "active_key 1\nscheme md5"), {"5:1 warning unknown-keyword"}},
  });
  EXPECT_EQ(hint_of(hmac_with(key), "no-active-key"), "write 'active_key 1'");
  EXPECT_EQ(hint_of(hmac_with(key + "key 9 " + kHex + "\nactive_key 2"), "unknown-key"),
            "the block has the keys 1, 9");
  EXPECT_EQ(hint_of(hmac_with(key + "active_key 1\nmode enfroce"), "bad-value"),
            "did you mean 'enforce'?");
}

TEST(AuthHmac, RefusesKeysOfAnotherLengthAndShowsNone) {
  struct Row {
    std::string value;
    const char* finding;
  };
  const std::vector<Row> rows = {
      {"secret", "3:7 error bad-key"},
      {std::string(31, 's'), "3:7 error bad-key"},
      {std::string(65, 's'), "3:7 error bad-key"},
      {"hex:" + std::string(62, '7'), "3:7 error bad-key"},
      {"hex:" + std::string(65, '7'), "3:7 error bad-key"},
      {"hex:7s" + std::string(62, '7'), "3:7 error bad-key"},
      {"file:none", "3:7 error key-file-missing"},
  };
  for (const auto& [value, finding] : rows) {
    const auto result = parse(hmac_with("key 1 " + value + "\nactive_key 1"), "x");
    EXPECT_THAT(findings_of(result), ElementsAre(finding)) << value;
    for (const auto& diagnostic : result.diagnostics)
      EXPECT_THAT(format(diagnostic), Not(HasSubstr("key 1 " + value))) << "keys are secret";
  }
  EXPECT_THAT(findings_of(hmac_with("key 1 " + std::string(64, 's') + "\nactive_key 1")),
              IsEmpty());
  // Whatever else is wrong with its line.
  for (const auto* line : {"key 300 ", "key x "})
    for (const auto& diagnostic : parse(hmac_with(line + kKey + " more"), "x").diagnostics)
      EXPECT_THAT(format(diagnostic), Not(HasSubstr(kKey)));
  EXPECT_THAT(findings_of(hmac_with("key 1 " + kKey + "#x\nactive_key 1")),
              ElementsAre("3:7 warning comment-in-word"));
}

class KeyFiles : public FilesInMemory {
 public:
  std::optional<std::string> read_key(std::string_view path, std::string_view from) override {
    const auto found = files.find(std::string(from) + ">" + std::string(path));
    if (found == files.end()) return std::nullopt;
    return found->second;
  }
};

TEST(AuthHmac, ReadsKeysFromFiles) {
  const auto findings = [](const std::string& content) {
    KeyFiles keys;
    keys.files["main>k"] = content;
    const auto result = parse(hmac_with("key 1 file:k\nactive_key 1"), "main", &keys);
    if (!has_errors(result.diagnostics)) {
      EXPECT_THAT(result.config.instances.at(0).auth_hmac->keys.at(0).bytes, SizeIs(32));
    }
    return findings_of(result);
  };
  EXPECT_THAT(findings(kKey), IsEmpty());
  EXPECT_THAT(findings(kKey + "\n"), IsEmpty());
  EXPECT_THAT(findings(kHex + "\n"), IsEmpty());
  EXPECT_THAT(findings("short\n"), ElementsAre("3:7 error bad-key"));
  EXPECT_THAT(findings("file:k\n"), ElementsAre("3:7 error bad-key"));
  KeyFiles none;
  EXPECT_THAT(findings_of(parse(hmac_with("key 1 file:k\nactive_key 1"), "main", &none)),
              ElementsAre("3:7 error key-file-missing"));
}

TEST(AuthHmac, TakesThePlaceOfAuthentication) {
  const auto text = hmac_with("key 1 " + kKey + "\nactive_key 1",
                              "authentication {\nauth_type PASS\nauth_pass x\n}");
  EXPECT_THAT(findings_of(text), ElementsAre("6:1 warning auth-twice"));
  EXPECT_EQ(instance_of(text).authentication.type, Authentication::Type::none);
}

TEST(Authentication, IsNotInVersionThree) {
  RecordProperty("covers", "V3-9-01 AUTH-PASS-03");
  const std::string block = "authentication {\nauth_type PASS\nauth_pass x\n}\n";
  expect_rows({
      {instance_with(block + "version 3"), {"3:11 error auth-of-version-3"}},
      {ipv6_with(block), {"3:11 error auth-of-version-3"}},
      {ipv6_with("authentication {\nauth_type AH\nauth_pass x\n}"),
       {"3:11 error auth-of-version-3"}},
      {instance_with("authentication {\nauth_type PASS\n}"), {"3:11 error auth-without-pass"}},
      {instance_with("authentication {\nauth_type AH\n}"), {"3:11 error auth-without-pass"}},
  });
  EXPECT_THAT(hint_of(instance_with(block + "version 3"), "auth-of-version-3"),
              HasSubstr("write 'version 2'"));
  EXPECT_THAT(hint_of(ipv6_with(block), "auth-of-version-3"), Not(HasSubstr("version 2")));
}

TEST(Authentication, WithAHStartsAsBackup) {
  const std::string ah = "authentication {\nauth_type AH\nauth_pass 123456789\n}\n";
  const auto instance = instance_of(instance_with(ah));
  EXPECT_EQ(instance.authentication.type, Authentication::Type::ah);
  EXPECT_THAT(instance.authentication.key, ElementsAre('1', '2', '3', '4', '5', '6', '7', '8'));
  const auto text = instance_with(ah + "priority 9\nstate MASTER\nnopreempt");
  EXPECT_THAT(findings_of(text), ElementsAre("4:11 warning auth-pass-cut", "7:7 warning ah-state"));
  EXPECT_FALSE(instance_of(text).starts_as_master);
  EXPECT_FALSE(instance_of(text).preempt) << "the state that clears it is none";
  EXPECT_TRUE(instance_of(instance_with(ah + "priority 255")).starts_as_master);
}

}  // namespace
}  // namespace understudy::config
