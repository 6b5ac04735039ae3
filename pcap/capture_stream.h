// Several captures as one stream of packets, in the order of their times.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pcap/packet.h"

namespace understudy::capture {

class ByteSource;

struct StreamOptions {
  /// A BPF expression (pcap-filter(7)); packets that do not match are not given. Empty: all.
  std::string filter;
  /// When this becomes other than 0, input that does not come any more ends the stream.
  const std::atomic<bool>* stop = nullptr;
  /// Called about ten times a second while nothing comes. May throw.
  std::function<void()> waiting = {};
};

/// How much of the files has been read, bytes as they lie on the disk.
struct StreamProgress {
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> total;  // nullopt: there is a pipe among them
};

/// Memory is bounded: one buffer a file, one packet a file. Packets of one time keep the order of
/// the files; within a file no packet passes another, even when time runs backwards there.
class CaptureStream {
 public:
  /// Opens all `paths` ("-": standard input). Those that cannot be read become notes.
  explicit CaptureStream(const std::vector<std::string>& paths, const StreamOptions& options = {});
  /// One source that is open already, named `name`.
  CaptureStream(std::unique_ptr<ByteSource> source, const std::string& name,
                const StreamOptions& options = {});
  CaptureStream(CaptureStream&& other) noexcept;
  CaptureStream& operator=(CaptureStream&& other) noexcept;
  ~CaptureStream();

  /// The next packet of all files, good until the next call; nullptr at the end. A file with a
  /// fault gives what lies before it, then a note.
  const CapturedPacket* next();

  /// Files that are captures, and could be read at least in part.
  std::size_t files_read() const;
  /// What is amiss so far, in the order of the files.
  std::vector<CaptureNote> notes() const;
  StreamProgress progress() const;
  /// "eth0" where the capture tells (pcapng), else empty.
  std::string interface_name(std::uint32_t file, std::uint32_t interface) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace understudy::capture
