// The golden packets of tests/conformance/verdicts.txt as values; make_verdicts.py says what each
// line means.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/vrrp/receive_rules.h"

namespace understudy::golden {

using Bytes = std::vector<std::uint8_t>;

/// What the reference receiver says: '.' accepted, else 'a' + the place of the error class.
struct Verdicts {
  char whole = '?';
  std::string warnings;  // "address-list,interval-mismatch"; "-": none
  std::string prefixes;  // of every length from 0 on
  std::string flips;     // in the order of flipped_bits()
};

struct Vector {
  std::string name;
  Bytes packet;
  ReceiveRules rules;  // but for the profile
  std::uint32_t ah_last_sequence = 0;
  std::string fields;  // as in the file; empty when the packet is refused
  ChecksumForm encoded_form = ChecksumForm::pseudo_header;
  Bytes encoded;  // empty when not to be encoded
  Verdicts rfc, keepalived;

  const Verdicts& verdicts(Profile profile) const {
    return profile == Profile::rfc ? rfc : keepalived;
  }
  ReceiveRules rules_for(Profile profile) const {
    auto made = rules;
    made.profile = profile;
    return made;
  }
};

struct Frame {
  std::string name, kind;
  std::uint8_t vrid = 0;
  IpAddress address;
  std::string detail;  // the target MAC of a gratuitous ARP, the solicited-node group of an NA
  Bytes bytes;
};

/// Spans in nanoseconds; for version 3 `interval` is the learnt one.
struct TimerRow {
  int version = 0;
  std::uint8_t priority = 0;
  Duration interval{}, skew{}, down{};
};

/// A packet with (or without) an auth_hmac trailer and what a daemon said of it.
struct HmacPacket {
  struct Delivery {
    WallTime at{};
    std::string counter;  // "-": accepted
  };
  std::string name;
  Bytes packet;
  ReceiveRules rules;
  IpAddress source;
  std::size_t trailer_at = 0;  // 0: there is none
  std::uint8_t key_id = 0;
  std::uint64_t sequence = 0;
  Bytes mac_input;
  std::vector<Delivery> deliveries;
};

struct File {
  std::vector<std::string> errors;
  std::vector<Vector> vectors;
  std::vector<Frame> frames;
  std::vector<TimerRow> timers;
  std::vector<HmacPacket> hmac;
};

/// Read once.
const File& file();

Bytes from_hex(const std::string& hex);
std::string to_hex(std::span<const std::uint8_t> bytes);

/// '.' or the letter of the error.
char letter_of(const tl::expected<ReceivedAdvert, DecodeError>& result);
/// The fields as the file writes them.
std::string fields_of(const ReceivedAdvert& received);
std::string warnings_of(const ReceivedAdvert& received);

/// The bits that are flipped, as 8 x byte + bit: all of a packet of up to 400 bytes, one of each
/// byte of a longer one.
std::vector<std::size_t> flipped_bits(std::size_t packet_size);

/// receive() on an exactly sized copy on the heap: a read past the end is seen by the address
/// sanitizer. `copy` keeps what the result borrows.
tl::expected<ReceivedAdvert, DecodeError> receive_copy(std::span<const std::uint8_t> packet,
                                                       const ReceiveRules& rules,
                                                       const ReceiveContext& context,
                                                       std::unique_ptr<std::uint8_t[]>& copy);

/// Names fit "v3-*-empty": one star at most stands for anything.
bool matches(const std::string& name, const std::string& pattern);

}  // namespace understudy::golden
