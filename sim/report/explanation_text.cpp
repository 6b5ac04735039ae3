#include "sim/report/explanation_text.h"

#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

void append(std::string& text, const std::string& part) {
  if (part.empty()) return;
  if (!text.empty()) text += "; ";
  text += part;
}

}  // namespace

std::string place_text(const Cause& cause) {
  std::string text;
  if (!cause.config.empty())
    append(text, cause.config + (cause.line != 0 ? ":" + std::to_string(cause.line) : "") +
                     (cause.keyword.empty() ? "" : " " + cause.keyword));
  if (cause.frame != 0)
    append(text, "frame " + std::to_string(cause.frame) + " of " + cause.capture);
  append(text, cause.rfc);
  return text;
}

std::string loss_text(const RunResult& result) {
  const ProbeRecord* worst = nullptr;
  for (const ProbeRecord& probe : result.probes)
    if (worst == nullptr || probe.longest_blackout > worst->longest_blackout) worst = &probe;
  if (worst == nullptr) return {};
  if (worst->longest_blackout == Duration{}) return "no request lost";
  return "probe " + worst->name + ": " + std::to_string(worst->sent - worst->answered) + " of " +
         std::to_string(worst->sent) + " requests lost, " + to_text(worst->longest_blackout) +
         " at a stretch";
}

}  // namespace understudy::sim
