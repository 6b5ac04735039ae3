#include "daemon/file_watcher.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "daemon/clock.h"
#include "tests/daemon/temporary_folder.h"

namespace understudy::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(FileValue, FirstNumberOfTheText) {
  EXPECT_EQ(parse_file_value("12"), (FileValue{12, {}}));
  EXPECT_EQ(parse_file_value("  \n-7 more 8\n"), (FileValue{-7, {}}));
  EXPECT_EQ(parse_file_value("+5"), (FileValue{5, {}}));
  EXPECT_EQ(parse_file_value("010"), (FileValue{10, {}}));
  EXPECT_EQ(parse_file_value("3rd"), (FileValue{3, {}}));
  EXPECT_EQ(parse_file_value("2147483647"), (FileValue{2147483647, {}}));
  EXPECT_EQ(parse_file_value("-2147483648"), (FileValue{-2147483648LL, {}}));
}

TEST(FileValue, NothingIsZero) {
  EXPECT_EQ(parse_file_value(""), FileValue{});
  EXPECT_EQ(parse_file_value(" \t\n"), FileValue{});
}

TEST(FileValue, NoNumberIsZeroAndAProblem) {
  for (const char* text : {"down", "-", "+", "+-3", "--3", "2147483648", "99999999999999999999"}) {
    const auto value = parse_file_value(text);
    EXPECT_EQ(value.value, 0) << text;
    EXPECT_NE(value.problem, "") << text;
  }
}

TEST(FileValue, OfWhatIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file_value(folder.path("missing")), FileValue{});
  EXPECT_EQ(read_file_value(folder.path("missing/file")), FileValue{});
  EXPECT_NE(read_file_value(folder.path("")).problem, "");
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file_value(folder.path("pipe")).problem, "is no regular file");
}

void write(const std::string& path, const std::string& text) { std::ofstream{path} << text; }

config::TrackFile tracked(const std::string& path) {
  config::TrackFile file;
  file.name = "health";
  file.path = path;
  return file;
}

class InitialValue : public testing::Test {
 protected:
  std::vector<std::string> write_it(bool overwrite) {
    auto file = tracked(path_);
    file.initial_value = -3;
    file.overwrite = overwrite;
    return write_initial_values({file});
  }
  TemporaryFolder folder_;
  std::string path_ = folder_.path("health");
};

TEST_F(InitialValue, AppearsWhereThereWasNone) {
  const auto before = umask(077);
  EXPECT_TRUE(write_it(false).empty());
  umask(before);
  EXPECT_EQ(TemporaryFolder::read(path_), "-3\n");
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST_F(InitialValue, LeavesWhatIsThereUnlessToldToOverwrite) {
  write(path_, "5");
  EXPECT_TRUE(write_it(false).empty());
  EXPECT_EQ(TemporaryFolder::read(path_), "5");
  EXPECT_TRUE(write_it(true).empty());
  EXPECT_EQ(TemporaryFolder::read(path_), "-3\n");
}

TEST_F(InitialValue, LeavesNothingElseBehind) {
  write_it(true);
  write_it(false);
  const std::filesystem::directory_iterator begin{folder_.path("")};
  EXPECT_EQ(std::distance(begin, std::filesystem::directory_iterator{}), 1);
}

TEST_F(InitialValue, FailureIsToldWithTheFile) {
  path_ = folder_.path("no/such/folder");
  const auto failures = write_it(false);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_THAT(failures[0], testing::HasSubstr("track_file health: cannot write " + path_));
  path_ = folder_.path("");
  EXPECT_EQ(write_it(true).size(), 1U) << "a folder is not replaced";
}

class Watched : public testing::Test {
 protected:
  void open(const std::vector<config::TrackFile>& files) {
    watcher_.emplace(*FileWatcher::open(files));
    look();
  }
  void look() {
    changes_.clear();
    watcher_->look(monotonic_now(), changes_, lines_);
    for (const auto& change : changes_) told_.push_back(std::get<FileChanged>(change).value);
  }
  // Whether the value comes in time.
  bool becomes(std::int64_t value, Duration limit = seconds{3}) {
    const auto end = monotonic_now() + limit;
    while (watcher_->value(0) != value) {
      const auto now = monotonic_now();
      if (now >= end) return false;
      const auto left = std::min(end, watcher_->next_look()) - now;
      const auto wait = std::chrono::duration_cast<milliseconds>(left).count() + 1;
      pollfd entry{watcher_->fd(), POLLIN, 0};
      poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(wait, 0)));
      look();
    }
    return true;
  }
  TemporaryFolder folder_;
  const std::string path_ = folder_.path("health");
  std::optional<FileWatcher> watcher_;
  std::vector<Input> changes_;
  std::vector<std::int64_t> told_;
  std::vector<LogLine> lines_;
};

constexpr auto kAtOnce = milliseconds{150};  // less than any waiting of the watcher's own

TEST_F(Watched, ValueIsToldAtFirst) {
  write(path_, "4");
  open({tracked(path_), tracked(folder_.path("missing"))});
  EXPECT_THAT(told_, testing::ElementsAre(4, 0));
  EXPECT_TRUE(lines_.empty());
}

TEST_F(Watched, FileAppearsIsRewrittenAndVanishes) {
  open({tracked(path_)});
  write(path_, "1");
  EXPECT_TRUE(becomes(1, kAtOnce));
  write(path_, "-200");
  EXPECT_TRUE(becomes(-200, kAtOnce));
  std::filesystem::remove(path_);
  EXPECT_TRUE(becomes(0, kAtOnce));
  EXPECT_THAT(told_, testing::ElementsAre(0, 1, -200, 0));
}

TEST_F(Watched, EmptiedFileIsNotSeenBeforeItIsWritten) {
  write(path_, "7");
  open({tracked(path_)});
  for (int i = 0; i < 50; ++i) {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_TRUNC);
    look();
    EXPECT_EQ(::write(fd, "7", 1), 1);
    look();
    close(fd);
    look();
  }
  EXPECT_THAT(told_, testing::ElementsAre(7));
}

TEST_F(Watched, FileIsRenamedOverAndAway) {
  open({tracked(path_)});
  write(folder_.path("draft"), "9");
  std::filesystem::rename(folder_.path("draft"), path_);
  EXPECT_TRUE(becomes(9, kAtOnce));
  std::filesystem::rename(path_, folder_.path("old"));
  EXPECT_TRUE(becomes(0, kAtOnce));
}

TEST_F(Watched, FileThatIsKeptOpenIsReadSoonAfter) {
  write(path_, "1");
  open({tracked(path_)});
  const int fd = ::open(path_.c_str(), O_WRONLY);
  EXPECT_EQ(pwrite(fd, "2", 1, 0), 1);
  EXPECT_TRUE(becomes(2));
  close(fd);
}

TEST_F(Watched, FolderMayComeLaterAndGo) {
  const auto path = folder_.path("later/health");
  open({tracked(path)});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0].text, testing::HasSubstr("is read once a second"));
  std::filesystem::create_directory(folder_.path("later"));
  write(path, "3");
  EXPECT_TRUE(becomes(3));
  write(path, "4");
  EXPECT_TRUE(becomes(4, kAtOnce)) << "by now the folder is watched";
  std::filesystem::remove_all(folder_.path("later"));
  EXPECT_TRUE(becomes(0));
  std::filesystem::create_directory(folder_.path("later"));
  write(path, "5");
  EXPECT_TRUE(becomes(5));
}

TEST_F(Watched, FolderIsMovedAway) {
  std::filesystem::create_directory(folder_.path("f"));
  write(folder_.path("f/health"), "3");
  open({tracked(folder_.path("f/health"))});
  std::filesystem::rename(folder_.path("f"), folder_.path("g"));
  EXPECT_TRUE(becomes(0));
}

TEST_F(Watched, FileBehindALinkIsRead) {
  std::filesystem::create_directory(folder_.path("elsewhere"));
  write(folder_.path("elsewhere/real"), "3");
  std::filesystem::create_symlink(folder_.path("elsewhere/real"), path_);
  open({tracked(path_)});
  EXPECT_THAT(told_, testing::ElementsAre(3));
  write(folder_.path("elsewhere/real"), "4");
  EXPECT_TRUE(becomes(4));
}

TEST_F(Watched, ProblemIsLoggedOncePerKind) {
  write(path_, "none");
  open({tracked(path_)});
  write(path_, "nothing");
  becomes(1, kAtOnce);
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_[0].text,
            "track_file health: " + path_ + " does not begin with a number: counts as 0");
  write(path_, "99999999999");
  becomes(1, kAtOnce);
  ASSERT_EQ(lines_.size(), 2U);
  write(path_, "1");
  EXPECT_TRUE(becomes(1, kAtOnce));
  write(path_, "none");
  EXPECT_TRUE(becomes(0, kAtOnce));
  EXPECT_EQ(lines_.size(), 3U);
}

TEST_F(Watched, TwoFilesInOneFolder) {
  open({tracked(path_), tracked(folder_.path("other"))});
  write(folder_.path("other"), "6");
  EXPECT_FALSE(becomes(6, kAtOnce));
  EXPECT_EQ(watcher_->value(1), 6);
}

TEST_F(Watched, NothingToDoMeansNoWaking) {
  write(path_, "1");
  open({tracked(path_)});
  EXPECT_EQ(watcher_->next_look(), Instant::max());
}

}  // namespace
}  // namespace understudy::daemon
