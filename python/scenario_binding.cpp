// Scenario files: loaded once, run as often as asked, results as JSON text.
#include <pybind11/stl.h>

#include <algorithm>
#include <optional>

#include "python/bindings.h"
#include "python/diagnostics.h"
#include "python/gil.h"
#include "python/lab.h"
#include "python/scenario_source.h"
#include "python/signal_watch.h"
#include "sim/report/html_report.h"
#include "sim/report/json_report.h"
#include "sim/report/terminal_report.h"
#include "sim/run.h"
#include "sim/run_trace.h"
#include "sim/scenario/load_text.h"
#include "sim/scenario/write_scenario.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

/// The cases of one file.
class LoadedScenario {
 public:
  explicit LoadedScenario(sim::LoadResult loaded) : loaded_(std::move(loaded)) {}

  std::string name() const { return loaded_.cases.front().name; }
  std::string about() const { return loaded_.cases.front().about; }
  std::vector<std::string> cases() const {
    std::vector<std::string> names;
    for (const auto& scenario : loaded_.cases) names.push_back(scenario.case_name);
    return names;
  }
  py::list diagnostics() const { return diagnostics_of(loaded_.diagnostics); }

  /// Runs the index-th case; JSON of schema understudy.sim/1, and the rows of its trace (None
  /// unless they are to be kept).
  py::tuple run(std::size_t index, std::optional<std::uint64_t> seed,
                const std::string& pcap_directory, bool traced) const {
    const auto trace = traced ? std::make_shared<sim::RunTrace>() : nullptr;
    sim::RunOptions options;
    options.pcap_directory = pcap_directory;
    options.timeline = false;
    options.trace = trace.get();
    const auto result = play(case_of(index, seed), options);
    std::string document;
    {
      const GilReleased unlocked;
      document = sim::json_report({result}, false);
    }
    return py::make_tuple(py::bytes(document), trace);
  }

  /// The same run again, explained().
  py::tuple explain(std::size_t index, std::optional<std::uint64_t> seed, const std::string& again,
                    const std::string& pcap_directory) const {
    return explained(case_of(index, seed), again, pcap_directory);
  }

  /// The run of a case, in steps.
  std::unique_ptr<SteppedLab> lab(std::size_t index, std::optional<std::uint64_t> seed,
                                  std::optional<std::int64_t> duration,
                                  const std::string& pcap_directory, bool traced) const {
    return SteppedLab::begin(case_of(index, seed), duration, pcap_directory, traced);
  }

  /// One case as a scenario file.
  py::bytes yaml(std::size_t index, bool inline_configs) const {
    if (index >= loaded_.cases.size()) throw py::index_error("no such case");
    return py::bytes(sim::write_scenario(loaded_.cases[index], {.inline_configs = inline_configs}));
  }

 private:
  sim::Scenario case_of(std::size_t index, std::optional<std::uint64_t> seed) const {
    if (index >= loaded_.cases.size()) throw py::index_error("no such case");
    sim::Scenario scenario = loaded_.cases[index];
    if (seed) scenario.seed = *seed;
    return scenario;
  }

  sim::LoadResult loaded_;
};

/// The scenario or None, and the diagnostics. `params` replace those of the file. With a `text` the
/// path is but its name.
py::tuple load(const std::string& path, const Params& params,
               const std::optional<std::string>& text) {
  sim::LoadResult loaded;
  {
    const GilReleased unlocked;
    loaded = ScenarioSource{path, text.value_or(""), text.has_value(), params}.load();
  }
  const py::list diagnostics = diagnostics_of(loaded.diagnostics);
  if (loaded.cases.empty()) return py::make_tuple(py::none(), diagnostics);
  return py::make_tuple(LoadedScenario(std::move(loaded)), diagnostics);
}

}  // namespace

sim::LoadResult ScenarioSource::load(const Params& others) const {
  sim::LoadOptions options{.params = others};
  for (const auto& own : params) {
    const bool replaced = std::any_of(others.begin(), others.end(),
                                      [&](const auto& other) { return other.first == own.first; });
    if (!replaced) options.params.push_back(own);
  }
  return in_memory ? sim::load_text(text, path, options) : sim::load_file(path, options);
}

sim::RunResult play(const sim::Scenario& scenario, sim::RunOptions options) {
  SignalWatch watch;
  options.goes_on = [&watch] { return watch.goes_on(); };
  tl::expected<sim::RunResult, std::string> result;
  {
    const GilReleased unlocked;
    result = sim::run(scenario, options);
  }
  watch.raise();
  if (result) return std::move(*result);
  PyErr_SetString(PyExc_OSError, result.error().c_str());
  throw py::error_already_set();
}

py::tuple explained(const sim::Scenario& scenario, const std::string& again,
                    const std::string& pcap_directory) {
  sim::RunOptions options;
  options.pcap_directory = pcap_directory;
  options.causes = options.story = true;
  const auto result = play(scenario, options);
  const sim::ReportNotes notes{.about = {}, .captures = pcap_directory, .again = again};
  std::string text, page;
  {
    const GilReleased unlocked;
    text = sim::terminal_report(result, {.color = false, .width = 100}, notes);
    page = sim::html_report({result}, {notes}, scenario.about).value_or("");
  }
  return py::make_tuple(py::bytes(text), py::bytes(page));
}

void bind_scenario(py::module_& module) {
  using namespace py::literals;
  py::class_<LoadedScenario>(module, "LoadedScenario")
      .def_property_readonly("name", &LoadedScenario::name)
      .def_property_readonly("about", &LoadedScenario::about)
      .def_property_readonly("cases", &LoadedScenario::cases)
      .def_property_readonly("diagnostics", &LoadedScenario::diagnostics)
      .def("run", &LoadedScenario::run, "index"_a, "seed"_a = py::none(), "pcap_directory"_a = "",
           "traced"_a = false)
      .def("explain", &LoadedScenario::explain, "index"_a, "seed"_a = py::none(), "again"_a = "",
           "pcap_directory"_a = "")
      .def("lab", &LoadedScenario::lab, "index"_a, "seed"_a = py::none(), "duration"_a = py::none(),
           "pcap_directory"_a = "", "traced"_a = false)
      .def("yaml", &LoadedScenario::yaml, "index"_a, "inline_configs"_a = false);
  module.def("load_scenario", &load, "path"_a, "params"_a = Params{}, "text"_a = py::none());
}

}  // namespace understudy::python
