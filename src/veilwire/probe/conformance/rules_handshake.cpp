// What a responder has to take in a handshake, and when it may speak.
#include <algorithm>
#include <array>
#include <string>

#include "veilwire/probe/conformance/stage.h"
#include "veilwire/probe/speaker.h"
#include "veilwire/protocol/network.h"
#include "veilwire/transport/limits.h"

namespace veilwire::probe::conformance {
namespace {

using transport::kEllSwiftBytes;
using transport::kMaxGarbageBytes;
using transport::kV1PrefixBytes;

// What a responder says at least when it has taken a key: its own, terminator and version packet.
constexpr std::size_t kFirstFlightBytes =
    kEllSwiftBytes + transport::kGarbageTerminatorBytes + transport::kPacketExpansionBytes;

Bytes v1_prefix(const protocol::Magic& magic) {
  Bytes prefix = v1_version_message(magic, 0);
  prefix.resize(kV1PrefixBytes);
  return prefix;
}

protocol::Network network_of(const protocol::Magic& magic) {
  if (const auto* known = protocol::network_from_magic(magic)) return *known;
  protocol::Network chosen;
  chosen.name = "the chosen one";
  chosen.magic = magic;
  return chosen;
}

// What is not a responder at all is named, as the probe names it.
Finding baseline(Stage& stage) {
  Trial talk = stage.open();
  if (talk.shake_hands({.garbage = stage.random(100)})) return accepted(talk);
  const auto speaker = guess_speaker(talk.heard().first_bytes, network_of(stage.magic()));
  if (!speaker) return failed(talk);
  return fail("It is not a version 2 peer: " + speaker->text + ".");
}

// -- Who speaks first -----------------------------------------------------------------------------

Finding silent_before_first_byte(Stage& stage) {
  Trial talk = stage.open();
  talk.listen([&] { return !talk.heard_nothing(); }, stage.options().quiet_time);
  if (!talk.heard_nothing()) return fail("It spoke before it had heard a byte.");
  if (!talk.shake_hands({.garbage = stage.random(8)})) return failed(talk);
  return accepted(talk);
}

// Says `size` bytes of the version 1 prefix, slowly; true if the target stayed silent.
bool silent_within_v1_prefix(Stage& stage, Trial& talk, std::size_t size) {
  const Bytes prefix = v1_prefix(stage.magic());
  for (std::size_t i = 0; i < size && talk.heard_nothing(); ++i) {
    talk.say(ByteView(prefix).subspan(i, 1));
    talk.listen([&] { return !talk.heard_nothing(); }, stage.options().quiet_time / 4);
  }
  return talk.heard_nothing();
}

Finding silent_within_prefix(Stage& stage) {
  Trial talk = stage.open();
  if (!silent_within_v1_prefix(stage, talk, kV1PrefixBytes - 1)) {
    return fail("It spoke within the version 1 prefix.");
  }
  return talk.ended() ? unclear(talk.standing()) : pass();
}

// A key whose first bytes are the version 1 prefix's: nobody knows its secret, but the responder
// has to answer it with a key.
Finding key_after(Stage& stage, std::size_t equal_bytes, std::size_t said_bytes) {
  Trial talk = stage.open();
  Bytes key = v1_prefix(stage.magic());
  key.resize(equal_bytes);
  key.push_back(static_cast<std::uint8_t>(v1_prefix(stage.magic())[equal_bytes] ^ 0x55));
  const Bytes rest = stage.random(kEllSwiftBytes);
  key.insert(key.end(), rest.begin(), rest.end());
  key.resize(said_bytes);
  talk.leave_no_record();
  talk.say(key);
  return talk.hear_key() ? pass() : failed(talk);
}

Finding key_after_late_difference(Stage& stage) {
  for (const std::size_t equal : {1U, 4U, 11U, 15U}) {
    Finding finding = key_after(stage, equal, kEllSwiftBytes);
    if (finding.outcome == Outcome::kPass) continue;
    finding.seen = "After " + std::to_string(equal) + " equal bytes: " + finding.seen;
    return finding;
  }
  return pass();
}

Finding key_at_first_difference(Stage& stage) { return key_after(stage, 0, 1); }

// -- Version 1 ------------------------------------------------------------------------------------

bool heard_v1(const Trial& talk, const protocol::Magic& magic) {
  const Bytes prefix = v1_prefix(magic);
  const Bytes& heard = talk.heard().first_bytes;
  return heard.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), heard.begin());
}

Finding v1_not_answered_in_v2(Stage& stage) {
  Trial talk = stage.open();
  talk.leave_no_record();
  talk.say(v1_version_message(stage.magic(), talk.new_nonce()));
  talk.listen([&] { return talk.heard().first_bytes.size() >= kV1PrefixBytes; });
  if (talk.heard_nothing()) return pass();
  return heard_v1(talk, stage.magic()) ? pass() : fail("It answered, and not in version 1.");
}

Finding v1_answered(Stage& stage) {
  Trial talk = stage.open();
  talk.leave_no_record();
  talk.say(v1_version_message(stage.magic(), talk.new_nonce()));
  talk.listen([&] { return talk.heard().first_bytes.size() >= kV1PrefixBytes; });
  return heard_v1(talk, stage.magic()) ? pass() : fail("It does not speak version 1.");
}

Finding v1_of_other_network(Stage& stage) {
  Trial talk = stage.open();
  talk.leave_no_record();
  talk.say(v1_version_message(stage.other_magic(), talk.new_nonce()));
  talk.hear_end();
  if (!talk.heard_nothing()) return fail("It answered a version 1 peer of another network.");
  return talk.ended() ? pass() : fail("It kept the connection.");
}

// -- Keys and garbage -----------------------------------------------------------------------------

Finding no_garbage(Stage& stage) { return accepts(stage, {}); }

Finding most_garbage(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(kMaxGarbageBytes)});
}

Finding late_garbage(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(kMaxGarbageBytes),
                         .garbage_timing = HandshakeScript::GarbageTiming::kAfterTheirPacket});
}

// The terminator's beginnings, each with another byte after it but for the last. Between that one
// and the terminator itself a search that goes on behind a mismatch, instead of behind the first
// byte that it compared, misses the terminator.
Bytes beginnings_of(ByteView terminator, std::size_t longest) {
  Bytes garbage;
  for (std::size_t size = 1; size <= longest; ++size) {
    garbage.insert(garbage.end(), terminator.begin(),
                   terminator.begin() + static_cast<std::ptrdiff_t>(size));
    auto other = static_cast<std::uint8_t>(terminator[size] + 1);
    if (other == terminator[0]) ++other;
    if (size < longest) garbage.push_back(other);
  }
  return garbage;
}

// Whether the terminator, said after this garbage, is first found where it was said: one whose last
// bytes are its first may be found earlier.
bool ends_at_terminator(const Bytes& garbage, ByteView terminator) {
  Bytes said = garbage;
  said.insert(said.end(), terminator.begin(), terminator.end());
  const auto found = std::ranges::search(said, terminator);
  return static_cast<std::size_t>(found.begin() - said.begin()) == garbage.size();
}

Finding garbage_like_terminator(Stage& stage) {
  Trial talk = stage.open();
  if (!talk.say(talk.adversary().key()) || !talk.hear_version_packet()) return failed(talk);
  const ByteView terminator = talk.adversary().terminator();
  std::size_t longest = terminator.size() - 1;
  Bytes garbage = beginnings_of(terminator, longest);
  while (longest > 1 && !ends_at_terminator(garbage, terminator)) {
    garbage = beginnings_of(terminator, --longest);
  }
  talk.say(talk.second_flight(
      {.garbage = garbage, .garbage_timing = HandshakeScript::GarbageTiming::kAfterTheirPacket}));
  return accepted(talk);
}

Finding byte_by_byte(Stage& stage) {
  Trial talk = stage.open();
  const HandshakeScript script{.garbage = stage.random(50), .decoys = {Bytes(3)}};
  const Bytes key(talk.adversary().key().begin(), talk.adversary().key().end());
  if (!talk.say_slowly(key) || !talk.say_slowly(script.garbage)) return failed(talk);
  if (!talk.hear_version_packet()) return failed(talk);
  const Bytes flight = talk.second_flight(script);
  if (!talk.say_slowly(flight)) return failed(talk);
  return accepted(talk);
}

Finding all_at_once(Stage& stage) {
  Trial talk = stage.open();
  if (!talk.say(talk.adversary().key()) || !talk.hear_version_packet()) return failed(talk);
  Bytes all =
      talk.second_flight({.garbage = stage.random(8),
                          .garbage_timing = HandshakeScript::GarbageTiming::kAfterTheirPacket,
                          .decoys = {Bytes(), Bytes(20)}});
  const std::uint64_t nonce = talk.new_nonce();
  for (const Bytes& contents : {message_contents(version_message(nonce), TypeForm::kLongName),
                                message_contents(verack_message(), TypeForm::kLongName),
                                message_contents(ping_message(nonce), TypeForm::kShortId)}) {
    const Bytes packet = talk.adversary().packet(0, contents);
    all.insert(all.end(), packet.begin(), packet.end());
  }
  talk.say(all);
  talk.listen([&] { return talk.heard_pong_for(nonce) || talk.adversary().breach(); });
  return talk.heard_pong_for(nonce) ? pass() : failed(talk);
}

// Keys that no generator makes: every 64 bytes are an encoding.
Finding odd_keys(Stage& stage) {
  Bytes field_size(32, 0xff);  // p itself, which is zero in the field
  field_size[27] = 0xfe;
  field_size[30] = 0xfc;
  field_size[31] = 0x2f;
  Bytes twice = field_size;
  twice.insert(twice.end(), field_size.begin(), field_size.end());
  const std::array<Bytes, 3> keys{Bytes(kEllSwiftBytes), Bytes(kEllSwiftBytes, 0xff), twice};
  for (const Bytes& key : keys) {
    Trial talk = stage.open();
    talk.leave_no_record();
    talk.say(key);
    // Nobody knows the secret; that the target goes on shows in its terminator and version packet,
    // which follow its key.
    if (!talk.listen([&] { return talk.heard().first_bytes.size() >= kFirstFlightBytes; })) {
      return failed(talk);
    }
  }
  return pass();
}

// -- The version packet and what may come before it -----------------------------------------------

Finding contents_ignored(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(8), .contents = stage.random(32)});
}

Finding zero_contents_ignored(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(8), .contents = Bytes(1)});
}

Finding large_contents_ignored(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(8), .contents = stage.random(100'000)});
}

Finding version_header_bits(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(8), .header = 0x7f});
}

Finding one_decoy(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(200), .decoys = {stage.random(100)}});
}

Finding many_decoys(Stage& stage) {
  std::vector<Bytes> decoys;
  for (std::size_t i = 0; i < 20; ++i) decoys.push_back(stage.random(7 * i + 1));
  return accepts(stage, {.garbage = stage.random(1), .decoys = decoys});
}

Finding empty_decoys(Stage& stage) {
  return accepts(stage, {.garbage = stage.random(10), .decoys = {Bytes(), Bytes(), Bytes()}});
}

constexpr std::array kRules = std::to_array<Requirement>({
    {{"baseline", Demand::kMust, clause::kHandshake,
      "An ordinary handshake, greeting and ping are answered."},
     baseline},
    {{"silent_before_first_byte", Demand::kMust, clause::kOverview,
      "The responder says nothing before it has heard a byte."},
     silent_before_first_byte},
    {{"silent_within_v1_prefix", Demand::kMust, clause::kOverview,
      "It says nothing while all bytes are equal to the version 1 prefix."},
     silent_within_prefix},
    {{"key_after_late_difference", Demand::kMust, clause::kOverview,
      "A key that begins like the version 1 prefix is answered with a key."},
     key_after_late_difference},
    {{"key_at_first_difference", Demand::kMay, clause::kPseudocode,
      "Its key comes at the first byte that differs, without the rest of ours."},
     key_at_first_difference},
    {{"v1_not_answered_in_v2", Demand::kMust, clause::kOverview,
      "The version 1 prefix is not answered in version 2."},
     v1_not_answered_in_v2},
    {{"v1_answered", Demand::kMay, clause::kOverview,
      "A version 1 peer of its network is answered in version 1."},
     v1_answered},
    {{"v1_of_other_network_dropped", Demand::kPolicy, clause::kPractice,
      "A version 1 peer of another network is dropped without an answer."},
     v1_of_other_network},
    {{"accepts_no_garbage", Demand::kMust, clause::kOverview,
      "Exactly 64 bytes of key without garbage are accepted."},
     no_garbage},
    {{"accepts_4095_bytes_of_garbage", Demand::kMust, clause::kPseudocode,
      "4095 bytes of garbage are accepted."},
     most_garbage},
    {{"accepts_garbage_after_its_answer", Demand::kMust, clause::kOverview,
      "Garbage that comes after its own flight is accepted."},
     late_garbage},
    {{"accepts_garbage_like_the_terminator", Demand::kMust, clause::kPseudocode,
      "Garbage that holds parts of the terminator is accepted."},
     garbage_like_terminator},
    {{"accepts_bytes_one_by_one", Demand::kMust, clause::kPseudocode,
      "A handshake whose bytes come one by one is accepted."},
     byte_by_byte},
    {{"accepts_all_in_one_segment", Demand::kMust, clause::kOverview,
      "Terminator, decoys, version packet and messages may come in one piece."},
     all_at_once},
    {{"accepts_every_key", Demand::kMust, clause::kEllSwift,
      "Every 64 bytes are a key: zeros, ones, the field's size."},
     odd_keys},
    {{"ignores_version_contents", Demand::kMust, clause::kOverview,
      "A version packet with contents is accepted."},
     contents_ignored},
    {{"ignores_zero_version_contents", Demand::kMust, clause::kOverview,
      "A version packet with one zero byte is accepted."},
     zero_contents_ignored},
    {{"ignores_large_version_contents", Demand::kMust, clause::kOverview,
      "A version packet with 100000 bytes is accepted."},
     large_contents_ignored},
    {{"ignores_version_header_bits", Demand::kMust, clause::kOverview,
      "The other bits of the version packet's header are ignored."},
     version_header_bits},
    {{"accepts_decoy_before_version", Demand::kMust, clause::kPackets,
      "A decoy before the version packet, which authenticates the garbage, is ignored."},
     one_decoy},
    {{"accepts_decoys_before_version", Demand::kMust, clause::kPackets,
      "Twenty decoys before the version packet are ignored."},
     many_decoys},
    {{"accepts_empty_decoys_before_version", Demand::kMust, clause::kPackets,
      "Decoys without contents before the version packet are ignored."},
     empty_decoys},
});

}  // namespace

std::span<const Requirement> handshake_rules() { return kRules; }

}  // namespace veilwire::probe::conformance
