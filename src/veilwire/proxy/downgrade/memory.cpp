#include "veilwire/proxy/downgrade/memory.h"

#include <fmt/format.h>

#include <algorithm>

namespace veilwire::proxy {
namespace {

using host::DatabaseDone;
using host::DatabaseError;

constexpr host::DatabaseSchema kSchema{
    .application_id = 0x5677646d,  // "Vwdm"
    .version = 1,
    .create =
        "CREATE TABLE spoke_v2 (peer TEXT PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE INDEX spoke_v2_seen ON spoke_v2 (seen);"};

// What a person can do about a file that the system refuses.
std::string with_advice(const DatabaseError& error) {
  if (error.kind != DatabaseError::Kind::kFile) return error.text;
  return "the downgrade file " + error.text +
         "; name another with --downgrade-file, or do without with --no-downgrade-file";
}

// Runs a statement that gives no rows.
DatabaseDone finish(host::Statement& statement) {
  if (auto row = statement.step(); !row) return std::unexpected(std::move(row.error()));
  return {};
}

}  // namespace

std::expected<std::unique_ptr<DowngradeMemory>, std::string> DowngradeMemory::open(
    const std::string& path, UnixTime now) {
  auto database = host::Database::open(path, kSchema, now);
  if (!database) return std::unexpected(with_advice(database.error()));
  return std::unique_ptr<DowngradeMemory>(new DowngradeMemory(std::move(*database)));
}

DowngradeMemory::~DowngradeMemory() = default;

void DowngradeMemory::saw_v2(UnixTime now, std::string_view key) {
  if (key.empty() || key.size() > kMaxDowngradeKeyBytes) return;
  if (const auto known = unsaved_.find(key); known != unsaved_.end()) {
    known->second = std::max(known->second, now);
  } else if (unsaved_.size() < kMaxUnsavedSightings) {
    unsaved_.emplace(key, now);
  } else {
    ++dropped_;
  }
}

SpokeV2 DowngradeMemory::once_spoke_v2(UnixTime now, std::string_view key) {
  const UnixTime since = now - kDowngradeMemoryTime;
  if (const auto known = unsaved_.find(key); known != unsaved_.end()) {
    return known->second >= since ? SpokeV2::kYes : SpokeV2::kNo;
  }
  const auto found = look_up(key, since);
  if (found) return *found ? SpokeV2::kYes : SpokeV2::kNo;
  notice_ = found.error().text;
  return SpokeV2::kUnknown;
}

std::expected<bool, DatabaseError> DowngradeMemory::look_up(std::string_view key, UnixTime since) {
  host::Statement statement =
      database_.prepare("SELECT 1 FROM spoke_v2 WHERE peer = ? AND seen >= ?");
  statement.bind(1, key);
  statement.bind(2, to_unix_seconds(since));
  return statement.step();
}

std::expected<void, std::string> DowngradeMemory::flush(UnixTime now) {
  const DatabaseDone written = database_.write(now, [&] {
    const DatabaseDone done = write_sightings();
    return done ? drop_old(now) : done;
  });
  if (!written) {
    return std::unexpected(fmt::format("{}; {} sightings are waiting to be saved, {} were dropped",
                                       with_advice(written.error()), unsaved_.size(), dropped_));
  }
  unsaved_.clear();
  dropped_ = 0;
  return {};
}

DatabaseDone DowngradeMemory::write_sightings() {
  host::Statement statement = database_.prepare(
      "INSERT INTO spoke_v2 (peer, seen) VALUES (?, ?) ON CONFLICT (peer) "
      "DO UPDATE SET seen = max(seen, excluded.seen)");
  for (const auto& [key, seen] : unsaved_) {
    statement.bind(1, std::string_view(key));
    statement.bind(2, to_unix_seconds(seen));
    if (auto done = finish(statement); !done) return done;
    statement.reset();
  }
  return {};
}

DatabaseDone DowngradeMemory::drop_old(UnixTime now) {
  host::Statement aged = database_.prepare("DELETE FROM spoke_v2 WHERE seen < ?");
  aged.bind(1, to_unix_seconds(now - kDowngradeMemoryTime));
  if (auto done = finish(aged); !done) return done;
  // A negative limit would be none.
  host::Statement surplus = database_.prepare(
      "DELETE FROM spoke_v2 WHERE peer IN (SELECT peer FROM spoke_v2 ORDER BY seen, peer "
      "LIMIT max(0, (SELECT count(*) FROM spoke_v2) - ?))");
  surplus.bind(1, static_cast<std::int64_t>(kMaxDowngradeRows));
  return finish(surplus);
}

std::optional<Notice> DowngradeMemory::take_notice() {
  if (auto damage = database_.take_notice()) {
    return *damage + ", and which peers speak version 2 is learned again";
  }
  return std::exchange(notice_, std::nullopt);
}

}  // namespace veilwire::proxy
