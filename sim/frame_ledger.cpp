#include "sim/frame_ledger.h"

#include <algorithm>
#include <utility>

#include "sim/frame_words.h"
#include "sim/nic_identity.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

// A damaged copy may still be on its way when the frame itself has left.
constexpr Duration kPatience = std::chrono::seconds{1};
constexpr std::size_t kNamesMost = 8;

std::string section_comment(const Scenario& scenario) {
  return scenario.name + (scenario.case_name.empty() ? "" : ", case " + scenario.case_name) +
         ", seed " + std::to_string(scenario.seed);
}

void append_clause(std::string& text, const std::string& clause) {
  if (!text.empty() && !clause.empty()) text += "; ";
  text += clause;
}

}  // namespace

tl::expected<FrameLedger, std::string> FrameLedger::open(const Stage& stage,
                                                         const std::string& path) {
  FrameLedger ledger(stage);
  if (path.empty()) return ledger;
  std::vector<std::string> names;
  for (std::uint32_t nic = 0; nic < stage.nics.size(); ++nic) names.push_back(ledger.nic_name(nic));
  auto writer = capture::PcapngWriter::create(path, names, section_comment(stage.scenario));
  if (!writer) return tl::unexpected(writer.error());
  ledger.writer_ = std::move(*writer);
  return ledger;
}

std::string FrameLedger::nic_name(std::uint32_t nic) const {
  const auto& place = stage_.nics[nic];
  return sim::nic_name(stage_.scenario, place.host, place.nic);
}

/// The cable's direction on which a frame was lost: "lan -> lb2.eth0".
std::string FrameLedger::way_to(std::uint32_t nic, const Frame& frame) const {
  const auto end = nic == kNoNic ? frame.source_nic : nic;
  if (end >= stage_.nics.size()) return "the switch";
  const auto& segment = stage_.scenario.segments[stage_.nics[end].segment].name;
  return nic == kNoNic ? nic_name(end) + " -> " + segment : segment + " -> " + nic_name(end);
}

FramePlace FrameLedger::next_place(std::uint32_t nic) {
  return {nic, ++counts_[nic], ++count_of_all_};
}

FrameLedger::Record* FrameLedger::record_of(const Frame& frame) {
  const auto found = sendings_.find(frame.number);
  if (frame.number == 0 || found == sendings_.end()) return nullptr;
  return &records_[found->second - first_record_];
}

void FrameLedger::sent(std::uint32_t nic, const Frame& frame, std::string why) {
  if (!writer_) return;
  sendings_[frame.number] = first_record_ + records_.size();
  const auto bytes = frame.view();
  records_.push_back({nic,
                      stage_.now,
                      {bytes.begin(), bytes.end()},
                      std::move(why),
                      &frame,
                      frame.number,
                      {},
                      {}});
  write_done();
}

std::uint64_t FrameLedger::arrived(std::uint32_t nic, const Frame& frame, bool taken) {
  if (!writer_) return 0;
  std::string comment = "from the switch";
  if (auto* sending = record_of(frame)) {
    const auto after = stage_.now - sending->at;
    if (taken) sending->deliveries.push_back({nic, after});
    comment = "from " + stage_.host(stage_.nics[sending->nic].host).name + ", " + to_text(after) +
              " on the way";
    if (frame.view().size() != sending->bytes.size() ||
        !std::equal(sending->bytes.begin(), sending->bytes.end(), frame.bytes.begin()))
      append_clause(comment, std::string(describe(FrameChange::corrupted)));
  }
  if (!taken) append_clause(comment, std::string(describe(LossCause::not_taken)));
  const auto bytes = frame.view();
  records_.push_back(
      {nic, stage_.now, {bytes.begin(), bytes.end()}, std::move(comment), nullptr, 0, {}, {}});
  return first_record_ + records_.size() - 1;
}

void FrameLedger::remark(std::uint64_t record, const std::string& text) {
  if (writer_ && record >= first_record_ && record - first_record_ < records_.size())
    append_clause(records_[record - first_record_].comment, text);
}

void FrameLedger::lost(std::uint32_t nic, const Frame& frame, LossCause cause) {
  auto* sending = writer_ ? record_of(frame) : nullptr;
  if (sending == nullptr) return;
  append_clause(sending->losses,
                "lost on " + way_to(nic, frame) + ": " + std::string(describe(cause)));
}

void FrameLedger::changed(std::uint32_t nic, const Frame& frame, FrameChange change) {
  auto* sending = writer_ ? record_of(frame) : nullptr;
  if (sending == nullptr) return;
  append_clause(sending->losses, "on " + way_to(nic, frame) + ": " + std::string(describe(change)));
}

bool FrameLedger::is_done(const Record& record) const {
  if (record.frame == nullptr) return true;
  const bool left = record.frame->number != record.number || record.frame->references == 0;
  return left && stage_.now - record.at >= kPatience;
}

void FrameLedger::write_done() {
  while (!records_.empty() && (records_.size() > kMost || is_done(records_.front()))) {
    write(records_.front());
    if (records_.front().frame != nullptr) sendings_.erase(records_.front().number);
    records_.pop_front();
    ++first_record_;
  }
}

/// "delivered to lb2, client in 100 us"; those of one time together.
std::string FrameLedger::delivery_text(const std::vector<Delivery>& deliveries) const {
  std::string text;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    if (i == kNamesMost) return text + " and " + std::to_string(deliveries.size() - i) + " more";
    text +=
        (i == 0 ? "delivered to " : ", ") + stage_.host(stage_.nics[deliveries[i].nic].host).name;
    if (i + 1 == deliveries.size() || deliveries[i + 1].after != deliveries[i].after)
      text += " in " + to_text(deliveries[i].after);
  }
  return text;
}

void FrameLedger::write(const Record& record) {
  std::string comment = record.comment;
  if (record.frame != nullptr) {
    append_clause(comment, delivery_text(record.deliveries));
    append_clause(comment, record.losses);
    if (record.deliveries.empty() && record.losses.empty()) {
      const bool left = record.frame->number != record.number || record.frame->references == 0;
      append_clause(comment, left ? "nobody took it" : "on its way still");
    }
  }
  writer_->write(
      record.nic, record.at, record.bytes,
      record.frame != nullptr ? capture::Direction::outbound : capture::Direction::inbound,
      comment);
}

tl::expected<void, std::string> FrameLedger::close() {
  if (!writer_) return {};
  for (const auto& record : records_) write(record);
  records_.clear();
  return writer_->close();
}

}  // namespace understudy::sim
