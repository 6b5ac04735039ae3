// A container, last element first: std::views::reverse, which clang 14 cannot compile with
// libstdc++ 12.
#pragma once

#include <iterator>

namespace understudy {

template <typename Container>
struct Reversed {
  const Container& container;

  auto begin() const { return std::rbegin(container); }
  auto end() const { return std::rend(container); }
};

/// For a range-based loop; `container` must outlive it.
template <typename Container>
Reversed<Container> reversed(const Container& container) {
  return {container};
}
template <typename Container>
void reversed(const Container&& container) = delete;

}  // namespace understudy
