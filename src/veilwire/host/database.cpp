#include "veilwire/host/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "veilwire/host/private_file.h"
#include "veilwire/host/sqlite_error.h"

namespace veilwire::host {
namespace {

using Kind = DatabaseError::Kind;

// How long to wait for another process that writes.
constexpr int kBusyMilliseconds = 250;

std::unexpected<DatabaseError> refuse(Kind kind, std::string text) {
  return std::unexpected(DatabaseError{kind, std::move(text)});
}

// The journal goes with its file: it would be played back into the new one.
DatabaseDone rename_with_journal(const std::string& from, const std::string& to) {
  for (const std::string_view end : {"-journal", ""}) {
    const std::string source = from + std::string(end);
    const std::string target = to + std::string(end);
    if (std::rename(source.c_str(), target.c_str()) != 0 && errno != ENOENT) {
      return refuse(Kind::kFile, fmt::format("cannot rename {} to {}: {}", source, target,
                                             std::strerror(errno)));
    }
  }
  return {};
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Database::Database(std::string path, const DatabaseSchema& schema)
    : path_(std::make_unique<std::string>(std::move(path))), schema_(schema) {}

std::expected<Database, DatabaseError> Database::open(std::string path,
                                                      const DatabaseSchema& schema, UnixTime now) {
  Database database(std::move(path), schema);
  if (auto opened = database.open_file(now, OnDamage::kSetAside); !opened) {
    return std::unexpected(std::move(opened.error()));
  }
  return database;
}

DatabaseDone Database::open_file(UnixTime now, OnDamage on_damage) {
  // SQLite would make it as the umask says; it gives its journal the mode of the file.
  if (auto claimed = claim_private_file(*path_); !claimed) {
    return refuse(Kind::kFile, std::move(claimed.error()));
  }
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path_->c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(*path_, code));
  sqlite3_busy_timeout(database, kBusyMilliseconds);
  DatabaseDone done = check_whole();
  if (done) done = check_schema();
  if (done || done.error().kind != Kind::kDamaged || on_damage == OnDamage::kRefuse) return done;
  return begin_anew(now, done.error().text);
}

// A file that is damaged right after it was begun anew lies on a damaged disk.
DatabaseDone Database::begin_anew(UnixTime now, const std::string& damage) {
  database_.reset();
  const std::string aside = fmt::format("{}.damaged-{}", *path_, to_unix_seconds(now));
  if (auto renamed = rename_with_journal(*path_, aside); !renamed) return renamed;
  notice_ = fmt::format("{} was damaged ({}); it is now {}", *path_, damage, aside);
  return open_file(now, OnDamage::kRefuse);
}

// The one number that a statement without parameters gives.
std::expected<std::int64_t, DatabaseError> Database::number_of(std::string_view sql) {
  Statement statement = prepare(sql);
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement.number(0) : 0;
}

DatabaseDone Database::check_whole() {
  // A file that is no database at all says so here.
  if (auto readable = number_of("SELECT count(*) FROM sqlite_schema"); !readable) {
    return std::unexpected(std::move(readable.error()));
  }
  Statement statement = prepare("PRAGMA quick_check(1)");
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  if (statement.text(0) == "ok") return {};
  return refuse(Kind::kDamaged, std::string(statement.text(0)));
}

DatabaseDone Database::check_schema() {
  const auto tables = number_of("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(tables.error());
  const auto application = number_of("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto version = number_of("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());

  if (*tables == 0 && *version == 0) {
    const std::string numbers = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                                            schema_.application_id, schema_.version);
    return try_write([&] {
      const DatabaseDone made = run(schema_.create);
      return made ? run(numbers.c_str()) : made;
    });
  }
  if (*application != schema_.application_id) {
    return refuse(Kind::kForeign,
                  *path_ + " is the database of another program; name another file");
  }
  if (*version != schema_.version) {
    return refuse(Kind::kForeign,
                  fmt::format("{} was written by a later version of this program (its schema is "
                              "{}, ours {}); name another file",
                              *path_, *version, schema_.version));
  }
  return {};
}

Statement Database::prepare(std::string_view sql) { return {*path_, database_.get(), sql}; }

DatabaseDone Database::run(const char* sql) {
  const int code =
      database_ ? sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) : SQLITE_CANTOPEN;
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(*path_, code));
  return {};
}

DatabaseDone Database::write(UnixTime now, const std::function<DatabaseDone()>& work) {
  if (!database_) {
    if (auto opened = open_file(now, OnDamage::kSetAside); !opened) return opened;
  }
  DatabaseDone written = try_write(work);
  if (written || written.error().kind != Kind::kDamaged) return written;
  if (auto begun = begin_anew(now, written.error().text); !begun) return begun;
  return try_write(work);
}

DatabaseDone Database::try_write(const std::function<DatabaseDone()>& work) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  DatabaseDone done = work();
  if (done) done = run("COMMIT");
  // Some failures have rolled it back already; then this one does nothing.
  if (!done) (void)run("ROLLBACK");
  return done;
}

std::optional<std::string> Database::take_notice() { return std::exchange(notice_, std::nullopt); }

}  // namespace veilwire::host
