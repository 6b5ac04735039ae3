#include "sim/report/html_page.h"

#include "core/version.h"
#include "sim/report/embedded.h"

namespace understudy::sim {
namespace {

/// How many bytes of `text` are one character of UTF-8; 0: it begins with none.
std::size_t character_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xc2 ? 0
                           : first < 0xe0 ? 2
                           : first < 0xf0 ? 3
                           : first < 0xf5 ? 4
                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  return size;
}

/// Inside a script element only "</" and "<!" could end it or change its meaning.
void shield(std::string& json) {
  for (auto at = json.find('<'); at != std::string::npos; at = json.find('<', at))
    json.replace(at, 1, "\\u003c");
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    const char c = text[0];
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else if (size == 1 && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f))
      out += c == '\n' || c == '\t' ? ' ' : '?';
    else
      out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

tl::expected<std::string, std::string> html_page(std::string_view title, std::string_view body,
                                                 std::string json, std::string_view script) {
  const auto library = embedded::charting_library();
  if (library.empty())
    return tl::unexpected<std::string>(
        "this program was built without the charting library D3: install Debian's package node-d3, "
        "configure and build again");
  shield(json);
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  // Nothing is ever fetched, whatever the data says.
  page +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<title>" + html_text(title) + "</title>\n<style>\n" + embedded::style() + "</style>\n";
  page += "</head>\n<body>\n<main>\n";
  page += body;
  page += "<footer>understudy " + std::string(kVersion) +
          ". Pictures by D3 (in this file, with its licence); nothing is loaded.</footer>\n";
  page += "</main>\n<script type=\"application/json\" id=\"data\">" + json + "</script>\n";
  page += "<!--\n" + embedded::charting_licence() + "-->\n";
  page += "<script>\n" + library + "</script>\n<script>\n";
  page += script;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace understudy::sim
