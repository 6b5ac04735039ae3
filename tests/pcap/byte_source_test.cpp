// Pipes that are silent: what ends the wait for them.
#include "pcap/byte_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

struct Enough {};

class SilentPipe : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0); }

  /// What a first read gives; -1: a failure.
  int read(Patience patience) const {
    const auto source = open_file(path_, std::move(patience));
    if (!source) return -1;
    std::array<std::uint8_t, 16> bytes{};
    const auto count = (*source)->read(bytes);
    return count ? static_cast<int>(*count) : -1;
  }
  void write() const {
    const int writer = ::open(path_.c_str(), O_WRONLY);
    EXPECT_EQ(::write(writer, "three", 5), 5);
    ::close(writer);
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.file("pipe");
};

TEST_F(SilentPipe, WhoeverIsAskedWhileItWaitsMayEndItByThrowing) {
  int asked = 0;
  const auto third = [&asked] {
    if (++asked == 3) throw Enough{};
  };
  EXPECT_THROW(read({.stop = nullptr, .waiting = third}), Enough) << "nobody writes";
  const int writer = ::open(path_.c_str(), O_RDWR);
  asked = 0;
  EXPECT_THROW(read({.stop = nullptr, .waiting = third}), Enough) << "somebody might";
  ::close(writer);
}

TEST_F(SilentPipe, EndsAfterASecondWhenToldToStop) {
  std::atomic<bool> stop = true;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(read({.stop = &stop, .waiting = {}}), 0);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{900});
}

TEST_F(SilentPipe, IsNoticedToStopWhileItWaits) {
  std::atomic<bool> stop = false;
  EXPECT_EQ(read({.stop = &stop, .waiting = [&stop] { stop = true; }}), 0);
}

TEST_F(SilentPipe, IsReadWhenSomebodyWritesLater) {
  int asked = 0;
  EXPECT_EQ(read({.stop = nullptr,
                  .waiting =
                      [&] {
                        if (++asked == 2) write();
                      }}),
            5);
  EXPECT_EQ(asked, 2);
}

TEST_F(SilentPipe, WhatIsThereIsReadEvenWhenToldToStop) {
  const int writer = ::open(path_.c_str(), O_RDWR);
  EXPECT_EQ(::write(writer, "three", 5), 5);
  std::atomic<bool> stop = true;
  EXPECT_EQ(read({.stop = &stop, .waiting = {}}), 5);
  ::close(writer);
}

}  // namespace
}  // namespace understudy::capture
