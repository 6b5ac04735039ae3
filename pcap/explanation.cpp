#include "pcap/explanation.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "pcap/capture_stream.h"
#include "pcap/explainer.h"
#include "pcap/wire_record.h"

namespace understudy::capture {

namespace {

constexpr std::uint64_t kPacketsBetweenProgress = 65'536;

void replay_hosts(const WireRecord& record, const ExplainOptions& options, Explanation& result) {
  for (const HostConfig& host : options.configs)
    result.hosts.push_back(replay(record, host, result.start, result.end));
  for (const HostConfig& host : options.what_ifs) {
    HostReplay known;
    for (const HostReplay& one : result.hosts)
      if (one.addresses == host.addresses) known = one;
    result.what_ifs.push_back(what_if(record, host, known, result.start, result.end));
  }
  if (record.dropped() != 0)
    result.remarks.push_back(
        {false, "",
         std::to_string(record.dropped()) + " adverts beyond what is kept for --config"});
}

/// The explainer knows files by their numbers.
void name_files(Explanation& result) {
  for (CaptureNote& note : result.remarks) {
    std::size_t file = 0;
    const char* end = note.file.data() + note.file.size();
    const auto parsed = std::from_chars(note.file.data(), end, file);
    if (!note.file.empty() && parsed.ec == std::errc{} && parsed.ptr == end &&
        file < result.files.size()) {
      note.file = result.files[file];
    } else if (note.file.empty() && result.files.size() == 1) {
      note.file = result.files.front();
    }
  }
}

}  // namespace

Explanation explain(std::span<const std::string> paths, const ExplainOptions& options) {
  CaptureStream stream(
      std::vector<std::string>(paths.begin(), paths.end()),
      {.filter = options.filter, .stop = options.stop, .waiting = options.waiting});
  return explain(stream, paths, options);
}

Explanation explain(CaptureStream& stream, std::span<const std::string> files,
                    const ExplainOptions& options) {
  WireRecord record;
  const bool replays = !options.configs.empty() || !options.what_ifs.empty();
  AdvertMarks marks;
  Explainer explainer(files.size() > 1, replays ? &record : nullptr,
                      options.mark_adverts ? &marks : nullptr);
  std::uint64_t packets = 0;
  while (const CapturedPacket* packet = stream.next()) {
    explainer.take(*packet);
    if (++packets % kPacketsBetweenProgress == 0 && options.progress)
      options.progress(stream.progress());
  }
  Explanation result = explainer.finish();
  result.files.assign(files.begin(), files.end());
  result.marks = std::move(marks);
  name_files(result);
  result.files_read = stream.files_read();
  const std::vector<CaptureNote> notes = stream.notes();
  result.remarks.insert(result.remarks.begin(), notes.begin(), notes.end());
  if (replays) replay_hosts(record, options, result);
  return result;
}

}  // namespace understudy::capture
