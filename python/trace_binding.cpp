// The rows of a run as buffers, which numpy takes as they are: nothing is copied.
#include <pybind11/stl.h>

#include <cstddef>
#include <memory>
#include <span>

#include "python/bindings.h"
#include "sim/run_trace.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

using sim::RunTrace;

/// Bytes that somebody keeps alive. Python may only read them.
struct TraceTable {
  std::shared_ptr<const RunTrace> owner;
  std::span<const std::byte> bytes;
};

template <typename Row>
TraceTable table_of(std::shared_ptr<const RunTrace> trace, const std::vector<Row>& rows) {
  return {std::move(trace), std::as_bytes(std::span(rows))};
}

TraceTable table(const std::shared_ptr<RunTrace>& trace, const std::string& name) {
  const RunTrace& of = *trace;
  if (name == "frames") return table_of(trace, of.frames);
  if (name == "adverts") return table_of(trace, of.adverts);
  if (name == "transitions") return table_of(trace, of.transitions);
  if (name == "requests") return table_of(trace, of.requests);
  throw py::key_error(name);
}

/// What numpy.dtype takes: names, formats, offsets and the size of a row.
class Layout {
 public:
  explicit Layout(std::size_t size) { all_["itemsize"] = size; }
  Layout& add(const char* name, const char* format, std::size_t offset) {
    names_.append(name);
    formats_.append(format);
    offsets_.append(offset);
    return *this;
  }
  py::dict done() {
    all_["names"] = names_;
    all_["formats"] = formats_;
    all_["offsets"] = offsets_;
    return all_;
  }

 private:
  py::dict all_;
  py::list names_, formats_, offsets_;
};

py::dict layouts() {
  py::dict all;
  using Frame = RunTrace::FrameRow;
  all["frames"] = Layout(sizeof(Frame))
                      .add("t", "m8[ns]", offsetof(Frame, at))
                      .add("frame", "u8", offsetof(Frame, number))
                      .add("host", "u4", offsetof(Frame, host))
                      .add("nic", "u4", offsetof(Frame, nic))
                      .add("size", "u2", offsetof(Frame, size))
                      .add("kind", "u1", offsetof(Frame, kind))
                      .add("fate", "u1", offsetof(Frame, fate))
                      .add("cause", "u1", offsetof(Frame, cause))
                      .done();
  using Advert = RunTrace::AdvertRow;
  all["adverts"] = Layout(sizeof(Advert))
                       .add("t", "m8[ns]", offsetof(Advert, at))
                       .add("frame", "u8", offsetof(Advert, number))
                       .add("advert_interval", "m8[ns]", offsetof(Advert, interval))
                       .add("host", "u4", offsetof(Advert, host))
                       .add("nic", "u4", offsetof(Advert, nic))
                       .add("version", "u1", offsetof(Advert, version))
                       .add("vrid", "u1", offsetof(Advert, vrid))
                       .add("priority", "u1", offsetof(Advert, priority))
                       .add("family", "u1", offsetof(Advert, family))
                       .add("address_count", "u1", offsetof(Advert, address_count))
                       .add("source", "V16", offsetof(Advert, source))
                       .add("destination", "V16", offsetof(Advert, destination))
                       .done();
  using Transition = RunTrace::TransitionRow;
  all["transitions"] = Layout(sizeof(Transition))
                           .add("t", "m8[ns]", offsetof(Transition, at))
                           .add("host", "u4", offsetof(Transition, host))
                           .add("instance", "u4", offsetof(Transition, instance))
                           .add("from", "u1", offsetof(Transition, from))
                           .add("to", "u1", offsetof(Transition, to))
                           .add("reason", "u1", offsetof(Transition, reason))
                           .done();
  using Request = RunTrace::RequestRow;
  all["requests"] = Layout(sizeof(Request))
                        .add("t", "m8[ns]", offsetof(Request, at))
                        .add("took", "m8[ns]", offsetof(Request, took))
                        .add("probe", "u4", offsetof(Request, probe))
                        .add("by", "u4", offsetof(Request, by))
                        .add("fate", "u1", offsetof(Request, fate))
                        .done();
  return all;
}

template <typename Enum>
py::list words(Enum last) {
  py::list list;
  for (unsigned value = 0; value <= static_cast<unsigned>(last); ++value)
    list.append(std::string(to_string(static_cast<Enum>(value))));
  return list;
}

/// What the numbers in a column stand for.
py::dict column_words() {
  py::list causes = words(sim::LossCause::switch_down);
  causes.insert(0, "");
  py::dict all;
  all["kind"] = std::vector<std::string>{"other", "arp", "ip", "advert"};
  all["frame_fate"] = std::vector<std::string>{"sent", "arrived", "not_taken", "lost"};
  all["request_fate"] = std::vector<std::string>{"unknown", "answered", "lost"};
  all["cause"] = causes;
  all["state"] = words(State::fault);
  all["reason"] = words(Reason::group);
  return all;
}

}  // namespace

void bind_trace(py::module_& module) {
  py::class_<TraceTable>(module, "TraceTable", py::buffer_protocol())
      .def_buffer([](const TraceTable& self) {
        return py::buffer_info(reinterpret_cast<const std::uint8_t*>(self.bytes.data()),
                               static_cast<py::ssize_t>(self.bytes.size()));
      });
  py::class_<RunTrace, std::shared_ptr<RunTrace>>(module, "RunTrace")
      .def_readonly("hosts", &RunTrace::hosts)
      .def_readonly("nics", &RunTrace::nics)
      .def_readonly("instances", &RunTrace::instances)
      .def_readonly("probes", &RunTrace::probes)
      .def_readonly("cut", &RunTrace::cut)
      .def("table", &table);
  module.def("trace_layouts", &layouts);
  module.def("trace_words", &column_words);
}

}  // namespace understudy::python
