// Sweeps: all of it here, or stretches of seeds that are played elsewhere and put together here.
#include <pybind11/stl.h>

#include <memory>
#include <optional>

#include "python/bindings.h"
#include "python/diagnostics.h"
#include "python/gil.h"
#include "python/scenario_source.h"
#include "python/sweep_rows.h"
#include "sim/report/sweep_report.h"
#include "sim/scenario/load_text.h"
#include "sim/scenario/write_scenario.h"
#include "sim/sweep/grid.h"
#include "sim/sweep/run_row.h"
#include "sim/sweep/sweep.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

using Axes = std::vector<std::pair<std::string, std::vector<std::string>>>;
using Seeds = std::optional<std::pair<std::uint64_t, std::uint64_t>>;

sim::SweepResult taken(tl::expected<sim::SweepResult, std::string> result) {
  if (!result) throw std::runtime_error(result.error());
  return std::move(*result);
}

/// Lets Python look about while a sweep runs: for Ctrl-C, and to show how far it is. What that
/// raises ends the sweep.
class Onlooker {
 public:
  explicit Onlooker(py::object progress) : progress_(std::move(progress)) {}

  void look(const sim::SweepProgress& progress) {
    if (cancelled_) return;
    const GilHeld locked;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (!progress_.is_none()) progress_(progress.done, progress.planned, progress.failed);
    } catch (const py::error_already_set& error) {
      error_ = std::make_unique<py::error_already_set>(error);
      cancelled_ = true;
    }
  }
  const std::atomic<bool>* cancelled() const { return &cancelled_; }
  /// With the GIL.
  void raise() const {
    if (error_) throw py::error_already_set(*error_);
  }

 private:
  py::object progress_;
  std::unique_ptr<py::error_already_set> error_;
  std::atomic<bool> cancelled_{false};
};

sim::SweepResult run_job(const sim::SweepJob& job, unsigned jobs, const py::object& progress) {
  Onlooker onlooker(progress);
  tl::expected<sim::SweepResult, std::string> result;
  {
    const GilReleased unlocked;
    sim::SweepOptions options;
    options.jobs = jobs;
    options.full = true;
    options.cancel = onlooker.cancelled();
    options.progress = [&](const sim::SweepProgress& now) { onlooker.look(now); };
    result = sim::sweep(job, options);
  }
  onlooker.raise();
  return taken(std::move(result));
}

std::vector<std::pair<std::string, std::string>> columns_and_units(
    const std::vector<sim::SweepColumn>& columns) {
  std::vector<std::pair<std::string, std::string>> named;
  for (const auto& column : columns) {
    using Unit = sim::MeasureResult::Unit;
    named.emplace_back(column.name, column.unit == Unit::nanoseconds ? "s"
                                    : column.unit == Unit::boolean   ? "boolean"
                                                                     : "number");
  }
  return named;
}

py::list points_of(const sim::SweepResult& result) {
  py::list points;
  for (const auto& point : result.points)
    points.append(py::make_tuple(point.values, py::bytes(rows_of(point, result.columns.size()))));
  return points;
}

/// As part of a sweep: nothing in it says how it is swept.
std::string stand_alone(sim::Scenario scenario) {
  scenario.sweep_verdicts.clear();
  scenario.sweep.reset();
  return sim::write_scenario(scenario, {.inline_configs = true});
}

using Stretch = std::tuple<std::size_t, py::bytes, std::vector<std::uint64_t>>;

/// `stretches` come in the order of their points, and of their seeds in each.
sim::SweepResult put_together(const sim::SweepJob& job, const std::vector<Stretch>& stretches) {
  const auto& scenario = job.points.front().scenario;
  const auto columns = sim::columns_of(scenario).size();
  std::vector<sim::SweepPart> parts(job.points.size());
  for (const auto& [point, rows, sometimes] : stretches) {
    if (point >= parts.size()) throw py::index_error("no such point");
    auto& part = parts[point];
    part.sometimes.resize(sometimes.size());
    for (std::size_t i = 0; i < sometimes.size(); ++i) part.sometimes[i] += sometimes[i];
    if (!add_rows(part, static_cast<std::string_view>(rows), columns, scenario.expectations.size()))
      throw py::value_error("what a worker gave are no rows of this sweep");
  }
  const GilReleased unlocked;
  return taken(sim::conclude_sweep(job, std::move(parts)));
}

/// The rows of these seeds, and how many of them reached each `sometimes`.
py::tuple play_stretch(const std::string& text, const std::string& name, std::uint64_t first,
                       std::uint64_t last, const py::object& progress) {
  sim::SweepJob job;
  job.first_seed = first;
  job.last_seed = last;
  {
    const GilReleased unlocked;
    auto loaded = sim::load_text(text, name);
    for (const auto& diagnostic : loaded.diagnostics)
      if (diagnostic.severity == Severity::error) throw std::runtime_error(format(diagnostic));
    if (loaded.cases.size() != 1) throw std::runtime_error("a stretch has one case");
    job.points.push_back({{}, std::move(loaded.cases.front())});
  }
  const auto result = run_job(job, 1, progress);
  std::vector<std::uint64_t> sometimes;
  for (const auto& one : result.sometimes) sometimes.push_back(one.runs);
  return py::make_tuple(py::bytes(rows_of(result.points.front(), result.columns.size())),
                        sometimes);
}

/// The job or None, the diagnostics, and what is wrong with the request.
py::tuple load_job(const std::string& path, const std::optional<std::string>& text,
                   const Params& params, const std::string& case_name, const Seeds& seeds,
                   const Axes& grid) {
  sim::SweepLoad loaded;
  {
    const GilReleased unlocked;
    const ScenarioSource source{path, text.value_or(""), text.has_value(), params};
    sim::SweepRequest request;
    request.case_name = case_name;
    if (seeds) {
      request.first_seed = seeds->first;
      request.last_seed = seeds->second;
    }
    for (const auto& [name, values] : grid) request.grid.push_back({name, values});
    loaded = sim::load_sweep(
        [&](const sim::LoadOptions& options) { return source.load(options.params); }, request);
  }
  const auto diagnostics = diagnostics_of(loaded.diagnostics);
  if (loaded.jobs.size() == 1)
    return py::make_tuple(std::move(loaded.jobs.front()), diagnostics, "");
  if (loaded.jobs.size() > 1) loaded.error = "there are several cases: name one";
  return py::make_tuple(py::none(), diagnostics, loaded.error);
}

}  // namespace

void bind_sweep(py::module_& module) {
  using namespace py::literals;
  py::class_<sim::SweepResult>(module, "SweepResult")
      .def("json",
           [](const sim::SweepResult& self) { return py::bytes(sim::sweep_json({self}, false)); })
      .def("csv", [](const sim::SweepResult& self) { return py::bytes(sim::sweep_csv({self})); })
      .def("text",
           [](const sim::SweepResult& self) {
             return py::bytes(sim::sweep_report(self, {.color = false, .width = 100}));
           })
      .def_property_readonly(
          "columns", [](const sim::SweepResult& self) { return columns_and_units(self.columns); })
      .def("points", &points_of);
  py::class_<sim::SweepJob>(module, "SweepJob")
      .def_property_readonly(
          "seeds",
          [](const sim::SweepJob& job) { return std::pair(job.first_seed, job.last_seed); })
      .def_property_readonly("points", [](const sim::SweepJob& job) { return job.points.size(); })
      .def_property_readonly("axes",
                             [](const sim::SweepJob& job) {
                               std::vector<std::string> names;
                               for (const auto& axis : job.grid) names.push_back(axis.param);
                               return names;
                             })
      .def_property_readonly(
          "columns",
          [](const sim::SweepJob& job) {
            return columns_and_units(sim::columns_of(job.points.front().scenario));
          })
      .def("run", &run_job, "jobs"_a, "progress"_a)
      .def("values",
           [](const sim::SweepJob& job, std::size_t point) { return job.points.at(point).values; })
      .def("stand_alone",
           [](const sim::SweepJob& job, std::size_t point) {
             return py::bytes(stand_alone(job.points.at(point).scenario));
           })
      .def("put_together", &put_together);
  module.def("load_sweep", &load_job, "path"_a, "text"_a, "params"_a, "case"_a, "seeds"_a,
             "grid"_a);
  module.def("play_stretch", &play_stretch, "text"_a, "name"_a, "first"_a, "last"_a,
             "progress"_a = py::none());
}

}  // namespace understudy::python
