#include "pcap/capture_stream.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "pcap/capture_reader.h"
#include "pcap/link_type.h"
#include "pcap/packet_filter.h"

namespace understudy::capture {
namespace {

std::string count_text(std::uint64_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

/// "0.25 s", "2 s".
std::string seconds_text(Duration duration) {
  const std::int64_t microseconds = duration.count() / 1000;
  std::string text = std::to_string(microseconds / 1'000'000);
  std::string rest = std::to_string(1'000'000 + microseconds % 1'000'000).substr(1);
  rest.erase(rest.find_last_not_of('0') + 1);
  if (!rest.empty()) text += "." + rest;
  return text + " s";
}

/// How far time ran backwards in a file.
struct Backwards {
  std::uint64_t packets = 0;
  std::uint64_t first = 0;  // packet number
  Duration first_step{};
  Duration longest_step{};

  void add(std::uint64_t number, Duration step) {
    if (packets++ == 0) {
      first = number;
      first_step = step;
    }
    longest_step = std::max(longest_step, step);
  }

  std::string text() const {
    return "time runs backwards: " + count_text(packets, "packet") +
           (packets == 1 ? " is" : " are") + " older than what came before (packet " +
           std::to_string(first) + " by " + seconds_text(first_step) +
           (packets == 1 ? ")" : "; the most: " + seconds_text(longest_step) + ")");
  }
};

/// The same expression for the link types that come along.
class FilterSet {
 public:
  explicit FilterSet(std::string expression) : expression_(std::move(expression)) {}

  bool matches(const CapturedPacket& packet) {
    if (packet.link_type != link_type_) choose(packet.link_type);
    return current_ == nullptr || current_->matches(packet);
  }
  bool empty() const { return expression_.empty(); }
  /// By link type; such packets are not filtered.
  const std::map<int, std::string>& problems() const { return problems_; }

 private:
  void choose(int link_type) {
    link_type_ = link_type;
    current_ = nullptr;
    if (problems_.contains(link_type)) return;
    auto place = filters_.find(link_type);
    if (place == filters_.end()) {
      auto filter = PacketFilter::compile(expression_, link_type);
      if (!filter) {
        problems_.emplace(link_type, filter.error());
        return;
      }
      place = filters_.emplace(link_type, std::move(*filter)).first;
    }
    current_ = &place->second;
  }

  std::string expression_;
  int link_type_ = -1;
  const PacketFilter* current_ = nullptr;
  std::map<int, PacketFilter> filters_;
  std::map<int, std::string> problems_;
};

/// One file of the stream, and its next packet.
struct Source {
  CaptureReader reader;
  CapturedPacket head;
  bool gave_packets = false;
  Instant latest = Instant::min();
  Backwards backwards;

  explicit Source(CaptureReader opened) : reader(std::move(opened)) {}
};

struct File {
  std::string name;
  std::optional<CaptureError> unreadable;
  std::unique_ptr<Source> source;
};

}  // namespace

struct CaptureStream::State {
  explicit State(const StreamOptions& options) : filters(options.filter) {}

  void add(const std::string& name, tl::expected<CaptureReader, CaptureError> reader) {
    File file{name, std::nullopt, nullptr};
    if (reader) {
      file.source = std::make_unique<Source>(std::move(*reader));
    } else {
      file.unreadable = reader.error();
    }
    files.push_back(std::move(file));
  }

  /// Reads the next packet of a file that passes the filter.
  bool advance(Source& source, std::uint32_t file) {
    for (;;) {
      const CapturedPacket* packet = source.reader.read();
      if (packet == nullptr) return false;
      source.gave_packets = true;
      if (packet->at < source.latest) [[unlikely]] {
        source.backwards.add(packet->number, source.latest - packet->at);
      } else {
        source.latest = packet->at;
      }
      if (!filters.empty() && !filters.matches(*packet)) continue;
      source.head = *packet;
      source.head.file = file;
      return true;
    }
  }

  bool later(std::uint32_t left, std::uint32_t right) const {
    const Instant one = files[left].source->head.at, other = files[right].source->head.at;
    return one != other ? one > other : left > right;
  }

  void begin() {
    begun = true;
    for (std::uint32_t i = 0; i < files.size(); ++i) {
      if (files[i].source && advance(*files[i].source, i)) waiting.push_back(i);
    }
    std::make_heap(waiting.begin(), waiting.end(),
                   [this](auto left, auto right) { return later(left, right); });
  }

  const CapturedPacket* next() {
    if (!begun) {
      begin();
    } else if (!waiting.empty()) {
      const auto order = [this](auto left, auto right) { return later(left, right); };
      const std::uint32_t file = waiting.front();
      if (waiting.size() == 1) {
        if (!advance(*files[file].source, file)) waiting.clear();
      } else {
        std::pop_heap(waiting.begin(), waiting.end(), order);
        if (advance(*files[file].source, file)) {
          std::push_heap(waiting.begin(), waiting.end(), order);
        } else {
          waiting.pop_back();
        }
      }
    }
    return waiting.empty() ? nullptr : &files[waiting.front()].source->head;
  }

  void add_notes(const File& file, std::vector<CaptureNote>& notes) const {
    const auto note = [&](bool error, std::string text) {
      notes.push_back({error, file.name, std::move(text)});
    };
    if (file.unreadable) return note(true, file.unreadable->message());
    const CaptureReader& reader = file.source->reader;
    if (const Skipped& skipped = reader.skipped(); skipped.count != 0) {
      note(true, skipped.first.message() +
                     (skipped.count == 1 ? "; passed over"
                                         : "; passed over, like " +
                                               count_text(skipped.count - 1, "other packet")));
    }
    if (reader.fault()) note(true, reader.fault()->message());
    if (reader.untimed() != 0) {
      note(false, count_text(reader.untimed(), "packet") +
                      " without a time, taken for as old as the one before");
    }
    if (file.source->backwards.packets != 0) note(false, file.source->backwards.text());
  }

  FilterSet filters;
  std::vector<File> files;
  std::vector<std::uint32_t> waiting;  // a heap of files by the times of their heads
  bool begun = false;
};

CaptureStream::CaptureStream(const std::vector<std::string>& paths, const StreamOptions& options)
    : state_(std::make_unique<State>(options)) {
  bool standard_input = false;
  for (const std::string& path : paths) {
    if (path == "-" && standard_input) {
      state_->add(path, tl::unexpected(CaptureError{0, 0, "standard input is read once"}));
      continue;
    }
    standard_input = standard_input || path == "-";
    state_->add(path, CaptureReader::open(path, {options.stop, options.waiting}));
  }
}

CaptureStream::CaptureStream(std::unique_ptr<ByteSource> source, const std::string& name,
                             const StreamOptions& options)
    : state_(std::make_unique<State>(options)) {
  state_->add(name, CaptureReader::adopt(std::move(source)));
}

CaptureStream::CaptureStream(CaptureStream&& other) noexcept = default;
CaptureStream& CaptureStream::operator=(CaptureStream&& other) noexcept = default;
CaptureStream::~CaptureStream() = default;

const CapturedPacket* CaptureStream::next() { return state_->next(); }

std::size_t CaptureStream::files_read() const {
  return static_cast<std::size_t>(std::ranges::count_if(state_->files, [](const File& file) {
    return file.source && (file.source->gave_packets || !file.source->reader.fault());
  }));
}

std::vector<CaptureNote> CaptureStream::notes() const {
  std::vector<CaptureNote> notes;
  for (const File& file : state_->files) state_->add_notes(file, notes);
  for (const auto& [link_type, problem] : state_->filters.problems()) {
    notes.push_back(
        {true, "--filter",
         problem + " (for packets of " + link_type_name(link_type) + ", which are all taken)"});
  }
  return notes;
}

StreamProgress CaptureStream::progress() const {
  StreamProgress progress{0, 0};
  for (const File& file : state_->files) {
    if (!file.source) continue;
    const ByteSource& bytes = file.source->reader.source();
    progress.bytes += bytes.position();
    if (bytes.size() && progress.total) {
      *progress.total += *bytes.size();
    } else {
      progress.total.reset();
    }
  }
  return progress;
}

std::string CaptureStream::interface_name(std::uint32_t file, std::uint32_t interface) const {
  if (file >= state_->files.size() || !state_->files[file].source) return {};
  const auto& interfaces = state_->files[file].source->reader.interfaces();
  return interface < interfaces.size() ? interfaces[interface].name : std::string {};
}

}  // namespace understudy::capture
