#include "pcap/growing_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::capture {
namespace {

std::string failure(const std::string& path, int error_number) {
  return "cannot write " + path + ": " + std::strerror(error_number);
}

}  // namespace

void GrowingFile::CloseFile::operator()(std::FILE* file) const { std::fclose(file); }

tl::expected<GrowingFile, std::string> GrowingFile::create(std::string path) {
  std::string temporary = path + "." + std::to_string(::getpid()) + ".part";
  const int descriptor =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) return tl::unexpected(failure(path, errno));
  std::FILE* file = ::fdopen(descriptor, "wb");
  if (file == nullptr) {
    const int error_number = errno;
    ::close(descriptor);
    ::unlink(temporary.c_str());
    return tl::unexpected(failure(path, error_number));
  }
  return GrowingFile(std::move(path), std::move(temporary), file);
}

GrowingFile::GrowingFile(std::string path, std::string temporary, std::FILE* file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}

GrowingFile& GrowingFile::operator=(GrowingFile&& other) noexcept {
  if (this != &other) {
    discard();
    path_ = std::move(other.path_);
    temporary_ = std::move(other.temporary_);
    file_ = std::move(other.file_);
    error_ = std::move(other.error_);
  }
  return *this;
}

GrowingFile::~GrowingFile() { discard(); }

void GrowingFile::put(const void* bytes, std::size_t size) {
  if (!file_ || !error_.empty() || size == 0) return;
  if (std::fwrite(bytes, 1, size, file_.get()) != size) error_ = failure(path_, errno);
}

void GrowingFile::refuse(const std::string& why) {
  if (error_.empty()) error_ = "cannot write " + path_ + ": " + why;
}

tl::expected<void, std::string> GrowingFile::close() {
  if (!file_) return tl::unexpected("cannot write " + path_ + ": closed twice");
  if (std::fflush(file_.get()) != 0 && error_.empty()) error_ = failure(path_, errno);
  if (std::fclose(file_.release()) != 0 && error_.empty()) error_ = failure(path_, errno);
  if (error_.empty() && ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    error_ = failure(path_, errno);
  }
  if (error_.empty()) return {};
  ::unlink(temporary_.c_str());
  return tl::unexpected(error_);
}

void GrowingFile::discard() {
  if (!file_) return;
  file_.reset();
  ::unlink(temporary_.c_str());
}

}  // namespace understudy::capture
