#include "sim/report/exact_json.h"

#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

void write(const ExactJson& value, int open, const std::string& indent, std::string& out) {
  if (value.is_binary()) {
    const auto& text = value.get_binary();
    out.append(text.begin(), text.end());
    return;
  }
  if (!value.is_structured()) {
    out += value.dump(-1, ' ', false, ExactJson::error_handler_t::replace);
    return;
  }
  const bool lines = open > 0 && !value.empty();
  const std::string inner = indent + "  ";
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    if (!first) out += lines ? "," : ", ";
    first = false;
    if (lines) out += "\n" + inner;
    if (value.is_object())
      out += ExactJson(key).dump(-1, ' ', false, ExactJson::error_handler_t::replace) + ": ";
    write(item, open - 1, inner, out);
  }
  if (lines) out += "\n" + indent;
  out += value.is_object() ? '}' : ']';
}

}  // namespace

ExactJson exact_number(std::string_view decimal) {
  return ExactJson::binary({decimal.begin(), decimal.end()});
}

ExactJson exact_seconds(Duration duration) { return exact_number(seconds_text(duration)); }

void write_json(const ExactJson& value, int open, std::string& out) { write(value, open, "", out); }

}  // namespace understudy::sim
