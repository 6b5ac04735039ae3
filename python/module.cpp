#include "core/version.h"
#include "python/bindings.h"

PYBIND11_MODULE(_understudy, module) {
  module.doc() = "The engine, the simulator and the observer. Use the package understudy instead.";
  module.attr("__version__") = understudy::kVersion;
  understudy::python::bind_codec(module);
  understudy::python::bind_decode(module);
  understudy::python::bind_receive(module);
  understudy::python::bind_scenario(module);
  understudy::python::bind_sweep(module);
  understudy::python::bind_virtual_router(module);
  understudy::python::bind_check(module);
  understudy::python::bind_explain(module);
}
