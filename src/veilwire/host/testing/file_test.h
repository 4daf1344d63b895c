// A test with a folder of its own, and a file in it that is not there yet.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace veilwire::host::testing {

class FileTest : public ::testing::Test {
 protected:
  explicit FileTest(std::string_view name) {
    std::string pattern = ::testing::TempDir() + "veilwire-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/" + std::string(name);
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }

  static mode_t mode_of(const std::string& path) {
    struct stat facts{};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 07777;
  }
  mode_t mode() const { return mode_of(path_); }

  std::string folder_;
  std::string path_;
};

}  // namespace veilwire::host::testing
