// What SQLite's result codes mean to us. For .cpp files: it names SQLite.
#pragma once

#include <sqlite3.h>

#include <string>

#include "veilwire/host/database.h"

namespace veilwire::host {

inline DatabaseError sqlite_error(const std::string& path, int code) {
  const int kind = code & 0xff;
  const bool is_damage = kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
  return {is_damage ? DatabaseError::Kind::kDamaged : DatabaseError::Kind::kOther,
          path + ": " + sqlite3_errstr(code)};
}

}  // namespace veilwire::host
