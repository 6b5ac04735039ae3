#include "sim/swarm/announcements.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace understudy::sim::swarm {
namespace {

bool has_address(const config::VrrpInstance& instance, const IpAddress& address) {
  for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
    for (const auto& line : *list)
      if (line.address.address == address) return true;
  return false;
}

class Evidence {
 public:
  Evidence(const Scenario& scenario, const Story& story, Instant at)
      : scenario_(scenario), story_(story), at_(at) {}

  bool explains() const {
    for (const auto& [entry, index] : last_beliefs()) {
      const auto master = master_of(entry.second);
      const auto& belief = story_.happenings[index];
      if (!master || belief.believed == master) continue;
      if (!explains(belief, *master)) return false;
    }
    // An entry with a MAC that nobody has was damaged on the way.
    return true;
  }

 private:
  using Entry = std::pair<std::size_t, IpAddress>;  // whose, of what

  std::map<Entry, std::uint32_t> last_beliefs() const {
    std::map<Entry, std::uint32_t> last;
    for (std::uint32_t i = 0; i < story_.happenings.size(); ++i) {
      const auto& happening = story_.happenings[i];
      if (happening.kind == HappeningKind::neighbour && happening.at <= at_ &&
          happening.host < scenario_.hosts.size() && !scenario_.hosts[happening.host].config)
        last[{happening.host, happening.address}] = i;
    }
    return last;
  }

  bool serves(std::size_t host, std::size_t router, const IpAddress& address) const {
    const auto& config = scenario_.hosts[host].config;
    if (!config) return false;
    const auto& name = story_.instances[host][router];
    return std::any_of(config->instances.begin(), config->instances.end(), [&](const auto& one) {
      return one.name == name && has_address(one, address);
    });
  }

  /// The only one; nullopt: none, or several.
  std::optional<std::size_t> master_of(const IpAddress& address) const {
    std::map<std::pair<std::size_t, std::size_t>, std::optional<State>> states;
    for (const auto& change : story_.states)
      if (change.at <= at_) states[{change.host, change.router}] = change.state;
    std::optional<std::size_t> master;
    for (const auto& [place, state] : states) {
      if (state != State::master || !serves(place.first, place.second, address)) continue;
      if (master && *master != place.first) return std::nullopt;
      master = place.first;
    }
    return master;
  }

  bool explains(const Happening& belief, std::size_t master) const {
    if (announced(master, belief)) return true;
    // An entry that leads to nobody, or to a host that is gone from the story, was not of their
    // making; whoever is asked then answers, unless the question is lost.
    if (!belief.believed) return true;
    const auto rival = *belief.believed;
    return !heard(master, rival, belief.at) && !yields_silently(rival, master, belief.at);
  }

  bool announced(std::size_t host, const Happening& belief) const {
    return std::any_of(story_.happenings.begin(), story_.happenings.end(), [&](const auto& one) {
      return one.kind == HappeningKind::announcement && one.host == host && one.at > belief.at &&
             one.at <= at_ && one.address == belief.address;
    });
  }

  /// Whether an advert of one host came to the other's daemon after this instant.
  bool heard(std::size_t by, std::size_t from, Instant since) const {
    return std::any_of(story_.receptions.begin(), story_.receptions.end(), [&](const auto& one) {
      return one.host == by && one.at > since && one.at <= at_ &&
             story_.happenings[one.advert].host == from;
    });
  }

  /// Whether it gave way to an advert that it heard, without a word of its own in that instant.
  bool yields_silently(std::size_t rival, std::size_t master, Instant since) const {
    for (const auto& reception : story_.receptions) {
      if (reception.host != rival || reception.at < since || reception.at > at_ ||
          story_.happenings[reception.advert].host != master || !was_master(rival, reception.at) ||
          is_master(rival, reception.at))
        continue;
      const bool spoke =
          std::any_of(story_.sendings.begin(), story_.sendings.end(),
                      [&](const auto& one) { return one.host == rival && one.at == reception.at; });
      if (!spoke) return true;
    }
    return false;
  }

  bool is_master(std::size_t host, Instant at) const { return masters(host, at, true); }
  bool was_master(std::size_t host, Instant at) const { return masters(host, at, false); }
  bool masters(std::size_t host, Instant at, bool inclusive) const {
    std::map<std::size_t, bool> by_router;
    for (const auto& change : story_.states)
      if (change.host == host && (inclusive ? change.at <= at : change.at < at))
        by_router[change.router] = change.state == State::master;
    return std::any_of(by_router.begin(), by_router.end(),
                       [](const auto& one) { return one.second; });
  }

  const Scenario& scenario_;
  const Story& story_;
  Instant at_;
};

}  // namespace

bool announcements_explain(const Scenario& scenario, const Story& story, Instant at) {
  // What was cut off might be what matters.
  return !story.cut && Evidence(scenario, story, at).explains();
}

}  // namespace understudy::sim::swarm
