// Any bytes at all as keepalived.conf, with files that it includes. Every finding has a sound
// place, and what is found sound can be run.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/cluster.h"
#include "core/config/parser.h"
#include "core/node/node.h"
#include "core/node/node_config.h"

namespace {

using namespace understudy;

void require(bool promise) {
  if (!promise) std::abort();
}

/// The input's parts between record separators, as files f0 (the configuration), f1, f2, ...
class Parts : public config::IncludeReader {
 public:
  explicit Parts(std::string_view text) {
    for (std::size_t end = 0; end != std::string_view::npos && parts_.size() < 5;) {
      end = text.find('\x1e');
      parts_.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end, text.size() - 1) + 1);
      if (text.empty()) break;
    }
  }

  std::vector<File> read(std::string_view pattern, std::string_view) override {
    std::vector<File> files;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (pattern == name(i) || pattern == "*") files.push_back({name(i), std::string(parts_[i])});
    return files;
  }

  static std::string name(std::size_t part) { return "f" + std::to_string(part); }
  std::string_view text_of(std::string_view file) const {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (file == name(i)) return parts_[i];
    std::abort();
  }
  std::string_view main() const { return parts_.front(); }

 private:
  std::vector<std::string_view> parts_;
};

void check_place(const Diagnostic& diagnostic, std::string_view text) {
  require(!diagnostic.code.empty() && !diagnostic.message.empty() && !format(diagnostic).empty());
  if (diagnostic.position.line == 0) return;
  for (std::uint32_t line = 1; line < diagnostic.position.line; ++line) {
    const auto end = text.find('\n');
    require(end != std::string_view::npos);
    text.remove_prefix(end + 1);
  }
  const auto line = text.substr(0, text.find('\n'));
  require(line.starts_with(diagnostic.source_line));
  require(diagnostic.position.column >= 1 && diagnostic.length >= 1);
  require(diagnostic.position.column + diagnostic.length - 1 <=
          std::max<std::size_t>(line.size(), 1));
}

void check_instance(const config::VrrpInstance& instance) {
  require(instance.vrid != 0 && instance.priority != 0 && !instance.interface.empty());
  require(instance.version == 2);
  require(instance.advert_interval >= std::chrono::seconds{1} &&
          instance.advert_interval <= std::chrono::seconds{255});
  require(instance.addresses.size() <= 255);
  require(instance.garp_master_repeat >= 1 && instance.garp_lower_prio_repeat >= 1);
}

void run(const config::Config& config) {
  require(!config.instances.empty());
  const auto made = make_node_config(config);
  Node node{made};
  Effects effects;
  Instant now{};
  for (std::size_t i = 0; i < made->interfaces.size(); ++i) {
    const auto interface = static_cast<std::uint16_t>(i);
    node.handle(now, AddressesChanged{interface, Ipv4Address{0xc0000201}}, effects);
    node.handle(now, LinkChanged{interface, true}, effects);
  }
  node.handle(now, Startup{}, effects);
  for (int i = 0; i < 3 && node.next_deadline(); ++i) {
    now = std::max(now, *node.next_deadline());
    node.handle(now, DeadlineReached{}, effects);
    effects.clear();
  }
  node.handle(now, Shutdown{}, effects);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Parts parts{{reinterpret_cast<const char*>(data), size}};
  const auto result = config::parse(parts.main(), "f0", &parts);
  for (const auto& diagnostic : result.diagnostics)
    check_place(diagnostic, parts.text_of(diagnostic.file));
  config::InterfaceSubnet subnet;
  subnet.interface = "eth0";
  subnet.address.prefix_length = 30;
  for (const auto& note : config::check_subnets(result.config, parts.main(), {subnet}))
    check_place(note, parts.text_of(note.file));
  for (const auto& note :
       config::check_cluster({{&result.config, parts.main()}, {&result.config, parts.main()}}))
    check_place(note, parts.text_of(note.file));
  if (has_errors(result.diagnostics)) return 0;
  for (const auto& instance : result.config.instances) check_instance(instance);
  run(result.config);
  return 0;
}
