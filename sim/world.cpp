#include "sim/world.h"

#include <algorithm>

#include "sim/cause_finder.h"
#include "sim/draws.h"
#include "sim/event_text.h"
#include "sim/run_trace.h"
#include "sim/scenario/measure_view.h"

namespace understudy::sim {
namespace {

/// What version() must follow, or nobody sees it change.
CounterUse counters_of(const Scenario& scenario) {
  CounterUse all;
  const auto add = [&](const Expression& expression) { all |= expression.counters(); };
  for (const auto& expectation : scenario.expectations) add(expectation.condition);
  for (const auto& measure : scenario.measures) add(measure.value);
  for (const auto& host : scenario.hosts)
    for (const auto& check : host.checks)
      for (const auto* condition :
           {&check.passes_when, &check.hangs_when, &check.stops_daemon_when})
        if (*condition) add(**condition);
  return all;
}

constexpr std::uint64_t kEventsBetweenLooks = 4096;

bool keeps_causes(const RunOptions& options) {
  return options.causes || options.story || !options.pcapng_path.empty();
}

}  // namespace

World::World(const Scenario& scenario, const RunOptions& options)
    : options_(options),
      stage_(scenario, options.timeline || keeps_causes(options)),
      network_(stage_, *this) {
  make_hosts();
  make_probes();
  watched_ = counters_of(scenario);
  looks_at_adverts_ = watched_.adverts;
  counts_kinds_ = watched_.advert_kinds;
  adverts_.resize(hosts_.size());
  advert_kinds_.resize(hosts_.size());
  mastership_.emplace(stage_, hosts_);
  oracles_.emplace(stage_, hosts_);
  control_.emplace(stage_, hosts_, static_cast<ControlListener&>(*this));
  faults_.emplace(stage_, network_, hosts_, *control_, static_cast<FaultListener&>(*this));
  monitor_.emplace(scenario, *this);
}

void World::make_hosts() {
  for (std::size_t i = 0; i < stage_.scenario.hosts.size(); ++i) {
    auto& host = hosts_.emplace_back(stage_, network_, static_cast<KernelListener&>(*this), *this,
                                     static_cast<ScriptListener&>(*this), i);
    if (const auto& config = stage_.host(i).config)
      host.daemon.emplace(stage_, host.kernel, host.scripts, static_cast<DaemonListener&>(*this), i,
                          options_.prepared != nullptr
                              ? options_.prepared->nodes[i]
                              : make_node_config(*config, stage_.host(i).profile));
  }
}

void World::make_probes() {
  const auto& probes = stage_.scenario.probes;
  probes_of_host_.resize(hosts_.size());
  for (std::size_t i = 0; i < probes.size(); ++i) probes_of_host_[probes[i].from].push_back(i);
  for (std::size_t i = 0; i < probes.size(); ++i) {
    // Probes of one host share its ports evenly.
    const auto& siblings = probes_of_host_[probes[i].from];
    const auto place =
        static_cast<std::size_t>(std::find(siblings.begin(), siblings.end(), i) - siblings.begin());
    PortRange ports;
    ports.count =
        static_cast<std::uint16_t>(std::max<std::size_t>(ports.count / siblings.size(), 1));
    ports.first = static_cast<std::uint16_t>(ports.first + place * ports.count);
    probes_.push_back({ProbeRunner(stage_, hosts_[probes[i].from].kernel, i, ports), kNoHost,
                       std::nullopt, 0, 0});
  }
}

tl::expected<RunResult, std::string> World::run() {
  if (auto started = start(); !started) return tl::unexpected(started.error());
  return finish();
}

tl::expected<void, std::string> World::open_records() {
  if (!options_.pcap_directory.empty()) {
    auto taps = CaptureTaps::open(stage_, options_.pcap_directory);
    if (!taps) return tl::unexpected(taps.error());
    taps_ = std::move(*taps);
  }
  if (keeps_causes(options_)) {
    auto ledger = FrameLedger::open(stage_, options_.pcapng_path);
    if (!ledger) return tl::unexpected(ledger.error());
    ledger_.emplace(std::move(*ledger));
    stage_.chronicle = &chronicle_.emplace(stage_, hosts_);
  }
  if (options_.trace != nullptr) {
    options_.trace->begin(stage_);
    for (auto& probe : probes_) probe.runner.log().keep_requests();
  }
  watches_frames_ = taps_ || chronicle_ || options_.trace != nullptr;
  return {};
}

tl::expected<void, std::string> World::close_records() {
  if (ledger_)
    if (auto closed = ledger_->close(); !closed) return closed;
  if (taps_) return taps_->close();
  return {};
}

tl::expected<void, std::string> World::start(std::size_t faults_to_come) {
  if (auto opened = open_records(); !opened) return opened;
  for (std::uint32_t i = 0; i < hosts_.size(); ++i)
    if (hosts_[i].daemon && stage_.host(i).daemon_started)
      stage_.queue.push(Instant{stage_.host(i).phase}, EventKind::daemon_start, i);
  faults_->start();
  // Where the timeline's next faults would stand.
  next_fault_order_ = faults_to_come > 0 ? stage_.queue.take_order(EventKind::fault) : 0;
  for (std::size_t i = 1; i < faults_to_come; ++i) stage_.queue.take_order(EventKind::fault);
  for (auto& probe : probes_) probe.runner.start();
  update_next_check();
  return {};
}

// ---- the loop

bool World::look_around(Instant before) {
  const bool changed = stage_.version != observed_version_;
  if (changed) observe();
  // Observers may want to look at instants at which nothing happens.
  while (next_check_ < before) {
    stage_.now = std::max(stage_.now, next_check_);
    observe();
  }
  return changed;
}

/// The first event of the queue. False: the run has failed.
[[gnu::always_inline]] inline bool World::take(const Event& event) {
  stage_.queue.pop();
  if (++events_ - events_before_instant_ > options_.events_per_instant_max) [[unlikely]]
    return fail(event);
  if (options_.event_line || chronicle_) [[unlikely]]
    handle_aloud(event);
  else
    handle(event);
  return true;
}

bool World::fail(const Event& event) {
  if (const auto fault = faults_->overrun())
    failure_ = "faults happen more than " + std::to_string(FaultInjector::kOccurrencesMax) +
               " times: " + stage_.scenario.timeline[*fault].id + " comes again too soon";
  else
    failure_ = "more than " + std::to_string(options_.events_per_instant_max) + " events at " +
               clock_text(event.at) + " s: something goes in a circle";
  return false;
}

tl::expected<World::Pause, std::string> World::play(Instant until, const Slice& slice) {
  if (!failure_.empty()) return tl::unexpected(failure_);
  if (until <= stage_.now) return Pause::reached;
  const auto events_at_pause = slice.events > std::numeric_limits<std::uint64_t>::max() - events_
                                   ? std::numeric_limits<std::uint64_t>::max()
                                   : events_ + slice.events;
  while (!stage_.queue.empty()) {
    const Event event = stage_.queue.top();
    if (event.at > instant_) [[likely]] {
      const bool changed = leave_instant(std::min(event.at, until));
      if (event.at >= until) break;
      const bool pauses = changed && slice.ends_on_change;
      if (pauses || events_ >= events_at_pause) [[unlikely]] {
        stage_.now += Duration{1};
        return pauses ? Pause::change : Pause::events;
      }
      begin_instant(event.at);
    }
    if (!take(event)) [[unlikely]]
      return tl::unexpected(failure_);
  }
  leave_instant(until);
  stage_.now = until;
  return Pause::reached;
}

/// `last`, which stands in the queue and is of now(), and what comes before it.
tl::expected<void, std::string> World::play_through(const Event& last) {
  if (!failure_.empty()) return tl::unexpected(failure_);
  while (true) {
    const Event event = stage_.queue.top();
    if (event.at > instant_) {
      leave_instant(event.at);
      begin_instant(event.at);
    }
    if (!take(event)) return tl::unexpected(failure_);
    if (event.order == last.order) break;
  }
  passed_at_ = stage_.now;
  passed_order_ = last.order;
  return {};
}

void World::handle_aloud(const Event& event) {
  if (chronicle_) chronicle_->begin_event();
  if (!options_.event_line) return handle(event);
  const auto text = event_text(stage_, event);
  handle(event);
  options_.event_line(text + " " + digest_text(stage_.digest.value()));
}

void World::handle(const Event& event) {
  switch (event.kind()) {
    case EventKind::switch_arrival:
    case EventKind::nic_arrival:
    case EventKind::flood_arrival:
    case EventKind::querier_due:
      return network_.handle(event);
    case EventKind::injection:
      return faults_->inject(event);
    case EventKind::fault:
    case EventKind::fault_end:
      faults_->handle(event);
      if (faults_->overrun()) options_.events_per_instant_max = 0;  // no event more
      return;
    case EventKind::probe_send: {
      auto& runner = probes_[event.target].runner;
      runner.send_next(hosts_[runner.config().from].alive());
      if (watched_.lost) watch_blackouts();
      return;
    }
    case EventKind::probe_timeout:
      probes_[event.target].runner.reach_timeout();
      return watch_blackouts();
    default:
      return handle_on_host(event);
  }
}

void World::handle_on_host(const Event& event) {
  auto& host = hosts_[event.target];
  if (host.frozen) {
    host.kept_events.push_back(event);
    return;
  }
  switch (event.kind()) {
    case EventKind::daemon_start:
      return control_->reach_daemon_start(event.target, event.data);
    case EventKind::boot_step:
      return control_->reach_boot_step(event.target, event.data);
    case EventKind::script_exit:
      return host.scripts.handle(event);
    case EventKind::report_due:
      return host.kernel.reach_report_deadline();
    case EventKind::neighbour_due:
      return host.kernel.reach_neighbour_deadline();
    default:
      if (host.daemon->reach_deadline(event)) stage_.digest.add(event.target);
  }
}

void World::observe() {
  observed_ = true;
  observed_version_ = stage_.version;
  oracles_->judge();
  monitor_->observe(stage_.now);
  update_next_check();
}

void World::update_next_check() {
  auto next = monitor_->next_check().value_or(Instant::max());
  if (const auto settled = oracles_->next_check()) next = std::min(next, *settled);
  // One that has passed was answered by the observation just made.
  next_check_ = next > stage_.now || !observed_ ? next : Instant::max();
}

void World::fill(RunTrace& trace) {
  trace.keep_transitions(transitions_);
  for (auto& probe : probes_)
    trace.keep_requests(probe.runner.config().name, probe.runner.log().take_requests());
}

tl::expected<RunResult, std::string> World::finish() {
  const Instant end{stage_.scenario.duration};
  const Slice slice{options_.goes_on ? kEventsBetweenLooks : Slice{}.events};
  while (true) {
    const auto pause = play(end + Duration{1}, slice);
    if (!pause) return tl::unexpected(pause.error());
    if (*pause == Pause::reached) break;
    if (!options_.goes_on()) return tl::unexpected(std::string("interrupted"));
  }
  stage_.now = end;
  observe();
  if (auto closed = close_records(); !closed) return tl::unexpected(closed.error());
  return results();
}

RunResult World::results() {
  const auto& scenario = stage_.scenario;
  RunResult result;
  result.scenario = scenario.name;
  result.case_name = scenario.case_name;
  result.seed = scenario.seed;
  result.duration = scenario.duration;
  for (const auto& host : scenario.hosts) result.hosts.push_back(host.name);
  for (auto& probe : probes_) {
    const auto& target = probe.runner.config().target;
    auto master = mastership_->master_of(target);
    probe.runner.log().finish(stage_.now, master);
  }
  watch_blackouts();
  for (auto& probe : probes_) result.probes.push_back(probe.runner.log().record());
  result.expectations = monitor_->finish(stage_.now);
  for (const auto& measure : scenario.measures)
    result.measures.push_back({measure.name, unit_of(measure), measure.value.value(*this)});
  result.oracles = oracles_->results();
  mastership_->fill(result);
  if (options_.trace != nullptr) fill(*options_.trace);
  result.transitions = std::move(transitions_);
  std::stable_sort(stage_.timeline.begin(), stage_.timeline.end(),
                   [](const auto& left, const auto& right) { return left.at < right.at; });
  result.timeline = std::move(stage_.timeline);
  result.frames = stage_.counts;
  result.events = events_;
  result.digest = stage_.digest.value();

  bool vacuous = false;
  for (const auto& expectation : result.expectations) {
    if (expectation.verdict == Verdict::fail) result.verdict = Verdict::fail;
    vacuous = vacuous || expectation.verdict == Verdict::vacuous;
  }
  for (const auto& oracle : result.oracles)
    if (oracle.verdict == Verdict::fail) result.verdict = Verdict::fail;
  if (vacuous && result.verdict == Verdict::pass) result.verdict = Verdict::vacuous;
  if (chronicle_) {
    if (options_.causes) explain(chronicle_->story(), stage_, result);
    if (options_.story) result.story = chronicle_->take();
  }
  return result;
}

// ---- run.h

Preparation prepare(const Scenario& scenario) {
  Preparation preparation;
  for (const auto& host : scenario.hosts)
    preparation.nodes.push_back(host.config ? make_node_config(*host.config, host.profile)
                                            : nullptr);
  return preparation;
}

tl::expected<RunResult, std::string> run(const Scenario& scenario, const RunOptions& options) {
  if (scenario.draws.empty()) return World(scenario, options).run();
  auto drawn = scenario;
  apply_draws(drawn);
  return World(drawn, options).run();
}

}  // namespace understudy::sim
