#include "sim/cause_finder.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "sim/nic_identity.h"
#include "sim/oracles.h"
#include "sim/scenario/expression_node.h"

namespace understudy::sim {
namespace {

// A frame lost longer ago explains no state of now.
constexpr Duration kRecent = std::chrono::seconds{4};

bool mentions(std::string_view text, std::string_view name) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end])))
      return true;
  }
  return false;
}

/// What is to be explained, and what it speaks of.
struct Question {
  std::string text;
  Instant at;                                        // when it was decided
  std::uint32_t since = Happening::kNone;            // the fault it speaks of
  bool states = false;                               // of virtual routers
  bool rivals = false;                               // whether there is one master, or several
  bool beliefs = false;                              // clients' ARP entries
  bool conditions = false;                           // services, priorities
  std::vector<std::size_t> hosts = {}, probes = {};  // none: any
  std::vector<std::string> instances = {};           // none: any
};

template <typename Items, typename Item>
bool has(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// What an expectation's condition asks for.
void add_subjects(Question& question, const Expression& condition) {
  for (const ExpressionStep& step : condition.steps()) {
    switch (step.operation) {
      case Operation::constant:
        if (step.type == ValueType::host)
          question.hosts.push_back(static_cast<std::size_t>(step.constant));
        break;
      case Operation::masters:
        question.rivals = true;
        [[fallthrough]];
      case Operation::master:
      case Operation::flaps:
      case Operation::holders:
        question.states = true;
        break;
      case Operation::state:
      case Operation::transitions:
        question.states = true;
        question.hosts.push_back(step.host);
        break;
      case Operation::arp:
        question.beliefs = true;
        question.hosts.push_back(step.host);
        break;
      case Operation::service:
      case Operation::priority:
        question.conditions = true;
        question.hosts.push_back(step.host);
        break;
      case Operation::mac:
      case Operation::adverts:
      case Operation::garps:
        question.hosts.push_back(step.host);
        break;
      case Operation::blackout:
      case Operation::lost:
        question.probes.push_back(step.item);
        break;
      default:
        break;
    }
    if (!step.instance.empty()) question.instances.push_back(step.instance);
  }
}

/// An oracle says in its detail of whom it speaks.
void add_subjects(Question& question, const OracleResult& oracle, const Story& story) {
  question.rivals = oracle.name == to_string(Oracle::one_master);
  question.beliefs = oracle.name == to_string(Oracle::true_arp);
  question.states = question.rivals || oracle.name == to_string(Oracle::some_master) ||
                    oracle.name == to_string(Oracle::holder_is_master);
  for (std::size_t host = 0; host < story.hosts.size(); ++host)
    if (mentions(oracle.detail, story.hosts[host])) question.hosts.push_back(host);
  for (const auto& names : story.instances)
    for (const auto& name : names)
      if (mentions(oracle.detail, name)) question.instances.push_back(name);
}

class Finder {
 public:
  Finder(const Story& story, const Stage& stage, const RunResult& result)
      : story_(story), stage_(stage), result_(result) {}

  std::set<std::uint32_t> slice(const Question& question) {
    add_line(question.since);
    if (!question.probes.empty()) add_blackout(question);
    if (question.beliefs) add_last(HappeningKind::neighbour, question, true);
    if (question.conditions) add_last(HappeningKind::change, question, true);
    if (chosen_.size() <= 1 || question.states) add_transitions(question);
    // Who is master beside another has not heard of him.
    if (question.rivals)
      for (const auto kind : {HappeningKind::frame_lost, HappeningKind::refusal})
        add_last(kind, question, false, kRecent);
    if (chosen_.size() <= 1 || only_old(question)) add_loose_ends(question);
    return chosen_;
  }

  /// The question about the longest blackout of all probes; nullopt: there is none.
  std::optional<Question> longest_blackout() const {
    const auto worst = std::max_element(result_.probes.begin(), result_.probes.end(),
                                        [](const ProbeRecord& left, const ProbeRecord& right) {
                                          return left.longest_blackout < right.longest_blackout;
                                        });
    if (worst == result_.probes.end() || worst->longest_blackout == Duration{}) return std::nullopt;
    Question question{"blackout(" + worst->name + ")", Instant{stage_.scenario.duration}};
    question.probes = {static_cast<std::size_t>(worst - result_.probes.begin())};
    return question;
  }

 private:
  /// A happening and all that led to it.
  void add_line(std::uint32_t index) {
    while (index != Happening::kNone && chosen_.insert(index).second)
      index = story_.happenings[index].parent;
  }

  /// Whether it is about what the question names.
  static bool fits(const Question& question, const Happening& happening, bool by_host) {
    if (!happening.instance.empty() && !question.instances.empty() &&
        !has(question.instances, happening.instance))
      return false;
    if (!by_host || happening.host == kNoHost) return true;
    return question.hosts.empty() || has(question.hosts, happening.host);
  }

  void add_last(HappeningKind kind, const Question& question, bool by_host,
                Duration since = Duration::max()) {
    for (auto i = static_cast<std::uint32_t>(story_.happenings.size()); i-- > 0;) {
      const auto& happening = story_.happenings[i];
      if (question.at - happening.at > since) continue;
      if (happening.kind != kind || happening.at > question.at ||
          !fits(question, happening, by_host))
        continue;
      return add_line(i);
    }
  }

  /// The last transition of each host before it was decided, those that followed the fault first.
  void add_transitions(const Question& question) {
    std::vector<std::uint32_t> last(story_.hosts.size(), Happening::kNone);
    for (std::uint32_t i = 0; i < story_.happenings.size(); ++i) {
      const auto& happening = story_.happenings[i];
      if (happening.kind == HappeningKind::transition && happening.at <= question.at &&
          happening.host < last.size() && fits(question, happening, false))
        last[happening.host] = i;
    }
    std::sort(last.begin(), last.end(), [](auto left, auto right) {
      return left != right && left != Happening::kNone &&
             (right == Happening::kNone || left > right);
    });
    for (std::size_t i = 0; i < last.size() && i < 2; ++i) add_line(last[i]);
  }

  void add_blackout(const Question& question) {
    std::size_t probe = 0;
    Duration longest{};
    for (const auto named : question.probes) {
      const auto& record = result_.probes[named];
      if (record.longest_blackout < longest) continue;
      probe = named;
      longest = record.longest_blackout;
    }
    if (longest == Duration{}) return;
    const auto& blackouts = result_.probes[probe].blackouts;
    const auto worst = std::max_element(blackouts.begin(), blackouts.end(),
                                        [](const auto& left, const auto& right) {
                                          return left.end - left.start < right.end - right.start;
                                        });
    for (std::uint32_t i = 0; i < story_.happenings.size(); ++i) {
      const auto& happening = story_.happenings[i];
      if (happening.subject != probe) continue;
      if ((happening.kind == HappeningKind::blackout && happening.at == worst->start) ||
          (happening.kind == HappeningKind::blackout_end && happening.at == worst->end))
        add_line(i);
    }
  }

  /// Nothing chosen happened since the fault.
  bool only_old(const Question& question) const {
    if (question.since == Happening::kNone || chosen_.empty()) return false;
    return *chosen_.rbegin() <= question.since;
  }

  /// Nothing came of it: then what came last, and led to nothing, tells why.
  void add_loose_ends(const Question& question) {
    std::set<std::uint32_t> parents;
    for (const auto& happening : story_.happenings) parents.insert(happening.parent);
    std::size_t left = 3;
    for (auto i = static_cast<std::uint32_t>(story_.happenings.size()); i-- > 0 && left > 0;) {
      const auto& happening = story_.happenings[i];
      const bool tells =
          happening.kind == HappeningKind::change || happening.kind == HappeningKind::script_exit ||
          happening.kind == HappeningKind::refusal || happening.kind == HappeningKind::frame_lost ||
          happening.kind == HappeningKind::fault;
      if (!tells || parents.contains(i) || happening.at > question.at ||
          (question.since != Happening::kNone && i < question.since))
        continue;
      add_line(i);
      --left;
    }
  }

  const Story& story_;
  const Stage& stage_;
  const RunResult& result_;
  std::set<std::uint32_t> chosen_;
};

/// The fault that an expectation refers to, as it happened.
std::uint32_t fault_of(const Story& story, const Expectation& expectation) {
  std::optional<EventReference> reference = expectation.after;
  if (!reference && expectation.during) reference = EventReference{*expectation.during, false, {}};
  if (!reference) return Happening::kNone;
  const auto kind = reference->end ? HappeningKind::fault_end : HappeningKind::fault;
  for (std::uint32_t i = 0; i < story.happenings.size(); ++i)
    if (story.happenings[i].kind == kind && story.happenings[i].subject == reference->fault)
      return i;
  return Happening::kNone;
}

/// What failed first; with it what the explanation is called.
std::optional<Question> first_failure(const Story& story, const Stage& stage,
                                      const RunResult& result) {
  std::optional<Question> first;
  const Instant end{stage.scenario.duration};
  for (std::size_t i = 0; i < result.expectations.size(); ++i) {
    const auto& expectation = result.expectations[i];
    if (expectation.verdict != Verdict::fail) continue;
    const auto at = expectation.at.value_or(end);
    if (first && first->at <= at) continue;
    first = Question{expectation.text, at};
    const auto& failed = stage.scenario.expectations[i];
    first->since = fault_of(story, failed);
    add_subjects(*first, failed.condition);
  }
  for (const auto& oracle : result.oracles) {
    if (oracle.verdict != Verdict::fail) continue;
    const auto at = oracle.at.value_or(end);
    if (first && first->at <= at) continue;
    first = Question{oracle.name + ": " + oracle.detail, at};
    add_subjects(*first, oracle, story);
  }
  return first;
}

/// What was before the first fault is how things began: of that the last transitions are kept.
void drop_prologue(const Story& story, std::vector<std::uint32_t>& lines) {
  const auto first_fault = std::find_if(lines.begin(), lines.end(), [&](auto line) {
    return story.happenings[line].kind == HappeningKind::fault;
  });
  if (first_fault == lines.end()) return;
  const auto began = story.happenings[*first_fault].at;
  std::set<std::size_t> hosts;
  for (auto i = static_cast<std::size_t>(first_fault - lines.begin()); i-- > 0;) {
    const auto& one = story.happenings[lines[i]];
    if (one.at >= began) continue;
    if (one.kind == HappeningKind::transition && hosts.insert(one.host).second) continue;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// The middle goes when there are too many: how it began and how it ended is kept. Adverts and
/// lost frames go before what changed.
void shorten(const Story& story, std::vector<std::uint32_t>& lines) {
  const auto drop_one = [&](bool frames_only) {
    const auto middle = lines.size() / 2;
    std::size_t best = lines.size();
    const auto distance = [middle](std::size_t i) { return i < middle ? middle - i : i - middle; };
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
      const auto kind = story.happenings[lines[i]].kind;
      const bool frame = kind == HappeningKind::advert || kind == HappeningKind::frame_lost;
      if (frames_only && !frame) continue;
      if (best == lines.size() || distance(i) < distance(best)) best = i;
    }
    if (best == lines.size()) return false;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(best));
    return true;
  };
  while (lines.size() > kCausesMost)
    if (!drop_one(true)) drop_one(false);
}

Cause line_of(const Happening& happening, const Stage& stage) {
  Cause cause;
  cause.at = happening.at;
  if (happening.host < stage.scenario.hosts.size()) cause.host = stage.host(happening.host).name;
  cause.what = happening.text;
  if (happening.frame.number != 0) {
    const auto& place = stage.nics[happening.frame.nic];
    cause.capture = nic_name(stage.scenario, place.host, place.nic);
    cause.frame = happening.frame.number;
    cause.frame_of_all = happening.frame.number_of_all;
  }
  cause.config = happening.config.file;
  cause.line = happening.config.line;
  cause.keyword = happening.config.keyword;
  cause.rfc = happening.rfc;
  return cause;
}

}  // namespace

void explain(const Story& story, const Stage& stage, RunResult& result) {
  if (result.verdict != Verdict::fail) return;
  Finder finder(story, stage, result);
  auto question = first_failure(story, stage, result);
  if (!question) question = finder.longest_blackout();
  if (!question) return;
  result.explained = question->text;
  const auto slice = finder.slice(*question);
  std::vector<std::uint32_t> lines(slice.begin(), slice.end());
  // Blackouts are noticed late and dated back.
  std::stable_sort(lines.begin(), lines.end(), [&](auto left, auto right) {
    return story.happenings[left].at < story.happenings[right].at;
  });
  drop_prologue(story, lines);
  shorten(story, lines);
  for (const auto line : lines) result.causes.push_back(line_of(story.happenings[line], stage));
}

}  // namespace understudy::sim
