// What the responder itself sends: looked at over all connections of the run.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/probe/conformance/stage.h"

namespace veilwire::probe::conformance {
namespace {

// With fewer connections than this, chance could look like a habit.
constexpr std::size_t kMinRecords = 4;
constexpr std::size_t kGarbageSampleBytes = 16;

Finding no_breach(Stage& stage, std::initializer_list<Breach> breaches) {
  for (const Record& record : stage.records()) {
    if (!record.breach || std::ranges::find(breaches, *record.breach) == breaches.end()) continue;
    return fail("On a connection, " + std::string(breach_text(*record.breach)) + ".");
  }
  return pass();
}

Finding own_garbage(Stage& stage) { return no_breach(stage, {Breach::kGarbageTooLong}); }
Finding own_terminator(Stage& stage) { return no_breach(stage, {Breach::kInitiatorsTerminator}); }
Finding own_authentication(Stage& stage) {
  return no_breach(stage, {Breach::kGarbageUnauthenticated});
}
Finding own_packets(Stage& stage) {
  return no_breach(stage,
                   {Breach::kPacketUnauthenticated, Breach::kLengthOverLimit, Breach::kClearText});
}

// How often something was counted over all connections.
std::uint64_t total(const Stage& stage, std::uint64_t Heard::* count) {
  std::uint64_t sum = 0;
  for (const Record& record : stage.records()) sum += record.heard.*count;
  return sum;
}

Finding own_contents(Stage& stage) {
  const std::uint64_t count = total(stage, &Heard::not_messages);
  if (count == 0) return pass();
  return fail(std::to_string(count) + " of its packets hold no message.");
}

Finding own_headers(Stage& stage) {
  const std::uint64_t count = total(stage, &Heard::odd_headers);
  if (count == 0) return pass();
  return fail(std::to_string(count) + " of its packets have other bits in their header.");
}

Finding own_version_contents(Stage& stage) {
  for (const Record& record : stage.records()) {
    if (record.heard.version_contents_bytes == 0) continue;
    return fail("Its version packet holds " + std::to_string(record.heard.version_contents_bytes) +
                " bytes.");
  }
  return pass();
}

Finding short_ids(Stage& stage) {
  const std::uint64_t count = total(stage, &Heard::long_for_short);
  if (count == 0) return pass();
  return fail(std::to_string(count) +
              " of its messages had a name in full, though an id is there.");
}

// Whether any two connections have `part` in common.
Finding all_differ(const std::vector<std::string>& parts, const std::string& what) {
  if (parts.size() < kMinRecords) return unclear("Too few connections showed " + what + ".");
  const std::set<std::string> different(parts.begin(), parts.end());
  if (different.size() == parts.size()) return pass();
  return fail(std::to_string(parts.size()) + " connections showed only " +
              std::to_string(different.size()) + " different " + what + ".");
}

Finding keys_differ(Stage& stage) {
  std::vector<std::string> halves;
  for (const Record& record : stage.records()) {
    const ByteView key = record.key;
    halves.push_back(to_hex(key.first(key.size() / 2)));
    halves.push_back(to_hex(key.subspan(key.size() / 2)));
  }
  return all_differ(halves, "halves of keys");
}

Finding garbage_bytes_differ(Stage& stage) {
  std::vector<std::string> beginnings;
  for (const Record& record : stage.records()) {
    if (record.garbage.size() < kGarbageSampleBytes) continue;
    beginnings.push_back(to_hex(ByteView(record.garbage).first(kGarbageSampleBytes)));
  }
  return all_differ(beginnings, "beginnings of garbage");
}

Finding garbage_lengths_vary(Stage& stage) {
  std::set<std::size_t> lengths;
  std::size_t count = 0;
  for (const Record& record : stage.records()) {
    if (!record.heard_terminator) continue;
    lengths.insert(record.garbage.size());
    ++count;
  }
  if (count < kMinRecords) return unclear("Too few connections showed its garbage.");
  const std::string range = std::to_string(count) + " connections, " +
                            std::to_string(*lengths.begin()) + " to " +
                            std::to_string(*lengths.rbegin()) + " bytes.";
  return lengths.size() > 1 ? pass(range) : fail(range);
}

constexpr std::array kRules = std::to_array<Requirement>({
    {{"own_garbage_at_most_4095", Demand::kMust, clause::kPseudocode,
      "Its own garbage has at most 4095 bytes, and its terminator follows."},
     own_garbage},
    {{"own_terminator_is_the_responders", Demand::kMust, clause::kHandshake,
      "The two garbage terminators differ; it sends the responder's."},
     own_terminator},
    {{"own_first_packet_authenticates_garbage", Demand::kMust, clause::kOverview,
      "Its first packet authenticates its garbage, a decoy too."},
     own_authentication},
    {{"own_packets_authenticate", Demand::kMust, clause::kPackets,
      "Whatever it sends after its terminator is a packet of this connection; nothing is in "
      "clear."},
     own_packets},
    {{"own_contents_are_messages", Demand::kMust, clause::kMessages,
      "What it sends beside decoys has an id or a well-formed name."},
     own_contents},
    {{"own_keys_differ", Demand::kMust, clause::kOverview, "Each connection gets a fresh key."},
     keys_differ},
    {{"own_garbage_bytes_differ", Demand::kPolicy, clause::kPractice,
      "Garbage is not the same from connection to connection."},
     garbage_bytes_differ},
    {{"own_garbage_lengths_vary", Demand::kPolicy, clause::kPractice,
      "The length of its garbage varies, so that it shows no pattern."},
     garbage_lengths_vary},
    {{"own_version_packet_is_empty", Demand::kPolicy, clause::kOverview,
      "Its version packet has no contents: those are for future versions."},
     own_version_contents},
    {{"own_header_bits_are_zero", Demand::kPolicy, clause::kPackets,
      "Its headers have no bits beside the ignore bit."},
     own_headers},
    {{"own_messages_use_ids", Demand::kMay, clause::kMessages,
      "Its messages travel under their id where they have one."},
     short_ids},
});

}  // namespace

std::span<const Requirement> own_traffic_rules() { return kRules; }

}  // namespace veilwire::probe::conformance
