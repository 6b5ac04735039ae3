#include "sim/scenario/yaml_writer.h"

#include <algorithm>

namespace understudy::sim {
namespace {

bool is_plain_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/' || c == '%';
}

/// Words that YAML 1.1 or 1.2 reads as something else than a string.
bool is_special(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  for (const std::string_view word :
       {"true", "false", "yes", "no", "on", "off", "y", "n", "null", ".inf", ".nan"})
    if (lower == word) return true;
  // Numbers, and what looks like one: hexadecimal, exponents, sexagesimals have no plain bytes.
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == 'e' || c == 'E' ||
           c == 'x' || c == 'o';
  });
}

}  // namespace

std::string yaml_string(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), is_plain_byte) &&
                     text[0] != '-' && text[0] != '%' && text[0] != '.' && !is_special(text);
  if (plain) return std::string(text);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (c == '\n')
      quoted += "\\n";
    else if (c == '\t')
      quoted += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      quoted += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    else
      quoted += c;
  }
  // A parameter is put in its place in any string.
  for (std::size_t at = quoted.find("${"); at != std::string::npos; at = quoted.find("${", at + 3))
    quoted.insert(at, "$");
  return quoted + "\"";
}

std::string FlowMap::text() const {
  if (items_.empty()) return "{}";
  std::string text = "{ ";
  for (std::size_t i = 0; i < items_.size(); ++i)
    text += (i == 0 ? "" : ", ") + items_[i].first + ": " + items_[i].second;
  return text + " }";
}

std::string flow_list(const std::vector<std::string>& items) {
  std::string text = "[";
  for (std::size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "" : ", ") + items[i];
  return text + "]";
}

std::string block_text(std::string_view text, std::size_t indent) {
  const bool fits = text.ends_with('\n') && !text.starts_with(' ') && !text.starts_with('\n') &&
                    !text.ends_with("\n\n") &&
                    text.find_first_of("\t\r") == std::string_view::npos &&
                    text.find("${") == std::string_view::npos && text.size() > 1;
  const auto odd = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  if (!fits || std::any_of(text.begin(), text.end(), odd)) return yaml_string(text);
  std::string block = "|";
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    block += "\n";
    if (end > 0) block += std::string(indent, ' ') + std::string(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return block;
}

}  // namespace understudy::sim
