#include "sim/sweep/sweep.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/run.h"
#include "sim/sweep/judge.h"
#include "sim/sweep/parallel.h"
#include "sim/sweep/run_row.h"
#include "sim/sweep/summary.h"
#include "sim/trace_digest.h"

namespace understudy::sim {
namespace {

// Of the chance of error that a verdict allows, the share that all looks before the last have
// together. What is certain shows early even so, and the last look is hardly weaker for it.
constexpr double kEarlyShare = 0.1;
// So many seeds of a point are run in a row, so that changing the point costs nothing.
constexpr std::uint64_t kSeedsInARow = 16;

using Outcome = SweepVerdictOutcome;

/// A stretch of seeds (by place, from the first one) of those points that still want runs.
struct Batch {
  std::uint64_t begin = 0, end = 0;
  std::vector<std::size_t> points;

  std::uint64_t size() const { return (end - begin) * points.size(); }
};

struct Task {
  std::size_t point;
  std::uint64_t place;  // of the seed
};

/// All points take their turns.
Task task_of(const Batch& batch, std::uint64_t number) {
  const auto turn = kSeedsInARow * batch.points.size();
  const auto first = batch.begin + number / turn * kSeedsInARow;
  const auto seeds = std::min(kSeedsInARow, batch.end - first);
  const auto rest = number % turn;
  return {batch.points[static_cast<std::size_t>(rest / seeds)], first + rest % seeds};
}

std::string place_text(const SweepJob& job, std::size_t point, std::uint64_t seed) {
  std::string text = "seed " + std::to_string(seed);
  for (std::size_t axis = 0; axis < job.grid.size(); ++axis)
    text += ", " + job.grid[axis].param + "=" + job.points[point].values[axis];
  return text;
}

class Sweeper {
 public:
  Sweeper(const SweepJob& job, const SweepOptions& options);
  tl::expected<SweepResult, std::string> run();
  tl::expected<SweepResult, std::string> conclude_with(std::vector<SweepPart> parts);

 private:
  /// A thread's own copy of the scenario it plays.
  struct Player {
    std::size_t point = static_cast<std::size_t>(-1);
    Scenario scenario;
  };

  bool cancelled() const { return options_.cancel != nullptr && *options_.cancel; }
  bool has_failed() {
    const std::lock_guard lock(mutex_);
    return !failure_.empty();
  }
  std::vector<std::uint64_t> looks() const;
  void play(const Batch& batch);
  bool play_one(Player& player, const Task& task);
  void keep(const Scenario& scenario, const RunResult& run, const Task& task);
  void forget_unplayed(const Batch& batch);
  bool report();
  std::vector<SweepVerdictResult> judge_point(std::size_t point, double error_share) const;
  void look(Batch& batch, double error_share);
  void conclude(double error_share);
  void count_outcomes(SweepPoint& point);
  Verdict verdict() const;

  const SweepJob& job_;
  const SweepOptions& options_;
  unsigned jobs_;
  SweepResult result_;
  std::vector<Preparation> prepared_;                     // by point
  std::vector<std::vector<SweepVerdictResult>> certain_;  // by point; empty: not yet
  std::vector<std::vector<std::uint8_t>> played_;         // by point and place

  std::mutex mutex_;  // of what follows, while threads play
  SweepProgress progress_;
  std::string failure_;  // why a run could not be played
  std::uint64_t failure_place_ = 0;
};

Sweeper::Sweeper(const SweepJob& job, const SweepOptions& options)
    : job_(job),
      options_(options),
      jobs_(options.jobs != 0 ? options.jobs : std::max(std::thread::hardware_concurrency(), 1U)) {
  result_.scenario = job.points.front().scenario;
  result_.grid = job.grid;
  result_.first_seed = job.first_seed;
  result_.last_seed = job.last_seed;
  result_.columns = columns_of(result_.scenario);
  const auto& expectations = result_.scenario.expectations;
  for (std::size_t i = 0; i < expectations.size(); ++i)
    if (expectations[i].form == ExpectationForm::sometimes) result_.sometimes.push_back({i, 0});
  for (const auto& point : job.points) {
    result_.points.emplace_back().values = point.values;
    prepared_.push_back(prepare(point.scenario));
  }
  certain_.resize(job.points.size());
  played_.resize(job.points.size());
}

/// How many seeds each look has behind it; the last one all.
std::vector<std::uint64_t> Sweeper::looks() const {
  const auto seeds = job_.last_seed - job_.first_seed + 1;
  std::vector<std::uint64_t> looks;
  if (!options_.full && !result_.scenario.sweep_verdicts.empty())
    for (std::uint64_t runs = std::max<std::uint64_t>(options_.first_look, 1); runs < seeds;
         runs *= 2)
      looks.push_back(runs);
  looks.push_back(seeds);
  return looks;
}

tl::expected<SweepResult, std::string> Sweeper::run() {
  const auto looks_at = looks();
  const auto early = looks_at.size() - 1;
  Batch batch;
  for (std::size_t point = 0; point < job_.points.size(); ++point) batch.points.push_back(point);
  result_.planned = looks_at.back() * job_.points.size();
  progress_.planned = result_.planned;
  for (const auto until : looks_at) {
    batch.end = until;
    play(batch);
    if (has_failed()) return tl::unexpected(failure_);
    if (cancelled()) forget_unplayed(batch);
    if (cancelled() || batch.points.empty()) break;
    if (until != looks_at.back()) look(batch, kEarlyShare / static_cast<double>(early));
    batch.begin = until;
  }
  conclude(early == 0 ? 1 : 1 - kEarlyShare);
  return std::move(result_);
}

tl::expected<SweepResult, std::string> Sweeper::conclude_with(std::vector<SweepPart> parts) {
  const auto seeds = job_.last_seed - job_.first_seed + 1;
  result_.planned = seeds * job_.points.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto& part = parts[i];
    bool fits = part.runs.size() == seeds && part.sometimes.size() == result_.sometimes.size() &&
                part.cells.size() == seeds * result_.columns.size();
    for (std::uint64_t place = 0; fits && place < seeds; ++place)
      fits = part.runs[place].seed == job_.first_seed + place;
    if (!fits) return tl::unexpected("the runs of point " + std::to_string(i) + " are not its own");
    result_.points[i].runs = std::move(part.runs);
    result_.points[i].cells = std::move(part.cells);
    for (std::size_t k = 0; k < part.sometimes.size(); ++k)
      result_.sometimes[k].runs += part.sometimes[k];
  }
  conclude(1);
  return std::move(result_);
}

void Sweeper::play(const Batch& batch) {
  const auto runs = static_cast<std::size_t>(batch.end);
  for (const auto point : batch.points) {
    result_.points[point].runs.resize(runs);
    result_.points[point].cells.resize(runs * result_.columns.size(), kNoValue);
    played_[point].resize(runs);
  }
  std::vector<Player> players(jobs_);
  run_parallel({batch.size(), jobs_,
                [&](unsigned worker, std::uint64_t number) {
                  return play_one(players[worker], task_of(batch, number));
                },
                [&] { return report(); }});
  report();
}

bool Sweeper::play_one(Player& player, const Task& task) {
  if (cancelled()) return false;
  if (player.point != task.point) {
    player.scenario = job_.points[task.point].scenario;
    player.point = task.point;
  }
  player.scenario.seed = job_.first_seed + task.place;
  RunOptions options;
  options.timeline = false;
  options.prepared = &prepared_[task.point];
  options.goes_on = [this] { return !cancelled(); };
  const auto run = sim::run(player.scenario, options);
  if (run) {
    keep(player.scenario, *run, task);
    return true;
  }
  if (cancelled()) return false;
  const std::lock_guard lock(mutex_);
  // Whoever fails first, the earliest of them is named.
  if (failure_.empty() || task.place < failure_place_) {
    failure_ = place_text(job_, task.point, player.scenario.seed) + ": " + run.error();
    failure_place_ = task.place;
  }
  return false;
}

void Sweeper::keep(const Scenario& scenario, const RunResult& run, const Task& task) {
  auto& point = result_.points[task.point];
  const auto width = result_.columns.size();
  const auto place = static_cast<std::size_t>(task.place);
  const auto row = take_row(scenario, run, result_.columns,
                            std::span(point.cells).subspan(place * width, width));
  point.runs[place] = row;
  played_[task.point][place] = 1;
  const std::lock_guard lock(mutex_);
  ++progress_.done;
  if (row.verdict == Verdict::fail) ++progress_.failed;
  for (auto& sometimes : result_.sometimes)
    if (run.expectations[sometimes.expectation].verdict == Verdict::pass) ++sometimes.runs;
}

/// After a cancellation only what was played stays.
void Sweeper::forget_unplayed(const Batch& batch) {
  const auto width = result_.columns.size();
  for (const auto index : batch.points) {
    auto& point = result_.points[index];
    std::size_t kept = 0;
    for (std::size_t run = 0; run < point.runs.size(); ++run) {
      if (played_[index][run] == 0) continue;
      point.runs[kept] = point.runs[run];
      std::copy_n(point.cells.begin() + static_cast<std::ptrdiff_t>(run * width), width,
                  point.cells.begin() + static_cast<std::ptrdiff_t>(kept * width));
      ++kept;
    }
    point.runs.resize(kept);
    point.cells.resize(kept * width);
  }
  result_.cancelled = true;
}

bool Sweeper::report() {
  if (options_.progress) {
    SweepProgress progress;
    {
      const std::lock_guard lock(mutex_);
      progress = progress_;
    }
    options_.progress(progress);
  }
  return !cancelled();
}

std::vector<SweepVerdictResult> Sweeper::judge_point(std::size_t point, double error_share) const {
  const auto& scenario = job_.points[point].scenario;
  auto params = scenario.params;
  for (std::size_t axis = 0; axis < job_.grid.size(); ++axis)
    params.emplace_back(job_.grid[axis].param, job_.points[point].values[axis]);
  std::vector<SweepVerdictResult> results;
  for (std::size_t i = 0; i < scenario.sweep_verdicts.size(); ++i) {
    const auto& verdict = scenario.sweep_verdicts[i];
    if (!is_about(verdict, params)) continue;
    auto& judged =
        results.emplace_back(judge(verdict, {result_.columns, result_.points[point].cells},
                                   1 - (1 - verdict.confidence) * error_share));
    judged.verdict = i;
    judged.point = point;
  }
  return results;
}

/// Points whose verdicts are all certain get no more runs.
void Sweeper::look(Batch& batch, double error_share) {
  std::erase_if(batch.points, [&](std::size_t point) {
    auto judged = judge_point(point, error_share);
    if (judged.empty() || std::any_of(judged.begin(), judged.end(), [](const auto& one) {
          return one.outcome == Outcome::undecided;
        }))
      return false;
    certain_[point] = std::move(judged);
    result_.points[point].decided_early = true;
    result_.stopped_early = true;
    const std::lock_guard lock(mutex_);
    progress_.planned -= job_.last_seed - job_.first_seed + 1 - result_.points[point].runs.size();
    return true;
  });
}

void Sweeper::conclude(double error_share) {
  TraceDigest digest;
  for (std::size_t i = 0; i < result_.points.size(); ++i) {
    auto& point = result_.points[i];
    count_outcomes(point);
    for (const auto& run : point.runs) digest.add(run.digest);
    auto judged = certain_[i].empty() ? judge_point(i, error_share) : std::move(certain_[i]);
    std::move(judged.begin(), judged.end(), std::back_inserter(result_.verdicts));
    result_.done += point.runs.size();
  }
  result_.digest = digest.value();
  result_.verdict = verdict();
  rank(result_, options_.ranked);
}

void Sweeper::count_outcomes(SweepPoint& point) {
  for (const auto& run : point.runs) {
    if (run.verdict == Verdict::pass) ++point.passed;
    if (run.verdict == Verdict::fail) ++point.failed;
    if (run.verdict == Verdict::vacuous) ++point.vacuous;
  }
}

Verdict Sweeper::verdict() const {
  bool vacuous = result_.done == 0;
  for (const auto& point : result_.points) {
    if (point.failed > 0) return Verdict::fail;
    vacuous = vacuous || point.vacuous > 0;
  }
  for (const auto& verdict : result_.verdicts) {
    if (verdict.outcome == Outcome::fail) return Verdict::fail;
    vacuous = vacuous || verdict.outcome == Outcome::undecided;
  }
  for (std::size_t i = 0; i < result_.scenario.sweep_verdicts.size(); ++i)
    vacuous = vacuous || std::none_of(result_.verdicts.begin(), result_.verdicts.end(),
                                      [&](const auto& judged) { return judged.verdict == i; });
  for (const auto& sometimes : result_.sometimes) vacuous = vacuous || sometimes.runs == 0;
  return vacuous ? Verdict::vacuous : Verdict::pass;
}

}  // namespace

std::optional<std::uint64_t> count_runs(const std::vector<SweepPlan::Axis>& grid,
                                        std::uint64_t first_seed, std::uint64_t last_seed) {
  std::uint64_t runs = last_seed - first_seed;
  if (__builtin_add_overflow(runs, 1, &runs)) return std::nullopt;
  for (const auto& axis : grid)
    if (__builtin_mul_overflow(runs, axis.values.size(), &runs)) return std::nullopt;
  return runs;
}

std::string refusal(const std::vector<SweepPlan::Axis>& grid, std::uint64_t first_seed,
                    std::uint64_t last_seed) {
  if (first_seed > last_seed)
    return "the last seed, " + std::to_string(last_seed) + ", is smaller than the first, " +
           std::to_string(first_seed);
  const auto runs = count_runs(grid, first_seed, last_seed);
  if (!runs || *runs > kSweepRunsMax)
    return "that is " + (runs ? std::to_string(*runs) : "more than 2^64") + " runs; at most " +
           std::to_string(kSweepRunsMax) + " are made: take fewer seeds or fewer values";
  const auto points = count_runs(grid, 0, 0);
  if (!points || *points > kSweepPointsMax)
    return "that is " + std::to_string(points.value_or(0)) + " points of the grid; at most " +
           std::to_string(kSweepPointsMax) + " are taken: take fewer values";
  if (*runs == 0) return "there is nothing to run: a param has no values";
  return {};
}

namespace {

std::string wrong_with(const SweepJob& job) {
  if (auto why = refusal(job.grid, job.first_seed, job.last_seed); !why.empty()) return why;
  if (job.points.size() != count_runs(job.grid, 0, 0))
    return "the job has not one scenario for each point of its grid";
  return {};
}

}  // namespace

tl::expected<SweepResult, std::string> sweep(const SweepJob& job, const SweepOptions& options) {
  if (auto why = wrong_with(job); !why.empty()) return tl::unexpected(std::move(why));
  return Sweeper(job, options).run();
}

tl::expected<SweepResult, std::string> conclude_sweep(const SweepJob& job,
                                                      std::vector<SweepPart> parts,
                                                      std::size_t ranked) {
  if (auto why = wrong_with(job); !why.empty()) return tl::unexpected(std::move(why));
  if (parts.size() != job.points.size())
    return tl::unexpected(std::string("not every point of the grid has its runs"));
  SweepOptions options;
  options.ranked = ranked;
  return Sweeper(job, options).conclude_with(std::move(parts));
}

}  // namespace understudy::sim
