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
    document["announcements"] = Json::array();
    for (const auto& takeover : seen.announcements)
      document["announcements"].push_back(of(takeover));
    if (!explanation_.hosts.empty()) {
      document["hosts"] = Json::array();
      for (const auto& host : explanation_.hosts) document["hosts"].push_back(of(host, false));
    }
    if (!explanation_.what_ifs.empty()) {
      document["what_if"] = Json::array();
      for (const auto& host : explanation_.what_ifs) document["what_if"].push_back(of(host, true));
    }
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
    for (const Speaker& speaker : router.speakers) object["speakers"].push_back(of(speaker));
    add_vlan(object, router.key);
    return object;
  }

  Json of(const Speaker& speaker) const {
    Json object{{"source", to_string(speaker.source)},
                {"mac", mac(speaker.mac)},
                {"priority", speaker.priority},
                {"first_s", seconds(speaker.first)},
                {"last_s", seconds(speaker.last)},
                {"adverts", speaker.adverts},
                {"resignations", speaker.resignations},
                {"version", speaker.version},
                {"advert_interval_s", plain(speaker.advert_interval)},
                {"destination", to_string(speaker.destination)},
                {"ttl", speaker.ttl},
                {"authentication", authentication(speaker)},
                {"checksum", speaker.checksum_form ? Json(form(*speaker.checksum_form)) : Json()},
                {"addresses", Json::array()},
                {"lost", speaker.lost},
                {"late_s", Json::object()},
                {"changes", Json::array()}};
    for (const IpAddress& address : address_list(speaker))
      object["addresses"].push_back(to_string(address));
    Json& late = object["late_s"];
    late["worst"] = plain(speaker.lateness.worst);
    late["bins"] = Json::array();
    for (std::size_t i = 0; i < Lateness::kBins; ++i) {
      const bool last = i == Lateness::kBounds.size();
      late["bins"].push_back({{"up_to", last ? Json() : Json(plain(Lateness::kBounds[i]))},
                              {"adverts", speaker.lateness.adverts[i]}});
    }
    for (const SettingChange& change : speaker.changes)
      object["changes"].push_back({{"t", seconds(change.at)},
                                   {"packet", number(change.packet)},
                                   {"setting", to_string(change.setting)},
                                   {"from", change.from},
                                   {"to", change.to}});
    return object;
  }

  static const char* form(ChecksumForm form) {
    return form == ChecksumForm::message ? "message" : "pseudo_header";
  }

  static const char* authentication(const Speaker& speaker) {
    if (speaker.is_signed) return "hmac";
    if (speaker.auth_type == 1) return "pass";
    return speaker.auth_type == 2 ? "ah" : speaker.auth_type == 0 ? "none" : "unknown";
  }

  static Json mac(const std::optional<MacAddress>& mac) {
    return mac ? Json(to_string(*mac)) : Json();
  }

  static double plain(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

  /// Of a packet; null where a silence, or nobody who counts, has none.
  static Json number(const PacketPlace& place) {
    return place.number == 0 ? Json() : Json(place.number);
  }

  void add_file(Json& object, const PacketPlace& place) const {
    if (explanation_.files.size() > 1 && place.number != 0 &&
        place.file < explanation_.files.size())
      object["file"] = explanation_.files[place.file];
  }

  Json of(const TakeoverAnnouncements& takeover) const {
    Json object{{"t", seconds(takeover.at)},
                {"vrid", takeover.key.vrid},
                {"family", family(takeover.key.family)},
                {"source", to_string(takeover.source)},
                {"judged", takeover.judged},
                {"addresses", Json::array()}};
    for (const Announcement& entry : takeover.addresses)
      object["addresses"].push_back({{"address", to_string(entry.address)},
                                     {"t", entry.at ? Json(seconds(*entry.at)) : Json()},
                                     {"mac", mac(entry.mac)},
                                     {"packet", number(entry.packet)}});
    add_vlan(object, takeover.key);
    return object;
  }

  Json of(const ReplayedChange& change) const {
    return {{"t", seconds(change.at)},
            {"instance", change.instance},
            {"from", to_string(change.from)},
            {"to", to_string(change.to)},
            {"reason", to_string(change.reason)}};
  }

  Json of(const HostReplay& host, bool what_if) const {
    Json object{
        {"addresses", Json::array()}, {"config", host.file}, {"transitions", Json::array()}};
    for (const IpAddress& address : host.addresses)
      object["addresses"].push_back(to_string(address));
    for (const auto& change : host.changes) object["transitions"].push_back(of(change));
    object["refusals"] = Json::array();
    for (const auto& refusal : host.refusals)
      object["refusals"].push_back({{"t", seconds(refusal.at)},
                                    {"instance", refusal.instance},
                                    {"source", to_string(refusal.source)},
                                    {"error", refusal.error},
                                    {"count", refusal.count}});
    if (what_if) {
      object["gone"] = Json::array();
      object["added"] = Json::array();
      for (const auto& change : host.gone) object["gone"].push_back(of(change));
      for (const auto& change : host.added) object["added"].push_back(of(change));
      return object;
    }
    object["disagreements"] = Json::array();
    for (const auto& one : host.disagreements)
      object["disagreements"].push_back({{"t", seconds(one.at)},
                                         {"until_s", seconds(one.until)},
                                         {"kind", to_string(one.kind)},
                                         {"instance", one.instance},
                                         {"message", one.text},
                                         {"packet", number(one.packet)}});
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
                {"detail", describe(change)},
                {"kind", to_string(change.kind)},
                {"packet", number(change.packet)}};
    add_file(object, change.packet);
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
                {"other", address(finding.other)},
                {"packets", Json::array()},
                {"meaning", meaning(finding.code)},
                {"because", finding.because},
                {"fix", likely_fix(finding.code)}};
    for (const PacketPlace& place : finding.packets) object["packets"].push_back(place.number);
    if (!finding.packets.empty()) add_file(object, finding.packets.front());
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
