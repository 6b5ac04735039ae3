// What the observer goes by: who is better, how long one waits, what one refuses. Private to
// core/vrrp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/vrrp/advert_codec.h"
#include "core/vrrp/message_reader.h"
#include "core/vrrp/observation.h"
#include "core/vrrp/timers.h"

namespace understudy::observing {

/// The VRRP message of a packet, and what lay around it.
struct Message {
  std::span<const std::uint8_t> bytes;  // without a trailer
  bool authentication_header = false;
  bool is_signed = false;  // auth_hmac's trailer
};

/// What is wrong with an IP header, so that every receiver's kernel drops the packet before VRRP
/// sees it: a checksum that does not verify (0, which a sender's network card has yet to fill in,
/// is not judged), a source that no host can have. Empty: nothing; lengths are decode_observed's.
/// `parts` are the packet's.
std::string_view header_fault(std::span<const std::uint8_t> packet, const IpPacketParts& parts);

/// decode_packet(), which also looks behind an authentication header and before auth_hmac's
/// trailer (neither code is judged: the keys are not known).
tl::expected<DecodedPacket, DecodeError> decode_observed(std::span<const std::uint8_t> packet,
                                                         Message& message);
/// The same of a packet that is split already.
tl::expected<DecodedPacket, DecodeError> decode_observed(const IpPacketParts& parts,
                                                         Message& message);

inline Duration down_interval(const Speaker& waiting, const Speaker& master) {
  // Version 3 learns the interval from the master, version 2 goes by its own.
  const Duration interval = waiting.version == 2 ? waiting.advert_interval : master.advert_interval;
  return master_down_interval(waiting.version, waiting.priority, interval);
}

inline bool is_better(const Speaker& one, const Speaker& other) {
  if (one.priority != other.priority) return one.priority > other.priority;
  return one.source > other.source;
}

/// A master that keeps silent for so long after a better one's advert has given way.
inline Duration yield_time(const Speaker& speaker) {
  return speaker.advert_interval + speaker.advert_interval / 2;
}

bool same_authentication(const Speaker& one, const Speaker& other);
bool same_addresses(const Speaker& one, const Speaker& other);
bool shares_an_address(const Speaker& one, const Speaker& other);

/// What in the sender's adverts lets the receiver refuse them: "the passwords differ". Empty:
/// nothing that a capture shows.
std::string why_refused(const Speaker& sender, const Speaker& receiver);

/// Whether every receiver configured like this one refuses them: such a one never yields.
bool surely_refused(const Speaker& sender, const Speaker& receiver);

/// Why `rival` is master beside `better`, as a sentence.
std::string why_deaf(const Speaker& rival, const Speaker& better);

}  // namespace understudy::observing
