// Collects the diagnostics of one parse: bounded, and sorted by where they stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.h"
#include "core/config/source_line.h"

namespace understudy::config {

class Findings {
 public:
  /// So many errors are kept, and so many warnings and notes; of the others only the number.
  static constexpr std::size_t kLimit = 200;
  static constexpr std::size_t kHopeless = 10'000;

  /// Numbers a file; the first one added is the configuration itself.
  std::uint32_t add_file(std::string name);
  const std::string& file_name(std::uint32_t file) const { return files_[file]; }

  /// Whether add() would keep another one: then a hint is worth its search.
  bool wants(Severity severity) const;
  void add(Severity severity, std::string_view code, const Place& place, std::string message,
           std::string hint = {});

  void error(std::string_view code, const Place& place, std::string message,
             std::string hint = {}) {
    add(Severity::error, code, place, std::move(message), std::move(hint));
  }
  void warning(std::string_view code, const Place& place, std::string message,
               std::string hint = {}) {
    add(Severity::warning, code, place, std::move(message), std::move(hint));
  }

  bool has_errors() const { return errors_ != 0; }
  /// So much is wrong that reading on serves nobody.
  bool is_hopeless() const { return errors_ + others_ >= kHopeless; }

  /// Everything kept, in the order of the text, then how much was left out.
  std::vector<Diagnostic> take();

 private:
  struct Entry {
    std::uint32_t order;
    Diagnostic diagnostic;
  };
  std::vector<std::string> files_;
  std::vector<Entry> entries_;
  std::size_t errors_ = 0;
  std::size_t others_ = 0;
};

}  // namespace understudy::config
