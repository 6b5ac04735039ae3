#include "pcap/explanation_page.h"

#include <array>
#include <cstdio>

namespace understudy::capture {

namespace {

const char* escape(Colour colour) {
  constexpr const char* kEscapes[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
  return kEscapes[static_cast<int>(colour)];
}

std::string addresses_text(const HostReplay& host) {
  std::string text;
  for (const IpAddress& address : host.addresses)
    text += (text.empty() ? "" : ", ") + to_string(address);
  return text;
}

class Replays {
 public:
  Replays(Page& page, const Explanation& explanation) : page_(page), explanation_(explanation) {}

  void add(const HostReplay& host) {
    page_.line("");
    page_.line(addresses_text(host) + " with " + host.file, Colour::strong);
    page_.line("  what its engine did");
    for (const auto& change : host.changes) add(change);
    if (host.changes.empty()) page_.line("    nothing");
    add_refusals(host);
    if (host.disagreements.empty()) return page_.line("  the wire agrees with it", Colour::good);
    page_.line("  where the wire disagrees");
    for (const auto& one : host.disagreements)
      page_.line("    " + clock(one.at) + "  " + one.instance + "  " +
                     Page::padded(std::string(to_string(one.kind)), 11) + "  " + one.text,
                 Colour::warn, 22);
  }

  void add_what_if(const HostReplay& host) {
    page_.line("");
    page_.line("what if " + addresses_text(host) + " had run " + host.file, Colour::strong);
    if (host.gone.empty() && host.added.empty()) {
      page_.line("  no change of its state would be different");
    } else {
      if (!host.gone.empty()) page_.line("  would not have been");
      for (const auto& change : host.gone) add(change);
      if (!host.added.empty()) page_.line("  would have been");
      for (const auto& change : host.added) add(change);
    }
    add_refusals(host);
    page_.line(
        "  Limits: the others' adverts are taken as captured, so how they would have answered is "
        "not in it; scripts and links are taken as up; each virtual router is replayed alone, "
        "without its sync group. --scenario writes a scenario in which all of them answer.",
        Colour::dim, 2);
  }

 private:
  std::string clock(Instant at) const { return clock_text(at - explanation_.start); }

  void add(const ReplayedChange& change) {
    page_.line("    " + clock(change.at) + "  " + change.instance + "  " +
               std::string(to_string(change.from)) + " -> " + std::string(to_string(change.to)) +
               "  " + std::string(to_string(change.reason)));
  }

  void add_refusals(const HostReplay& host) {
    if (host.refusals.empty()) return;
    page_.line("  what it heard and refused");
    for (const auto& refusal : host.refusals)
      page_.line("    " + clock(refusal.at) + "  " + refusal.instance + "  " +
                     std::to_string(refusal.count) + " of " + to_string(refusal.source) + ": " +
                     refusal.error,
                 Colour::warn);
  }

  Page& page_;
  const Explanation& explanation_;
};

}  // namespace

std::string clock_text(Duration since_start) {
  const std::int64_t microseconds = since_start.count() / 1000;
  const std::int64_t magnitude = microseconds < 0 ? -microseconds : microseconds;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%s%lld.%06lld", microseconds < 0 ? "-" : "",
                static_cast<long long>(magnitude / 1'000'000),
                static_cast<long long>(magnitude % 1'000'000));
  std::string text = buffer.data();
  if (text.size() < 13) text.insert(0, 13 - text.size(), ' ');
  return text;
}

void Page::put(const std::string& text, Colour colour) {
  if (options_.colours && colour != Colour::plain) {
    text_ += escape(colour) + text + "\x1b[0m\n";
  } else {
    text_ += text + "\n";
  }
}

void Page::line(const std::string& text, Colour colour, std::size_t indent) {
  std::string rest = text;
  while (indent != 0 && options_.width > indent + 20 && rest.size() > options_.width) {
    std::size_t cut = rest.rfind(' ', options_.width);
    if (cut == std::string::npos || cut <= indent) break;
    put(rest.substr(0, cut), colour);
    rest = std::string(indent, ' ') + rest.substr(cut + 1);
  }
  put(rest, colour);
}

void add_replays(Page& page, const Explanation& explanation) {
  Replays replays(page, explanation);
  for (const HostReplay& host : explanation.hosts) replays.add(host);
  for (const HostReplay& host : explanation.what_ifs) replays.add_what_if(host);
}

}  // namespace understudy::capture
