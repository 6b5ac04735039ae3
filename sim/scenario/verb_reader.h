// One fault's verb with what stands beside it. Inside of load_verb.cpp.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/load_word.h"
#include "sim/scenario/names.h"

namespace understudy::sim {

class VerbReader {
 public:
  VerbReader(LoadContext& context, const YamlNode& node, const YamlNode& verb,
             const Scenario& scenario, Fault& fault, ConfigStore& configs)
      : context_(context),
        node_(node),
        verb_(verb),
        scenario_(scenario),
        fault_(fault),
        configs_(configs) {}

  /// Fills the fault's verb and text. False after an error.
  bool read();

  /// The verbs by their keys.
  static std::vector<std::string_view> names();
  /// The keys that a verb may have beside it.
  static std::vector<std::string_view> arguments_of(std::string_view verb);

 private:
  struct Entry {
    std::string_view name;
    bool (VerbReader::*read)(const std::string&);
    std::array<std::string_view, 2> arguments;
  };
  static const std::array<Entry, 15> kVerbs;

  // What happens on a host (verb_reader.cpp).
  bool service(const std::string& text);
  bool daemon(const std::string& text);
  bool host(const std::string& text);
  bool pause(const std::string& text);
  bool nic(const std::string& text);
  bool firewall(const std::string& text);
  bool file(const std::string& text);
  bool process(const std::string& text);
  bool clock(const std::string& text);
  bool note(const std::string& text);
  // What happens in the network (network_verbs.cpp).
  bool link(const std::string& text);
  bool partition(const std::string& text);
  bool arp(const std::string& text);
  bool switch_fault(const std::string& text);
  bool inject(const std::string& text);

  std::optional<std::size_t> find(std::string_view name);
  std::optional<std::size_t> find_daemon(std::string_view name);
  /// Both sides of a partition: a host's name, or a list of them.
  std::vector<std::size_t> side(const YamlNode& node);
  bool share_segment(const PartitionFault& fault) const;
  /// A key that the verb needs beside it.
  const YamlNode* argument(std::string_view key, const std::string& example);

  /// `do` or `what`.
  template <typename Value, std::size_t N>
  std::optional<Value> action(std::string_view key, const std::array<Word<Value>, N>& words) {
    const YamlNode* node = argument(key, suggestion("", texts_of(words)));
    if (node == nullptr) return std::nullopt;
    const auto value = load_word(context_, *node,
                                 "`" + std::string(key) + "` of `" + verb_.key + "` called", words);
    if (value) action_ = word_of(words, *value);
    return value;
  }

  LoadContext& context_;
  const YamlNode& node_;
  const YamlNode& verb_;
  const Scenario& scenario_;
  Fault& fault_;
  ConfigStore& configs_;
  std::string subject_;  // else the verb's value
  std::string action_;
};

}  // namespace understudy::sim
