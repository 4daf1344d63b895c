#include "veilwire/host/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "veilwire/host/testing/file_test.h"
#include "veilwire/host/testing/other_database_user.h"

namespace veilwire::host {
namespace {

using Kind = DatabaseError::Kind;

constexpr UnixTime kNow = from_unix_seconds(1'800'000'000);
constexpr DatabaseSchema kSchema{.application_id = 0x56770001,
                                 .version = 3,
                                 .create = "CREATE TABLE t (name TEXT PRIMARY KEY, data BLOB)"};

class DatabaseTest : public testing::FileTest {
 protected:
  DatabaseTest() : FileTest("file.sqlite") {}

  std::expected<Database, DatabaseError> open(UnixTime now = kNow) {
    return Database::open(path_, kSchema, now);
  }
  DatabaseError refusal() {
    const auto opened = open();
    return opened ? DatabaseError{} : opened.error();
  }
  static DatabaseDone insert(Database& database, std::string_view name, ByteView data) {
    return database.write(kNow, [&]() -> DatabaseDone {
      Statement statement = database.prepare("INSERT INTO t VALUES (?, ?)");
      statement.bind(1, name);
      statement.bind(2, data);
      const auto row = statement.step();
      if (!row) return std::unexpected(row.error());
      return {};
    });
  }
  static std::int64_t count(Database& database) {
    Statement statement = database.prepare("SELECT count(*) FROM t");
    EXPECT_EQ(statement.step().value(), true);
    return statement.number(0);
  }
  void write_file(const std::string& text) { std::ofstream(path_) << text; }
};

TEST_F(DatabaseTest, KeepsWhatIsWrittenAndGivesItBack) {
  const Bytes data{0, 1, 255};
  {
    auto database = open().value();
    EXPECT_TRUE(insert(database, "name", data));
    EXPECT_TRUE(insert(database, "", {}));
  }
  auto database = open().value();
  Statement statement = database.prepare("SELECT name, data FROM t WHERE name = ?");
  statement.bind(1, std::string_view("name"));
  ASSERT_TRUE(statement.step().value());
  EXPECT_EQ(statement.text(0), "name");
  EXPECT_TRUE(std::ranges::equal(statement.bytes(1), data));
  EXPECT_FALSE(statement.step().value());
  statement.reset();
  statement.bind(1, std::string_view());
  ASSERT_TRUE(statement.step().value());
  EXPECT_TRUE(statement.bytes(1).empty());
}

TEST_F(DatabaseTest, IsForItsUserAlone) {
  const mode_t before = ::umask(0);
  EXPECT_TRUE(open());
  ::umask(before);
  EXPECT_EQ(mode(), 0600U);
  ::chmod(path_.c_str(), 0644);
  EXPECT_TRUE(open());
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(DatabaseTest, UndoesAWriteThatFails) {
  auto database = open().value();
  const auto failed = database.write(kNow, [&]() -> DatabaseDone {
    EXPECT_TRUE(database.run("INSERT INTO t VALUES ('a', NULL)"));
    return database.run("INSERT INTO nowhere VALUES (1)");
  });
  EXPECT_EQ(failed.error().kind, Kind::kOther);
  EXPECT_EQ(failed.error().text, path_ + ": SQL logic error");
  EXPECT_EQ(count(database), 0);
}

TEST_F(DatabaseTest, SetsADamagedFileAside) {
  write_file(std::string(5000, 'x'));
  std::ofstream(path_ + "-journal") << "of the old one";
  auto database = open().value();
  const std::string aside = path_ + ".damaged-1800000000";
  EXPECT_EQ(database.take_notice(),
            path_ + " was damaged (" + path_ + ": file is not a database); it is now " + aside);
  EXPECT_FALSE(database.take_notice());
  EXPECT_EQ(std::filesystem::file_size(aside), 5000U);
  EXPECT_FALSE(std::filesystem::exists(path_ + "-journal"));
  EXPECT_EQ(count(database), 0);
}

TEST_F(DatabaseTest, WritesAgainWhereItIsDamagedWhileOpen) {
  auto database = open().value();
  ASSERT_TRUE(insert(database, "before", {}));
  write_file(std::string(20000, 'x'));
  EXPECT_TRUE(insert(database, "after", {}));
  EXPECT_TRUE(database.take_notice());
  EXPECT_EQ(count(database), 1);
}

TEST_F(DatabaseTest, LeavesAnotherProgramsFileAlone) {
  constexpr DatabaseSchema kOther{
      .application_id = 5, .version = 1, .create = "CREATE TABLE a (b)"};
  ASSERT_TRUE(Database::open(path_, kOther, kNow));
  EXPECT_EQ(refusal().kind, Kind::kForeign);
  EXPECT_EQ(refusal().text, path_ + " is the database of another program; name another file");
}

TEST_F(DatabaseTest, LeavesALaterVersionsFileAlone) {
  {
    ASSERT_TRUE(open());
    testing::OtherDatabaseUser(path_).run("PRAGMA user_version = 4");
  }
  EXPECT_EQ(refusal().kind, Kind::kForeign);
  EXPECT_EQ(refusal().text, path_ +
                                " was written by a later version of this program (its schema is "
                                "4, ours 3); name another file");
}

TEST_F(DatabaseTest, SaysWhatTheSystemRefuses) {
  path_ = folder_ + "/absent/file";
  EXPECT_EQ(refusal().kind, Kind::kFile);
  EXPECT_EQ(refusal().text, path_ + " cannot be opened for writing: No such file or directory");
  path_ = folder_ + "/link";
  std::filesystem::create_symlink(folder_ + "/elsewhere", path_);
  EXPECT_EQ(refusal().kind, Kind::kFile);
}

TEST_F(DatabaseTest, SaysThatAnotherHoldsTheFile) {
  auto database = open().value();
  testing::OtherDatabaseUser other(path_);
  other.run("BEGIN EXCLUSIVE");
  const auto written = insert(database, "a", {});
  EXPECT_EQ(written.error().kind, Kind::kOther);
  EXPECT_EQ(written.error().text, path_ + ": database is locked");
  other.run("ROLLBACK");
  EXPECT_TRUE(insert(database, "a", {}));
}

TEST_F(DatabaseTest, AMistakeInAStatementComesOutOfItsStep) {
  auto database = open().value();
  Statement statement = database.prepare("SELECT nothing FROM nowhere");
  statement.bind(1, std::int64_t{1});
  EXPECT_FALSE(statement.step());
  statement.reset();
  EXPECT_FALSE(statement.step());
}

}  // namespace
}  // namespace veilwire::host
