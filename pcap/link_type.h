// Link types as capture files number them (LINKTYPE_ values; tcpdump.org/linktypes.html). libpcap's
// DLT_ values are the same but for raw IP.
#pragma once

#include <string>

namespace understudy::capture {

inline constexpr int kLinkNull = 0;
inline constexpr int kLinkEthernet = 1;
inline constexpr int kLinkRawOfLinux = 12;  // raw IP, by the systems' own numbers
inline constexpr int kLinkRawOfBsd = 14;
inline constexpr int kLinkRaw = 101;
inline constexpr int kLinkWifi = 105;
inline constexpr int kLinkLoop = 108;
inline constexpr int kLinkCooked = 113;
inline constexpr int kLinkWifiRadiotap = 127;
inline constexpr int kLinkPpi = 192;
inline constexpr int kLinkIpv4 = 228;
inline constexpr int kLinkIpv6 = 229;
inline constexpr int kLinkCooked2 = 276;

/// For people: "EN10MB (Ethernet)", "link type 147".
std::string link_type_name(int link_type);

/// What libpcap's functions call it.
int data_link_of(int link_type);

}  // namespace understudy::capture
