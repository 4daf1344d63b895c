// The sending half of a version 2 connection: what goes out in clear, what waits for the handshake,
// and packets that are sealed as late as pays. Private to the library.
#pragma once

#include <algorithm>
#include <optional>

#include "veilwire/transport/outgoing_buffer.h"
#include "veilwire/transport/packet_cipher.h"
#include "veilwire/transport/transport.h"

namespace veilwire::transport {

enum class PacketKind : std::uint8_t { kReal = 0, kDecoy = kIgnoreBit };

// Packets are laid out in the buffer where they will be on the wire, with length, header and
// contents still in clear, and are sealed in place: all the small ones that wait in one call.
//
// What a call throws is std::bad_alloc; after that only stop() and the getters may be called.
class V2Sender {
 public:
  // Key, garbage, terminator: bytes that go out as they are.
  void send_in_clear(ByteView bytes);
  // Nothing has gone out yet, nor is about to.
  bool is_silent() const { return sealed_.bytes == 0; }

  void set_keys(const DirectionKeys& keys) { sealer_.emplace(keys); }
  // A packet of the handshake, the version packet or a decoy before it: goes out before everything
  // that was pushed.
  // REQUIRES: set_keys() was called, open_queue() was not.
  void send_handshake_packet(PacketKind kind, ByteView contents, ByteView aad);
  // The handshake is over: what was pushed goes out, and what will be.
  void open_queue();

  // Queues a packet whose contents are `head` and then `payload`, both copied.
  // REQUIRES: contents of at most kMaxContentsBytes.
  void push(PacketKind kind, ByteView head, ByteView payload);
  bool is_full() const;

  ByteView bytes_to_send();
  // A count that was not offered is none of ours: nothing is taken as sent.
  void mark_sent(std::size_t count) {
    if (count <= out_.unsent_bytes() - pending_bytes_) out_.mark_sent(count);
  }

  // Gives back what was made ahead and memory that nothing is in.
  void release_idle();
  // For ever: wipes keys and bytes.
  void stop();

  // What bytes_to_send() has offered.
  const Traffic& offered() const { return offered_; }
  std::size_t unsent_bytes() const { return out_.unsent_bytes() + waiting_.unsent_bytes(); }
  std::size_t heap_bytes() const;
  // What release_idle() would give back.
  std::size_t idle_bytes() const;

 private:
  void seal_pending();
  PlainPacket take_pending();
  void count_packet(PacketKind kind, std::size_t contents_bytes);

  std::optional<PacketSealer> sealer_;
  OutgoingBuffer out_;
  std::size_t pending_bytes_ = 0;  // at the end of out_, not sealed yet
  OutgoingBuffer waiting_;         // packets that wait for the handshake to end
  std::size_t waiting_count_ = 0;
  bool queue_is_open_ = false;
  Traffic sealed_;
  Traffic offered_;
};

}  // namespace veilwire::transport
