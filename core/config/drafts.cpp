#include "core/config/drafts.h"

namespace understudy::config {

void Places::add(const Statement& statement) {
  if (statement.keyword == nullptr) return;
  places_[statement.keyword->name] = {statement.place(),
                                      statement.place(statement.words.size() > 1 ? 1 : 0)};
}

Place Places::keyword(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? Place{} : found->second.first;
}

Place Places::value(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? Place{} : found->second.second;
}

}  // namespace understudy::config
