// decode() and decode_many() of the package: straight on CPython's interface, because a call
// through pybind11 costs more than the decoding.
#include "python/bindings.h"
// Python.h comes first, with the above.
#include <datetime.h>
#include <structmember.h>

#include <array>
#include <cstring>

#include "core/vrrp/advert_codec.h"
#include "python/conversions.h"
#include "python/gil.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

// ---- adverts as objects

/// The members of understudy.Advert that decode() fills, by their place in an instance (its
/// __slots__). `packet` is what the others, the addresses, are read from when they are asked for.
struct AdvertSlots {
  Py_ssize_t packet, version, vrid, priority, advert_interval, auth_type, auth_data, ttl, checksum;
};

/// What decode() needs of the Python side. Lives as long as the interpreter.
struct AdvertClass {
  PyTypeObject* type = nullptr;
  AdvertSlots slots{};
  std::array<PyObject*, 3> auth_types{};  // AuthType.NONE, PASS, AH
  PyObject* decode_error = nullptr;
  PyObject* decode_other = nullptr;  // decode() for everything but a packet in bytes
  PyObject* no_bytes = nullptr;
  std::array<PyObject*, 256> whole_seconds{};  // timedeltas, made when first wanted
  std::array<PyObject*, 4096> centiseconds{};  // the same
};
AdvertClass advert_class;

PyObject** slot_of(PyObject* object, Py_ssize_t offset) {
  return reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + offset);
}

Py_ssize_t offset_of(const py::object& type, const char* name) {
  const py::object member = type.attr(name);
  if (Py_TYPE(member.ptr()) != &PyMemberDescr_Type)
    throw py::type_error(std::string(name) + " is no slot");
  return reinterpret_cast<PyMemberDescrObject*>(member.ptr())->d_member->offset;
}

void set_advert_class(const py::object& type, const py::tuple& auth_types,
                      const py::object& decode_error, const py::object& decode_other) {
  auto& known = advert_class;
  known.slots = {offset_of(type, "_packet"),
                 offset_of(type, "version"),
                 offset_of(type, "vrid"),
                 offset_of(type, "priority"),
                 offset_of(type, "advert_interval"),
                 offset_of(type, "auth_type"),
                 offset_of(type, "auth_data"),
                 offset_of(type, "ttl"),
                 offset_of(type, "checksum")};
  known.type = reinterpret_cast<PyTypeObject*>(type.inc_ref().ptr());
  for (std::size_t i = 0; i < known.auth_types.size(); ++i)
    known.auth_types[i] = auth_types[i].cast<py::object>().release().ptr();
  known.decode_error = decode_error.inc_ref().ptr();
  known.decode_other = decode_other.inc_ref().ptr();
  known.no_bytes = PyBytes_FromStringAndSize(nullptr, 0);
}

PyObject* text_of(std::string_view text) {
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* raise(DecodeError reason) {
  PyObject* error = PyObject_CallFunction(advert_class.decode_error, "NN",
                                          text_of(to_string(reason)), text_of(describe(reason)));
  if (error != nullptr) PyErr_SetObject(advert_class.decode_error, error);
  Py_XDECREF(error);
  return nullptr;
}

PyObject* shared(PyObject* object) {
  Py_XINCREF(object);
  return object;
}

/// On the wire there are whole seconds below 256, or centiseconds below 4096.
PyObject* interval_of(const Advert& advert) {
  constexpr std::int64_t kSecond = 1'000'000'000, kCentisecond = kSecond / 100;
  const auto nanoseconds = advert.advert_interval.count();
  auto& made =
      advert.version == 2
          ? advert_class.whole_seconds[static_cast<std::size_t>(nanoseconds / kSecond)]
          : advert_class.centiseconds[static_cast<std::size_t>(nanoseconds / kCentisecond)];
  if (made == nullptr)
    made = PyDelta_FromDSU(0, static_cast<int>(nanoseconds / kSecond),
                           static_cast<int>(nanoseconds % kSecond / 1000));
  return shared(made);
}

PyObject* auth_type_of(const Advert& advert) {
  return advert.auth_type < advert_class.auth_types.size()
             ? shared(advert_class.auth_types[advert.auth_type])
             : PyLong_FromLong(advert.auth_type);
}

PyObject* auth_data_of(const Advert& advert) {
  if (advert.version != 2) return shared(advert_class.no_bytes);
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(advert.auth_data.data()),
                                   static_cast<Py_ssize_t>(advert.auth_data.size()));
}

/// An instance without __init__: its fields were checked by decoding.
PyObject* make_advert(PyObject* packet, const DecodedPacket& decoded) {
  const auto& known = advert_class;
  const auto& advert = decoded.advert;
  PyObject* made = known.type->tp_alloc(known.type, 0);
  if (made == nullptr) return nullptr;
  bool complete = true;
  const auto fill = [made, &complete](Py_ssize_t slot, PyObject* value) {
    *slot_of(made, slot) = value;
    complete = complete && value != nullptr;
  };
  fill(known.slots.packet, shared(packet));
  fill(known.slots.version, PyLong_FromLong(advert.version));
  fill(known.slots.vrid, PyLong_FromLong(advert.vrid));
  fill(known.slots.priority, PyLong_FromLong(advert.priority));
  fill(known.slots.advert_interval, interval_of(advert));
  fill(known.slots.auth_type, auth_type_of(advert));
  fill(known.slots.auth_data, auth_data_of(advert));
  fill(known.slots.ttl, PyLong_FromLong(decoded.ttl));
  fill(known.slots.checksum, PyLong_FromLong(advert.checksum));
  if (complete) return made;
  Py_DECREF(made);
  return nullptr;
}

PyObject* decode_one(PyObject*, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  if (count == 1 && names == nullptr && PyBytes_CheckExact(arguments[0])) {
    const std::span packet{reinterpret_cast<const std::uint8_t*>(PyBytes_AS_STRING(arguments[0])),
                           static_cast<std::size_t>(PyBytes_GET_SIZE(arguments[0]))};
    const auto decoded = decode_packet(packet);
    if (!decoded) return raise(decoded.error());
    return make_advert(arguments[0], *decoded);
  }
  return PyObject_Vectorcall(advert_class.decode_other, arguments, static_cast<std::size_t>(count),
                             names);
}

PyMethodDef decode_method = {
    "decode", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(&decode_one)),
    METH_FASTCALL | METH_KEYWORDS,
    "decode(packet, link='ip', *, source=None, destination=None)\n--\n\n"
    "Decodes an IPv4 or IPv6 packet, with link=\"ethernet\" a frame, with link=\"none\" the VRRP "
    "message "
    "alone.\n\n"
    "Lengths, version, type and checksum are verified (that of version 3 in either form), nothing "
    "else: TTL\n"
    "and settings are a receiver's affair. The checksum of a lone version 3 message covers "
    "`source` and\n"
    "`destination`, and goes unverified when they are not given.\n\n"
    "Returns an Advert. Raises DecodeError, with the first failing check as its reason.\n\n"
    "Sources: RFC 9568 section 5.2, RFC 3768 section 5.3."};

/// Source, destination and addresses of a packet that decode() took, each as its bytes.
py::tuple packet_addresses(const py::bytes& packet) {
  const auto decoded = decode_packet(span_of(packet));
  if (!decoded) throw py::value_error("no advert");
  py::list addresses;
  for (std::size_t i = 0; i < decoded->advert.address_count(); ++i)
    addresses.append(bytes_of(decoded->advert.address(i).bytes()));
  return py::make_tuple(bytes_of(decoded->source.bytes()), bytes_of(decoded->destination.bytes()),
                        addresses);
}

// ---- adverts as rows

/// One row of decode_many(); understudy/batch.py has the same as a numpy dtype.
struct Row {
  std::uint8_t reason;  // 0: an advert; else 1 + DecodeError, and all that follows is 0
  std::uint8_t family;  // 4 or 6
  std::uint8_t version;
  std::uint8_t vrid;
  std::uint8_t priority;
  std::uint8_t address_count;
  std::uint8_t auth_type;
  std::uint8_t ttl;
  std::uint16_t checksum;
  std::uint16_t advert_interval;                                    // centiseconds
  std::array<std::uint8_t, 16> source, destination, first_address;  // IPv4: the first four bytes
};
static_assert(sizeof(Row) == 60);

void fill(Row& row, std::span<const std::uint8_t> packet) {
  row = Row{};
  const auto decoded = decode_packet(packet);
  if (!decoded) {
    row.reason = static_cast<std::uint8_t>(1 + static_cast<unsigned>(decoded.error()));
    return;
  }
  const auto& advert = decoded->advert;
  const bool ipv4 = advert.family == Family::ipv4;
  const auto size = address_size(advert.family);
  row.family = ipv4 ? 4 : 6;
  row.version = advert.version;
  row.vrid = advert.vrid;
  row.priority = advert.priority;
  row.address_count = static_cast<std::uint8_t>(advert.address_count());
  row.auth_type = advert.auth_type;
  row.ttl = decoded->ttl;
  row.checksum = advert.checksum;
  row.advert_interval = static_cast<std::uint16_t>(advert.advert_interval.count() / 10'000'000);
  std::memcpy(row.source.data(), decoded->source.bytes().data(), size);
  std::memcpy(row.destination.data(), decoded->destination.bytes().data(), size);
  if (advert.address_count() > 0)
    std::memcpy(row.first_address.data(), advert.addresses.data(), size);
}

/// A view of an object that has bytes; gives it back by itself.
class BufferView {
 public:
  BufferView(const py::handle& object, int flags) {
    if (PyObject_GetBuffer(object.ptr(), &view_, flags) != 0) throw py::error_already_set();
  }
  ~BufferView() { PyBuffer_Release(&view_); }
  BufferView(const BufferView&) = delete;
  BufferView& operator=(const BufferView&) = delete;

  bool readonly() const { return view_.readonly != 0; }
  template <typename T>
  std::span<T> as() const {
    if (reinterpret_cast<std::uintptr_t>(view_.buf) % alignof(T) != 0)
      throw py::value_error("a buffer that is not aligned");
    return {static_cast<T*>(view_.buf), static_cast<std::size_t>(view_.len) / sizeof(T)};
  }

 private:
  Py_buffer view_{};
};

/// Packets lie in `data`, the i-th from bounds[i] to bounds[i + 1]; `out` has a row for each.
/// Nobody else may write to `bounds` and `out`.
/// Where the i-th ends before it begins, or behind the data, is a ValueError, and nothing was
/// written.
void decode_rows(const py::object& data, const py::object& bounds, const py::object& out) {
  const BufferView data_view(data, PyBUF_SIMPLE), bounds_view(bounds, PyBUF_SIMPLE),
      out_view(out, PyBUF_WRITABLE);
  const auto bytes = data_view.as<const std::uint8_t>();
  const auto ends = bounds_view.as<const std::int64_t>();
  const auto rows = out_view.as<Row>();
  if (ends.size() != rows.size() + 1) throw py::value_error("one bound more than rows is wanted");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (ends[i] < 0 || ends[i + 1] < ends[i] ||
        static_cast<std::uint64_t>(ends[i + 1]) > bytes.size())
      throw py::value_error("packet " + std::to_string(i) + " lies from byte " +
                            std::to_string(ends[i]) + " to " + std::to_string(ends[i + 1]) +
                            " of " + std::to_string(bytes.size()));
  }
  const GilReleased unlocked;
  std::vector<std::uint8_t> copy;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto packet = bytes.subspan(static_cast<std::size_t>(ends[i]),
                                static_cast<std::size_t>(ends[i + 1] - ends[i]));
    // Another thread may write into a buffer that can be written to.
    if (!data_view.readonly()) {
      copy.assign(packet.begin(), packet.end());
      packet = copy;
    }
    fill(rows[i], packet);
  }
}

py::list reason_names() {
  py::list names;
  names.append("");
  for (std::size_t i = 0; i < kDecodeErrorCount; ++i)
    names.append(std::string(to_string(static_cast<DecodeError>(i))));
  return names;
}

}  // namespace

void bind_decode(py::module_& module) {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
  const auto name = py::str("understudy");
  module.add_object("decode", py::reinterpret_steal<py::object>(
                                  PyCFunction_NewEx(&decode_method, nullptr, name.ptr())));
  module.def("set_advert_class", &set_advert_class);
  module.def("packet_addresses", &packet_addresses);
  module.def("decode_rows", &decode_rows);
  module.def("reason_names", &reason_names);
}

}  // namespace understudy::python
