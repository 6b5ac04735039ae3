#include "pcap/capture_reader.h"

#include <pcap/pcap.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace understudy::capture {

namespace {

// What int64 nanoseconds hold, with room to spare.
constexpr std::int64_t kHighestSeconds = 0xffffffff;

CaptureError file_error(std::string text) { return {0, 0, std::move(text)}; }

}  // namespace

std::string CaptureError::message() const {
  return packet == 0 ? text : "packet " + std::to_string(packet) + ": " + text;
}

void CaptureReader::Close::operator()(pcap* handle) const { pcap_close(handle); }

tl::expected<CaptureReader, CaptureError> CaptureReader::open(const std::string& path) {
  if (path == "-") return adopt(stdin);
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return tl::unexpected(file_error(std::strerror(errno)));
  struct stat status {};
  if (::fstat(::fileno(file), &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      std::fclose(file);
      return tl::unexpected(file_error("is a directory"));
    }
    if (S_ISREG(status.st_mode) && status.st_size == 0) {
      std::fclose(file);
      return tl::unexpected(file_error("the file is empty"));
    }
  }
  return adopt(file);
}

tl::expected<CaptureReader, CaptureError> CaptureReader::adopt(std::FILE* file) {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  pcap_t* handle =
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, text.data());
  if (handle == nullptr) {
    if (file != stdin) std::fclose(file);
    return tl::unexpected(file_error(text.data()));
  }
  return CaptureReader(handle);
}

tl::expected<std::optional<CapturedPacket>, CaptureError> CaptureReader::next() {
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = pcap_next_ex(handle_.get(), &header, &bytes);
  if (result == PCAP_ERROR_BREAK) return std::nullopt;
  ++number_;
  if (result != 1) return tl::unexpected(CaptureError{number_, 0, pcap_geterr(handle_.get())});
  std::int64_t seconds = header->ts.tv_sec;
  // The format's seconds have 32 bits and no sign; libpcap gives them one (from 2038 on).
  if (seconds < 0 && seconds >= -(kHighestSeconds + 1) / 2) seconds += kHighestSeconds + 1;
  const std::int64_t nanoseconds = header->ts.tv_usec;  // asked for when opening
  if (seconds < 0 || seconds > kHighestSeconds || nanoseconds < 0 ||
      nanoseconds > kHighestSeconds * 1000) {
    return tl::unexpected(CaptureError{number_, 0, "a time stamp out of range"});
  }
  CapturedPacket packet;
  packet.number = number_;
  packet.at = Instant{Duration{seconds * 1'000'000'000 + nanoseconds}};
  packet.bytes = {bytes, header->caplen};
  packet.original_size = header->len;
  return packet;
}

int CaptureReader::link_type() const { return pcap_datalink(handle_.get()); }

std::string CaptureReader::link_type_name() const {
  const char* name = pcap_datalink_val_to_name(link_type());
  const char* description = pcap_datalink_val_to_description(link_type());
  if (name == nullptr) return "link type " + std::to_string(link_type());
  return std::string(name) + (description == nullptr ? "" : std::string(" (") + description + ")");
}

}  // namespace understudy::capture
