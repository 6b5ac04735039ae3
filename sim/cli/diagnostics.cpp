#include "sim/cli/diagnostics.h"

#include <cstdio>

namespace understudy::cli {

void show(const std::vector<Diagnostic>& diagnostics, Shown shown) {
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string text = format(diagnostic);
    if (diagnostic.severity != Severity::error) {
      if (shown == Shown::errors) continue;
      text.resize(text.find('\n') + 1);
    }
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

}  // namespace understudy::cli
