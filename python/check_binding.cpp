#include <pybind11/stl.h>

#include <utility>

#include "core/config/parser.h"
#include "python/bindings.h"
#include "python/diagnostics.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

/// Asks Python for included files.
class CallbackReader : public config::IncludeReader {
 public:
  explicit CallbackReader(py::function read) : read_(std::move(read)) {}

  std::vector<File> read(std::string_view pattern, std::string_view including_file) override {
    std::vector<File> files;
    for (const py::handle item : read_(py::bytes(pattern.data(), pattern.size()),
                                       py::bytes(including_file.data(), including_file.size()))) {
      const auto [name, text] = item.cast<std::pair<py::bytes, py::bytes>>();
      files.push_back({std::string(name), std::string(text)});
    }
    return files;
  }

 private:
  py::function read_;
};

}  // namespace

void bind_check(py::module_& module) {
  module.def("check", [](const py::bytes& text, const py::bytes& file,
                         const py::function& read_includes) {
    CallbackReader reader(read_includes);
    return diagnostics_of(config::parse(std::string(text), std::string(file), &reader).diagnostics);
  });
}

}  // namespace understudy::python
