// What a host has besides its network: files that hold a number, and processes by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// Files are on disk: they outlive a power cut.
class FileTable {
 public:
  explicit FileTable(const Host& host) {
    for (const auto& file : host.files) values_.emplace(file.path, file.value);
  }

  /// nullopt: there is no such file.
  std::optional<std::int64_t> value(std::string_view path) const {
    const auto found = values_.find(path);
    return found == values_.end() ? std::nullopt : std::optional{found->second};
  }
  /// nullopt removes it.
  void set(std::string_view path, std::optional<std::int64_t> value) {
    if (value)
      values_.insert_or_assign(std::string(path), *value);
    else if (const auto found = values_.find(path); found != values_.end())
      values_.erase(found);
  }

 private:
  std::map<std::string, std::int64_t, std::less<>> values_;
};

/// How many processes of a name run. Services are not among them.
class ProcessTable {
 public:
  explicit ProcessTable(const Host& host) : host_(&host) { start_all(); }

  std::uint32_t count(std::string_view name) const {
    const auto found = counts_.find(name);
    return found == counts_.end() ? 0 : found->second;
  }
  void set(std::string_view name, std::uint32_t count) {
    counts_.insert_or_assign(std::string(name), count);
  }
  void clear() { counts_.clear(); }
  /// As after a boot.
  void start_all() {
    for (const auto& process : host_->processes) set(process.name, process.count);
  }

 private:
  const Host* host_;
  std::map<std::string, std::uint32_t, std::less<>> counts_;
};

}  // namespace understudy::sim
