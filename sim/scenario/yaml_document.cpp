#include "sim/scenario/yaml_document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace understudy::sim {
namespace {

SourcePosition at(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

Diagnostic make_error(const SourceText& source, SourcePosition position, std::string code,
                      std::string message, std::string hint = {}) {
  Diagnostic diagnostic;
  diagnostic.file = source.file();
  diagnostic.position = position;
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostic.source_line = source.line(position.line);
  return diagnostic;
}

struct Refused {
  Diagnostic diagnostic;
};

/// Builds the tree from the parser's events; throws Refused, which ends the parser's recursion.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, std::vector<Diagnostic>& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.position = at(mark);
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "alias", "aliases are not allowed in scenarios",
           "repeat the text; cases share what stands outside `cases`");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    YamlNode node;
    node.position = at(mark);
    node.quoted = tag == "!";
    const bool is_null = !node.quoted && (value == "~" || value == "null" || value == "Null" ||
                                          value == "NULL" || value.empty());
    node.kind = is_null && !awaits_key() ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    node.text = value;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override {
    report_duplicates(stack_.back().node);
    close();
  }

 private:
  struct Open {
    YamlNode node;
    bool has_key = false;
    std::string key;
    SourcePosition key_position;
  };

  bool awaits_key() const {
    return !stack_.empty() && stack_.back().node.kind == YamlNode::Kind::map &&
           !stack_.back().has_key;
  }

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string code, std::string message,
                           std::string hint = {}) {
    throw Refused{
        make_error(source_, at(mark), std::move(code), std::move(message), std::move(hint))};
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      refuse(mark, "anchor", "anchors are not allowed in scenarios",
             "repeat the text; cases share what stands outside `cases`");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark, "tag", "tags are not allowed in scenarios", "quote a string that must stay one");
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (awaits_key()) refuse(mark, "bad-key", "a key must be a plain name");
    if (stack_.size() >= kDeepestNesting)
      refuse(mark, "too-deep", "nested deeper than " + std::to_string(kDeepestNesting) + " levels");
    stack_.emplace_back();
    stack_.back().node.kind = kind;
    stack_.back().node.position = at(mark);
  }
  void close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    add(std::move(node));
  }
  void add(YamlNode node) {
    node.source = &source_;
    if (++count_ > kMostNodes)
      throw Refused{make_error(source_, node.position, "too-large",
                               "more than " + std::to_string(kMostNodes) + " values in a file")};
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (awaits_key()) {
      if (node.kind != YamlNode::Kind::scalar || node.text.empty())
        throw Refused{make_error(source_, node.position, "bad-key", "a key must be a plain name")};
      parent.key = std::move(node.text);
      parent.key_position = node.position;
      parent.has_key = true;
      return;
    }
    if (parent.node.kind == YamlNode::Kind::map) {
      node.key = std::move(parent.key);
      node.key_position = parent.key_position;
      node.key_source = &source_;
      parent.has_key = false;
    }
    parent.node.items.push_back(std::move(node));
  }

  void report_duplicates(const YamlNode& map) {
    std::vector<const YamlNode*> sorted;
    sorted.reserve(map.items.size());
    for (const YamlNode& item : map.items) sorted.push_back(&item);
    std::stable_sort(sorted.begin(), sorted.end(), [](const YamlNode* left, const YamlNode* right) {
      return left->key < right->key;
    });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i]->key != sorted[i - 1]->key) continue;
      Diagnostic diagnostic = make_error(
          source_, sorted[i]->key_position, "duplicate-key",
          "duplicate key '" + sorted[i]->key + "'",
          "it stands in line " + std::to_string(sorted[i - 1]->key_position.line) + " already");
      diagnostic.length = static_cast<std::uint32_t>(sorted[i]->key.size());
      constexpr std::size_t kMostReported = 50;
      if (diagnostics_.size() >= kMostReported) throw Refused{std::move(diagnostic)};
      diagnostics_.push_back(std::move(diagnostic));
    }
  }

  const SourceText& source_;
  std::vector<Diagnostic>& diagnostics_;
  YamlNode root_;
  std::vector<Open> stack_;
  std::size_t count_ = 0;
};

/// Length of the UTF-8 sequence that starts here; 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xc2 && first < 0xe0   ? 2
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) >= 0xa0) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) >= 0x90) return 0;
  return length;
}

/// Refuses what is no text at all, before the YAML library sees it.
std::optional<Diagnostic> refuse_binary(std::string_view text, const SourceText& source) {
  SourcePosition position{1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f)
      return make_error(source, position, "binary",
                        "this is not a text file: it has control bytes");
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return make_error(source, position, "not-utf8", "this is not UTF-8 text");
    if (byte == '\n')
      position = {position.line + 1, 1};
    else
      position.column += static_cast<std::uint32_t>(length);
    i += length;
  }
  return std::nullopt;
}

std::string hint_at(const SourceText& source, const YAML::Mark& mark) {
  const std::string_view line = source.line(at(mark).line);
  const std::size_t text_at = line.find_first_not_of(" \t");
  const bool tab = line.substr(0, text_at).find('\t') != std::string_view::npos;
  return tab ? "indent with blanks, not with tabs" : "";
}

}  // namespace

std::optional<YamlNode> parse_yaml(std::string_view text, const SourceText& source,
                                   std::vector<Diagnostic>& diagnostics) {
  if (text.size() > kLargestScenarioFile) {
    diagnostics.push_back(make_error(source, {}, "too-large",
                                     "the file is too large: more than " +
                                         std::to_string(kLargestScenarioFile / 1'000'000) + " MB"));
    return std::nullopt;
  }
  if (auto binary = refuse_binary(text, source)) {
    diagnostics.push_back(std::move(*binary));
    return std::nullopt;
  }
  const std::size_t errors_before = diagnostics.size();
  TreeBuilder builder(source, diagnostics);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      diagnostics.push_back(make_error(source, {}, "empty", "the file holds no scenario"));
      return std::nullopt;
    }
    YamlNode root = builder.take_root();
    if (parser.HandleNextDocument(builder)) {
      diagnostics.push_back(make_error(source, builder.take_root().position, "several-documents",
                                       "a second document begins here",
                                       "one scenario file holds one document"));
      return std::nullopt;
    }
    if (diagnostics.size() != errors_before) return std::nullopt;
    return root;
  } catch (const Refused& refused) {
    diagnostics.push_back(refused.diagnostic);
  } catch (const YAML::Exception& error) {
    diagnostics.push_back(
        make_error(source, at(error.mark), "yaml-syntax", error.msg, hint_at(source, error.mark)));
  }
  return std::nullopt;
}

YamlNode merge(const YamlNode& base, const YamlNode& patch) {
  if (base.kind != YamlNode::Kind::map || patch.kind != YamlNode::Kind::map) return patch;
  YamlNode merged = base;
  merged.key_position = patch.key_position;
  merged.key_source = patch.key_source;
  for (const YamlNode& item : patch.items) {
    const auto own = std::find_if(merged.items.begin(), merged.items.end(),
                                  [&](const YamlNode& other) { return other.key == item.key; });
    if (own == merged.items.end())
      merged.items.push_back(item);
    else
      *own = merge(*own, item);
  }
  return merged;
}

std::size_t count_nodes(const YamlNode& node) {
  std::size_t count = 1;
  for (const YamlNode& item : node.items) count += count_nodes(item);
  return count;
}

}  // namespace understudy::sim
