// The other side of a V2Transport, which can break every rule: it says what it likes, byte by byte,
// and seals packets of its own making.
#pragma once

#include <memory>

#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/packet_cipher.h"
#include "veilwire/transport/testing/end.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::transport::testing {

class ScriptedPeer {
 public:
  // A transport in `subject_role`, and a peer in the other.
  ScriptedPeer(Role subject_role, Cut cut, V2Config config = {.garbage = no_garbage()})
      : subject_role_(subject_role),
        magic_(config.magic),
        keys_(entropy_),
        key_(*crypto::ellswift_generate(entropy_)),
        subject_(std::make_unique<V2Transport>(subject_role, std::move(config), keys_, entropy_,
                                               TimePoint{}),
                 cut) {}

  End& subject() { return subject_; }
  TimePoint now() const { return now_; }
  void pass(Duration time) { subject_.on_deadline(now_ += time); }

  void send(ByteView bytes) {
    subject_.receive(now_, bytes);
    const Bytes sent = subject_.take_sent();
    heard_.insert(heard_.end(), sent.begin(), sent.end());
  }

  // Everything that the subject has sent so far.
  const Bytes& heard() {
    send({});
    return heard_;
  }

  // Our key, and from what the subject has sent then, everything else.
  void send_key() {
    send(key_.ellswift);
    if (subject_.fault()) return;
    const auto theirs = std::span<const std::uint8_t>(heard()).first<kEllSwiftBytes>();
    const bool initiating = subject_role_ == Role::kResponder;
    const auto shared_secret = crypto::ellswift_shared_secret(
        key_, theirs, initiating ? crypto::Initiating::kYes : crypto::Initiating::kNo);
    secrets_.emplace(derive_keys(*shared_secret, magic_));
    sealer_.emplace(initiating ? secrets_->initiator : secrets_->responder);
    opener_.emplace(initiating ? secrets_->responder : secrets_->initiator);
  }

  Bytes terminator() const {
    const auto& ours = subject_role_ == Role::kResponder ? secrets_->initiator_terminator
                                                         : secrets_->responder_terminator;
    return Bytes(ours.data(), ours.data() + ours.size());
  }
  Bytes terminator_of_subject() const {
    const auto& theirs = subject_role_ == Role::kResponder ? secrets_->responder_terminator
                                                           : secrets_->initiator_terminator;
    return Bytes(theirs.data(), theirs.data() + theirs.size());
  }
  ByteView session_id() const { return secrets_->session_id.span(); }

  // The next packet of this side, not sent yet.
  Bytes packet(std::uint8_t header, ByteView contents, ByteView aad = {}) {
    Bytes out(contents.size() + kPacketExpansionBytes);
    sealer_->seal({header, contents, out.data()}, aad);
    return out;
  }
  void send_packet(std::uint8_t header, ByteView contents, ByteView aad = {}) {
    send(packet(header, contents, aad));
  }
  void send_decoy(ByteView contents) { send_packet(kIgnoreBit, contents); }

  // The whole handshake, without a word out of place.
  void shake_hands(ByteView garbage = {}) {
    send_key();
    send(garbage);
    send(terminator());
    send_packet(0, {}, garbage);
  }

  // Opens the packet at the front of `bytes`: header and contents; drops it from there.
  Bytes open(ByteView& bytes, ByteView aad = {}) {
    const std::uint32_t size = opener_->open_length(bytes.first<kLengthBytes>());
    Bytes plaintext(kHeaderBytes + size);
    EXPECT_TRUE(opener_->open(bytes.subspan(kLengthBytes, kHeaderBytes + size + kTagBytes),
                              plaintext.data(), aad));
    bytes = bytes.subspan(size + kPacketExpansionBytes);
    return plaintext;
  }

  int keys_taken() const { return keys_.taken(); }

 private:
  Role subject_role_;
  protocol::Magic magic_;
  TimePoint now_{};
  crypto::SeededEntropy entropy_{324};
  CountingKeys keys_;
  crypto::EphemeralKey key_;
  End subject_;
  Bytes heard_;
  std::optional<ConnectionKeys> secrets_;
  std::optional<PacketSealer> sealer_;
  std::optional<PacketOpener> opener_;
};

// Every role of the transport under test, in every cut.
struct RoleAndCut {
  Role subject_role;
  Cut cut;
};

inline std::ostream& operator<<(std::ostream& out, const RoleAndCut& param) {
  return out << (param.subject_role == Role::kInitiator ? "Initiator" : "Responder") << param.cut;
}

inline std::vector<RoleAndCut> all_roles_and_cuts() {
  std::vector<RoleAndCut> all;
  for (const Role role : {Role::kInitiator, Role::kResponder}) {
    for (const Cut cut : kAllCuts) all.push_back({role, cut});
  }
  return all;
}

class ScriptedPeerTest : public ::testing::TestWithParam<RoleAndCut> {
 protected:
  ScriptedPeer peer_with(V2Config config) {
    return ScriptedPeer(GetParam().subject_role, GetParam().cut, std::move(config));
  }
  ScriptedPeer peer() { return peer_with({.garbage = no_garbage()}); }
};

// Contents of a ping, whose id is 18.
inline const Bytes kPing{18, 1, 2, 3, 4, 5, 6, 7, 8};

}  // namespace veilwire::transport::testing
