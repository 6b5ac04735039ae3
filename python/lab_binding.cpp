// Labs and their snapshots.
#include <pybind11/stl.h>

#include "python/bindings.h"
#include "python/lab.h"
#include "sim/event_text.h"

namespace understudy::python {

namespace py = pybind11;

void bind_lab(py::module_& module) {
  using namespace py::literals;
  py::class_<sim::LabSnapshot>(module, "LabSnapshot")
      .def_property_readonly(
          "now", [](const sim::LabSnapshot& it) { return it.now.time_since_epoch().count(); })
      .def_property_readonly("digest",
                             [](const sim::LabSnapshot& it) { return sim::digest_text(it.digest); })
      .def("replay", &SteppedLab::replay);
  py::class_<SteppedLab>(module, "SteppedLab")
      .def("close", &SteppedLab::close)
      .def_property_readonly("closed", &SteppedLab::closed)
      .def_property_readonly("now", &SteppedLab::now)
      .def_property_readonly("end", &SteppedLab::end)
      .def_property_readonly("finished", &SteppedLab::finished)
      .def_property_readonly("digest",
                             [](SteppedLab& lab) { return sim::digest_text(lab.digest()); })
      .def_property_readonly("hosts", &SteppedLab::hosts)
      .def("run_until", &SteppedLab::run_until, "until"_a)
      .def("wait_for", &SteppedLab::wait_for, "condition"_a, "until"_a)
      .def("evaluate", &SteppedLab::evaluate, "expression"_a)
      .def("act", &SteppedLab::act, "text"_a)
      .def("can_end", &SteppedLab::can_end, "number"_a)
      .def("end_deed", &SteppedLab::end_deed, "number"_a)
      .def("deed", &SteppedLab::deed, "number"_a)
      .def("state", &SteppedLab::state, "host"_a, "instance"_a)
      .def("priority", &SteppedLab::priority, "host"_a, "instance"_a)
      .def("masters", &SteppedLab::masters, "instance"_a)
      .def("holders", &SteppedLab::holders, "address"_a)
      .def("arp", &SteppedLab::arp, "host"_a, "address"_a)
      .def("reached", &SteppedLab::reached, "host"_a, "address"_a)
      .def("mac", &SteppedLab::mac, "host"_a)
      .def("service", &SteppedLab::service, "host"_a, "service"_a)
      .def("timeline", &SteppedLab::timeline, "since"_a)
      .def("transitions", &SteppedLab::transitions, "since"_a)
      .def("snapshot", &SteppedLab::snapshot)
      .def("finish", &SteppedLab::finish)
      .def("yaml", &SteppedLab::yaml)
      .def("explain", &SteppedLab::explain, "again"_a, "pcap_directory"_a);
}

}  // namespace understudy::python
