#include "tests/support/golden_file.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

namespace understudy::golden {
namespace {

std::string expand(const std::string& runs) {
  std::string letters;
  for (std::size_t i = 0; i < runs.size() && runs != "-";) {
    const char letter = runs[i++];
    std::size_t used = 0;
    letters.append(std::stoul(runs.substr(i), &used), letter);
    i += used;
  }
  return letters;
}

IpAddress address_of(const std::string& hex) { return IpAddress::from_bytes(from_hex(hex)); }

template <typename T>
T number(std::istream& words) {
  long long value = 0;
  words >> value;
  return static_cast<T>(value);
}

ChecksumForm form_of(const std::string& name) {
  return name == "message"  ? ChecksumForm::message
         : name == "either" ? ChecksumForm::either
                            : ChecksumForm::pseudo_header;
}

void read_rules(std::istream& words, Vector& vector) {
  auto& rules = vector.rules;
  rules.family = number<int>(words) == 6 ? Family::ipv6 : Family::ipv4;
  rules.version = number<std::uint8_t>(words);
  rules.vrid = number<std::uint8_t>(words);
  rules.owner = number<int>(words) != 0;
  rules.unicast = number<int>(words) != 0;
  rules.auth_type = static_cast<AuthType>(number<int>(words));
  std::string key, form, addresses;
  words >> key;
  const auto bytes = from_hex(key);
  std::copy(bytes.begin(), bytes.end(), rules.auth_data.begin());
  const auto interval = number<std::int64_t>(words);
  rules.advert_interval = rules.version == 2 ? Duration{std::chrono::seconds{interval}}
                                             : Duration{Centiseconds{interval}};
  words >> form;
  rules.checksum_form = form_of(form);
  rules.rfc2402_icv = number<int>(words) != 0;
  vector.ah_last_sequence = number<std::uint32_t>(words);
  words >> addresses;
  rules.addresses = from_hex(addresses);
}

void read_verdicts(std::istream& words, Verdicts& verdicts) {
  words >> verdicts.whole >> verdicts.warnings >> verdicts.prefixes >> verdicts.flips;
  verdicts.prefixes = expand(verdicts.prefixes);
  verdicts.flips = expand(verdicts.flips);
}

void read_vector_line(const std::string& kind, const std::string& line, std::istream& words,
                      Vector& vector) {
  std::string word;
  if (kind == "packet") {
    words >> word;
    vector.packet = from_hex(word);
  } else if (kind == "rules") {
    read_rules(words, vector);
  } else if (kind == "fields") {
    vector.fields = line.substr(7);
  } else if (kind == "encode") {
    words >> word;
    vector.encoded_form = form_of(word);
    words >> word;
    vector.encoded = from_hex(word);
  } else {
    read_verdicts(words, kind == "rfc" ? vector.rfc : vector.keepalived);
  }
}

void read_hmac_line(const std::string& kind, std::istream& words, HmacPacket& packet) {
  std::string word;
  auto& rules = packet.rules;
  if (kind == "packet") {
    words >> word;
    packet.packet = from_hex(word);
  } else if (kind == "instance") {
    rules.family = number<int>(words) == 6 ? Family::ipv6 : Family::ipv4;
    rules.version = number<std::uint8_t>(words);
    rules.vrid = number<std::uint8_t>(words);
    rules.unicast = number<int>(words) != 0;
    rules.hmac.emplace().window_seconds = number<std::uint32_t>(words);
  } else if (kind == "source") {
    words >> word;
    packet.source = address_of(word);
    if (rules.unicast) rules.peers.push_back({packet.source});
  } else if (kind == "key") {
    HmacKey key;
    key.id = number<std::uint8_t>(words);
    words >> word;
    key.bytes = from_hex(word);
    if (rules.hmac->keys.empty()) rules.hmac->active_key = key.id;
    rules.hmac->keys.push_back(key);
  } else if (kind == "trailer") {
    packet.trailer_at = number<std::size_t>(words);
    packet.key_id = number<std::uint8_t>(words);
    words >> packet.sequence;
  } else if (kind == "mac_input") {
    words >> word;
    packet.mac_input = from_hex(word);
  } else if (kind == "delivery") {
    auto& delivery = packet.deliveries.emplace_back();
    delivery.at = WallTime{number<std::int64_t>(words)};
    words >> delivery.counter;
  }
}

Frame read_frame(std::istream& words) {
  Frame frame;
  std::string address, bytes;
  words >> frame.name >> frame.kind;
  frame.vrid = number<std::uint8_t>(words);
  words >> address >> frame.detail >> bytes;
  frame.address = address_of(address);
  frame.bytes = from_hex(bytes);
  return frame;
}

TimerRow read_timer(std::istream& words) {
  TimerRow row;
  row.version = number<int>(words);
  row.priority = number<std::uint8_t>(words);
  row.interval = Duration{number<std::int64_t>(words)};
  row.skew = Duration{number<std::int64_t>(words)};
  row.down = Duration{number<std::int64_t>(words)};
  return row;
}

File read_file() {
  File read;
  std::ifstream in(UNDERSTUDY_SOURCE_DIR "/tests/conformance/verdicts.txt");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string kind, word;
    words >> kind;
    if (kind == "errors") {
      while (words >> word) read.errors.push_back(word);
    } else if (kind == "vector") {
      words >> read.vectors.emplace_back().name;
    } else if (kind == "frame") {
      read.frames.push_back(read_frame(words));
    } else if (kind == "timer") {
      read.timers.push_back(read_timer(words));
    } else if (kind == "hmac") {
      read.hmac.emplace_back().name = line.substr(5);
    } else if (!read.hmac.empty()) {
      read_hmac_line(kind, words, read.hmac.back());
    } else {
      read_vector_line(kind, line, words, read.vectors.back());
    }
  }
  return read;
}

}  // namespace

const File& file() {
  static const File all = read_file();
  return all;
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  if (hex == "-") return bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  constexpr char kDigits[] = "0123456789abcdef";
  for (const auto byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

char letter_of(const tl::expected<ReceivedAdvert, DecodeError>& result) {
  if (result) return '.';
  const auto& errors = file().errors;
  const auto found = std::find(errors.begin(), errors.end(), to_string(result.error()));
  return static_cast<char>('a' + (found - errors.begin()));
}

std::string fields_of(const ReceivedAdvert& received) {
  const auto& advert = received.advert;
  char checksum[8];
  std::snprintf(checksum, sizeof checksum, "0x%04x", advert.checksum);
  std::ostringstream text;
  text << int{advert.version} << ' ' << int{advert.vrid} << ' ' << int{advert.priority} << ' '
       << advert.address_count() << ' ' << checksum << ' ' << int{advert.auth_type} << ' '
       << advert.advert_interval / std::chrono::milliseconds{1} << ' ' << to_hex(advert.addresses)
       << ' ' << to_hex(advert.auth_data) << ' ' << received.sequence;
  return text.str();
}

std::string warnings_of(const ReceivedAdvert& received) {
  std::string text;
  const auto add = [&text](bool said, const char* word) {
    if (said) text += (text.empty() ? "" : ",") + std::string{word};
  };
  add(received.address_list_differs, "address-list");
  add(received.interval_differs, "interval-mismatch");
  add(received.local_owner, "local-owner");
  return text.empty() ? "-" : text;
}

std::vector<std::size_t> flipped_bits(std::size_t packet_size) {
  std::vector<std::size_t> bits;
  for (std::size_t bit = 0; bit < 8 * packet_size; ++bit)
    if (packet_size <= 400 || bit % 8 == bit / 8 % 8) bits.push_back(bit);
  return bits;
}

tl::expected<ReceivedAdvert, DecodeError> receive_copy(std::span<const std::uint8_t> packet,
                                                       const ReceiveRules& rules,
                                                       const ReceiveContext& context,
                                                       std::unique_ptr<std::uint8_t[]>& copy) {
  copy = std::make_unique<std::uint8_t[]>(packet.size());
  std::copy(packet.begin(), packet.end(), copy.get());
  return receive({copy.get(), packet.size()}, rules, context);
}

bool matches(const std::string& name, const std::string& pattern) {
  const auto star = pattern.find('*');
  if (star == std::string::npos) return name == pattern;
  return name.size() + 1 >= pattern.size() && name.starts_with(pattern.substr(0, star)) &&
         name.ends_with(pattern.substr(star + 1));
}

}  // namespace understudy::golden
