// What everybody expects of files, of the system's and of the disk that stands for it in tests.
#include "veilwire/host/files.h"

#include <gtest/gtest.h>

#include "veilwire/host/testing/file_test.h"
#include "veilwire/host/testing/simulated_disk.h"

namespace veilwire::host {
namespace {

using testing::SimulatedDisk;

const Bytes kWords{'t', 'w', 'o', ' ', 'w', 'o', 'r', 'd', 's'};

Bytes all_of(File& file) {
  Bytes bytes(file.size().value());
  bytes.resize(file.read_at(0, bytes).value());
  return bytes;
}

enum class Which { kSystem, kSimulated };

class FilesTest : public testing::FileTest, public ::testing::WithParamInterface<Which> {
 protected:
  FilesTest() : FileTest("file") {
    if (GetParam() == Which::kSystem) {
      files_ = system_files();
    } else {
      files_ = std::make_unique<SimulatedDisk>();
    }
    EXPECT_TRUE(files_->make_folder(folder_));
  }
  std::unique_ptr<File> open(const std::string& path) {
    auto file = files_->open(path, Opening::kOrNew);
    if (!file) throw std::runtime_error(file.error().text);
    return std::move(*file);
  }

  std::unique_ptr<Files> files_;
};

INSTANTIATE_TEST_SUITE_P(Both, FilesTest, ::testing::Values(Which::kSystem, Which::kSimulated));

TEST_P(FilesTest, ReadBackWhatWasWritten) {
  const auto file = open(path_);
  ASSERT_TRUE(file->write_at(3, kWords));
  EXPECT_EQ(file->size(), 3 + kWords.size());
  Bytes read(20);
  EXPECT_EQ(file->read_at(3, read), kWords.size());
  read.resize(kWords.size());
  EXPECT_EQ(read, kWords);
  EXPECT_EQ(file->read_at(100, read), 0U);
  EXPECT_EQ(all_of(*open(path_))[0], 0);  // what was skipped is zeros
  EXPECT_TRUE(file->sync());
}

TEST_P(FilesTest, AreNotMadeWhereTheyHaveToExist) {
  const auto file = files_->open(path_, Opening::kExisting);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, FileError::Kind::kNotFound);
  EXPECT_NE(file.error().text.find(path_), std::string::npos);
}

TEST_P(FilesTest, AreCutAndMadeLonger) {
  const auto file = open(path_);
  ASSERT_TRUE(file->write_at(0, kWords));
  ASSERT_TRUE(file->resize(3));
  EXPECT_EQ(all_of(*file), (Bytes{'t', 'w', 'o'}));
  ASSERT_TRUE(file->resize(5));
  EXPECT_EQ(all_of(*file), (Bytes{'t', 'w', 'o', 0, 0}));
}

TEST_P(FilesTest, AreListedRenamedAndRemoved) {
  ASSERT_TRUE(open(folder_ + "/b")->write_at(0, kWords));
  open(folder_ + "/a");
  EXPECT_EQ(files_->list(folder_), (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(files_->rename(folder_ + "/b", folder_ + "/a"));
  EXPECT_EQ(files_->list(folder_), std::vector<std::string>{"a"});
  EXPECT_EQ(all_of(*open(folder_ + "/a")), kWords);
  ASSERT_TRUE(files_->sync_folder(folder_));
  ASSERT_TRUE(files_->remove(folder_ + "/a"));
  EXPECT_EQ(files_->list(folder_), std::vector<std::string>{});
  EXPECT_EQ(files_->remove(folder_ + "/a").error().kind, FileError::Kind::kNotFound);
  EXPECT_FALSE(files_->list(folder_ + "/none"));
}

TEST_P(FilesTest, AreLockedByOneAtATime) {
  auto held = files_->lock(path_);
  ASSERT_TRUE(held);
  const auto second = files_->lock(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, FileError::Kind::kInUse);
  held->reset();
  EXPECT_TRUE(files_->lock(path_));
}

class SystemFilesTest : public testing::FileTest {
 protected:
  SystemFilesTest() : FileTest("file") {}
};

TEST_F(SystemFilesTest, AreTheirOwnersAlone) {
  ASSERT_TRUE(system_files()->open(path_, Opening::kOrNew));
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(SystemFilesTest, SayWhyTheyCannotBeOpened) {
  const auto file = system_files()->open(folder_, Opening::kExisting);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().text, "'" + folder_ + "' cannot be opened: Is a directory");
}

TEST_F(SystemFilesTest, SayThatTheDiskIsFull) {
  const auto file = system_files()->open("/dev/full", Opening::kExisting);
  if (!file) GTEST_SKIP() << "this system has no /dev/full";
  const auto written = (*file)->write_at(0, kWords);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, FileError::Kind::kNoSpace);
}

// -- The disk of tests ------------------------------------------------------------------------------

TEST(SimulatedDisk, LosesWhatWasNotSyncedAndNothingElse) {
  std::size_t lost = 0, kept = 0, torn = 0;
  const Bytes late(2000, 7);
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SimulatedDisk disk(seed);
    auto file = disk.open("f", Opening::kOrNew).value();
    ASSERT_TRUE(file->write_at(0, kWords));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(disk.sync_folder(""));
    ASSERT_TRUE(file->write_at(kWords.size(), late));
    disk.pull_plug();
    const Bytes& left = disk.content("f");
    ASSERT_TRUE(std::ranges::equal(ByteView(left).first(kWords.size()), kWords));
    const auto sevens = static_cast<std::size_t>(std::ranges::count(left, 7));
    (sevens == 0 ? lost : sevens == late.size() ? kept : torn) += 1;
  }
  EXPECT_GT(lost, 0U);
  EXPECT_GT(kept, 0U);
  EXPECT_GT(torn, 0U);
}

TEST(SimulatedDisk, ForgetsANameWhoseFolderWasNotSynced) {
  std::size_t forgotten = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedDisk disk(seed);
    ASSERT_TRUE(disk.open("f", Opening::kOrNew).value()->sync());
    disk.pull_plug();
    if (!disk.has("f")) ++forgotten;
  }
  EXPECT_GT(forgotten, 0U);
  EXPECT_LT(forgotten, 20U);
}

TEST(SimulatedDisk, LosesNothingWhereItsUserIsKilled) {
  SimulatedDisk disk;
  auto file = disk.open("f", Opening::kOrNew).value();
  ASSERT_TRUE(file->write_at(0, kWords));
  disk.kill();
  EXPECT_EQ(disk.content("f"), kWords);
  EXPECT_THROW(static_cast<void>(file->size()), std::logic_error);
}

TEST(SimulatedDisk, FailsTheChangeThatItIsToldTo) {
  SimulatedDisk disk;
  auto file = disk.open("f", Opening::kOrNew).value();
  disk.fail_change(disk.changes() + 1, FileError::Kind::kNoSpace);
  EXPECT_TRUE(file->write_at(0, kWords));
  EXPECT_EQ(file->write_at(9, kWords).error().kind, FileError::Kind::kNoSpace);
  EXPECT_TRUE(file->write_at(9, kWords));
  disk.fail_change(0, FileError::Kind::kDisk, SimulatedDisk::Lasts::kOn);
  EXPECT_FALSE(file->sync());
  EXPECT_FALSE(file->sync());
  disk.repair();
  EXPECT_TRUE(file->sync());
}

}  // namespace
}  // namespace veilwire::host
