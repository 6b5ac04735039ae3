#include "sim/report/explanation_picture.h"

#include <algorithm>

#include "sim/report/exact_json.h"

namespace understudy::sim {
namespace {

using Json = ExactJson;

std::string name_of(const std::optional<IpAddress>& address) {
  return address ? to_string(*address) : std::string("nobody");
}

class Pictures {
 public:
  explicit Pictures(const capture::Explanation& explanation)
      : explanation_(explanation), seen_(explanation.observation) {}

  Json build() {
    Json pictures = Json::array();
    const std::size_t count = std::min(seen_.routers.size(), PageLimits::kRouters);
    for (std::size_t i = 0; i < count; ++i) pictures.push_back(of(seen_.routers[i], i));
    return pictures;
  }

 private:
  Json time(Instant at) const { return exact_seconds(at - explanation_.start); }

  Json of(const ObservedRouter& router, std::size_t index) {
    Duration interval = std::chrono::milliseconds{1};
    Json speakers = Json::array();
    for (const Speaker& speaker : router.speakers) {
      interval = std::max(interval, speaker.advert_interval);
      speakers.push_back(of(router.key, speaker));
    }
    const Duration whole = explanation_.end - explanation_.start;
    return {{"name", "virtual router " + std::to_string(router.key.vrid)},
            {"at", "picture-" + std::to_string(index)},
            {"duration", exact_seconds(whole > Duration{} ? whole : interval)},
            {"window", exact_seconds(16 * interval)},
            {"speakers", std::move(speakers)},
            {"changes", changes(router.key)},
            {"findings", findings(router)}};
  }

  Json of(const RouterKey& key, const Speaker& speaker) {
    return {{"source", to_string(speaker.source)},
            {"about", "priority " + std::to_string(speaker.priority)},
            {"reigns", reigns(key, speaker.source)},
            {"adverts", adverts(key, speaker.source)},
            {"announcements", announcements(key, speaker.source)},
            {"settings", settings(speaker)}};
  }

  Json reigns(const RouterKey& key, const IpAddress& source) {
    Json list = Json::array();
    for (const Mastership& reign : seen_.masters) {
      if (reign.key != key || reign.source != source) continue;
      if (++reigns_ > PageLimits::kReigns) break;
      list.push_back({time(reign.from), time(reign.to), to_string(reign.end)});
    }
    return list;
  }

  Json adverts(const RouterKey& key, const IpAddress& source) const {
    Json list = Json::array();
    for (const capture::AdvertMark& mark : explanation_.marks.of(key, source))
      list.push_back({time(mark.at), time(mark.until), mark.priority, mark.packet, mark.count});
    return list;
  }

  Json announcements(const RouterKey& key, const IpAddress& source) {
    Json list = Json::array();
    for (const TakeoverAnnouncements& takeover : seen_.announcements) {
      if (takeover.key != key || takeover.source != source) continue;
      for (const Announcement& entry : takeover.addresses) {
        if (!entry.at || ++announcements_ > PageLimits::kMarks) continue;
        list.push_back({time(*entry.at), "announces " + to_string(entry.address)});
      }
    }
    return list;
  }

  Json settings(const Speaker& speaker) {
    Json list = Json::array();
    for (const SettingChange& change : speaker.changes) {
      if (++settings_ > PageLimits::kMarks) break;
      list.push_back({time(change.at), std::string(to_string(change.setting)) + ": " + change.from +
                                           " to " + change.to});
    }
    return list;
  }

  Json changes(const RouterKey& key) {
    Json list = Json::array();
    for (const MasterChange& change : seen_.changes) {
      if (change.key != key) continue;
      if (++changes_ > PageLimits::kChanges) break;
      list.push_back({time(change.at), name_of(change.from) + " to " + name_of(change.to) + ", " +
                                           std::string(to_string(change.reason)) + ": " +
                                           describe(change)});
    }
    return list;
  }

  Json findings(const ObservedRouter& router) const {
    Json list = Json::array();
    for (std::size_t i = 0; i < seen_.findings.size() && i < PageLimits::kFindings; ++i) {
      const Finding& finding = seen_.findings[i];
      if (!finding.has_vrid || finding.key != router.key) continue;
      const auto speaker = std::ranges::find(router.speakers, finding.source, &Speaker::source);
      list.push_back({{"t", time(finding.at)},
                      {"until", time(finding.until)},
                      {"severity", to_string(finding.severity)},
                      {"code", to_string(finding.code)},
                      {"text", finding.message},
                      {"speaker", speaker == router.speakers.end()
                                      ? -1
                                      : static_cast<int>(speaker - router.speakers.begin())}});
    }
    return list;
  }

  const capture::Explanation& explanation_;
  const Observation& seen_;
  // How many went into the pictures so far.
  std::size_t reigns_ = 0, announcements_ = 0, settings_ = 0, changes_ = 0;
};

}  // namespace

std::string explanation_pictures(const capture::Explanation& explanation) {
  std::string json;
  write_json(Pictures(explanation).build(), 0, json);
  return json;
}

}  // namespace understudy::sim
