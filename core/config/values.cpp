#include "core/config/values.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace understudy::config {
namespace {

constexpr std::size_t kMostDecimals = 6;
constexpr std::int64_t kMostGarps = 65535;
constexpr std::chrono::seconds kLongestGarpDelay{4294};  // as keepalived's timers

std::string range_text(std::string_view word, std::string_view what, const std::string& least,
                       const std::string& most) {
  return in_quotes(what) + " must be from " + least + " to " + most + ", not " + in_quotes(word);
}

// "12", "12.5": nanoseconds; nullopt for anything else.
std::optional<std::int64_t> nanoseconds_of(std::string_view text) {
  const auto point = std::min(text.find('.'), text.size());
  const auto whole = text.substr(0, point);
  auto decimals = text.substr(std::min(point + 1, text.size()));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.empty() || whole.size() > 9 || !std::all_of(whole.begin(), whole.end(), is_digit) ||
      !std::all_of(decimals.begin(), decimals.end(), is_digit) ||
      (point < text.size() && decimals.empty()) || decimals.size() > kMostDecimals)
    return std::nullopt;
  std::int64_t result = 0;
  for (const char c : whole) result = result * 10 + (c - '0');
  for (std::size_t i = 0; i < 9; ++i)
    result = result * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  return result;
}

}  // namespace

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

const Word* required_word(const Statement& statement, std::size_t word, Findings& findings) {
  if (word < statement.words.size()) return &statement.words[word];
  // Where a brace stands in the value's place, that has been reported.
  if (!statement.has_block || statement.keyword == nullptr ||
      statement.keyword->opens != BlockKind::none)
    findings.error("missing-value", statement.place(statement.words.size() - 1),
                   "A value is missing after " + in_quotes(statement.words.back().text));
  return nullptr;
}

std::optional<std::int64_t> read_integer(const Statement& statement, std::size_t word,
                                         std::int64_t least, std::int64_t most, Findings& findings,
                                         std::string_view what) {
  const auto* found = required_word(statement, word, findings);
  if (found == nullptr) return std::nullopt;
  if (what.empty()) what = statement.words.front().text;
  std::string_view text = found->text;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
    findings.error("bad-number", statement.place(word),
                   in_quotes(what) + " takes a whole number, not " + in_quotes(found->text));
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || value < least || value > most) {
    findings.error("out-of-range", statement.place(word),
                   range_text(found->text, what, std::to_string(least), std::to_string(most)));
    return std::nullopt;
  }
  return value;
}

std::optional<Duration> read_seconds(const Statement& statement, std::size_t word, Duration least,
                                     Duration most, Findings& findings) {
  const auto* found = required_word(statement, word, findings);
  if (found == nullptr) return std::nullopt;
  const auto& what = statement.words.front().text;
  const auto value = nanoseconds_of(found->text);
  if (!value) {
    const auto with_zero = "0" + found->text;
    findings.error(
        "bad-number", statement.place(word),
        in_quotes(what) + " takes seconds, as in '1' or '0.25', not " + in_quotes(found->text),
        found->text.starts_with('.') && nanoseconds_of(with_zero) ? "write " + in_quotes(with_zero)
                                                                  : "");
    return std::nullopt;
  }
  const Duration duration{*value};
  if (duration < least || duration > most) {
    findings.error("out-of-range", statement.place(word),
                   range_text(found->text, what, seconds_text(least), seconds_text(most)));
    return std::nullopt;
  }
  return duration;
}

std::optional<unsigned> read_garp_repeat(const Statement& statement, Findings& findings) {
  const auto repeat = read_integer(statement, 1, 0, kMostGarps, findings);
  if (!repeat) return std::nullopt;
  warn_extra_words(statement, 2, findings);
  if (*repeat == 0)
    findings.warning("zero-repeat", statement.place(1),
                     in_quotes(statement.words.front().text) + " is at least 1; 0 counts as 1");
  return std::max(1U, static_cast<unsigned>(*repeat));
}

std::optional<Duration> read_garp_delay(const Statement& statement, Findings& findings) {
  const auto delay = read_integer(statement, 1, 0, kLongestGarpDelay.count(), findings);
  if (!delay) return std::nullopt;
  warn_extra_words(statement, 2, findings);
  return std::chrono::seconds{*delay};
}

std::optional<Duration> read_announcement_spacing(const Statement& statement, Findings& findings) {
  const auto spacing = read_seconds(
      statement, 1, Duration{}, kLongestGarpDelay + std::chrono::microseconds{967'295}, findings);
  if (!spacing) return std::nullopt;
  warn_extra_words(statement, 2, findings);
  if (*spacing == Duration{})
    findings.warning("zero-interval", statement.place(1),
                     in_quotes(statement.words.front().text) +
                         " is at least 0.000001 s; 0 is taken as none, as without the line");
  return spacing;
}

std::optional<IpAddress> read_multicast_group(const Statement& statement, Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  if (word == nullptr) return std::nullopt;
  const auto address = parse_ip_address(word->text);
  if (address && address->is_multicast()) return address;
  findings.error("bad-address", statement.place(1),
                 in_quotes(word->text) + " is no multicast address",
                 "write 224.0.0.18 or ff02::12, the groups of VRRP");
  return std::nullopt;
}

std::optional<bool> read_switch(const Statement& statement, Findings& findings) {
  if (statement.words.size() < 2) return true;
  const auto& text = statement.words[1].text;
  if (text == "on" || text == "true" || text == "yes") return true;
  if (text == "off" || text == "false" || text == "no") return false;
  findings.error(
      "bad-value", statement.place(1),
      in_quotes(statement.words.front().text) + " takes on or off, not " + in_quotes(text));
  return std::nullopt;
}

bool is_interface_name(std::string_view text) {
  return !text.empty() && text.size() <= 15 && text.find('/') == std::string_view::npos &&
         text.find(' ') == std::string_view::npos && text != "." && text != "..";
}

std::optional<std::string> read_interface_name(const Statement& statement, std::size_t word,
                                               Findings& findings) {
  const auto* found = required_word(statement, word, findings);
  if (found == nullptr) return std::nullopt;
  if (is_interface_name(found->text)) return found->text;
  findings.error("bad-value", statement.place(word),
                 in_quotes(found->text) +
                     " is no interface name: it has more than 15 bytes, a blank or a '/'");
  return std::nullopt;
}

void warn_extra_words(const Statement& statement, std::size_t first, Findings& findings) {
  if (statement.words.size() <= first) return;
  const bool slashes = statement.words[first].text.starts_with("//");
  findings.warning("extra-words", statement.place(first),
                   in_quotes(statement.words[first].text) + " has no meaning here",
                   slashes ? "'//' begins no comment: write '#'" : "");
}

std::string seconds_text(Duration duration) {
  auto text = std::to_string(duration.count() / 1'000'000'000);
  auto decimals = duration.count() % 1'000'000'000;
  if (decimals != 0) {
    auto digits = std::to_string(1'000'000'000 + decimals).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + " s";
}

ScriptUser read_user(const Statement& statement, std::size_t first) {
  ScriptUser user;
  if (first < statement.words.size()) user.user = statement.words[first].text;
  if (first + 1 < statement.words.size()) user.group = statement.words[first + 1].text;
  const auto colon = user.user.find(':');
  if (user.group.empty() && colon != std::string::npos && colon > 0) {
    user.group = user.user.substr(colon + 1);
    user.user.resize(colon);
  }
  if (user.group.starts_with(':')) user.group.erase(0, 1);
  return user;
}

}  // namespace understudy::config
