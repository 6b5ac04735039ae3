#include "core/version.h"
#include "python/bindings.h"

namespace py = pybind11;

namespace {

/// Instances without their object, as C.__new__(C) would make them, are memory that nobody wrote
/// to.
void forbid_empty_instances(const py::module_& module) {
  for (const auto& [name, member] : module.attr("__dict__").cast<py::dict>()) {
    if (!PyType_Check(member.ptr()) || py::hasattr(member, "__members__")) continue;
    const auto refuse = [text = name.cast<std::string>()](const py::args&, const py::kwargs&) {
      throw py::type_error(text + " is made by the package alone");
    };
    const auto staticmethod = py::module_::import("builtins").attr("staticmethod");
    py::setattr(member, "__new__", staticmethod(py::cpp_function(refuse)));
  }
}

}  // namespace

PYBIND11_MODULE(_understudy, module) {
  module.doc() = "The engine, the simulator and the observer. Use the package understudy instead.";
  module.attr("__version__") = understudy::kVersion;
  understudy::python::bind_codec(module);
  understudy::python::bind_decode(module);
  understudy::python::bind_receive(module);
  understudy::python::bind_trace(module);
  understudy::python::bind_lab(module);
  understudy::python::bind_scenario(module);
  understudy::python::bind_sweep(module);
  understudy::python::bind_virtual_router(module);
  understudy::python::bind_check(module);
  understudy::python::bind_explain(module);
  forbid_empty_instances(module);
}
