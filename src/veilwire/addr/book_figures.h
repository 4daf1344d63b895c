// The figures of an address book.
#pragma once

#include <chrono>
#include <cstdint>

namespace veilwire::addr {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// -- As the network has them ----------------------------------------------------------------------

// Older than this, an address is not worth keeping or passing on.
inline constexpr seconds kHorizon = hours(30 * 24);
// How far ahead of our clock a time may lie, as clocks go.
inline constexpr seconds kMaxTimeAhead = minutes(10);
// How old an address is taken to be whose time makes no sense.
inline constexpr seconds kAgeWithoutTime = hours(5 * 24);
// Failures that end an address which has never been reached.
inline constexpr unsigned kRetries = 3;
// Failures that end one which was reached, but not for so long.
inline constexpr unsigned kMaxFailures = 10;
inline constexpr seconds kFailuresWithin = hours(7 * 24);
// What was tried this recently may just be answering.
inline constexpr seconds kJustTried = minutes(1);
// An old entry of the tried table that answered, or failed to, this recently has been tested.
inline constexpr seconds kTestedWithin = hours(4);
// A new entry does not wait for its test longer than this.
inline constexpr seconds kTestWindow = minutes(40);
// New entries that wait for a test at once: an attacker cannot make us do nothing but test.
inline constexpr std::size_t kMaxPendingTests = 10;
// Buckets of the new table that one address may lie in.
inline constexpr std::size_t kMaxNewPlaces = 8;
// The places of a bucket: as many as a word has bits.
inline constexpr std::uint32_t kBucketPlaces = 64;

// Buckets of a table: a place of one has a number of 16 bits.
inline constexpr std::uint32_t kMaxBuckets = 1024;

// A plain argument, so that the old book of which Heilman et al. (2015) reckoned can be built too.
// REQUIRES: each at least 1, at most kMaxBuckets in each table, at most kMaxNewPlaces places.
struct BookFigures {
  std::uint32_t new_buckets = 1024;
  std::uint32_t tried_buckets = 256;
  // How many buckets all that one group of sources says can fill.
  std::uint32_t new_buckets_per_source_group = 64;
  // How many buckets all addresses of one group can fill.
  std::uint32_t tried_buckets_per_group = 8;
  std::uint32_t new_places_per_address = kMaxNewPlaces;

  friend bool operator==(const BookFigures&, const BookFigures&) = default;
};

}  // namespace veilwire::addr
