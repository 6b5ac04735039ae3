// Reading one of a few words.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/scenario/load_context.h"
#include "sim/scenario/words.h"

namespace understudy::sim {

template <typename Value, std::size_t N>
std::vector<std::string_view> texts_of(const std::array<Word<Value>, N>& words) {
  std::vector<std::string_view> texts;
  texts.reserve(N);
  for (const auto& word : words) texts.push_back(word.text);
  return texts;
}

/// What one of the words stands for; else an error: "there is no KIND 'TEXT'".
template <typename Value, std::size_t N>
std::optional<Value> load_word(LoadContext& context, const YamlNode& node, std::string_view kind,
                               const std::array<Word<Value>, N>& words) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  for (const auto& word : words)
    if (word.text == *text) return word.value;
  context.unknown_name(node, kind, *text, texts_of(words));
  return std::nullopt;
}

}  // namespace understudy::sim
