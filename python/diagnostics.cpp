#include "python/diagnostics.h"

#include <string>
#include <string_view>

namespace understudy::python {

namespace py = pybind11;

namespace {

py::str text_of(std::string_view bytes) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "replace"));
}

}  // namespace

py::list diagnostics_of(const std::vector<Diagnostic>& diagnostics) {
  py::list list;
  for (const Diagnostic& diagnostic : diagnostics) {
    py::dict item;
    item["file"] = text_of(diagnostic.file);
    item["line"] = diagnostic.position.line;
    item["column"] = diagnostic.position.column;
    item["severity"] = text_of(to_string(diagnostic.severity));
    item["code"] = text_of(diagnostic.code);
    item["message"] = text_of(diagnostic.message);
    item["hint"] = text_of(diagnostic.hint);
    item["text"] = text_of(format(diagnostic));
    list.append(item);
  }
  return list;
}

}  // namespace understudy::python
