// Names of a scenario and what they stand for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/vrrp/state.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

std::optional<std::size_t> find_segment(const Scenario& scenario, std::string_view name);
std::optional<std::size_t> find_host(const Scenario& scenario, std::string_view name);
std::optional<std::size_t> find_probe(const Scenario& scenario, std::string_view name);
std::optional<std::size_t> find_fault(const Scenario& scenario, std::string_view id);
std::optional<std::size_t> find_service(const Host& host, std::string_view name);
std::optional<std::size_t> find_nic(const Host& host, std::string_view name);
/// "INIT", "BACKUP", "MASTER", "FAULT"
std::optional<State> find_state(std::string_view name);

std::vector<std::string_view> segment_names(const Scenario& scenario);
std::vector<std::string_view> host_names(const Scenario& scenario);
std::vector<std::string_view> probe_names(const Scenario& scenario);
/// Only those that the file gives.
std::vector<std::string_view> fault_names(const Scenario& scenario);
std::vector<std::string_view> service_names(const Host& host);
std::vector<std::string_view> nic_names(const Host& host);
std::vector<std::string_view> state_names();
/// vrrp_instances of one host, or of all, each once.
std::vector<std::string_view> instance_names(const Scenario& scenario,
                                             std::optional<std::size_t> host);

/// Leaves the case of that name alone. When there is none it leaves them all, and says so: "there
/// is no case 'X': did you mean 'Y'?"; else empty.
std::string keep_case(std::vector<Scenario>& cases, std::string_view name);

/// "did you mean 'X'?", or "there are: ..." when nothing is close.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace understudy::sim
