// auth_hmac { key ID VALUE; active_key ID; anti_replay ...; time_window S; mode ... }
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kShortestKey = 32;
constexpr std::size_t kLongestKey = 64;

// What stands behind the id is secret: the line is shown no further.
Place without_secret(Place place) {
  if (place.column > 0) place.line.text = place.line.text.substr(0, place.column - 1);
  return place;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Bytes> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

struct KeyReader {
  Draft& parse;
  Place at;

  std::optional<Bytes> fail(std::string_view code, std::string message, std::string hint = {}) {
    parse.findings.error(code, at, std::move(message), std::move(hint));
    return std::nullopt;
  }

  // hex:... or the bytes as they stand.
  std::optional<Bytes> read_plain(std::string_view text) {
    if (!text.starts_with("hex:")) return Bytes(text.begin(), text.end());
    auto bytes = parse_hex(text.substr(4));
    if (!bytes) return fail("bad-key", "Behind 'hex:' an even number of hexadecimal digits stands");
    return bytes;
  }

  std::optional<Bytes> read_file(std::string_view path) {
    const auto text = parse.includes == nullptr
                          ? std::nullopt
                          : parse.includes->read_key(path, parse.findings.file_name(at.line.file));
    if (!text)
      return fail("key-file-missing", "The key file " + in_quotes(path) + " cannot be read",
                  "without its key this host would neither sign nor accept an advert");
    std::string_view key = *text;
    if (key.ends_with('\n')) key.remove_suffix(1);
    if (key.ends_with('\r')) key.remove_suffix(1);
    if (key.starts_with("file:"))
      return fail("bad-key", "The key file " + in_quotes(path) + " names another file");
    return read_plain(key);
  }

  std::optional<Bytes> read(std::string_view text) {
    auto bytes = text.starts_with("file:") ? read_file(text.substr(5)) : read_plain(text);
    if (!bytes) return std::nullopt;
    if (bytes->size() < kShortestKey || bytes->size() > kLongestKey)
      return fail("bad-key", "A key has 32 to 64 bytes, this one " + std::to_string(bytes->size()),
                  "write 'hex:' and the 64 digits that `openssl rand -hex 32` prints");
    return bytes;
  }
};

std::optional<std::uint8_t> read_id(const Statement& statement, Findings& findings,
                                    std::string_view what) {
  const auto id = read_integer(statement, 1, 1, 255, findings, what);
  if (!id) return std::nullopt;
  return static_cast<std::uint8_t>(*id);
}

void read_key(const Statement& full, HmacDraft& draft, Draft& parse) {
  // The secret is nowhere shown, whatever is wrong with the line.
  auto statement = full;
  if (statement.words.size() > 2) statement.line = without_secret(statement.place(2)).line;
  const auto id = read_id(statement, parse.findings, "key");
  const auto* word = required_word(statement, 2, parse.findings);
  if (id) {
    if (!draft.key_ids.insert(*id).second) {
      parse.findings.error("duplicate-key", statement.place(1),
                           "Key " + std::to_string(*id) + " is defined already");
      return;
    }
  }
  if (word == nullptr) return;
  if (word->cut)
    parse.findings.warning("comment-in-word", statement.place(2),
                           "The key ends here, because '#' and '!' begin a comment",
                           "put the key in double quotes");
  warn_extra_words(statement, 3, parse.findings);
  auto bytes = KeyReader{parse, statement.place(2)}.read(word->text);
  if (id && bytes) draft.hmac.keys.push_back({*id, std::move(*bytes)});
}

// The place of `text` in the list, and an error when it is none of it.
std::optional<std::size_t> read_choice(const Statement& statement,
                                       const std::vector<std::string_view>& choices,
                                       Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  if (word == nullptr) return std::nullopt;
  warn_extra_words(statement, 2, findings);
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (word->text == choices[i]) return i;
    list += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + std::string(choices[i]);
  }
  const auto match = closest_match(word->text, choices);
  findings.error(
      "bad-value", statement.place(1),
      in_quotes(statement.keyword->name) + " takes " + list + ", not " + in_quotes(word->text),
      match.empty() ? "" : "did you mean " + in_quotes(match) + "?");
  return std::nullopt;
}

void read_statement(const Statement& statement, HmacDraft& draft, Draft& parse) {
  auto& findings = parse.findings;
  if (!wants_action(statement, findings)) return;
  draft.places.add(statement);
  const auto name = statement.keyword->name;
  if (name == "key") {
    read_key(statement, draft, parse);
  } else if (name == "active_key") {
    draft.active_key = read_id(statement, findings, name);
    warn_extra_words(statement, 2, findings);
  } else if (name == "time_window") {
    if (const auto window = read_integer(statement, 1, 1, 300, findings))
      draft.time_window = static_cast<std::uint32_t>(*window);
    warn_extra_words(statement, 2, findings);
  } else if (name == "anti_replay") {
    if (const auto choice = read_choice(statement, {"time", "monotonic"}, findings))
      draft.hmac.monotonic = *choice == 1;
  } else if (const auto mode =
                 read_choice(statement, {"enforce", "permissive", "receive-only"}, findings)) {
    draft.hmac.mode = static_cast<AuthHmac::Mode>(*mode);
  }
}

}  // namespace

void read_auth_hmac(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse) {
  if (!draft.hmac) draft.hmac.emplace();
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    read_statement(statement, *draft.hmac, parse);
  });
}

}  // namespace understudy::config
