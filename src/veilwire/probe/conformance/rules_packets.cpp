// Packets after the handshake: decoys, rekeying, flipped bits, lengths, and how connections end.
#include <algorithm>
#include <array>
#include <string>

#include "veilwire/probe/conformance/stage.h"
#include "veilwire/transport/limits.h"

namespace veilwire::probe::conformance {
namespace {

using transport::kIgnoreBit;
using transport::kLengthBytes;
using transport::kMaxContentsBytes;
using transport::kRekeyIntervalPackets;

// -- Decoys ---------------------------------------------------------------------------------------

Finding decoys_ignored(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  for (const std::size_t size : {0U, 1U, 13U, 100U, 5000U}) talk.say_decoy(stage.random(size));
  return still_talks(talk);
}

// A decoy that would be a ping if it were looked at.
Finding decoy_not_answered(Stage& stage, std::uint8_t header) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  const std::uint64_t nonce = talk.new_nonce();
  talk.say_packet(header, message_contents(ping_message(nonce), TypeForm::kShortId));
  const bool answers = talk.ping();
  if (talk.heard_pong_for(nonce)) return fail("It answered a ping that was a decoy.");
  return answers ? pass() : failed(talk);
}

Finding decoy_ping(Stage& stage) { return decoy_not_answered(stage, kIgnoreBit); }
Finding decoy_with_all_bits(Stage& stage) { return decoy_not_answered(stage, 0xff); }

// A target that reads decoys before the version packet greets twice.
Finding decoy_greeting(Stage& stage) {
  Trial talk = stage.open();
  const HandshakeScript script{
      .garbage = stage.random(8),
      .decoys = {Bytes(), message_contents(version_message(1), TypeForm::kLongName)}};
  if (!talk.shake_hands(script)) return not_played(talk);
  const Finding finding = accepted(talk);
  if (talk.heard().veracks > 1) return fail("It answered a version message that was a decoy.");
  return finding;
}

Finding largest_decoy(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  talk.say_decoy(Bytes(kMaxContentsBytes));
  return still_talks(talk);
}

Finding header_bits(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  const Bytes ping = message_contents(ping_message(talk.new_nonce()), TypeForm::kShortId);
  talk.say_packet(static_cast<std::uint8_t>(~kIgnoreBit), ping);
  talk.listen([&] { return talk.heard_pong(); });
  return talk.heard_pong() ? pass() : failed(talk);
}

// -- Rekeying -------------------------------------------------------------------------------------

// Three rekeyings in each direction, the target's by its pongs.
Finding rekeys(Stage& stage) {
  constexpr std::uint32_t kPings = 3 * kRekeyIntervalPackets + 10;
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  for (std::uint32_t i = 1; i <= kPings; ++i) {
    const Bytes ping = message_contents(ping_message(talk.new_nonce()), TypeForm::kShortId);
    if (!talk.say_packet(0, ping)) break;
    if (i % 56 == 0) talk.listen([&] { return talk.heard_pong() || talk.adversary().breach(); });
  }
  talk.listen([&] { return talk.heard_pong() || talk.adversary().breach(); });
  if (talk.heard_pong() && talk.heard().pongs.size() == kPings) return pass();
  const std::size_t pongs = talk.heard().pongs.size();
  return fail("After " + std::to_string(pongs) + (pongs == 1 ? " pong: " : " pongs: ") +
              talk.standing());
}

Finding rekeys_over_decoys(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  for (std::uint32_t i = 0; i < 2 * kRekeyIntervalPackets; ++i) {
    if (!talk.say_decoy({})) return failed(talk);
  }
  return still_talks(talk);
}

// -- Flipped bits ---------------------------------------------------------------------------------

// A ping with one bit flipped, then one as it should be, which may not be answered.
Finding flipped_in_message(Stage& stage, std::size_t at) {
  Trial talk = stage.open();
  if (!become_peers(talk) || !talk.ping()) return not_played(talk);
  const std::uint64_t spoilt = talk.new_nonce();
  Bytes packet =
      talk.adversary().packet(0, message_contents(ping_message(spoilt), TypeForm::kShortId));
  packet[at] ^= 1;
  talk.say(packet);
  const Finding finding = refused(talk);
  if (talk.heard_pong_for(spoilt)) return fail("It answered a ping that was changed on the way.");
  return finding;
}

constexpr std::size_t kPingContentsBytes = 9;

Finding message_length(Stage& stage) { return flipped_in_message(stage, 0); }
Finding message_header(Stage& stage) { return flipped_in_message(stage, kLengthBytes); }
Finding message_contents_bit(Stage& stage) { return flipped_in_message(stage, kLengthBytes + 5); }
Finding message_tag(Stage& stage) {
  return flipped_in_message(stage, kLengthBytes + 1 + kPingContentsBytes + 15);
}

Finding flipped_decoy(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  Bytes decoy = talk.adversary().packet(kIgnoreBit, stage.random(50));
  decoy[kLengthBytes + 20] ^= 0x10;
  talk.say(decoy);
  return refused(talk);
}

// What was sealed once, sent again under the next length: its nonce has passed.
Finding replay(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  const Bytes decoy = talk.adversary().packet(kIgnoreBit, {});
  Bytes again = talk.adversary().packet(kIgnoreBit, {});
  std::copy(decoy.begin() + kLengthBytes, decoy.end(), again.begin() + kLengthBytes);
  talk.say(decoy);
  talk.say(again);
  return refused(talk);
}

// -- Lengths --------------------------------------------------------------------------------------

Finding oversize(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  talk.say(talk.adversary().beginning_of_packet(kMaxContentsBytes + 1, 1000));
  return talk.hear_end() ? pass() : fail("It waits for a packet over 4000013 bytes.");
}

Finding longest_length(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  talk.say(talk.adversary().beginning_of_packet(0xffffff, 1000));
  return talk.hear_end() ? pass() : fail("It waits for a packet of 16 MiB.");
}

// -- Ends -----------------------------------------------------------------------------------------

Finding half_close(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  talk.half_close();
  return talk.hear_end() ? pass() : fail("It keeps a connection whose peer has closed.");
}

// How much of a handshake is said before the connection is reset.
enum class CutOff : std::uint8_t {
  kBeforeAnyByte,
  kAfterOneByte,
  kAfterKey,
  kInGarbage,
  kInTerminator,
  kInPacket
};

void cut_off(Stage& stage, CutOff phase) {
  Trial talk = stage.open();
  const ByteView key = talk.adversary().key();
  if (phase == CutOff::kAfterOneByte) talk.say(key.first(1));
  if (phase >= CutOff::kAfterKey && talk.say(key) && talk.hear_version_packet()) {
    const Bytes flight = talk.second_flight({.garbage = stage.random(300), .contents = Bytes(50)});
    if (phase == CutOff::kInGarbage) talk.say(stage.random(300));
    if (phase == CutOff::kInTerminator) talk.say(ByteView(flight).first(7));
    if (phase == CutOff::kInPacket) talk.say(ByteView(flight).first(40));
  }
  talk.reset();
}

Finding resets(Stage& stage) {
  for (const CutOff phase : {CutOff::kBeforeAnyByte, CutOff::kAfterOneByte, CutOff::kAfterKey,
                             CutOff::kInGarbage, CutOff::kInTerminator, CutOff::kInPacket}) {
    cut_off(stage, phase);
  }
  Trial peer = stage.open();
  if (!become_peers(peer)) return failed(peer);
  peer.say(ByteView(peer.adversary().packet(0, Bytes(100))).first(50));
  peer.reset();
  return accepts(stage, {.garbage = stage.random(10)});
}

constexpr std::array kRules = std::to_array<Requirement>({
    {{"ignores_decoys", Demand::kMust, clause::kOverview,
      "Decoys of any size after the handshake change nothing."},
     decoys_ignored},
    {{"does_not_read_decoys", Demand::kMust, clause::kOverview,
      "A decoy whose contents are a ping is not answered."},
     decoy_ping},
    {{"reads_the_ignore_bit_alone", Demand::kMust, clause::kOverview,
      "A decoy is one whatever the header's other bits are."},
     decoy_with_all_bits},
    {{"does_not_read_early_decoys", Demand::kMust, clause::kOverview,
      "A decoy before the version packet whose contents are a message is not answered."},
     decoy_greeting},
    {{"ignores_header_bits", Demand::kMust, clause::kOverview,
      "A message is one whatever the header's other bits are."},
     header_bits},
    {{"accepts_largest_decoy", Demand::kPolicy, clause::kPractice,
      "A decoy as long as the longest message, 4000013 bytes, changes nothing."},
     largest_decoy},
    {{"rekeys", Demand::kMust, clause::kRekeying,
      "Both ciphers of both directions rekey every 224 packets."},
     rekeys},
    {{"rekeys_over_decoys", Demand::kMust, clause::kRekeying, "Decoys count for rekeying."},
     rekeys_over_decoys},
    {{"refuses_flipped_length", Demand::kMust, clause::kPackets,
      "A flipped bit in a message's length ends the connection."},
     message_length},
    {{"refuses_flipped_header", Demand::kMust, clause::kPackets,
      "A flipped bit in a message's header ends the connection."},
     message_header},
    {{"refuses_flipped_contents", Demand::kMust, clause::kPackets,
      "A flipped bit in a message's contents ends the connection."},
     message_contents_bit},
    {{"refuses_flipped_tag", Demand::kMust, clause::kPackets,
      "A flipped bit in a message's tag ends the connection."},
     message_tag},
    {{"refuses_flipped_decoy", Demand::kMust, clause::kPackets,
      "A flipped bit in a decoy ends the connection."},
     flipped_decoy},
    {{"refuses_replay", Demand::kMust, clause::kRekeying,
      "A packet that comes a second time ends the connection."},
     replay},
    {{"refuses_oversize", Demand::kPolicy, clause::kPractice,
      "A length over 4000013 ends the connection before its bytes come."},
     oversize},
    {{"refuses_longest_length", Demand::kPolicy, clause::kPractice,
      "The longest length, 16777215, ends the connection before its bytes come."},
     longest_length},
    {{"ends_after_half_close", Demand::kPolicy, clause::kPractice,
      "A peer that closes its side is let go."},
     half_close},
    {{"survives_resets", Demand::kPolicy, clause::kPractice,
      "Connections reset in every phase leave nothing behind: the next one is taken."},
     resets},
});

}  // namespace

std::span<const Requirement> packet_rules() { return kRules; }

}  // namespace veilwire::probe::conformance
