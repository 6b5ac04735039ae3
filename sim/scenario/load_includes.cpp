// include: other scenario files, below this one.
#include <algorithm>

#include "sim/scenario/document_parts.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kDeepestInclude = 16;
constexpr std::size_t kMostFiles = 64;

class Includer {
 public:
  Includer(LoadContext& context, SourceStore& store) : context_(context), store_(store) {}

  /// `root` over what it includes.
  YamlNode expand(YamlNode root) {
    const YamlNode* include = root.kind == YamlNode::Kind::map ? root.find("include") : nullptr;
    if (include == nullptr) return root;
    chain_.push_back(context_.source_of(root).file());
    YamlNode below;
    below.kind = YamlNode::Kind::map;
    below.position = root.position;
    below.source = root.source;
    for (const YamlNode* path : paths_of(*include))
      if (auto part = read(*path)) below = merge(below, *part);
    chain_.pop_back();
    std::erase_if(root.items, [](const YamlNode& item) { return item.key == "include"; });
    YamlNode merged = merge(below, root);
    if (count_nodes(merged) > kMostNodes)
      context_.error(root, "too-large",
                     "more than " + std::to_string(kMostNodes) + " values in all files");
    return merged;
  }

 private:
  std::vector<const YamlNode*> paths_of(const YamlNode& include) {
    std::vector<const YamlNode*> paths;
    if (include.kind == YamlNode::Kind::scalar) paths.push_back(&include);
    if (include.kind == YamlNode::Kind::scalar || !context_.is_list(include, "include"))
      return paths;
    for (const YamlNode& item : include.items) paths.push_back(&item);
    return paths;
  }

  std::optional<YamlNode> read(const YamlNode& node) {
    const auto text = context_.string(node);
    if (!text) return std::nullopt;
    const std::string path = normal_path(path_from(context_.source_of(node).file(), *text));
    if (is_circle(node, path)) return std::nullopt;
    if (chain_.size() >= kDeepestInclude || ++files_ > kMostFiles) {
      context_.error(node, "too-deep",
                     chain_.size() >= kDeepestInclude
                         ? "files include each other more than " + std::to_string(kDeepestInclude) +
                               " levels deep"
                         : "more than " + std::to_string(kMostFiles) + " files are included");
      return std::nullopt;
    }
    std::string problem;
    const auto content = store_.files.read(path, problem);
    if (!content) {
      context_.error(node, "unreadable", "cannot read " + path + ": " + problem,
                     "paths are relative to the file that includes them");
      return std::nullopt;
    }
    const std::size_t before = context_.diagnostics().size();
    auto root = parse_source(*content, path, store_, context_.diagnostics());
    if (!root) {
      if (context_.diagnostics().size() == before || has_errors(context_.diagnostics()))
        context_.error(node, "bad-include", path + " has errors");
      return std::nullopt;
    }
    if (root->kind != YamlNode::Kind::map) {
      context_.error(node, "bad-include", path + " must be a map of scenario keys");
      return std::nullopt;
    }
    return expand(std::move(*root));
  }

  bool is_circle(const YamlNode& node, const std::string& path) {
    const auto found = std::find_if(chain_.begin(), chain_.end(), [&](const std::string& file) {
      return normal_path(file) == path;
    });
    if (found == chain_.end()) return false;
    std::string text;
    for (auto file = found; file != chain_.end(); ++file) text += *file + " -> ";
    context_.error(node, "circle", "files include each other: " + text + path);
    return true;
  }

  LoadContext& context_;
  SourceStore& store_;
  std::vector<std::string> chain_;
  std::size_t files_ = 0;
};

}  // namespace

std::string normal_path(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().string();
}

std::optional<YamlNode> parse_source(std::string_view text, const std::string& file,
                                     SourceStore& store, std::vector<Diagnostic>& diagnostics) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const SourceText& source = store.sources.emplace_back(file, text.substr(0, kLargestScenarioFile));
  return parse_yaml(text, source, diagnostics);
}

YamlNode expand_includes(LoadContext& context, YamlNode root, SourceStore& store) {
  return Includer(context, store).expand(std::move(root));
}

}  // namespace understudy::sim
