// A small SQLite file that outlives crashes, for what is worth keeping and costs little to learn
// anew: addresses, bans, who spoke what.
//
// The file is for its user only: it is made with mode 0600, and one that others can read is
// narrowed to that. It has a rollback journal and is synchronous, so that what a transaction wrote
// is on the disk when it ends. A file that is damaged, or no SQLite file at all, is set aside and
// begun anew; that of another program, or of a later version of this one, is left alone.
//
// Any call may wait for the disk. One thread at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace veilwire::host {

struct DatabaseError {
  enum class Kind : std::uint8_t {
    kFile,     // the system refuses the file, or it is somebody else's
    kForeign,  // it is the database of another program, or of a later version
    kDamaged,
    kOther,  // the disk is full, another process holds the file
  };
  Kind kind = Kind::kOther;
  std::string text;  // a sentence without its full stop; names the file
};

using DatabaseDone = std::expected<void, DatabaseError>;

struct DatabaseSchema {
  std::int32_t application_id = 0;  // not 0: tells our file from another program's
  std::int32_t version = 1;         // from 1
  const char* create = "";          // makes the tables; run once, in a transaction
};

// One SQL statement with its parameters, counted from 1, and the columns of its row, counted from
// 0. An error is sticky and comes out of the next step(). REQUIRES: gone before its database is.
class Statement {
 public:
  Statement(Statement&& from) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // What is bound must live until the statement was run.
  void bind(int at, std::string_view text);
  void bind(int at, ByteView bytes);
  void bind(int at, std::int64_t number);
  // Whether there is one more row.
  std::expected<bool, DatabaseError> step();
  // Once more from the beginning, with what is bound.
  void reset();

  // Of the row that step() came to. Views last until the next step() or reset().
  std::int64_t number(int column) const;
  std::string_view text(int column) const;
  ByteView bytes(int column) const;

 private:
  friend class Database;
  Statement(const std::string& path, sqlite3* database, std::string_view sql);

  const std::string* path_;
  sqlite3_stmt* statement_ = nullptr;
  int code_;
};

class Database {
 public:
  // Makes the file where there is none; its folder must be there. `now` names what is set
  // aside: "<path>.damaged-<seconds since 1970>"; take_notice() says so.
  static std::expected<Database, DatabaseError> open(std::string path, const DatabaseSchema& schema,
                                                     UnixTime now);

  const std::string& path() const { return *path_; }

  Statement prepare(std::string_view sql);
  // Statements without parameters or rows.
  DatabaseDone run(const char* sql);
  // Takes the lock for writing, runs `work` and commits; undoes everything where either fails.
  // Where the file is found damaged it is set aside, and `work` is run once more on the new one; so
  // it is where an earlier call could not make the new one.
  DatabaseDone write(UnixTime now, const std::function<DatabaseDone()>& work);

  // "<path> was damaged (why); it is now <other path>", once after it happened.
  std::optional<std::string> take_notice();

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  enum class OnDamage : std::uint8_t { kSetAside, kRefuse };

  Database(std::string path, const DatabaseSchema& schema);

  DatabaseDone open_file(UnixTime now, OnDamage on_damage);
  DatabaseDone begin_anew(UnixTime now, const std::string& damage);
  std::expected<std::int64_t, DatabaseError> number_of(std::string_view sql);
  DatabaseDone check_whole();
  DatabaseDone check_schema();
  DatabaseDone try_write(const std::function<DatabaseDone()>& work);

  std::unique_ptr<std::string> path_;  // statements point to it
  DatabaseSchema schema_;
  std::unique_ptr<sqlite3, Close> database_;
  std::optional<std::string> notice_;
};

}  // namespace veilwire::host
