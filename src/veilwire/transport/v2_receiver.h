// The receiving half of a version 2 connection: key, garbage, packets, in that order, out of bytes
// in any cut. Private to the library.
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "veilwire/protocol/magic.h"
#include "veilwire/transport/incoming_buffer.h"
#include "veilwire/transport/packet_cipher.h"
#include "veilwire/transport/transport.h"
#include "veilwire/transport/v2_phase.h"

namespace veilwire::transport {

// Plaintext is never visible before its tag has verified. What a call throws is std::bad_alloc;
// after that, and after a broken rule, only stop() and the getters may be called.
class V2Receiver {
 public:
  // A responder may find that its peer speaks version 1, on the network of `magic` or another.
  V2Receiver(Role role, const protocol::Magic& magic);
  ~V2Receiver();

  // Takes bytes from the front of `input` until something is complete or the input is empty; or
  // names the rule that the peer broke. The bytes of an earlier packet die.
  [[nodiscard]] std::expected<Arrival, Rule> advance(ByteView& input);

  // The peer's key. REQUIRES: Arrival::kKey was the last arrival.
  std::span<const std::uint8_t, kEllSwiftBytes> peer_key() const;
  // What is needed to go on from there.
  void set_keys(const DirectionKeys& keys, Secret<kGarbageTerminatorBytes> terminator);

  // Contents and size on the wire of the packet that the last arrival was.
  ByteView contents() const { return contents_; }
  std::size_t packet_bytes() const { return contents_.size() + kPacketExpansionBytes; }

  // No one looks at the last packet any more.
  void forget_packet();
  // Between packets: gives back a large buffer.
  void trim();
  // Gives back everything that is not part of a packet under way, and what was made ahead.
  void release_idle();
  // For ever: wipes the keys, and the bytes too unless they are a verified packet that the caller
  // may still look at.
  void stop();

  std::uint32_t garbage_bytes() const { return garbage_bytes_; }
  std::uint64_t rekeys() const { return opener_ ? opener_->rekeys() : 0; }
  std::size_t heap_bytes() const;
  // Of these, what is there for the packet that is arriving.
  std::size_t incoming_bytes() const { return packet_.heap_bytes(); }
  // What release_idle() would give back.
  std::size_t idle_bytes() const;

 private:
  struct Early;

  std::expected<Arrival, Rule> advance_phase(ByteView& input);
  std::expected<Arrival, Rule> advance_key(ByteView& input);
  std::expected<Arrival, Rule> advance_garbage(ByteView& input);
  std::expected<Arrival, Rule> advance_packet(ByteView& input);
  std::expected<bool, Rule> advance_length(ByteView& input);
  std::expected<bool, Rule> advance_body(ByteView& input);
  std::expected<Arrival, Rule> packet_arrived();

  Phase phase_ = Phase::kKey;
  std::unique_ptr<Early> early_;  // until the version packet is there
  std::optional<PacketOpener> opener_;

  std::array<std::uint8_t, kLengthBytes> length_{};
  std::uint8_t length_size_ = 0;  // 3 while a packet's body is awaited
  std::uint32_t garbage_bytes_ = 0;
  IncomingBuffer packet_;
  ByteView contents_;  // of the last packet, in packet_
};

}  // namespace veilwire::transport
