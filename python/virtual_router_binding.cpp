// One virtual router, an input at a time, for those who study the protocol.
#include <pybind11/stl.h>

#include <memory>
#include <optional>

#include "core/config/parser.h"
#include "core/node/node_config.h"
#include "core/vrrp/virtual_router.h"
#include "python/bindings.h"
#include "python/conversions.h"
#include "python/diagnostics.h"

namespace understudy::python {

namespace py = pybind11;

namespace {

/// Far from where int64 ends, so that no timer passes it.
constexpr std::int64_t kLatest = std::int64_t{1} << 61;

class SteppedRouter {
 public:
  SteppedRouter(std::shared_ptr<const NodeConfig> config, std::size_t index)
      : config_(std::move(config)), router_(config_->virtual_routers[index]) {}

  py::list start(std::int64_t at) { return handle(at, Startup{}); }
  py::list shut_down(std::int64_t at) { return handle(at, Shutdown{}); }
  py::list raise_fault(std::int64_t at) { return handle(at, FaultRaised{}); }
  py::list clear_fault(std::int64_t at) { return handle(at, FaultCleared{}); }
  py::list deadline(std::int64_t at) { return handle(at, DeadlineReached{}); }
  py::list set_priority(std::int64_t at, int priority) {
    if (priority < 1 || priority > 254) throw py::value_error("a priority is 1 to 254");
    return handle(at, EffectivePriorityChanged{static_cast<std::uint8_t>(priority)});
  }
  py::list set_source(std::int64_t at, const std::string& source) {
    const auto address = address_of(source);
    if (address.family() != router_.config().rules.family)
      throw py::value_error(source + " is of another family than " + name() + "'s addresses");
    return handle(at, SourceAddressChanged{address});
  }
  py::list receive(std::int64_t at, const py::bytes& packet) {
    go_to(at);
    // Deaf in INIT and FAULT, as the RFC has it.
    if (router_.state() == State::init || router_.state() == State::fault) return take();
    const auto received = router_.judge(now_, span_of(packet));
    if (received)
      router_.handle(now_, AdvertReceived{*received, now_}, effects_);
    else
      router_.refuse(received.error(), router_.config().rules.vrid, IpAddress{}, effects_);
    return take();
  }

  std::string name() const { return router_.config().name; }
  std::string state() const { return std::string(to_string(router_.state())); }
  int priority() const { return router_.effective_priority(); }
  std::int64_t now() const { return now_.time_since_epoch().count(); }
  std::optional<std::int64_t> next_deadline() const {
    const auto next = router_.next_deadline();
    if (!next) return std::nullopt;
    return next->time_since_epoch().count();
  }
  std::string master() const {
    const auto master = router_.master_address();
    return master.is_unspecified() ? "" : to_string(master);
  }

 private:
  void go_to(std::int64_t at) {
    if (at < now() || at > kLatest)
      throw py::value_error("time goes forwards: from " + std::to_string(now()) + " ns to " +
                            std::to_string(kLatest) + " ns, not to " + std::to_string(at));
    now_ = Instant{Duration{at}};
  }
  template <typename Input>
  py::list handle(std::int64_t at, const Input& input) {
    go_to(at);
    router_.handle(now_, input, effects_);
    return take();
  }
  py::list take() {
    py::list list;
    for (const auto& effect : effects_.list()) {
      const py::dict item = std::visit([&](const auto& one) { return described(one); }, effect);
      if (py::len(item) > 0) list.append(item);
    }
    effects_.clear();
    return list;
  }

  py::dict kind(const char* name) const {
    py::dict item;
    item["effect"] = name;
    item["t_ns"] = now();
    return item;
  }
  py::dict described(const SendAdvert& send) const {
    py::dict item = kind("send_advert");
    item["packet"] = bytes_of(effects_.packet(send));
    item["destination"] = to_string(send.destination);
    return item;
  }
  py::dict described(const AddAddresses&) const { return kind("add_addresses"); }
  py::dict described(const RemoveAddresses&) const { return kind("remove_addresses"); }
  py::dict described(const AnnounceAddresses& announce) const {
    py::dict item = kind("announce_addresses");
    item["repeat"] = announce.repeat;
    return item;
  }
  py::dict described(const Notify& notify) const {
    py::dict item = kind("notify");
    item["state"] = std::string(to_string(notify.state));
    return item;
  }
  py::dict described(const Report& report) const {
    if (const auto* changed = std::get_if<StateChanged>(&report)) {
      py::dict item = kind("state_changed");
      item["from"] = std::string(to_string(changed->from));
      item["to"] = std::string(to_string(changed->to));
      item["reason"] = std::string(to_string(changed->reason));
      return item;
    }
    if (const auto* refused = std::get_if<AdvertRefused>(&report)) {
      py::dict item = kind("advert_refused");
      item["reason"] = std::string(to_string(refused->error));
      return item;
    }
    return {};  // what only logs want
  }
  // Of scripts and groups, which a virtual router by itself does not have.
  template <typename Other>
  py::dict described(const Other&) const {
    return {};
  }

  std::shared_ptr<const NodeConfig> config_;
  VirtualRouter router_;
  Instant now_{};
  Effects effects_;
};

Profile profile_of(const std::string& name) {
  if (name == "keepalived") return Profile::keepalived;
  if (name == "rfc") return Profile::rfc;
  throw py::value_error("profile is 'keepalived' or 'rfc', not '" + name + "'");
}

/// The virtual router or None, the diagnostics, and the names there are. `name` may be empty when
/// there is one.
py::tuple make(const std::string& text, const std::string& file, const std::string& name,
               const std::string& profile) {
  const auto wanted = profile_of(profile);
  const auto parsed = config::parse(text, file);
  const auto diagnostics = diagnostics_of(parsed.diagnostics);
  std::vector<std::string> names;
  if (has_errors(parsed.diagnostics)) return py::make_tuple(py::none(), diagnostics, names);
  const auto config = make_node_config(parsed.config, wanted);
  for (const auto& router : config->virtual_routers) names.push_back(router.name);
  const int index = name.empty() && names.size() == 1 ? 0 : config->find_virtual_router(name);
  if (index < 0) return py::make_tuple(py::none(), diagnostics, names);
  return py::make_tuple(SteppedRouter(config, static_cast<std::size_t>(index)), diagnostics, names);
}

}  // namespace

void bind_virtual_router(py::module_& module) {
  py::class_<SteppedRouter>(module, "SteppedRouter")
      .def("start", &SteppedRouter::start)
      .def("shut_down", &SteppedRouter::shut_down)
      .def("raise_fault", &SteppedRouter::raise_fault)
      .def("clear_fault", &SteppedRouter::clear_fault)
      .def("deadline", &SteppedRouter::deadline)
      .def("set_priority", &SteppedRouter::set_priority)
      .def("set_source", &SteppedRouter::set_source)
      .def("receive", &SteppedRouter::receive)
      .def("copy", [](const SteppedRouter& self) { return SteppedRouter(self); })
      .def_property_readonly("name", &SteppedRouter::name)
      .def_property_readonly("state", &SteppedRouter::state)
      .def_property_readonly("priority", &SteppedRouter::priority)
      .def_property_readonly("now", &SteppedRouter::now)
      .def_property_readonly("next_deadline", &SteppedRouter::next_deadline)
      .def_property_readonly("master", &SteppedRouter::master);
  module.def("make_virtual_router", &make);
}

}  // namespace understudy::python
