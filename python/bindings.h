// The parts of the module _understudy. What users see is made of them in understudy/*.py.
#pragma once

#include <pybind11/pybind11.h>

namespace understudy::python {

void bind_codec(pybind11::module_& module);
void bind_decode(pybind11::module_& module);
void bind_receive(pybind11::module_& module);
void bind_lab(pybind11::module_& module);
void bind_scenario(pybind11::module_& module);
void bind_sweep(pybind11::module_& module);
void bind_trace(pybind11::module_& module);
void bind_virtual_router(pybind11::module_& module);
void bind_check(pybind11::module_& module);
void bind_explain(pybind11::module_& module);

}  // namespace understudy::python
