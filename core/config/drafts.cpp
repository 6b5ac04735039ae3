#include "core/config/drafts.h"

#include <utility>

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

void Draft::note_keyword(const Statement& statement, std::vector<KeywordPlace>& places) const {
  if (statement.keyword == nullptr) return;
  const auto at = statement.place();
  KeywordPlace noted{std::string(statement.keyword->name), position_of(at), included_file(at)};
  for (auto& place : places) {
    if (place.keyword != noted.keyword) continue;
    place = std::move(noted);
    return;
  }
  places.push_back(std::move(noted));
}

}  // namespace understudy::config
