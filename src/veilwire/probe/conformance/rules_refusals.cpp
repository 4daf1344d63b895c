// What has to end a handshake: garbage without end, what does not authenticate, a flipped bit in
// any field. Each rule hears the responder's key first, so that its end is no admission limit's.
#include <algorithm>
#include <array>

#include "veilwire/probe/conformance/stage.h"
#include "veilwire/transport/limits.h"

namespace veilwire::probe::conformance {
namespace {

using transport::kEllSwiftBytes;
using transport::kGarbageTerminatorBytes;
using transport::kLengthBytes;
using transport::kMaxGarbageBytes;

// A responder that looks for a terminator that does not come must have ended after this many bytes.
constexpr std::size_t kTerminatorSearchBytes = kMaxGarbageBytes + kGarbageTerminatorBytes;

void flip(Bytes& bytes, std::size_t at) { bytes[at] ^= 1; }

// -- Garbage --------------------------------------------------------------------------------------

Finding too_much_garbage(Stage& stage) {
  return refuses(stage, {.garbage = stage.random(kMaxGarbageBytes + 1)});
}

Finding endless_garbage(Stage& stage) {
  constexpr int kPieces = 64;
  constexpr std::size_t kPieceBytes = 4096;
  Trial talk = stage.open();
  if (!talk.say(talk.adversary().key()) || !talk.hear_version_packet()) return not_played(talk);
  for (int i = 0; i < kPieces && talk.say(stage.random(kPieceBytes)); ++i) {
    talk.listen_on(milliseconds(1));
  }
  if (talk.hear_end()) return pass();
  return unclear("It keeps a connection that has sent 256 KiB of garbage.");
}

// -- The terminator -------------------------------------------------------------------------------

// Says the handshake with another terminator, and then more than may be searched for one.
Finding refuses_terminator(Stage& stage, Bytes (*change)(const Adversary&)) {
  Trial talk = stage.open();
  if (!talk.say(talk.adversary().key()) || !talk.hear_version_packet()) return not_played(talk);
  const HandshakeScript script{.garbage = stage.random(64),
                               .garbage_timing = HandshakeScript::GarbageTiming::kAfterTheirPacket,
                               .terminator = change(talk.adversary())};
  talk.say(talk.second_flight(script));
  talk.say_greeting_and_ping();
  talk.say(stage.random(kTerminatorSearchBytes));
  return refused_after_asking(talk);
}

Bytes right_terminator(const Adversary& adversary) {
  return {adversary.terminator().begin(), adversary.terminator().end()};
}

Finding first_bit_of_terminator(Stage& stage) {
  return refuses_terminator(stage, [](const Adversary& adversary) {
    Bytes terminator = right_terminator(adversary);
    flip(terminator, 0);
    return terminator;
  });
}

Finding last_bit_of_terminator(Stage& stage) {
  return refuses_terminator(stage, [](const Adversary& adversary) {
    Bytes terminator = right_terminator(adversary);
    flip(terminator, kGarbageTerminatorBytes - 1);
    return terminator;
  });
}

Finding terminator_sent_back(Stage& stage) {
  return refuses_terminator(stage, [](const Adversary& adversary) {
    const ByteView theirs = adversary.responder_terminator();
    return Bytes(theirs.begin(), theirs.end());
  });
}

// -- The key --------------------------------------------------------------------------------------

// The two ends come to different secrets, so that ours says nothing that theirs can find.
Finding refuses_other_secret(Trial& talk, ByteView key) {
  talk.leave_no_record();
  if (!talk.say(key) || !talk.hear_key()) return not_played(talk);
  talk.say(talk.second_flight({}));
  talk.say_greeting_and_ping();
  talk.say(Bytes(kTerminatorSearchBytes));
  talk.listen([&] { return talk.heard().version_packet; });
  if (talk.heard().version_packet) return fail("It came to the same secret.");
  return talk.ended() ? pass() : unclear("It neither ended the connection nor answered.");
}

Finding flipped_key(Stage& stage) {
  Trial talk = stage.open();
  Bytes key(talk.adversary().key().begin(), talk.adversary().key().end());
  flip(key, kEllSwiftBytes - 1);
  return refuses_other_secret(talk, key);
}

Finding other_network(Stage& stage) {
  Trial talk = stage.open(stage.other_magic());
  return refuses_other_secret(talk, talk.adversary().key());
}

// -- Authentication of the garbage ----------------------------------------------------------------

Finding other_aad(Stage& stage) {
  return refuses(stage, {.garbage = stage.random(100), .authenticated = stage.random(100)});
}

Finding flipped_garbage(Stage& stage) {
  const Bytes garbage = stage.random(100);
  Bytes sealed = garbage;
  flip(sealed, 50);
  return refuses(stage, {.garbage = garbage, .authenticated = sealed});
}

Finding no_aad(Stage& stage) {
  return refuses(stage, {.garbage = stage.random(100), .authenticated = Bytes()});
}

Finding aad_without_garbage(Stage& stage) {
  return refuses(stage, {.authenticated = stage.random(100)});
}

Finding aad_on_second_packet_too(Stage& stage) {
  const Bytes garbage = stage.random(100);
  return refuses(stage, {.garbage = garbage, .second_aad = garbage, .decoys = {Bytes(10)}});
}

Finding aad_on_second_packet_only(Stage& stage) {
  const Bytes garbage = stage.random(100);
  return refuses(
      stage,
      {.garbage = garbage, .authenticated = Bytes(), .second_aad = garbage, .decoys = {Bytes(10)}});
}

Finding aad_with_terminator(Stage& stage) {
  Trial talk = stage.open();
  if (!talk.say(talk.adversary().key()) || !talk.hear_version_packet()) return not_played(talk);
  HandshakeScript script{.garbage = stage.random(100),
                         .garbage_timing = HandshakeScript::GarbageTiming::kAfterTheirPacket};
  script.authenticated = script.garbage;
  const ByteView terminator = talk.adversary().terminator();
  script.authenticated->insert(script.authenticated->end(), terminator.begin(), terminator.end());
  talk.say(talk.second_flight(script));
  return refused(talk);
}

// -- The first packet, bit by bit -----------------------------------------------------------------

constexpr std::size_t kContentsBytes = 8;

Finding flipped_in_version_packet(Stage& stage, std::size_t at) {
  return refuses(stage, {.garbage = stage.random(20),
                         .contents = stage.random(kContentsBytes),
                         .spoil = [at](Bytes& packet) { flip(packet, at); }});
}

Finding version_length(Stage& stage) { return flipped_in_version_packet(stage, 0); }
Finding version_header(Stage& stage) { return flipped_in_version_packet(stage, kLengthBytes); }
Finding version_contents(Stage& stage) {
  return flipped_in_version_packet(stage, kLengthBytes + 1 + kContentsBytes / 2);
}
Finding version_tag(Stage& stage) {
  return flipped_in_version_packet(stage, kLengthBytes + 1 + kContentsBytes + 5);
}

// -- Lengths --------------------------------------------------------------------------------------

Finding oversize_in_handshake(Stage& stage) {
  Trial talk = stage.open();
  if (!talk.say(talk.adversary().key()) || !talk.hear_version_packet()) return not_played(talk);
  Bytes flight(talk.adversary().terminator().begin(), talk.adversary().terminator().end());
  const Bytes packet = talk.adversary().beginning_of_packet(transport::kMaxContentsBytes + 1, 1000);
  flight.insert(flight.end(), packet.begin(), packet.end());
  talk.say(flight);
  return talk.hear_end() ? pass() : fail("It waits for a packet over 4000013 bytes.");
}

constexpr std::array kRules = std::to_array<Requirement>({
    {{"refuses_4096_bytes_of_garbage", Demand::kMust, clause::kPseudocode,
      "4096 bytes of garbage end the connection, though the terminator follows."},
     too_much_garbage},
    {{"refuses_endless_garbage", Demand::kMust, clause::kPseudocode,
      "Garbage without end ends the connection."},
     endless_garbage},
    {{"refuses_terminator_with_first_bit_flipped", Demand::kMust, clause::kPseudocode,
      "A terminator that differs in its first byte is not taken for one."},
     first_bit_of_terminator},
    {{"refuses_terminator_with_last_bit_flipped", Demand::kMust, clause::kPseudocode,
      "A terminator that differs in its last byte is not taken for one."},
     last_bit_of_terminator},
    {{"refuses_its_own_terminator", Demand::kMust, clause::kHandshake,
      "The responder's own terminator, sent back, is not taken for ours."},
     terminator_sent_back},
    {{"refuses_flipped_key", Demand::kMust, clause::kHandshake,
      "A key that was changed on the way ends the connection."},
     flipped_key},
    {{"refuses_keys_of_other_network", Demand::kMust, clause::kKeys,
      "Keys that were derived with another network's magic end the connection."},
     other_network},
    {{"refuses_wrong_garbage_authentication", Demand::kMust, clause::kOverview,
      "A first packet that authenticates other garbage ends the connection."},
     other_aad},
    {{"refuses_flipped_garbage", Demand::kMust, clause::kOverview,
      "Garbage that was changed in one bit ends the connection."},
     flipped_garbage},
    {{"refuses_unauthenticated_garbage", Demand::kMust, clause::kOverview,
      "A first packet that authenticates nothing ends the connection after garbage."},
     no_aad},
    {{"refuses_authentication_of_absent_garbage", Demand::kMust, clause::kOverview,
      "A first packet that authenticates garbage that did not come ends the connection."},
     aad_without_garbage},
    {{"refuses_garbage_authenticated_twice", Demand::kMust, clause::kOverview,
      "Garbage as associated data of the second packet too ends the connection."},
     aad_on_second_packet_too},
    {{"refuses_garbage_authenticated_late", Demand::kMust, clause::kOverview,
      "Garbage as associated data of the second packet only ends the connection."},
     aad_on_second_packet_only},
    {{"refuses_terminator_in_authentication", Demand::kMust, clause::kOverview,
      "The terminator does not belong to what the first packet authenticates."},
     aad_with_terminator},
    {{"refuses_flipped_version_length", Demand::kMust, clause::kPackets,
      "A flipped bit in the version packet's length ends the connection."},
     version_length},
    {{"refuses_flipped_version_header", Demand::kMust, clause::kPackets,
      "A flipped bit in the version packet's header ends the connection."},
     version_header},
    {{"refuses_flipped_version_contents", Demand::kMust, clause::kPackets,
      "A flipped bit in the version packet's contents ends the connection."},
     version_contents},
    {{"refuses_flipped_version_tag", Demand::kMust, clause::kPackets,
      "A flipped bit in the version packet's tag ends the connection."},
     version_tag},
    {{"refuses_oversize_in_handshake", Demand::kPolicy, clause::kPractice,
      "In the handshake, a length over 4000013 ends the connection before its bytes come."},
     oversize_in_handshake},
});

}  // namespace

std::span<const Requirement> refusal_rules() { return kRules; }

}  // namespace veilwire::probe::conformance
