#include "pcap/link_type.h"

#include <pcap/pcap.h>

namespace understudy::capture {

int data_link_of(int link_type) { return link_type == kLinkRaw ? DLT_RAW : link_type; }

std::string link_type_name(int link_type) {
  const char* name = pcap_datalink_val_to_name(data_link_of(link_type));
  const char* description = pcap_datalink_val_to_description(data_link_of(link_type));
  if (name == nullptr) return "link type " + std::to_string(link_type);
  return std::string(name) + (description == nullptr ? "" : std::string(" (") + description + ")");
}

}  // namespace understudy::capture
