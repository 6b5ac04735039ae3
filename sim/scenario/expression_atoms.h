// The atoms of the language: what they are called, what they take, what they give.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/scenario/expression_node.h"

namespace understudy::sim {

enum class Parameter : std::uint8_t { none, host, instance, address, service, probe, state };

struct Atom {
  std::string_view name;
  Operation operation;
  ValueType type;
  std::array<Parameter, 3> parameters;
  bool counts = false;  // may stand in `count:`
};

inline constexpr std::array kAtoms{
    Atom{"state", Operation::state, ValueType::state, {Parameter::host, Parameter::instance}},
    Atom{"master", Operation::master, ValueType::host, {Parameter::instance}},
    Atom{"masters", Operation::masters, ValueType::integer, {Parameter::instance}},
    Atom{"holders", Operation::holders, ValueType::integer, {Parameter::address}},
    Atom{"arp", Operation::arp, ValueType::mac, {Parameter::host, Parameter::address}},
    Atom{"mac", Operation::mac, ValueType::mac, {Parameter::host}},
    Atom{"service",
         Operation::service,
         ValueType::service_status,
         {Parameter::host, Parameter::service}},
    Atom{"priority",
         Operation::priority,
         ValueType::integer,
         {Parameter::host, Parameter::instance}},
    Atom{"blackout", Operation::blackout, ValueType::duration, {Parameter::probe}},
    Atom{"lost", Operation::lost, ValueType::integer, {Parameter::probe}, true},
    Atom{"flaps", Operation::flaps, ValueType::integer, {Parameter::instance}, true},
    Atom{"transitions",
         Operation::transitions,
         ValueType::integer,
         {Parameter::instance, Parameter::host, Parameter::state},
         true},
    Atom{"adverts", Operation::adverts, ValueType::integer, {Parameter::host}, true},
    Atom{
        "garps", Operation::garps, ValueType::integer, {Parameter::host, Parameter::address}, true},
};

}  // namespace understudy::sim
