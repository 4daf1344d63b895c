#include "veilwire/proxy/downgrade/memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "veilwire/host/testing/file_test.h"
#include "veilwire/host/testing/other_database_user.h"

namespace veilwire::proxy {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr UnixTime kNow = from_unix_seconds(1'800'000'000);
constexpr std::string_view kPeer = "203.0.113.5:8333";

class DowngradeMemoryTest : public host::testing::FileTest {
 protected:
  DowngradeMemoryTest() : FileTest("spoke-v2.sqlite") {}

  std::unique_ptr<DowngradeMemory> open(UnixTime now = kNow) {
    auto opened = DowngradeMemory::open(path_, now);
    EXPECT_TRUE(opened) << opened.error();
    return opened ? std::move(*opened) : nullptr;
  }
  std::string refusal() {
    const auto opened = DowngradeMemory::open(path_, kNow);
    return opened ? "none" : opened.error();
  }
  void write_file(std::string_view text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), mode);
  }
  // Something that was flushed and then not closed in order.
  void remember(UnixTime when, std::string_view peer) {
    const auto memory = open(when);
    memory->saw_v2(when, peer);
    EXPECT_TRUE(memory->flush(when));
  }
  void run_sql(const char* sql) { host::testing::OtherDatabaseUser(path_).run(sql); }
};

TEST_F(DowngradeMemoryTest, MakesItsFileForItsUserOnly) {
  const mode_t before = ::umask(0);
  open();
  ::umask(before);
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(DowngradeMemoryTest, NarrowsAFileThatOthersCanRead) {
  open();
  ::chmod(path_.c_str(), 0644);
  open();
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(DowngradeMemoryTest, RemembersBeforeAndAfterItIsSaved) {
  const auto memory = open();
  EXPECT_EQ(memory->once_spoke_v2(kNow, kPeer), SpokeV2::kNo);
  memory->saw_v2(kNow, kPeer);
  EXPECT_EQ(memory->once_spoke_v2(kNow, kPeer), SpokeV2::kYes);
  EXPECT_EQ(memory->unsaved_count(), 1U);
  EXPECT_TRUE(memory->flush(kNow));
  EXPECT_EQ(memory->unsaved_count(), 0U);
  EXPECT_EQ(memory->once_spoke_v2(kNow, kPeer), SpokeV2::kYes);
  EXPECT_EQ(memory->once_spoke_v2(kNow, "203.0.113.5:8334"), SpokeV2::kNo);
  EXPECT_FALSE(memory->take_notice());
}

TEST_F(DowngradeMemoryTest, RemembersOverARestart) {
  remember(kNow, kPeer);
  EXPECT_EQ(open()->once_spoke_v2(kNow, kPeer), SpokeV2::kYes);
}

TEST_F(DowngradeMemoryTest, ForgetsAfterThirtyDays) {
  remember(kNow, kPeer);
  const auto memory = open();
  EXPECT_EQ(memory->once_spoke_v2(kNow + days(30), kPeer), SpokeV2::kYes);
  EXPECT_EQ(memory->once_spoke_v2(kNow + days(30) + seconds(1), kPeer), SpokeV2::kNo);
  EXPECT_TRUE(memory->flush(kNow + days(31)));
  EXPECT_EQ(memory->once_spoke_v2(kNow, kPeer), SpokeV2::kNo);
}

TEST_F(DowngradeMemoryTest, KeepsTheLatestSightingThoughTheClockWentBack) {
  remember(kNow, kPeer);
  remember(kNow - days(20), kPeer);
  EXPECT_EQ(open()->once_spoke_v2(kNow + days(29), kPeer), SpokeV2::kYes);
}

TEST_F(DowngradeMemoryTest, HoldsABoundedNumberOfRowsAndDropsTheOldest) {
  const auto memory = open();
  std::int64_t number = 0;
  while (number < static_cast<std::int64_t>(kMaxDowngradeRows) + 5000) {
    for (int i = 0; i < 5000; ++i, ++number) {
      memory->saw_v2(kNow + seconds(number), "h" + std::to_string(number) + ":1");
    }
    ASSERT_TRUE(memory->flush(kNow + seconds(number)));
  }
  EXPECT_EQ(memory->once_spoke_v2(kNow + seconds(number), "h0:1"), SpokeV2::kNo);
  EXPECT_EQ(memory->once_spoke_v2(kNow + seconds(number), "h4999:1"), SpokeV2::kNo);
  EXPECT_EQ(memory->once_spoke_v2(kNow + seconds(number), "h5000:1"), SpokeV2::kYes);
  EXPECT_LT(std::filesystem::file_size(path_), 16'000'000U);
}

TEST_F(DowngradeMemoryTest, BoundsWhatWaits) {
  const auto memory = open();
  for (std::size_t i = 0; i < kMaxUnsavedSightings + 10; ++i) {
    memory->saw_v2(kNow, "h" + std::to_string(i) + ":1");
  }
  EXPECT_EQ(memory->unsaved_count(), kMaxUnsavedSightings);
  EXPECT_TRUE(memory->flush(kNow));
  memory->saw_v2(kNow, std::string(kMaxDowngradeKeyBytes + 1, 'x'));
  memory->saw_v2(kNow, "");
  EXPECT_EQ(memory->unsaved_count(), 0U);
}

TEST_F(DowngradeMemoryTest, SetsAsideWhatIsNoDatabase) {
  write_file(std::string(5000, 'x'));
  const auto memory = open();
  const std::string aside = path_ + ".damaged-1800000000";
  EXPECT_EQ(std::filesystem::file_size(aside), 5000U);
  EXPECT_EQ(memory->take_notice(), path_ + " was damaged (" + path_ +
                                       ": file is not a database); it is now " + aside +
                                       ", and which peers speak version 2 is learned again");
  EXPECT_FALSE(memory->take_notice());
  memory->saw_v2(kNow, kPeer);
  EXPECT_TRUE(memory->flush(kNow));
  EXPECT_EQ(open()->once_spoke_v2(kNow, kPeer), SpokeV2::kYes);
}

TEST_F(DowngradeMemoryTest, SetsAsideADamagedDatabaseWithItsJournal) {
  remember(kNow, kPeer);
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096, 'x');
  }
  std::ofstream(path_ + "-journal") << "of the old one";
  const auto memory = open();
  EXPECT_TRUE(memory->take_notice());
  EXPECT_EQ(memory->once_spoke_v2(kNow, kPeer), SpokeV2::kNo);
  EXPECT_TRUE(std::filesystem::exists(path_ + ".damaged-1800000000"));
}

TEST_F(DowngradeMemoryTest, SetsAsideAFileThatIsDamagedWhileItIsOpen) {
  remember(kNow, kPeer);
  const auto memory = open();
  write_file(std::string(20000, 'x'));
  memory->saw_v2(kNow, "b.example:1");
  EXPECT_TRUE(memory->flush(kNow));
  EXPECT_TRUE(memory->take_notice());
  EXPECT_EQ(open()->once_spoke_v2(kNow, "b.example:1"), SpokeV2::kYes);
}

TEST_F(DowngradeMemoryTest, TakesAnEmptyFileForANewOne) {
  write_file("");
  const auto memory = open();
  EXPECT_FALSE(memory->take_notice());
  memory->saw_v2(kNow, kPeer);
  EXPECT_TRUE(memory->flush(kNow));
}

TEST_F(DowngradeMemoryTest, LeavesTheDatabaseOfAnotherProgramAlone) {
  run_sql("CREATE TABLE wallet (key BLOB)");
  EXPECT_EQ(refusal(), path_ + " is the database of another program; name another file");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(DowngradeMemoryTest, LeavesAFileOfALaterVersionAlone) {
  remember(kNow, kPeer);
  run_sql("PRAGMA user_version = 2");
  EXPECT_NE(refusal().find("later version"), std::string::npos);
}

TEST_F(DowngradeMemoryTest, SaysWhyItCannotOpen) {
  path_ = folder_ + "/absent/file";
  EXPECT_EQ(refusal(), "the downgrade file " + path_ +
                           " cannot be opened for writing: No such file or directory; name another "
                           "with --downgrade-file, or do without with --no-downgrade-file");
  path_ = folder_;
  EXPECT_NE(refusal().find("cannot be opened"), std::string::npos);
  path_ = folder_ + "/link";
  std::filesystem::create_symlink(folder_ + "/elsewhere", path_);
  EXPECT_NE(refusal().find("cannot be opened"), std::string::npos);
}

TEST_F(DowngradeMemoryTest, LeavesAnothersFileAlone) {
  write_file("");
  if (::chown(path_.c_str(), 65534, 65534) != 0) GTEST_SKIP() << "only root gives files away";
  EXPECT_NE(refusal().find("belongs to another user"), std::string::npos);
}

TEST_F(DowngradeMemoryTest, WaitsWhereAnotherProcessHoldsTheFile) {
  const auto memory = open();
  memory->saw_v2(kNow, kPeer);
  std::optional<host::testing::OtherDatabaseUser> other(path_);
  other->run("BEGIN EXCLUSIVE");
  const auto flushed = memory->flush(kNow);
  EXPECT_EQ(flushed.error(),
            path_ + ": database is locked; 1 sightings are waiting to be saved, 0 were dropped");
  EXPECT_EQ(memory->once_spoke_v2(kNow, "b.example:1"), SpokeV2::kUnknown);
  EXPECT_EQ(memory->take_notice(), path_ + ": database is locked");
  other.reset();
  EXPECT_TRUE(memory->flush(kNow));
  EXPECT_EQ(open()->once_spoke_v2(kNow, kPeer), SpokeV2::kYes);
}

TEST_F(DowngradeMemoryTest, SurvivesACrashInTheMiddleOfWriting) {
  remember(kNow, kPeer);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Dies with a transaction under way whose pages have reached the file already.
    host::testing::OtherDatabaseUser other(path_);
    other.run(
        "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; DELETE FROM spoke_v2;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        "INSERT INTO spoke_v2 SELECT 'x' || i, i FROM n");
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(std::filesystem::exists(path_ + "-journal"));
  EXPECT_EQ(mode_of(path_ + "-journal"), 0600U);
  const auto memory = open();
  EXPECT_FALSE(memory->take_notice());
  EXPECT_EQ(memory->once_spoke_v2(kNow, kPeer), SpokeV2::kYes);
  EXPECT_EQ(memory->once_spoke_v2(from_unix_seconds(1), "x1"), SpokeV2::kNo);
}

}  // namespace
}  // namespace veilwire::proxy
