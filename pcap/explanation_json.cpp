#include <nlohmann/json.hpp>

#include "pcap/explanation.h"

namespace understudy::capture {

namespace {

using Json = nlohmann::ordered_json;

class Document {
 public:
  explicit Document(const Explanation& explanation) : explanation_(explanation) {}

  Json build() const {
    const Observation& seen = explanation_.observation;
    Json document{{"schema", "understudy.explain/1"},
                  {"start_ns", explanation_.start.time_since_epoch().count()},
                  {"duration_s", seconds(explanation_.end)},
                  {"packets", explanation_.packets},
                  {"adverts", seen.adverts},
                  {"virtual_routers", Json::array()},
                  {"masters", Json::array()},
                  {"transitions", Json::array()},
                  {"findings", Json::array()},
                  {"warnings", Json::array()}};
    for (const auto& router : seen.routers) document["virtual_routers"].push_back(of(router));
    for (const auto& master : seen.masters) document["masters"].push_back(of(master));
    for (const auto& change : seen.changes) document["transitions"].push_back(of(change));
    for (const auto& finding : seen.findings) document["findings"].push_back(of(finding));
    for (const auto& remark : explanation_.remarks) {
      document["warnings"].push_back(remark.file + ": " + remark.text);
    }
    return document;
  }

 private:
  double seconds(Instant at) const {
    return static_cast<double>((at - explanation_.start).count()) / 1e9;
  }

  static Json address(const std::optional<IpAddress>& address) {
    return address ? Json(to_string(*address)) : Json(nullptr);
  }

  static const char* family(Family family) { return family == Family::ipv4 ? "ipv4" : "ipv6"; }

  static void add_vlan(Json& object, const RouterKey& key) {
    if (key.vlan != 0) object["vlan"] = key.vlan;
  }

  Json of(const ObservedRouter& router) const {
    Json object{{"vrid", router.key.vrid},
                {"family", family(router.key.family)},
                {"version", router.version},
                {"addresses", Json::array()},
                {"speakers", Json::array()}};
    for (const auto& virtual_address : router.addresses) {
      object["addresses"].push_back(to_string(virtual_address));
    }
    for (const Speaker& speaker : router.speakers) {
      object["speakers"].push_back({{"source", to_string(speaker.source)},
                                    {"mac", speaker.mac ? Json(to_string(*speaker.mac)) : Json()},
                                    {"priority", speaker.priority},
                                    {"first_s", seconds(speaker.first)},
                                    {"last_s", seconds(speaker.last)},
                                    {"adverts", speaker.adverts}});
    }
    add_vlan(object, router.key);
    return object;
  }

  Json of(const Mastership& master) const {
    Json object{{"vrid", master.key.vrid},
                {"family", family(master.key.family)},
                {"source", to_string(master.source)},
                {"from_s", seconds(master.from)},
                {"to_s", seconds(master.to)},
                {"ended", to_string(master.end)}};
    add_vlan(object, master.key);
    return object;
  }

  Json of(const MasterChange& change) const {
    Json object{{"t", seconds(change.at)},
                {"vrid", change.key.vrid},
                {"family", family(change.key.family)},
                {"from", address(change.from)},
                {"to", address(change.to)},
                {"reason", to_string(change.reason)},
                {"detail", describe(change)}};
    add_vlan(object, change.key);
    return object;
  }

  Json of(const Finding& finding) const {
    Json object{{"t", seconds(finding.at)},
                {"severity", to_string(finding.severity)},
                {"code", to_string(finding.code)},
                {"vrid", finding.has_vrid ? Json(finding.key.vrid) : Json()},
                {"message", finding.message},
                {"family", family(finding.key.family)},
                {"until_s", seconds(finding.until)},
                {"count", finding.count},
                {"source", to_string(finding.source)},
                {"other", address(finding.other)}};
    add_vlan(object, finding.key);
    return object;
  }

  const Explanation& explanation_;
};

}  // namespace

std::string json(const Explanation& explanation) {
  // Names of files may hold any byte; JSON is UTF-8.
  return Document(explanation).build().dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace understudy::capture
