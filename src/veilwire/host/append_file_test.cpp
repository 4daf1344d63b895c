#include "veilwire/host/append_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "veilwire/host/testing/file_test.h"

namespace veilwire::host {
namespace {

class AppendFileTest : public testing::FileTest {
 protected:
  AppendFileTest() : FileTest("keys") {}

  std::string refusal() {
    const auto opened = AppendFile::open(path_);
    return opened ? "none" : opened.error();
  }
  std::string refused_as(const std::string& why) {
    return "'" + path_ + "' cannot be written: " + why;
  }
};

TEST_F(AppendFileTest, IsForItsOwnerAlone) {
  const mode_t before = ::umask(0);
  EXPECT_TRUE(AppendFile::open(path_));
  ::umask(before);
  EXPECT_EQ(mode(), 0600U);
  ::chmod(path_.c_str(), 0644);
  EXPECT_TRUE(AppendFile::open(path_));
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(AppendFileTest, AddsToWhatIsThere) {
  std::ofstream(path_) << "before\n";
  const auto file = AppendFile::open(path_);
  ASSERT_TRUE(file) << file.error();
  EXPECT_TRUE((*file)->add_line("one"));
  EXPECT_TRUE((*file)->add_line("two"));
  std::ifstream in(path_);
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(line, "before");
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(line, "one");
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(line, "two");
}

TEST_F(AppendFileTest, FollowsNoLink) {
  std::ofstream(folder_ + "/target") << "";
  std::filesystem::create_symlink(folder_ + "/target", path_);
  EXPECT_EQ(refusal(), refused_as("it is a symbolic link"));
}

TEST_F(AppendFileTest, RefusesAFileWithAnotherName) {
  std::ofstream(folder_ + "/other") << "";
  std::filesystem::create_hard_link(folder_ + "/other", path_);
  EXPECT_EQ(refusal(), refused_as("it has a second name (a hard link)"));
}

// Whether somebody reads it or nobody does, and without waiting for that.
TEST_F(AppendFileTest, RefusesAPipe) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), refused_as("it is not a regular file"));
  const int reader = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_EQ(refusal(), refused_as("it is not a regular file"));
  ::close(reader);
}

TEST_F(AppendFileTest, RefusesAnothersFile) {
  std::ofstream(path_) << "";
  if (::chown(path_.c_str(), 65534, 65534) != 0) GTEST_SKIP() << "only root gives files away";
  EXPECT_EQ(refusal(), refused_as("it belongs to another user"));
}

}  // namespace
}  // namespace veilwire::host
