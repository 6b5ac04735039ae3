// What each finding is called, what it means and what most likely mends it.
#include "core/vrrp/observation.h"

namespace understudy {

namespace {

struct Text {
  FindingCode code;
  std::string_view name, meaning, fix;
};

constexpr Text kTexts[] = {
    {FindingCode::dual_master, "dual_master",
     "Two routers advertise at the same time, so both hold the virtual addresses.",
     "See that each one's adverts reach the other (firewall, switch, IGMP snooping) and pass its "
     "checks (password, interval, version)."},
    {FindingCode::bad_checksum, "bad_checksum",
     "The checksum does not verify in any form, so every receiver drops the packet.",
     "Look for a network card's checksum offload, a device that rewrites packets, or a broken "
     "sender."},
    {FindingCode::bad_ttl, "bad_ttl",
     "A multicast advert whose TTL is not 255 has passed a router or is forged, and is dropped.",
     "Take the router or tunnel out of the way between the hosts, or use unicast peers."},
    {FindingCode::bad_length, "bad_length",
     "The packet is shorter or longer than its own address count says, so it is dropped.",
     "Look for an MTU that cuts it, or compare the sender's number of virtual addresses and "
     "version."},
    {FindingCode::bad_version, "bad_version",
     "Routers of different VRRP versions do not understand each other.",
     "Set the same vrrp_version on all of them."},
    {FindingCode::bad_type, "bad_type", "The packet is of protocol 112, but no advertisement.",
     "Find out what else speaks protocol 112 here (CARP does)."},
    {FindingCode::auth_mismatch, "auth_mismatch",
     "The authentication differs, so each refuses the other's adverts.",
     "Write the same authentication block on all routers (passwords count to 8 bytes)."},
    {FindingCode::interval_mismatch, "interval_mismatch",
     "The advert intervals differ; in version 2 each refuses the other's adverts.",
     "Write the same advert_int on all routers."},
    {FindingCode::address_list_mismatch, "address_list_mismatch",
     "The lists of virtual addresses differ, so a takeover moves some and drops others; older "
     "keepalived refuses the adverts.",
     "Write the same virtual_ipaddress lists on all routers."},
    {FindingCode::late_advert, "late_advert",
     "The master's adverts come later than its interval says: it is starved or was paused.",
     "Give the daemon a real-time priority, the host more CPU, or lengthen advert_int."},
    {FindingCode::lost_adverts, "lost_adverts",
     "Adverts are missing where the interval says there should have been some; three in a row are "
     "a takeover.",
     "Look for loss between the master and the capture: a full queue, a bad cable, a rate limit."},
    {FindingCode::flapping, "flapping", "Mastership goes to and fro.",
     "Look at what changes each time (script, link, load), and use fall, rise or preempt_delay."},
    {FindingCode::missing_garp, "missing_garp",
     "A new master did not announce its addresses, so neighbours keep sending to the old one.",
     "See whether gratuitous ARP is filtered or switched off (garp_master_repeat), or let it be "
     "repeated with garp_master_refresh."},
    {FindingCode::ip_header_mismatch, "ip_header_mismatch",
     "The IP header is wrong, so every receiver's kernel drops the packet before VRRP sees it.",
     "Look for a device that rewrites or damages packets on the way, or for a forger."},
    {FindingCode::foreign_speaker, "foreign_speaker",
     "Another cluster uses the same VRID on this network: no virtual address is shared.",
     "Give one of the two clusters another virtual_router_id."},
    {FindingCode::priority_tie, "priority_tie",
     "Two routers have the same priority, so the address decides, or nobody takes over.",
     "Give each router a priority of its own, and a script's weight that crosses the difference."},
    {FindingCode::checksum_form_mismatch, "checksum_form_mismatch",
     "The version 3 checksums are made in two ways (with and without pseudo header); strict "
     "receivers refuse one of them.",
     "Set the same form on all routers (keepalived: v3_checksum_as_v2 or "
     "checksum_compatibility)."},
    {FindingCode::mac_mismatch, "mac_mismatch",
     "One router uses the virtual MAC address, the other its own, so caches must change at each "
     "takeover.",
     "Set use_vmac on all routers or on none."},
    {FindingCode::destination_mismatch, "destination_mismatch",
     "One router sends to the multicast group, the other to unicast peers or another group, so one "
     "side is deaf.",
     "Use unicast_peer on all routers or on none, and the same group (vrrp_mcast_group4)."},
    {FindingCode::address_conflict, "address_conflict",
     "A machine that is no router of this group answers for a virtual address.",
     "Find the machine by its MAC address and take the address from it."},
    {FindingCode::stale_holder, "stale_holder",
     "A former master still answers for a virtual address, so neighbours reach it instead of the "
     "new one.",
     "See why it keeps the address: its daemon died without taking it off, or is still master and "
     "its adverts are filtered."},
    {FindingCode::owner_conflict, "owner_conflict",
     "Two routers claim priority 255, that is to own the address.",
     "Only the host that has the address as its own may have priority 255."},
    {FindingCode::too_many_speakers, "too_many_speakers",
     "More senders than any virtual router has: forged, or a test.",
     "Find the sender by its MAC address."},
    {FindingCode::odd_source, "odd_source",
     "Adverts come from an address that moves with the mastership, or over IPv6 from none that is "
     "link-local; strict receivers refuse them.",
     "Give the interface an address of its own (over IPv6 a link-local one), or set "
     "mcast_src_ip."},
};
static_assert(std::size(kTexts) == kFindingCodeCount);

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kTexts); ++i)
    if (static_cast<std::size_t>(kTexts[i].code) != i) return false;
  return true;
}
static_assert(in_order());

const Text& text_of(FindingCode code) { return kTexts[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view to_string(FindingCode code) { return text_of(code).name; }
std::string_view meaning(FindingCode code) { return text_of(code).meaning; }
std::string_view likely_fix(FindingCode code) { return text_of(code).fix; }

}  // namespace understudy
