#include <sqlite3.h>

#include <utility>

#include "veilwire/host/database.h"
#include "veilwire/host/sqlite_error.h"

namespace veilwire::host {

Statement::Statement(const std::string& path, sqlite3* database, std::string_view sql)
    : path_(&path), code_(SQLITE_CANTOPEN) {
  if (database == nullptr) return;
  code_ =
      sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
}

Statement::Statement(Statement&& from) noexcept
    : path_(from.path_),
      statement_(std::exchange(from.statement_, nullptr)),
      code_(std::exchange(from.code_, SQLITE_MISUSE)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int at, std::string_view text) {
  if (code_ != SQLITE_OK) return;
  // A null pointer would be NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  code_ = sqlite3_bind_text(statement_, at, data, static_cast<int>(text.size()), SQLITE_STATIC);
}

void Statement::bind(int at, ByteView bytes) {
  if (code_ != SQLITE_OK) return;
  code_ = bytes.empty() ? sqlite3_bind_zeroblob(statement_, at, 0)
                        : sqlite3_bind_blob(statement_, at, bytes.data(),
                                            static_cast<int>(bytes.size()), SQLITE_STATIC);
}

void Statement::bind(int at, std::int64_t number) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, at, number);
}

std::expected<bool, DatabaseError> Statement::step() {
  if (code_ != SQLITE_OK) return std::unexpected(sqlite_error(*path_, code_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  code_ = code;
  return std::unexpected(sqlite_error(*path_, code));
}

void Statement::reset() {
  if (code_ == SQLITE_OK) sqlite3_reset(statement_);
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

ByteView Statement::bytes(int column) const {
  const void* blob = sqlite3_column_blob(statement_, column);
  if (blob == nullptr) return {};
  return {static_cast<const std::uint8_t*>(blob),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace veilwire::host
