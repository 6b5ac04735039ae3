// Conditions of scenario files: parsed once, typed, free of side effects, evaluated against a
// WorldView.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/net/instant.h"

namespace understudy::sim {

class WorldView;
struct ExpressionNode;
struct ExpressionStep;

/// What an expression yields.
enum class ExpressionKind : std::uint8_t { condition, number, duration, other };

/// Counters that it reads and that WorldView::version() follows only when somebody said so.
struct CounterUse {
  bool adverts = false, garps = false, lost = false;
  bool advert_kinds = false;  // adverts(host, condition)

  CounterUse& operator|=(const CounterUse& other) {
    adverts = adverts || other.adverts;
    garps = garps || other.garps;
    lost = lost || other.lost;
    advert_kinds = advert_kinds || other.advert_kinds;
    return *this;
  }
};

/// A checked expression. Cheap to copy (shared, immutable).
class Expression {
 public:
  Expression() = default;
  explicit Expression(std::shared_ptr<const ExpressionNode> root, std::string text)
      : root_(std::move(root)), text_(std::move(text)) {}

  bool empty() const { return root_ == nullptr; }
  const std::string& text() const { return text_; }
  ExpressionKind kind() const;
  /// The value of a boolean expression. Total: an atom without an answer (null) equals nothing.
  bool holds(const WorldView& world) const;
  /// The value of a counting atom (transitions, adverts, garps, flaps, lost).
  std::int64_t count(const WorldView& world) const;
  /// A number, nanoseconds, or 0 and 1; nullopt: an atom in it has no answer.
  std::optional<std::int64_t> value(const WorldView& world) const;

  CounterUse counters() const;
  /// When it may change though nothing happens: an open blackout grows, and passes a bound.
  std::optional<Instant> next_change(const WorldView& world) const;
  /// How far its durations are from their bounds: `blackout(web) <= 3.8s` at 3.3 s has 500 ms left.
  /// Of several joined by `and` the smallest. nullopt when it bounds no duration.
  std::optional<Duration> slack(const WorldView& world) const;
  /// Its operations, atoms among them (expression_node.h): what it speaks of.
  std::span<const ExpressionStep> steps() const;
  /// What its atoms say, for people: "master(VI_1) is lb2, blackout(web) is 3.9 s".
  std::string describe(const WorldView& world) const;

 private:
  std::shared_ptr<const ExpressionNode> root_;
  std::string text_;
};

}  // namespace understudy::sim
