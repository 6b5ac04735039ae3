#include "python/lab.h"

#include <algorithm>
#include <stdexcept>

#include "python/conversions.h"
#include "python/diagnostics.h"
#include "python/gil.h"
#include "python/scenario_source.h"
#include "python/signal_watch.h"
#include "sim/report/json_report.h"
#include "sim/scenario/expression_parser.h"
#include "sim/scenario/load_deed.h"
#include "sim/scenario/names.h"
#include "sim/scenario/write_scenario.h"
#include "sim/world.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

std::int64_t nanoseconds(Instant at) { return at.time_since_epoch().count(); }

[[noreturn]] void unknown(const std::string& what, const std::string& name,
                          const std::vector<std::string_view>& candidates) {
  auto text = "there is no " + what + " '" + name + "'";
  if (const auto hint = sim::suggestion(name, candidates); !hint.empty()) text += ": " + hint;
  throw py::value_error(text);
}

Diagnostic diagnostic_of(const sim::ExpressionError& error, const std::string& text,
                         const std::string& file) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.position = {1, static_cast<std::uint32_t>(error.offset + 1)};
  diagnostic.length = static_cast<std::uint32_t>(error.length);
  diagnostic.code = "bad-condition";
  diagnostic.message = error.message;
  diagnostic.hint = error.hint;
  diagnostic.source_line = text;
  return diagnostic;
}

std::string_view to_string(sim::TimelineEntry::Kind kind) {
  constexpr std::string_view kNames[] = {"fault",    "transition",   "script",
                                         "service",  "daemon",       "refusal",
                                         "blackout", "announcement", "note"};
  return kNames[static_cast<std::uint8_t>(kind)];
}

}  // namespace

/// One thread at a time, and nobody once it is closed.
class SteppedLab::Use {
 public:
  explicit Use(SteppedLab& lab) : lab_(lab) {
    if (lab.busy_.test_and_set())
      throw std::runtime_error(
          "the lab is in use: one thread at a time, and not from a signal handler while it runs");
    if (lab.lab_ != nullptr) return;
    lab.busy_.clear();
    throw std::runtime_error("the lab is closed");
  }
  ~Use() {
    lab_.watch_ = nullptr;
    lab_.busy_.clear();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  SteppedLab& lab_;
};

/// Without the GIL. What a signal's handler raises comes out once the lab stands still.
template <typename Work>
auto SteppedLab::work(const Work& step) {
  SignalWatch watch;
  watch_ = &watch;
  auto result = [&] {
    const GilReleased unlocked;
    return step();
  }();
  watch_ = nullptr;
  watch.raise();
  if (!result) throw std::runtime_error(result.error());
  return std::move(*result);
}

sim::RunOptions SteppedLab::options() {
  sim::RunOptions options;
  options.trace = trace_.get();
  options.goes_on = [this] { return watch_ == nullptr || watch_->goes_on(); };
  return options;
}

std::unique_ptr<SteppedLab> SteppedLab::begin(sim::Scenario scenario,
                                              std::optional<std::int64_t> duration,
                                              const std::string& pcap_directory, bool traced) {
  if (duration && Duration{*duration} < scenario.duration)
    throw py::value_error("a lab lasts as long as its scenario or longer: " +
                          std::to_string(scenario.duration.count() / 1'000'000'000) +
                          " s at least");
  if (duration) scenario.duration = Duration{*duration};
  std::unique_ptr<SteppedLab> lab(new SteppedLab);
  if (traced) lab->trace_ = std::make_shared<sim::RunTrace>();
  auto options = lab->options();
  options.pcap_directory = pcap_directory;
  tl::expected<std::unique_ptr<sim::Lab>, std::string> begun;
  {
    const GilReleased unlocked;
    begun = sim::Lab::begin(scenario, options);
  }
  if (!begun) {
    PyErr_SetString(PyExc_OSError, begun.error().c_str());
    throw py::error_already_set();
  }
  lab->lab_ = std::move(*begun);
  return lab;
}

std::unique_ptr<SteppedLab> SteppedLab::replay(const sim::LabSnapshot& snapshot) {
  std::unique_ptr<SteppedLab> lab(new SteppedLab);
  lab->lab_ = lab->work([&] { return sim::Lab::replay(snapshot, lab->options()); });
  return lab;
}

void SteppedLab::close() {
  if (lab_ == nullptr) return;
  const Use use(*this);
  lab_.reset();
}

std::int64_t SteppedLab::now() {
  const Use use(*this);
  return nanoseconds(lab_->now());
}

std::int64_t SteppedLab::end() {
  const Use use(*this);
  return nanoseconds(lab_->end());
}

bool SteppedLab::finished() {
  const Use use(*this);
  return lab_->finished();
}

std::uint64_t SteppedLab::digest() {
  const Use use(*this);
  return lab_->world().digest();
}

std::vector<std::string> SteppedLab::hosts() {
  const Use use(*this);
  std::vector<std::string> names;
  for (const auto& host : lab_->scenario().hosts) names.push_back(host.name);
  return names;
}

// ---- time

void SteppedLab::run_until(std::int64_t until) {
  const Use use(*this);
  work([&] { return lab_->run_until(Instant{Duration{until}}); });
}

py::tuple SteppedLab::wait_for(const std::string& condition, std::int64_t until) {
  const Use use(*this);
  const auto parsed = sim::parse_condition(condition, lab_->scenario());
  if (!parsed)
    return py::make_tuple(diagnostics_of({diagnostic_of(parsed.error(), condition, place())}),
                          py::none(), "");
  const auto arrival = work([&] { return lab_->run_until(*parsed, Instant{Duration{until}}); });
  py::object at = py::none();
  if (arrival.at) at = py::int_(nanoseconds(*arrival.at));
  return py::make_tuple(py::list(), at, parsed->describe(lab_->world()));
}

py::tuple SteppedLab::evaluate(const std::string& expression) {
  const Use use(*this);
  const auto parsed = sim::parse_measure(expression, lab_->scenario());
  if (!parsed)
    return py::make_tuple(diagnostics_of({diagnostic_of(parsed.error(), expression, place())}),
                          py::none(), "");
  const auto& world = lab_->world();
  py::object value = py::none();
  if (parsed->kind() == sim::ExpressionKind::condition)
    value = py::bool_(parsed->holds(world));
  else if (const auto number = parsed->value(world))
    value = parsed->kind() == sim::ExpressionKind::duration
                ? py::object(py::float_(static_cast<double>(*number) / 1e9))
                : py::object(py::int_(*number));
  return py::make_tuple(py::list(), value, parsed->describe(world));
}

// ---- deeds

py::tuple SteppedLab::act(const std::string& text) {
  const Use use(*this);
  auto deed = sim::load_deed(text, place(), lab_->scenario(), lab_->now());
  const auto diagnostics = diagnostics_of(deed.diagnostics);
  if (!deed.fault) return py::make_tuple(py::none(), diagnostics);
  const auto number = work([&] { return lab_->act(std::move(*deed.fault)); });
  return py::make_tuple(number, diagnostics);
}

bool SteppedLab::can_end(std::size_t number) {
  const Use use(*this);
  return lab_->can_end(number);
}

void SteppedLab::end_deed(std::size_t number) {
  const Use use(*this);
  if (!lab_->can_end(number)) throw py::value_error("this cannot be ended");
  work([&]() -> tl::expected<bool, std::string> {
    if (auto ended = lab_->end(number); !ended) return tl::unexpected(ended.error());
    return true;
  });
}

py::tuple SteppedLab::deed(std::size_t number) {
  const Use use(*this);
  const auto& timeline = lab_->scenario().timeline;
  if (number >= timeline.size()) throw py::index_error("no such deed");
  const auto& fault = timeline[number];
  py::object end = py::none();
  if (fault.lasts) end = py::int_((fault.at + *fault.lasts).count());
  return py::make_tuple(fault.text, fault.at.count(), end);
}

// ---- what is so

std::size_t SteppedLab::host_index(const std::string& name) const {
  const auto host = sim::find_host(lab_->scenario(), name);
  if (!host) unknown("host", name, sim::host_names(lab_->scenario()));
  return *host;
}

std::string SteppedLab::check_instance(std::optional<std::size_t> host,
                                       const std::string& name) const {
  const auto& scenario = lab_->scenario();
  auto names = sim::instance_names(scenario, host);
  for (const auto& fault : scenario.timeline)
    if (const auto* daemon = std::get_if<sim::DaemonFault>(&fault.verb);
        daemon != nullptr && daemon->config && (!host || *host == daemon->host))
      for (const auto& instance : daemon->config->config.instances) names.push_back(instance.name);
  if (std::find(names.begin(), names.end(), name) == names.end())
    unknown(host ? "instance of host '" + name_of(*host) + "' called" : "instance", name, names);
  return name;
}

std::optional<std::string> SteppedLab::state(const std::string& host, const std::string& instance) {
  const Use use(*this);
  const auto index = host_index(host);
  const auto state = lab_->world().state(index, check_instance(index, instance));
  return state ? std::optional(std::string(understudy::to_string(*state))) : std::nullopt;
}

std::optional<int> SteppedLab::priority(const std::string& host, const std::string& instance) {
  const Use use(*this);
  const auto index = host_index(host);
  const auto priority = lab_->world().priority(index, check_instance(index, instance));
  return priority ? std::optional<int>(*priority) : std::nullopt;
}

std::vector<std::string> SteppedLab::masters(const std::string& instance) {
  const Use use(*this);
  check_instance({}, instance);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < lab_->scenario().hosts.size(); ++i)
    if (lab_->world().state(i, instance) == State::master) names.push_back(name_of(i));
  return names;
}

std::vector<std::string> SteppedLab::holders(const std::string& address) {
  const Use use(*this);
  const auto wanted = address_of(address);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < lab_->scenario().hosts.size(); ++i)
    if (lab_->world().holds(i, wanted)) names.push_back(name_of(i));
  return names;
}

std::optional<std::string> SteppedLab::arp(const std::string& host, const std::string& address) {
  const Use use(*this);
  const auto mac = lab_->world().arp(host_index(host), address_of(address));
  return mac ? std::optional(understudy::to_string(*mac)) : std::nullopt;
}

std::optional<std::string> SteppedLab::reached(const std::string& host,
                                               const std::string& address) {
  const Use use(*this);
  const auto reached = lab_->world().reached(host_index(host), address_of(address));
  return reached ? std::optional(name_of(*reached)) : std::nullopt;
}

std::string SteppedLab::mac(const std::string& host) {
  const Use use(*this);
  return understudy::to_string(lab_->world().mac(host_index(host)));
}

std::string SteppedLab::service(const std::string& host, const std::string& service) {
  const Use use(*this);
  const auto index = host_index(host);
  const auto& machine = lab_->scenario().hosts[index];
  const auto found = sim::find_service(machine, service);
  if (!found)
    unknown("service of host '" + host + "' called", service, sim::service_names(machine));
  constexpr const char* kNames[] = {"up", "down", "hung"};
  return kNames[static_cast<std::uint8_t>(lab_->world().service(index, *found))];
}

py::list SteppedLab::timeline(std::int64_t since) {
  const Use use(*this);
  std::vector<sim::TimelineEntry> entries;
  for (const auto& entry : lab_->world().timeline())
    if (nanoseconds(entry.at) >= since) entries.push_back(entry);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& left, const auto& right) { return left.at < right.at; });
  py::list list;
  for (const auto& entry : entries)
    list.append(
        py::make_tuple(nanoseconds(entry.at), to_string(entry.kind), entry.host, entry.text));
  return list;
}

py::list SteppedLab::transitions(std::int64_t since) {
  const Use use(*this);
  py::list list;
  for (const auto& change : lab_->world().transitions())
    if (nanoseconds(change.at) >= since)
      list.append(py::make_tuple(nanoseconds(change.at), name_of(change.host), change.instance,
                                 understudy::to_string(change.from),
                                 understudy::to_string(change.to),
                                 understudy::to_string(change.reason)));
  return list;
}

// ---- the whole

sim::LabSnapshot SteppedLab::snapshot() {
  const Use use(*this);
  return lab_->snapshot();
}

py::tuple SteppedLab::finish() {
  const Use use(*this);
  const auto document = work([&]() -> tl::expected<std::string, std::string> {
    const auto result = lab_->finish();
    if (!result) return tl::unexpected(result.error());
    return *result ? sim::json_report({**result}, false) : std::string();
  });
  return py::make_tuple(py::bytes(document), trace_);
}

py::bytes SteppedLab::yaml() {
  const Use use(*this);
  return py::bytes(sim::write_scenario(lab_->scenario(), {.inline_configs = true}));
}

py::tuple SteppedLab::explain(const std::string& again, const std::string& pcap_directory) {
  const Use use(*this);
  return explained(lab_->scenario(), again, pcap_directory);
}

}  // namespace understudy::python
