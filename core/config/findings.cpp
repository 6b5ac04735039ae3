#include "core/config/findings.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace understudy::config {
namespace {

constexpr std::size_t kLongestSourceLine = 2048;

std::string count_of(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " more " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

std::uint32_t Findings::add_file(std::string name) {
  files_.push_back(std::move(name));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

bool Findings::wants(Severity severity) const {
  return (severity == Severity::error ? errors_ : others_) < kLimit;
}

void Findings::add(Severity severity, std::string_view code, const Place& place,
                   std::string message, std::string hint) {
  const bool keep = wants(severity);
  ++(severity == Severity::error ? errors_ : others_);
  if (!keep) return;
  Diagnostic diagnostic;
  diagnostic.file = files_[place.line.file];
  diagnostic.position = {place.line.number, place.column};
  diagnostic.length = place.length;
  diagnostic.severity = severity;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostic.source_line = place.line.text.substr(0, kLongestSourceLine);
  // What concerns the file as a whole comes last.
  const auto order =
      place.line.number == 0 ? std::numeric_limits<std::uint32_t>::max() : place.line.order;
  entries_.push_back({order, std::move(diagnostic)});
}

std::vector<Diagnostic> Findings::take() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& left, const Entry& right) {
    return std::tie(left.order, left.diagnostic.position.column) <
           std::tie(right.order, right.diagnostic.position.column);
  });
  std::vector<Diagnostic> result;
  result.reserve(entries_.size() + 1);
  for (auto& entry : entries_) result.push_back(std::move(entry.diagnostic));
  entries_.clear();
  const auto more_errors = errors_ > kLimit ? errors_ - kLimit : 0;
  const auto more_others = others_ > kLimit ? others_ - kLimit : 0;
  if (more_errors + more_others > 0 || is_hopeless()) {
    Diagnostic rest;
    rest.file = files_.front();
    rest.severity = is_hopeless() || more_errors > 0 ? Severity::error : Severity::warning;
    rest.code = "too-many-findings";
    rest.message = count_of(more_errors, "error") + " and " + count_of(more_others, "warning") +
                   " are not shown";
    if (is_hopeless()) rest.message += "; the rest of the file was not read";
    result.push_back(std::move(rest));
  }
  return result;
}

}  // namespace understudy::config
