#include "sim/group_reporter.h"

#include <algorithm>
#include <string>
#include <utility>

namespace understudy::sim {
namespace {

// IGMP_V3_UNSOLICITED_REPORT_INTERVAL and its like of MLD.
constexpr Duration kRepeatWithin = std::chrono::seconds{1};

}  // namespace

GroupReporter::GroupReporter(GroupLink& link, std::vector<bool> snooped, std::uint64_t seed,
                             std::string_view host)
    : link_(link), snooped_(std::move(snooped)), draws_(seed, "groups/" + std::string(host)) {}

void GroupReporter::join(Instant now, std::uint32_t nic, const IpAddress& group) {
  const bool known = std::any_of(memberships_.begin(), memberships_.end(), [&](const auto& one) {
    return one.nic == nic && one.group == group;
  });
  if (known || !group.is_multicast()) return;
  memberships_.push_back({nic, group});
  change(now, nic, GroupRecordType::becomes_exclude, group);
}

void GroupReporter::leave_all(Instant now) {
  for (const auto& left : std::exchange(memberships_, {}))
    change(now, left.nic, GroupRecordType::becomes_include, left.group);
}

void GroupReporter::link_up(Instant now, std::uint32_t nic) {
  for (const auto& membership : memberships_)
    if (membership.nic == nic) change(now, nic, GroupRecordType::becomes_exclude, membership.group);
}

void GroupReporter::change(Instant now, std::uint32_t nic, GroupRecordType type,
                           const IpAddress& group) {
  if (!snooped_[nic]) return;
  Report report{now, nic, group.family(), {{type, group}}};
  send(report);
  // What was to be said of this group before is no longer so.
  planned_.erase(std::remove_if(planned_.begin(), planned_.end(),
                                [&](const Report& other) {
                                  return other.nic == nic && !other.records.empty() &&
                                         other.records[0].group == group;
                                }),
                 planned_.end());
  report.at = now + draws_.uniform(Duration{1}, kRepeatWithin);
  plan(std::move(report));
}

void GroupReporter::hear(Instant now, std::uint32_t nic, std::span<const std::uint8_t> packet) {
  if (!snooped_[nic]) return;
  const auto message = read_group_message(packet);
  if (!message || !message->query) return;
  const auto family = packet[0] >> 4 == 6 ? Family::ipv6 : Family::ipv4;
  const bool joined = std::any_of(
      memberships_.begin(), memberships_.end(),
      [&](const Membership& one) { return one.nic == nic && one.group.family() == family; });
  if (!joined) return;
  plan({now + draws_.uniform(Duration{}, message->response_time), nic, family, {}});
}

void GroupReporter::plan(Report report) {
  link_.wake_reports_at(report.at);
  planned_.push_back(std::move(report));
}

void GroupReporter::reach_deadline(Instant now) {
  const auto due = std::stable_partition(planned_.begin(), planned_.end(),
                                         [&](const Report& report) { return report.at > now; });
  const std::vector<Report> reports(std::make_move_iterator(due),
                                    std::make_move_iterator(planned_.end()));
  planned_.erase(due, planned_.end());
  for (const auto& report : reports) send(report);
}

void GroupReporter::send(const Report& report) {
  auto records = report.records;
  if (records.empty())
    for (const auto& membership : memberships_)
      if (membership.nic == report.nic && membership.group.family() == report.family)
        records.push_back({GroupRecordType::is_exclude, membership.group});
  const auto source = link_.report_source(report.nic, report.family);
  // Without an address IGMP speaks from 0.0.0.0 (RFC 3376, section 4.2.13); MLD needs one.
  if (records.empty() || source.family() != report.family) return;
  link_.send_report(report.nic, make_group_report(source, records));
}

void GroupReporter::clear() {
  memberships_.clear();
  planned_.clear();
}

}  // namespace understudy::sim
