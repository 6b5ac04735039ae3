// Scenario files: loaded once, run as often as asked, results as JSON text.
#include <pybind11/stl.h>

#include <algorithm>
#include <optional>

#include "python/bindings.h"
#include "python/diagnostics.h"
#include "python/scenario_source.h"
#include "sim/report/html_report.h"
#include "sim/report/json_report.h"
#include "sim/report/terminal_report.h"
#include "sim/run.h"
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

  /// Runs the index-th case; JSON of schema understudy.sim/1.
  py::bytes run(std::size_t index, std::optional<std::uint64_t> seed,
                const std::string& pcap_directory) const {
    sim::RunOptions options;
    options.pcap_directory = pcap_directory;
    options.timeline = false;
    const auto result = play_case(index, seed, options);
    const py::gil_scoped_release unlocked;
    auto document = sim::json_report({result}, false);
    const py::gil_scoped_acquire locked;
    return py::bytes(document);
  }

  /// The same run again, kept in full, for people: what the terminal shows and the page with
  /// pictures (empty when the program was built without the charting library). `again` is the
  /// command that replays it. Captures go to `pcap_directory` unless it is empty.
  py::tuple explain(std::size_t index, std::optional<std::uint64_t> seed, const std::string& again,
                    const std::string& pcap_directory) const {
    sim::RunOptions options;
    options.pcap_directory = pcap_directory;
    options.causes = options.story = true;
    const auto result = play_case(index, seed, options);
    const sim::ReportNotes notes{.about = {}, .captures = pcap_directory, .again = again};
    const auto text = sim::terminal_report(result, {.color = false, .width = 100}, notes);
    const auto page = sim::html_report({result}, {notes}, about());
    return py::make_tuple(py::bytes(text), py::bytes(page.value_or("")));
  }

  /// One case as a scenario file.
  py::bytes yaml(std::size_t index, bool inline_configs) const {
    if (index >= loaded_.cases.size()) throw py::index_error("no such case");
    return py::bytes(sim::write_scenario(loaded_.cases[index], {.inline_configs = inline_configs}));
  }

 private:
  sim::RunResult play_case(std::size_t index, std::optional<std::uint64_t> seed,
                           const sim::RunOptions& options) const {
    if (index >= loaded_.cases.size()) throw py::index_error("no such case");
    sim::Scenario scenario = loaded_.cases[index];
    if (seed) scenario.seed = *seed;
    return play(scenario, options);
  }

  sim::LoadResult loaded_;
};

/// The scenario or None, and the diagnostics. `params` replace those of the file. With a `text` the
/// path is but its name.
py::tuple load(const std::string& path, const Params& params,
               const std::optional<std::string>& text) {
  sim::LoadResult loaded;
  {
    const py::gil_scoped_release unlocked;
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

sim::RunResult play(const sim::Scenario& scenario, const sim::RunOptions& options) {
  tl::expected<sim::RunResult, std::string> result;
  {
    const py::gil_scoped_release unlocked;
    result = sim::run(scenario, options);
  }
  if (result) return std::move(*result);
  PyErr_SetString(PyExc_OSError, result.error().c_str());
  throw py::error_already_set();
}

void bind_scenario(py::module_& module) {
  using namespace py::literals;
  py::class_<LoadedScenario>(module, "LoadedScenario")
      .def_property_readonly("name", &LoadedScenario::name)
      .def_property_readonly("about", &LoadedScenario::about)
      .def_property_readonly("cases", &LoadedScenario::cases)
      .def_property_readonly("diagnostics", &LoadedScenario::diagnostics)
      .def("run", &LoadedScenario::run, "index"_a, "seed"_a = py::none(), "pcap_directory"_a = "")
      .def("explain", &LoadedScenario::explain, "index"_a, "seed"_a = py::none(), "again"_a = "",
           "pcap_directory"_a = "")
      .def("yaml", &LoadedScenario::yaml, "index"_a, "inline_configs"_a = false);
  module.def("load_scenario", &load, "path"_a, "params"_a = Params{}, "text"_a = py::none());
}

}  // namespace understudy::python
