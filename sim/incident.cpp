// The incident as text: keepalived.conf for each host, and the scenario.
#include "sim/incident.h"

#include <algorithm>

#include "sim/scenario/units.h"

namespace understudy::sim {

namespace {

/// Seconds as keepalived.conf has them: "1", "0.5".
std::string interval_text(Duration interval) {
  std::string text = seconds_text(interval);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

/// A password as keepalived.conf can hold it, in quotes; empty when it cannot.
std::string password_text(const AuthData& data) {
  std::string text;
  for (const std::uint8_t byte : data) {
    if (byte == 0) break;
    if (byte <= ' ' || byte > '~' || byte == '"' || byte == '\\' || byte == '#' || byte == '!' ||
        byte == '$')
      return {};
    text += static_cast<char>(byte);
  }
  return text;
}

std::string indented(const std::string& text, const std::string& indent) {
  std::string result;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    result += indent + text.substr(start, end - start) + "\n";
    start = end + 1;
  }
  return result;
}

std::string with_prefix(const IpAddress& address) {
  return to_string(address) + (address.is_ipv4() ? "/24" : "/64");
}

std::string authentication_text(const Speaker& speaker) {
  if (speaker.version != 2 || speaker.auth_type == 0) return {};
  const bool pass = speaker.auth_type == 1;
  std::string key = pass ? password_text(speaker.auth_data) : std::string("unknown");
  if (key.empty()) key = "unknown";
  return std::string("    authentication {\n        auth_type ") + (pass ? "PASS" : "AH") +
         "\n        auth_pass " + key + "\n    }\n";
}

std::string destination_text(const Speaker& speaker) {
  if (speaker.destination.is_multicast()) return {};
  std::string text = "    unicast_src_ip " + to_string(speaker.source) + "\n    unicast_peer {\n";
  for (const IpAddress& peer : speaker.destinations)
    if (!peer.is_multicast()) text += "        " + to_string(peer) + "\n";
  return text + "    }\n";
}

}  // namespace

std::string incident_config(const IncidentHost& host, const std::vector<std::uint8_t>& priorities,
                            const std::vector<std::uint16_t>& vlans) {
  std::string text;
  for (std::size_t i = 0; i < host.instances.size(); ++i) {
    const auto& instance = host.instances[i];
    const Speaker& speaker = *instance.speaker;
    const auto vlan = std::find(vlans.begin(), vlans.end(), instance.key.vlan) - vlans.begin();
    text += "vrrp_instance " + instance_name(instance.key) + " {\n    state BACKUP\n";
    text += "    interface eth" + std::to_string(vlan) + "\n";
    text += "    virtual_router_id " + std::to_string(instance.key.vrid) + "\n";
    text += "    priority " + std::to_string(priorities[i]) + "\n";
    text += "    version " + std::to_string(speaker.version) + "\n";
    text += "    advert_int " + interval_text(speaker.advert_interval) + "\n";
    if (speaker.checksum_form == ChecksumForm::message) text += "    v3_checksum_as_v2\n";
    if (speaker.mac == virtual_mac(instance.key.vrid, instance.key.family))
      text += "    use_vmac\n";
    text += authentication_text(speaker) + destination_text(speaker);
    text += "    virtual_ipaddress {\n";
    for (const IpAddress& address : address_list(speaker))
      text += "        " + with_prefix(address) + "\n";
    text += "    }\n}\n";
  }
  return text;
}

std::string incident_scenario(const Incident& incident, const std::string& name) {
  std::string text = "understudy: 1\nname: " + name +
                     "\nabout: Inferred from a capture by understudy explain.\nduration: " +
                     quantity_text(incident.duration) + "\n\n";
  for (const std::string& limit : incident.limits) text += "# " + limit + "\n";
  text += "\nsegments:\n";
  for (std::size_t i = 0; i < incident.vlans.size(); ++i)
    text += "  lan" + std::to_string(i) + ": { kind: switch, link: { delay: 50us } }\n";
  text += "\nhosts:\n";
  for (const IncidentHost& host : incident.hosts) {
    std::vector<std::uint8_t> priorities;
    for (const auto& instance : host.instances) priorities.push_back(instance.priority);
    text += "  " + host.name + ":\n    daemon: { started: false }\n    nics:\n";
    for (const auto& nic : host.nics) {
      const auto vlan = std::find(incident.vlans.begin(), incident.vlans.end(), nic.vlan) -
                        incident.vlans.begin();
      text += "      eth" + std::to_string(vlan) + ": { segment: lan" + std::to_string(vlan) +
              ", addresses: [";
      for (std::size_t i = 0; i < nic.addresses.size(); ++i)
        text += (i == 0 ? "\"" : ", \"") + with_prefix(nic.addresses[i]) + "\"";
      text += "]";
      if (nic.mac) text += ", mac: \"" + to_string(*nic.mac) + "\"";
      text += " }\n";
    }
    text +=
        "    config: |\n" + indented(incident_config(host, priorities, incident.vlans), "      ");
  }
  text += "\nwaive:\n";
  for (const char* oracle : {"one_master", "some_master", "holder_is_master", "true_arp"})
    text += std::string("  ") + oracle + ": \"an incident is rehearsed\"\n";
  text += "\ntimeline:\n";
  for (std::size_t i = 0; i < incident.deeds.size(); ++i) {
    const IncidentDeed& deed = incident.deeds[i];
    const std::string head = "id: e" + std::to_string(i + 1) + ", at: " + quantity_text(deed.at);
    if (deed.reload.empty()) {
      text += "  - { " + head + ", " + deed.text + " }\n";
      continue;
    }
    const IncidentHost& host = incident.hosts[deed.host];
    text += "  - id: e" + std::to_string(i + 1) + "\n    at: " + quantity_text(deed.at) +
            "\n    daemon: " + host.name + "\n    do: reload\n    config: |\n" +
            indented(incident_config(host, deed.reload, incident.vlans), "      ");
  }
  if (incident.deeds.empty()) text.replace(text.rfind("timeline:\n"), 10, "timeline: []\n");
  text += "\nexpect:\n";
  for (const IncidentExpectation& one : incident.expectations) {
    const std::string state =
        "\"state(" + incident.hosts[one.host].name + ", " + one.instance + ")";
    if (one.at > one.margin)
      text += "  - { at: " + quantity_text(one.at - one.margin) + ", that: " + state +
              " != MASTER\" }\n";
    text +=
        "  - { at: " + quantity_text(one.at + one.margin) + ", that: " + state + " == MASTER\" }\n";
  }
  if (incident.expectations.empty()) text.replace(text.rfind("expect:\n"), 8, "expect: []\n");
  return text;
}

}  // namespace understudy::sim
