// The initiator of a version 2 connection with every knob loose: it seals what it is told to, in
// any order, and checks what it hears strictly. No socket and no clock.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/crypto/ellswift.h"
#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/packet_cipher.h"

namespace veilwire::probe::conformance {

// Which rule of the BIP the responder's own bytes broke.
enum class Breach : std::uint8_t {
  kGarbageTooLong,          // no terminator within 4095 + 16 bytes
  kInitiatorsTerminator,    // it sent the terminator that is ours to send
  kGarbageUnauthenticated,  // its first packet does not verify under its garbage
  kPacketUnauthenticated,   // a later one does not verify
  kLengthOverLimit,         // a packet longer than any message can be
  kClearText,               // the connection ended in text instead of a packet
};
// One sentence's end: "its first packet does not authenticate its garbage".
std::string_view breach_text(Breach breach);

struct HeardPacket {
  std::uint8_t header = 0;
  Bytes contents;

  bool is_decoy() const { return (header & transport::kIgnoreBit) != 0; }
};

class Adversary {
 public:
  static std::expected<Adversary, EntropyFailure> create(const protocol::Magic& magic,
                                                         Entropy& entropy);

  // -- What it can say ----------------------------------------------------------------------------

  ByteView key() const { return key_.ellswift; }
  // From the responder's key on. REQUIRES for the rest of this group: has_keys().
  bool has_keys() const { return keys_.has_value(); }
  ByteView terminator() const { return keys_->initiator_terminator.span(); }
  ByteView responder_terminator() const { return keys_->responder_terminator.span(); }
  // The next packet of this side. REQUIRES: contents.size() < 2^24.
  Bytes packet(std::uint8_t header, ByteView contents, ByteView aad = {});
  // The first `size` bytes of a next packet whose length field says `announced`: a length is under
  // a stream cipher and bound by nothing before the packet is whole. No packet can follow it.
  Bytes beginning_of_packet(std::size_t announced, std::size_t size);

  // -- What it hears ------------------------------------------------------------------------------

  void hear(ByteView bytes);
  // Nothing more will come.
  void hear_end();
  // The next packet of the responder, if it has come whole.
  std::optional<HeardPacket> next_packet();
  std::optional<Breach> breach() const { return breach_; }

  // Its key as far as it has come, and then its garbage, once the terminator has come.
  ByteView heard_key() const { return ByteView(heard_key_); }
  bool heard_terminator() const { return opener_.has_value(); }
  ByteView heard_garbage() const { return heard_garbage_; }

 private:
  Adversary(const protocol::Magic& magic, crypto::EphemeralKey key)
      : magic_(magic), key_(std::move(key)) {}
  void hear_key();
  void hear_terminator();
  std::optional<HeardPacket> open_packet();
  void drop(std::size_t count);

  protocol::Magic magic_;
  crypto::EphemeralKey key_;
  std::optional<transport::ConnectionKeys> keys_;
  std::optional<transport::PacketSealer> sealer_;
  std::optional<transport::PacketOpener> opener_;
  Bytes heard_key_;
  Bytes heard_garbage_;
  Bytes rest_;  // heard and not looked at; at most one packet and what one read brought
  std::optional<std::size_t> length_;
  bool first_packet_opened_ = false;
  std::optional<Breach> breach_;
};

}  // namespace veilwire::probe::conformance
