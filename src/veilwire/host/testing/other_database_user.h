// Another program that has a SQLite file open: it holds locks, spoils tables, dies.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace veilwire::host::testing {

class OtherDatabaseUser {
 public:
  explicit OtherDatabaseUser(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK) << path;
  }
  ~OtherDatabaseUser() { sqlite3_close(database_); }
  OtherDatabaseUser(const OtherDatabaseUser&) = delete;
  OtherDatabaseUser& operator=(const OtherDatabaseUser&) = delete;

  void run(const char* sql) {
    EXPECT_EQ(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace veilwire::host::testing
