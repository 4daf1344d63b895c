#include "veilwire/store/record_log.h"

#include <gtest/gtest.h>

#include <random>

#include "veilwire/host/testing/simulated_disk.h"

namespace veilwire::store {
namespace {

using host::testing::SimulatedDisk;

constexpr LogFormat kFormat{{'t', 'e', 's', 't'}, 3};
const std::string kPath = "log";

Bytes record(std::size_t number) {
  return Bytes(number * 37 % 900, static_cast<std::uint8_t>(number));
}

struct Opened {
  std::optional<RecordLog> log;
  std::vector<Bytes> records;
};

Opened open(host::Files& files, const LogFormat& format = kFormat) {
  Opened opened;
  auto log = RecordLog::open(files, kPath, format, [&](ByteView content) {
    opened.records.emplace_back(content.begin(), content.end());
    return true;
  });
  if (!log) throw std::runtime_error(log.error().text);
  opened.log.emplace(std::move(*log));
  return opened;
}

void expect_records(const std::vector<Bytes>& records, std::size_t count) {
  ASSERT_EQ(records.size(), count);
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(records[i], record(i)) << i;
}

TEST(RecordLog, GivesBackEveryRecordInOrder) {
  SimulatedDisk disk;
  {
    auto log = std::move(*open(disk).log);
    for (std::size_t i = 0; i < 3000; ++i) ASSERT_TRUE(log.add(record(i)));
  }
  auto again = open(disk);
  expect_records(again.records, 3000);
  EXPECT_EQ(again.log->found().cut_bytes, 0U);
  ASSERT_TRUE(again.log->add(record(3000)));
  expect_records(open(disk).records, 3001);
}

TEST(RecordLog, TakesTheLargestRecordAcrossItsWindows) {
  SimulatedDisk disk;
  const Bytes largest(kMaxRecordBytes, 9);
  {
    auto log = std::move(*open(disk).log);
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(log.add(largest));
  }
  const auto records = open(disk).records;
  ASSERT_EQ(records.size(), 9U);
  EXPECT_TRUE(std::ranges::all_of(records, [&](const Bytes& one) { return one == largest; }));
}

TEST(RecordLog, CutsATornTailAtEveryLength) {
  SimulatedDisk whole;
  std::vector<std::uint64_t> ends;
  {
    auto log = std::move(*open(whole).log);
    for (std::size_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(log.add(record(i)));
      ends.push_back(log.size());
    }
  }
  for (std::uint64_t size = 8; size < ends.back(); ++size) {
    SimulatedDisk disk;
    ASSERT_TRUE(disk.open(kPath, host::Opening::kOrNew).value()->write_at(0, whole.content(kPath)));
    disk.cut(kPath, size);
    const auto opened = open(disk);
    const auto left = static_cast<std::size_t>(
        std::ranges::count_if(ends, [size](std::uint64_t end) { return end <= size; }));
    expect_records(opened.records, left);
    EXPECT_EQ(disk.content(kPath).size(), left == 0 ? 8 : ends[left - 1]);
  }
}

TEST(RecordLog, NoticesAFlippedBitAnywhereInARecord) {
  SimulatedDisk whole;
  std::uint64_t first_end = 0;
  {
    auto log = std::move(*open(whole).log);
    ASSERT_TRUE(log.add(record(0)));
    first_end = log.size();
    ASSERT_TRUE(log.add(record(1)));
  }
  for (std::uint64_t at = first_end; at < whole.content(kPath).size(); ++at) {
    SimulatedDisk disk;
    ASSERT_TRUE(disk.open(kPath, host::Opening::kOrNew).value()->write_at(0, whole.content(kPath)));
    disk.flip_bit(kPath, at, static_cast<unsigned>(at % 8));
    expect_records(open(disk).records, 1);
  }
}

TEST(RecordLog, IsBegunAnewWhereItsHeadWasNotWritten) {
  SimulatedDisk disk;
  ASSERT_TRUE(disk.open(kPath, host::Opening::kOrNew).value()->write_at(0, Bytes(5, 0)));
  auto opened = open(disk);
  ASSERT_TRUE(opened.log->add(record(0)));
  expect_records(open(disk).records, 1);
}

TEST(RecordLog, RefusesAnotherFileAndALaterVersion) {
  SimulatedDisk disk;
  open(disk);
  const auto take_all = [](ByteView) { return true; };
  const auto other = RecordLog::open(disk, kPath, {{'n', 'o', 'n', 'e'}, 3}, take_all);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, LogError::Kind::kForeign);
  const auto older = RecordLog::open(disk, kPath, {kFormat.mark, 2}, take_all);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().text,
            "'log' has version 3, and this program knows 2: use the program that wrote it, or a "
            "later one");
}

TEST(RecordLog, GoesOnAfterAFullDiskAsIfNothingHadBeenWritten) {
  for (std::size_t change = 2; change < 12; ++change) {
    SimulatedDisk disk(change);
    disk.fail_change(change, host::FileError::Kind::kNoSpace);
    auto log = std::move(*open(disk).log);
    std::size_t added = 0;
    for (int tries = 0; tries < 12; ++tries) {
      if (log.add(record(added))) ++added;
    }
    EXPECT_EQ(added, 11U);
    expect_records(open(disk).records, added);
  }
}

TEST(RecordLog, StaysUnsyncedOnceASyncHasFailed) {
  SimulatedDisk disk;
  auto log = std::move(*open(disk).log);
  ASSERT_TRUE(log.add(record(0)));
  disk.fail_change(disk.changes(), host::FileError::Kind::kDisk);
  ASSERT_FALSE(log.sync());
  EXPECT_FALSE(log.sync());
  // What the system holds is not lost with it.
  ASSERT_TRUE(log.add(record(1)));
  disk.kill();
  expect_records(open(disk).records, 2);
}

// What was synced is there; of what came after it, a beginning without holes.
TEST(RecordLog, LosesOnlyRecordsAfterTheLastSyncToAPulledPlug) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SimulatedDisk disk(seed);
    std::mt19937_64 dice(seed);
    std::size_t synced = 0;
    std::size_t added = 0;
    {
      auto log = std::move(*open(disk).log);
      ASSERT_TRUE(log.sync());
      for (std::size_t steps = dice() % 60; steps > 0; --steps) {
        ASSERT_TRUE(log.add(record(added++)));
        if (dice() % 8 != 0) continue;
        ASSERT_TRUE(log.sync());
        synced = added;
      }
    }
    disk.pull_plug();
    const auto left = open(disk).records;
    EXPECT_GE(left.size(), synced);
    EXPECT_LE(left.size(), added);
    expect_records(left, left.size());
  }
}

// -- Another in its place ---------------------------------------------------------------------------

constexpr std::size_t kLong = 40;  // records of the log that is replaced
constexpr std::size_t kShort = 5;  // of the one that replaces it

host::FileResult<void> add_short(RecordLog& log) {
  for (std::size_t i = 0; i < kShort; ++i) {
    if (auto added = log.add(record(i)); !added) return added;
  }
  return {};
}

RecordLog long_log(host::Files& files) {
  auto log = std::move(*open(files).log);
  for (std::size_t i = 0; i < kLong; ++i) EXPECT_TRUE(log.add(record(i)));
  EXPECT_TRUE(log.sync());
  return log;
}

TEST(RecordLog, IsReplacedByAnotherAndGoesOnAsThat) {
  SimulatedDisk disk;
  {
    auto log = long_log(disk);
    ASSERT_TRUE(log.replace(add_short));
    EXPECT_EQ(log.size(), disk.content(kPath).size());
    ASSERT_TRUE(log.add(record(kShort)));
    ASSERT_TRUE(log.replace([](RecordLog& to) { return add_short(to); }));
    ASSERT_TRUE(log.add(record(kShort)));
  }
  expect_records(open(disk).records, kShort + 1);
  EXPECT_FALSE(disk.has(kPath + ".new"));
}

using Blow = void (SimulatedDisk::*)();

// From some change on nothing works any more, and then it is over. What is left has all that was
// synced: it is the one or the other, whole.
void expect_one_or_the_other(SimulatedDisk& disk, Blow blow) {
  (disk.*blow)();
  disk.repair();
  auto opened = open(disk);
  expect_records(opened.records, opened.records.size() == kShort ? kShort : kLong);
  EXPECT_EQ(opened.log->found().cut_bytes, 0U);
  EXPECT_FALSE(disk.has(kPath + ".new")) << "what was left is removed at the next start";
  ASSERT_TRUE(opened.log->replace(add_short)) << "and is in nobody's way";
  expect_records(open(disk).records, kShort);
}

TEST(RecordLog, IsWholeWhereverItsReplacementIsCutShort) {
  for (const Blow blow : {&SimulatedDisk::kill, &SimulatedDisk::pull_plug}) {
    std::size_t done = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      bool is_reached = true;
      for (std::size_t change = 0; is_reached; ++change) {
        SimulatedDisk disk(seed * 1000 + change);
        auto log = long_log(disk);
        const std::size_t first = disk.changes();
        disk.fail_change(first + change, host::FileError::Kind::kDisk, SimulatedDisk::Lasts::kOn);
        if (log.replace(add_short)) ++done;
        is_reached = disk.changes() > first + change;
        expect_one_or_the_other(disk, blow);
      }
    }
    EXPECT_GE(done, 20U);
  }
}

// What fails once, as on a disk that is full, leaves a log that goes on; and what is synced after
// that is there even where the folder could not be synced at first.
TEST(RecordLog, GoesOnWhereItsReplacementFindsNoRoom) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    bool is_reached = true;
    for (std::size_t change = 0; is_reached; ++change) {
      SimulatedDisk disk(seed * 1000 + change);
      auto log = long_log(disk);
      const std::size_t first = disk.changes();
      disk.fail_change(first + change, host::FileError::Kind::kNoSpace);
      const std::size_t left = log.replace(add_short) ? kShort : kLong;
      is_reached = disk.changes() > first + change;
      EXPECT_FALSE(disk.has(kPath + ".new"));
      disk.repair();
      ASSERT_TRUE(log.add(record(left)));
      ASSERT_TRUE(log.sync());
      disk.pull_plug();
      expect_records(open(disk).records, left + 1);
    }
  }
}

TEST(RecordLog, SyncsItsNameToo) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedDisk disk(seed);
    {
      auto log = std::move(*open(disk).log);
      ASSERT_TRUE(log.add(record(0)));
      ASSERT_TRUE(log.sync());
    }
    disk.pull_plug();
    expect_records(open(disk).records, 1);
  }
}

}  // namespace
}  // namespace veilwire::store
