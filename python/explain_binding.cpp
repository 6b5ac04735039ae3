#include <pybind11/stl.h>

#include "pcap/explanation.h"
#include "python/bindings.h"
#include "python/gil.h"
#include "python/signal_watch.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

struct Interrupted {};

/// The JSON document, how many files could be read, and the errors.
py::tuple explain_files(const std::vector<std::string>& paths) {
  std::string document;
  std::size_t files_read = 0;
  std::string errors;
  SignalWatch watch;
  capture::ExplainOptions options;
  options.waiting = [&watch] {
    if (!watch.goes_on()) throw Interrupted{};
  };
  options.progress = [&options](const capture::StreamProgress&) { options.waiting(); };
  try {
    const GilReleased unlocked;
    const capture::Explanation explanation = capture::explain(paths, options);
    document = capture::json(explanation);
    files_read = explanation.files_read;
    for (const auto& remark : explanation.remarks) {
      if (remark.error) errors += (errors.empty() ? "" : "; ") + remark.file + ": " + remark.text;
    }
  } catch (const Interrupted&) {
    watch.raise();
  }
  // Names of files may hold any byte.
  return py::make_tuple(py::bytes(document), files_read, py::bytes(errors));
}

}  // namespace

void bind_explain(py::module_& module) { module.def("explain", &explain_files); }

}  // namespace understudy::python
