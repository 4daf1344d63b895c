#include "veilwire/proxy/downgrade_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace veilwire::proxy {
namespace {

using Done = std::expected<void, std::string>;

constexpr int kSchemaVersion = 1;
// "Vwdm": tells our file from another program's.
constexpr int kApplicationId = 0x5677646d;
// How long to wait for another process that writes.
constexpr int kBusyMilliseconds = 250;

constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE spoke_v2 (peer TEXT PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX spoke_v2_seen ON spoke_v2 (seen);"
    "PRAGMA application_id = 1450665069;"
    "PRAGMA user_version = 1;"
    "COMMIT;";
static_assert(kApplicationId == 1450665069 && kSchemaVersion == 1, "as the schema says");

// -- SQLite, as far as it is needed ---------------------------------------------------------------

class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql) {
    code_ = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_,
                               nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // `text` must live until the statement was run.
  void bind(int at, std::string_view text) {
    if (code_ != SQLITE_OK) return;
    code_ = sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()),
                              SQLITE_STATIC);
  }
  void bind(int at, std::int64_t number) {
    if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, at, number);
  }
  // SQLITE_ROW, SQLITE_DONE, or what went wrong.
  int step() { return code_ == SQLITE_OK ? sqlite3_step(statement_) : code_; }
  void reset() {
    if (code_ == SQLITE_OK) sqlite3_reset(statement_);
  }
  std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) {
    const unsigned char* text = sqlite3_column_text(statement_, column);
    return text == nullptr ? "" : reinterpret_cast<const char*>(text);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
};

int run(sqlite3* database, const char* sql) {
  return sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
}

bool is_damage(int code) {
  const int kind = code & 0xff;
  return kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
}

// The one number that a statement without parameters gives.
int read_number(sqlite3* database, std::string_view sql, std::int64_t& number) {
  Statement statement(database, sql);
  const int code = statement.step();
  if (code != SQLITE_ROW) return code;
  number = statement.number(0);
  return SQLITE_OK;
}

// SQLITE_CORRUPT where the check finds something; then `finding` says what.
int check_whole(sqlite3* database, std::string& finding) {
  Statement statement(database, "PRAGMA quick_check(1)");
  const int code = statement.step();
  if (code != SQLITE_ROW) return code;
  finding = statement.text(0);
  return finding == "ok" ? SQLITE_OK : SQLITE_CORRUPT;
}

// -- The file -------------------------------------------------------------------------------------

std::string system_text() { return std::strerror(errno); }

// Makes the file where there is none. SQLite would make it as the umask says, and gives its journal
// the mode of the file.
Done prepare_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return std::unexpected(
        fmt::format("the downgrade file {} cannot be opened for writing: {}; name another with "
                    "--downgrade-file, or do without with --no-downgrade-file",
                    path, system_text()));
  }
  struct stat facts{};
  Done done;
  if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    done = std::unexpected("the downgrade file " + path + " is not a regular file");
  } else if (facts.st_uid != ::geteuid()) {
    done = std::unexpected("the downgrade file " + path +
                           " belongs to another user; name another with --downgrade-file");
  } else if ((facts.st_mode & 07777) != 0600 && ::fchmod(file, 0600) != 0) {
    done = std::unexpected(fmt::format(
        "others can read {}, and its permissions cannot be changed: {}", path, system_text()));
  }
  ::close(file);
  return done;
}

// The journal goes with its file: it would be played back into the new one.
Done rename_with_journal(const std::string& from, const std::string& to) {
  for (const std::string_view end : {"-journal", ""}) {
    const std::string source = from + std::string(end);
    const std::string target = to + std::string(end);
    if (std::rename(source.c_str(), target.c_str()) != 0 && errno != ENOENT) {
      return std::unexpected(
          fmt::format("cannot rename {} to {}: {}", source, target, system_text()));
    }
  }
  return {};
}

}  // namespace

void DowngradeMemory::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

std::expected<std::unique_ptr<DowngradeMemory>, std::string> DowngradeMemory::open(
    const std::string& path, std::int64_t unix_time) {
  std::unique_ptr<DowngradeMemory> memory(new DowngradeMemory(path));
  if (const Done opened = memory->open_file(unix_time, OnDamage::kSetAside); !opened) {
    return std::unexpected(opened.error());
  }
  return memory;
}

DowngradeMemory::~DowngradeMemory() = default;

Done DowngradeMemory::open_file(std::int64_t unix_time, OnDamage on_damage) {
  if (const Done prepared = prepare_file(path_); !prepared) return prepared;
  sqlite3* database = nullptr;
  int code = sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) return std::unexpected(complaint(code));
  sqlite3_busy_timeout(database, kBusyMilliseconds);

  std::string finding;
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;
  code = read_number(database, "SELECT count(*) FROM sqlite_schema", tables);
  if (code == SQLITE_OK) code = read_number(database, "PRAGMA application_id", application);
  if (code == SQLITE_OK) code = read_number(database, "PRAGMA user_version", version);
  if (code == SQLITE_OK) code = check_whole(database, finding);
  if (is_damage(code) && on_damage == OnDamage::kSetAside)
    return begin_anew(unix_time, finding.empty() ? complaint(code) : finding);
  if (code != SQLITE_OK) return std::unexpected(complaint(code));

  if (tables == 0 && version == 0) code = run(database, kSchema);
  if (code != SQLITE_OK) return std::unexpected(complaint(code));
  if (tables == 0 && version == 0) return {};
  if (application != kApplicationId) {
    return std::unexpected(path_ + " is the database of another program; name another file");
  }
  if (version != kSchemaVersion) {
    return std::unexpected(
        fmt::format("{} was written by a later version of this program (its schema is {}, ours "
                    "{}); name another "
                    "file",
                    path_, version, kSchemaVersion));
  }
  return {};
}

Done DowngradeMemory::begin_anew(std::int64_t unix_time, std::string_view damage) {
  database_.reset();
  const std::string aside = fmt::format("{}.damaged-{}", path_, unix_time);
  if (const Done renamed = rename_with_journal(path_, aside); !renamed) return renamed;
  notice_ =
      fmt::format("{} was damaged ({}) and is now {}; which peers speak version 2 is learned again",
                  path_, damage, aside);
  return open_file(unix_time, OnDamage::kRefuse);
}

void DowngradeMemory::saw_v2(std::int64_t unix_time, std::string_view key) {
  if (key.empty() || key.size() > kMaxDowngradeKeyBytes) return;
  if (const auto known = unsaved_.find(key); known != unsaved_.end()) {
    known->second = std::max(known->second, unix_time);
  } else if (unsaved_.size() < kMaxUnsavedSightings) {
    unsaved_.emplace(key, unix_time);
  } else {
    ++dropped_;
  }
}

SpokeV2 DowngradeMemory::once_spoke_v2(std::int64_t unix_time, std::string_view key) {
  const std::int64_t since = unix_time - kDowngradeMemorySeconds;
  if (const auto known = unsaved_.find(key); known != unsaved_.end()) {
    return known->second >= since ? SpokeV2::kYes : SpokeV2::kNo;
  }
  SpokeV2 found = SpokeV2::kUnknown;
  const int code = look_up(key, since, found);
  if (code != SQLITE_OK) notice_ = complaint(code);
  return found;
}

int DowngradeMemory::look_up(std::string_view key, std::int64_t since, SpokeV2& found) {
  if (!database_) return SQLITE_CANTOPEN;
  Statement statement(database_.get(), "SELECT 1 FROM spoke_v2 WHERE peer = ? AND seen >= ?");
  statement.bind(1, key);
  statement.bind(2, since);
  const int code = statement.step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return code;
  found = code == SQLITE_ROW ? SpokeV2::kYes : SpokeV2::kNo;
  return SQLITE_OK;
}

Done DowngradeMemory::flush(std::int64_t unix_time) {
  if (!database_) {
    if (const Done opened = open_file(unix_time, OnDamage::kSetAside); !opened) return opened;
  }
  int code = write_all(unix_time);
  if (is_damage(code)) {
    if (const Done begun = begin_anew(unix_time, complaint(code)); !begun) return begun;
    code = write_all(unix_time);
  }
  if (code != SQLITE_OK) {
    return std::unexpected(fmt::format("{}; {} sightings are waiting to be saved, {} were dropped",
                                       complaint(code), unsaved_.size(), dropped_));
  }
  unsaved_.clear();
  dropped_ = 0;
  return {};
}

int DowngradeMemory::write_all(std::int64_t unix_time) {
  int code = run(database_.get(), "BEGIN IMMEDIATE");
  if (code != SQLITE_OK) return code;
  code = write_sightings();
  if (code == SQLITE_OK) code = drop_old(unix_time);
  if (code == SQLITE_OK) code = run(database_.get(), "COMMIT");
  // Some failures have rolled it back already; then this one does nothing.
  if (code != SQLITE_OK) run(database_.get(), "ROLLBACK");
  return code;
}

int DowngradeMemory::write_sightings() {
  Statement statement(database_.get(),
                      "INSERT INTO spoke_v2 (peer, seen) VALUES (?, ?) ON CONFLICT (peer) "
                      "DO UPDATE SET seen = max(seen, excluded.seen)");
  for (const auto& [key, seen] : unsaved_) {
    statement.bind(1, key);
    statement.bind(2, seen);
    const int code = statement.step();
    if (code != SQLITE_DONE) return code;
    statement.reset();
  }
  return SQLITE_OK;
}

int DowngradeMemory::drop_old(std::int64_t unix_time) {
  Statement aged(database_.get(), "DELETE FROM spoke_v2 WHERE seen < ?");
  aged.bind(1, unix_time - kDowngradeMemorySeconds);
  if (const int code = aged.step(); code != SQLITE_DONE) return code;
  std::int64_t rows = 0;
  const int code = read_number(database_.get(), "SELECT count(*) FROM spoke_v2", rows);
  if (code != SQLITE_OK || rows <= static_cast<std::int64_t>(kMaxDowngradeRows)) return code;
  Statement surplus(database_.get(),
                    "DELETE FROM spoke_v2 WHERE peer IN "
                    "(SELECT peer FROM spoke_v2 ORDER BY seen, peer LIMIT ?)");
  surplus.bind(1, rows - static_cast<std::int64_t>(kMaxDowngradeRows));
  const int deleted = surplus.step();
  return deleted == SQLITE_DONE ? SQLITE_OK : deleted;
}

std::string DowngradeMemory::complaint(int code) const {
  return fmt::format("{}: {}", path_, sqlite3_errstr(code));
}

std::optional<Notice> DowngradeMemory::take_notice() {
  return std::exchange(notice_, std::nullopt);
}

}  // namespace veilwire::proxy
