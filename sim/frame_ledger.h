// Numbers the frames of all NICs, and writes them with what became of each: `--pcapng`.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "pcap/pcapng_writer.h"
#include "sim/network_listener.h"
#include "sim/stage.h"
#include "sim/story.h"

namespace understudy::sim {

/// A frame's fate is known only after it was sent, so records wait, in order, until their frame has
/// left the network and a while more; at most kMost wait, then the oldest are written as they are.
class FrameLedger {
 public:
  static constexpr std::size_t kMost = 100'000;

  /// An empty path: nothing is written, frames are numbered alone.
  static tl::expected<FrameLedger, std::string> open(const Stage& stage, const std::string& path);

  /// The places of what is captured next; to be asked in the order in which captures are written.
  FramePlace next_place(std::uint32_t nic);
  /// `why`: what it is and why it was sent; may be empty.
  void sent(std::uint32_t nic, const Frame& frame, std::string why);
  /// Returns the record, for remark().
  std::uint64_t arrived(std::uint32_t nic, const Frame& frame, bool taken);
  /// What the receiver thought of what just arrived; may be empty.
  void remark(std::uint64_t record, const std::string& text);
  void lost(std::uint32_t nic, const Frame& frame, LossCause cause);
  void changed(std::uint32_t nic, const Frame& frame, FrameChange change);
  /// Writes what waits, and gives the file its name.
  tl::expected<void, std::string> close();

 private:
  struct Delivery {
    std::uint32_t nic;
    Duration after;
  };
  struct Record {
    std::uint32_t nic = 0;
    Instant at;
    std::vector<std::uint8_t> bytes;
    std::string comment;
    const Frame* frame = nullptr;  // of what was sent: until it has left the network
    std::uint64_t number = 0;
    std::vector<Delivery> deliveries;
    std::string losses;
  };

  explicit FrameLedger(const Stage& stage) : stage_(stage), counts_(stage.nics.size()) {}
  Record* record_of(const Frame& frame);
  bool is_done(const Record& record) const;
  void write_done();
  void write(const Record& record);
  std::string delivery_text(const std::vector<Delivery>& deliveries) const;
  std::string nic_name(std::uint32_t nic) const;
  std::string way_to(std::uint32_t nic, const Frame& frame) const;

  const Stage& stage_;
  std::vector<std::uint64_t> counts_;  // by NIC
  std::uint64_t count_of_all_ = 0;
  std::optional<capture::PcapngWriter> writer_;
  std::deque<Record> records_;
  std::uint64_t first_record_ = 0;                   // the ordinal of records_.front()
  std::map<std::uint64_t, std::uint64_t> sendings_;  // by frame number: ordinals of records
};

}  // namespace understudy::sim
