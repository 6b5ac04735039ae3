// `$NAME=value` lines and the replacing of `$NAME` and `${NAME}`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

/// The stretch of the physical line that a byte of a replaced line comes from.
struct Columns {
  std::uint32_t first = 0;  // from 1
  std::uint32_t last = 0;
};

class Definitions {
 public:
  /// The name of a `$NAME=...` line and the offset of its value; npos when it is none.
  struct Assignment {
    std::string_view name;
    std::size_t value_at = std::string_view::npos;
  };
  static Assignment find_assignment(std::string_view line);

  void set(std::string_view name, std::string_view value);

  enum class Outcome : std::uint8_t { done, undefined, built_in, too_long };
  struct Replaced {
    Outcome outcome = Outcome::done;
    std::string text;
    std::vector<Columns> columns;  // of each byte of text
    std::size_t at = 0;            // where in text the trouble is
    std::size_t length = 0;
  };
  /// Replaces until nothing is left to replace. `$NAME` counts only before a blank, `,`, `)` or the
  /// end, and stays as it is when undefined; `${NAME}` must be defined.
  Replaced replace(std::string_view line, std::size_t longest) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace understudy::config
