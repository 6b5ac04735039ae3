#include "sim/cli/watch.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.h"
#include "pcap/explainer.h"
#include "pcap/explanation.h"
#include "pcap/link_type.h"
#include "pcap/live_capture.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/output.h"

namespace {

using namespace understudy;

constexpr int kPatienceMs = 200;
constexpr Duration kBetweenLooks = std::chrono::seconds{1};

struct Arguments {
  std::string interface;
  std::string filter;
  std::string json_path;
  double seconds = 0;  // 0: until it is interrupted
  bool strict = false;
};

Instant now() {
  return Instant{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

/// Why it cannot be opened, when it is not there: "there is no interface 'eht0': did you mean
/// ...".
std::string unknown_interface(const std::string& name) {
  const std::vector<std::string> known = capture::capture_interfaces();
  if (name == "any" || std::find(known.begin(), known.end(), name) != known.end()) return {};
  std::string text = "there is no interface '" + name + "'";
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view closest = closest_match(name, names);
  if (!closest.empty()) text += ": did you mean '" + std::string(closest) + "'?";
  text += " (there are";
  for (const std::string& one : known) text += " " + one + ",";
  return text + " any)";
}

std::string name_of(const RouterKey& key) {
  return std::to_string(key.vrid) + (key.family == Family::ipv6 ? " (IPv6)" : "") +
         (key.vlan != 0 ? " (VLAN " + std::to_string(key.vlan) + ")" : "");
}

/// Lines for events, and below them, on a terminal, one that tells how things stand.
class Screen {
 public:
  /// `events_to_errors`: standard output is for something else.
  explicit Screen(bool events_to_errors)
      : events_(events_to_errors ? stderr : stdout), status_wanted_(isatty(STDERR_FILENO) != 0) {}
  ~Screen() { clear(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void event(const std::string& line) {
    clear();
    std::fprintf(events_, "%s\n", line.c_str());
    std::fflush(events_);
  }

  void status(std::string line) {
    if (!status_wanted_) return;
    const std::size_t width = std::max(cli::output_width(), 20U) - 1;
    if (line.size() > width) line.resize(width);
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
    shown_ = true;
  }

  void clear() {
    if (!shown_) return;
    std::fputs("\r\x1b[K", stderr);
    shown_ = false;
  }

 private:
  std::FILE* events_;
  bool status_wanted_;
  bool shown_ = false;
};

/// Takes what a live capture gives and says what is new.
class Watch {
 public:
  Watch(capture::LiveCapture& live, Screen& screen) : live_(live), screen_(screen) {}

  /// Until `stop`, or for as long as is asked.
  void run(const cli::InterruptWatch& stop, Instant end) {
    Instant next_look = now();
    while (!stop.requested() && !live_.fault() && now() < end) {
      if (const auto* packet = live_.next(kPatienceMs)) {
        heard_ = true;
        explainer_.take(*packet);
        for (const std::string& line : explainer_.news()) screen_.event(line);
      }
      if (now() < next_look) continue;
      next_look = now() + kBetweenLooks;
      look();
    }
    screen_.clear();
  }

  /// Until now, or of nothing.
  capture::Explanation explanation() const {
    return explainer_.finish(heard_ ? now() : Instant::min());
  }

 private:
  /// How things stand: what no packet tells, a silence.
  void look() {
    const capture::Explanation explanation = this->explanation();
    const Observation& seen = explanation.observation;
    std::string line = std::to_string(seen.adverts) + " adverts";
    for (const ObservedRouter& router : seen.routers) {
      std::string masters;
      for (const Mastership& master : seen.masters) {
        if (master.key == router.key && master.end == MastershipEnd::lasting) {
          masters += (masters.empty() ? "" : " and ") + to_string(master.source);
        }
      }
      line += "; " + name_of(router.key) + ": " + (masters.empty() ? "NO MASTER" : masters);
      tell_silence(router.key, masters.empty(), explanation);
    }
    screen_.status(line);
  }

  void tell_silence(const RouterKey& key, bool orphaned, const capture::Explanation& explanation) {
    const auto place = std::find(orphans_.begin(), orphans_.end(), key);
    if (!orphaned && place != orphans_.end()) orphans_.erase(place);
    if (!orphaned || place != orphans_.end()) return;
    orphans_.push_back(key);
    std::string why;
    for (const MasterChange& change : explanation.observation.changes) {
      if (change.key == key && !change.to) why = describe(change);
    }
    screen_.event(clock(explanation.end - explanation.start) + " virtual router " + name_of(key) +
                  " has no master" + (why.empty() ? "" : ": " + why));
  }

  static std::string clock(Duration since_start) {
    const std::int64_t milliseconds = since_start.count() / 1'000'000;
    const std::string rest = std::to_string(1000 + milliseconds % 1000).substr(1);
    return std::to_string(milliseconds / 1000) + "." + rest;
  }

  capture::LiveCapture& live_;
  Screen& screen_;
  capture::Explainer explainer_;
  bool heard_ = false;
  std::vector<RouterKey> orphans_;  // that were told to have no master
};

int fail(const std::string& text) {
  std::fprintf(stderr, "understudy watch: error: %s\n", text.c_str());
  return 2;
}

int watch(const Arguments& arguments) {
  const std::string filter = arguments.filter.empty() ? capture::advert_filter() : arguments.filter;
  auto live = capture::LiveCapture::open(arguments.interface, filter);
  if (!live) {
    const std::string unknown = unknown_interface(arguments.interface);
    return fail(unknown.empty() ? live.error() : unknown);
  }
  const bool json_to_output = arguments.json_path == "-";
  std::fprintf(stderr, "watching %s, %s; Ctrl-C ends it and explains what was seen\n",
               arguments.interface.c_str(), capture::link_type_name(live->link_type()).c_str());
  Screen screen(json_to_output);
  Watch watch(*live, screen);
  const cli::InterruptWatch interrupt;
  const Instant end = arguments.seconds > 0
                          ? now() + Duration{static_cast<std::int64_t>(arguments.seconds * 1e9)}
                          : Instant::max();
  watch.run(interrupt, end);

  capture::Explanation explanation = watch.explanation();
  explanation.files = {arguments.interface};
  explanation.files_read = 1;
  if (live->fault()) explanation.remarks.push_back({true, arguments.interface, *live->fault()});
  if (live->dropped() != 0) {
    explanation.remarks.push_back(
        {false, arguments.interface,
         std::to_string(live->dropped()) + " packets came too fast and were not seen"});
  }
  for (const auto& remark : explanation.remarks) {
    std::fprintf(stderr, "%s: %s: %s\n", arguments.interface.c_str(),
                 remark.error ? "error" : "warning", remark.text.c_str());
  }
  if (live->fault() && explanation.packets == 0) return 2;
  if (!json_to_output && !cli::print("\n" + capture::text(explanation, {cli::output_width(),
                                                                        cli::output_has_color()})))
    return 2;
  if (!arguments.json_path.empty() &&
      !cli::write_output(arguments.json_path, capture::json(explanation))) {
    return 2;
  }
  const bool flawless = explanation.remarks.empty() && explanation.observation.findings.empty();
  return arguments.strict && !flawless ? 1 : 0;
}

}  // namespace

void add_watch(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "watch", "says who is master on a network, and what is wrong, while it happens");
  command->add_option("-i,--interface", arguments->interface, "to listen on; any: all of them")
      ->type_name("IFACE")
      ->required();
  command
      ->add_option("--filter", arguments->filter,
                   "which packets the kernel passes on (pcap-filter(7)); VRRP, ARP and Neighbour "
                   "Discovery if not given")
      ->type_name("BPF");
  command
      ->add_option("--json", arguments->json_path,
                   "write the explanation as JSON at the end; - for standard output")
      ->type_name("FILE");
  command->add_option("--seconds", arguments->seconds, "end after so long")
      ->type_name("S")
      ->check(CLI::Range(0.001, 1e8));
  command->add_flag("--strict", arguments->strict, "exit 1 when anything is found");
  command->callback([arguments, &exit_code] { exit_code = watch(*arguments); });
}
