// Where the rules are played: it opens connections at a pace that admission limits let pass, and
// keeps what each has shown. And how a rule comes to its finding.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/probe/conformance/trial.h"

namespace veilwire::probe::conformance {

struct Finding {
  Outcome outcome = Outcome::kPass;
  std::string seen{};
};

inline Finding pass(std::string seen = {}) { return {Outcome::kPass, std::move(seen)}; }
inline Finding fail(std::string seen) { return {Outcome::kFail, std::move(seen)}; }
inline Finding unclear(std::string seen) { return {Outcome::kUnclear, std::move(seen)}; }

class Stage {
 public:
  // Keys, garbage and nonces come from `seed`: they protect nothing, and a run can be repeated.
  Stage(const Options& options, std::vector<Address> addresses, std::uint64_t seed);

  const Options& options() const { return options_; }
  const protocol::Magic& magic() const { return options_.magic; }
  protocol::Magic other_magic() const;  // another network's
  Bytes random(std::size_t size);

  // A new connection, when the pace allows it. It may have failed: see connected().
  Trial open() { return open(options_.magic); }
  // The same with keys for that network.
  Trial open(const protocol::Magic& magic);
  // What connections that are over have shown.
  const std::vector<Record>& records() const { return records_; }

  // True if since the last call a connection was refused, or ended before the target said a byte:
  // what an admission limit looks like.
  bool take_dropped();
  // Long enough for an admission limit to let the next connection pass.
  void pause();

 private:
  void keep_pace();
  std::expected<BlockingSocket, std::string> connect();
  void note(const Trial& talk);

  const Options& options_;
  std::vector<Address> addresses_;
  crypto::SeededEntropy entropy_;
  milliseconds pace_;
  Deadline next_start_{};
  std::vector<Record> records_;
  bool dropped_ = false;
};

// -- How rules come to findings -------------------------------------------------------------------

// Passes if the handshake was accepted: the target reads our greeting and answers a ping.
Finding accepted(Trial& talk);
// The whole: the handshake as scripted on a new connection, which has to be accepted.
Finding accepts(Stage& stage, const HandshakeScript& script);
// Passes if the connection ends. `talk` has said what must end it; a greeting and a ping follow, so
// that a target that goes on shows it. REQUIRES: the target's key was heard before that, or the end
// may be an admission limit's.
Finding refused(Trial& talk);
// The same where the greeting and the ping have been said.
Finding refused_after_asking(Trial& talk);
// The whole: the handshake as scripted, but for the garbage's timing, which has to be refused.
Finding refuses(Stage& stage, HandshakeScript script);
// A ping after what was said: passes if it is answered.
Finding still_talks(Trial& talk);
// For a rule that wants an ordinary conversation to begin with: handshake and greetings.
bool become_peers(Trial& talk);
// It failed as the conversation stands; unclear where there was no connection.
Finding failed(const Trial& talk);
// Where the beginning of a rule already failed.
Finding not_played(const Trial& talk);

// -- Rules ----------------------------------------------------------------------------------------

struct Requirement {
  RequirementInfo info;
  Finding (*play)(Stage&);
};

namespace clause {
inline constexpr std::string_view kOverview = "Overview and design";
inline constexpr std::string_view kHandshake = "Handshake: key exchange and version negotiation";
inline constexpr std::string_view kPseudocode = "Overall handshake pseudocode";
inline constexpr std::string_view kEllSwift = "ElligatorSwift encoding of curve X coordinates";
inline constexpr std::string_view kKeys = "Keys and session ID derivation";
inline constexpr std::string_view kRekeying =
    "Rekeying wrappers: FSChaCha20Poly1305 and FSChaCha20";
inline constexpr std::string_view kPackets = "Overall packet encryption and decryption pseudocode";
inline constexpr std::string_view kMessages = "v2 Bitcoin P2P message structure";
inline constexpr std::string_view kPractice = "practice of the network";
}  // namespace clause

std::span<const Requirement> handshake_rules();
std::span<const Requirement> refusal_rules();
std::span<const Requirement> packet_rules();
std::span<const Requirement> message_rules();
std::span<const Requirement> own_traffic_rules();  // over all records: after the others

// Last, and not under kQuick. All are played at once: a finding for each rule, in their order.
std::span<const RequirementInfo> timeout_rules();
std::vector<Finding> play_timeouts(Stage& stage);

}  // namespace veilwire::probe::conformance
